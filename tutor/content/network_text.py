"""The text of a .bif file, in whatever encoding it was saved, gzipped or not."""

from __future__ import annotations

import gzip
import zlib
from pathlib import Path

from tutor.core.text_encoding import decode, odd_word
from tutor.errors import BadFile, BadInput

LARGEST = 64 << 20  # bytes, unzipped


def read_network_text(path: Path, encoding: str = "") -> tuple[str, str]:
    """The text, and a sentence where its encoding was guessed; else empty.

    ``encoding`` is a name that Python knows, as ``gbk``; without it Unicode is tried, then
    Windows-1252 as long as its words could be of a Western European language.

    Raises:
        BadFile: it cannot be read, is too large, or is not text in that encoding.
        BadInput: there is no such encoding.

    """
    data = _bytes(path)
    if encoding:
        try:
            return data.decode(encoding).removeprefix("\ufeff"), ""
        except LookupError:
            raise BadInput(
                "encoding", f"There is no encoding {encoding!r}. Use a name such as gbk or cp1251."
            ) from None
        except UnicodeError:
            raise BadFile(
                f"{path.name} is not text in {encoding}. Name another encoding."
            ) from None
    decoded = decode(data, path.name)
    if not decoded.guessed:
        return decoded.text, ""
    if word := odd_word(decoded.text):
        raise BadFile(
            f"{path.name} is not in UTF-8, and read as Windows-1252 it holds {word!r}, which is no "
            "word. Say in which encoding it was saved, as --encoding gbk (Chinese), cp1251 "
            "(Cyrillic), shift_jis (Japanese) or euc_kr (Korean), or save it as UTF-8."
        )
    accented = next((w for w in decoded.text.split() if not w.isascii()), "")
    return decoded.text, (
        f"{path.name} is not in UTF-8; it was read as Windows-1252, with words such as "
        f"{accented.strip(',;')!r}. If that is wrong, say --encoding."
    )


def _bytes(path: Path) -> bytes:
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise BadFile(f"There is no file {path}.") from None
    except OSError as error:
        raise BadFile(f"{path} cannot be read: {error.strerror}.") from None
    if data.startswith(b"\x1f\x8b"):
        try:
            with gzip.open(path) as file:
                data = file.read(LARGEST + 1)
        except (OSError, EOFError, zlib.error):
            raise BadFile(f"{path.name} is not a whole gzip file. Download it again.") from None
    if len(data) > LARGEST:
        raise BadFile(f"{path.name} is larger than {LARGEST >> 20} MB: too large for a network.")
    return data
