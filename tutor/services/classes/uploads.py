"""A file that came with a form, or text that was pasted in its stead."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tutor.core.csv_table import read_titles
from tutor.core.text_encoding import decode
from tutor.errors import BadFile, BadInput

LARGEST = 6_000_000
PASTED = "The pasted table"


@dataclass(frozen=True)
class Upload:
    """What came: ``data`` are a file's bytes, or text; ``name`` is how messages call it."""

    name: str
    data: bytes | str

    @property
    def text(self) -> str:
        """What came as text.

        Raises:
            BadFile: the bytes are no text.
        """
        return self.data if isinstance(self.data, str) else decode(self.data, self.name).text


def uploaded(field: str, form: Mapping[str, Any]) -> Upload:
    """The file of ``field`` (its bytes in base 64 under ``field_file``), or the pasted text.

    Raises:
        BadInput: neither was given, or it is too large, or not in base 64.
    """
    coded, text = form.get(f"{field}_file"), form.get(field)
    if isinstance(coded, str) and coded:
        name = " ".join(str(form.get(f"{field}_name") or "").split())[:100]
        try:
            data = base64.b64decode(coded, validate=True)
        except (binascii.Error, ValueError):
            raise BadInput(field, "The file did not arrive whole. Choose it again.") from None
        return Upload(name or "The file", _bounded(field, data))
    if isinstance(text, str) and text.strip():
        one_way = text.replace(
            "\r\n", "\n"
        )  # a form sends line ends in one way, an event in another
        return Upload(PASTED, _bounded(field, one_way))
    raise BadInput(field, "Choose a file, or paste its content.")


def titles(field: str, form: Mapping[str, Any]) -> tuple[str, ...]:
    """The columns of the table of ``field``, for a person to say what they are; else none."""
    try:
        upload = uploaded(field, form)
        return tuple(filter(None, read_titles(upload.data, upload.name)))
    except (BadInput, BadFile):
        return ()


def _bounded(field: str, data: bytes | str) -> Any:
    if len(data) > LARGEST:
        raise BadInput(field, f"This is larger than {LARGEST // 1_000_000} MB. Split it.")
    return data
