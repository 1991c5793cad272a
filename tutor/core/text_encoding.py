"""The encoding of a file of text: Unicode if it can be, else Windows-1252, which is a guess."""

from __future__ import annotations

import codecs
import re
import unicodedata
from dataclasses import dataclass

from tutor.errors import BadFile

WINDOWS = "cp1252"
MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
DELIMITERS = (",", ";", "\t", "|")
WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
SEPARATOR_LINE = re.compile(r"\"?sep=(.)\"?[ \t]*(?:\r\n|\r|\n)", re.IGNORECASE)


# What may stand between two letters in Western European words: it’s, col·lega, wide—dash.
_BETWEEN = "’‘·–—"
_WORD = re.compile(r"[^\W\d_]+")
_ODD = re.compile(rf"[^\W\d_](?:[^\x00-\x7f\w\s{_BETWEEN}]|[²³¹ªº])[^\W\d_]|[¤¦¨¬¯´¶¸]")
_LONGEST = 3  # letters with accents in a row: the Icelandic þýð


def clean(cell: str) -> str:
    """A cell without space around it, in Unicode's composed form (NFC)."""
    return unicodedata.normalize("NFC", cell.strip())


@dataclass(frozen=True)
class Decoded:
    """Bytes as text: ``mark`` is the byte-order mark that stood before it."""

    text: str
    encoding: str
    mark: bytes

    @property
    def guessed(self) -> bool:
        """Whether the encoding is what was left when it was not Unicode."""
        return self.encoding == WINDOWS


def decode(data: bytes, name: str) -> Decoded:
    """Bytes as text.

    Raises:
        BadFile: they are a workbook, or no text in a usual encoding, or nothing.
    """
    if data.startswith(WORKBOOKS):
        raise BadFile(f"{name} is a workbook or archive, not text. Save it as CSV (UTF-8).")
    mark, encoding = next(((m, e) for m, e in MARKS if data.startswith(m)), (b"", ""))
    for wanted in [encoding] if encoding else ["utf-8", WINDOWS]:
        try:
            text = data[len(mark) :].decode(wanted)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            break
        if not text.strip():
            raise BadFile(f"{name} is empty.")
        return Decoded(text, wanted, mark)
    raise BadFile(f"{name} is not text that can be read. Save it as CSV (UTF-8).")


def odd_word(text: str) -> str:
    """The first word that no Western European language writes; empty if there is none.

    Where a text is not Unicode it is read as Windows-1252, and bytes of another encoding then come
    out as letters with accents: Chinese in GBK as ``ÇàÄê``, Cyrillic as ``ìîëîäîé``. Such a word
    consists of accented letters alone, or has four in a row, or has a sign between its letters or
    one that no text needs.
    A single accented letter, as in ``jünger``, says nothing.
    """
    for line in text.splitlines():
        if line.isascii():
            continue
        for match in _WORD.finditer(line):
            word = match[0]
            accented = [not letter.isascii() for letter in word]
            runs = "".join("x" if one else " " for one in accented).split()
            if (len(word) > 1 and all(accented)) or max(map(len, runs), default=0) > _LONGEST:
                return word
        if found := _ODD.search(line):
            return found[0]
    return ""
