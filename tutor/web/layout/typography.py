"""Typography: what must not part at the end of a line."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from tutor.content import texts
from tutor.content.manifest import Citation
from tutor.content.texts import NARROW

_UNITS = (
    r"°C|/min|mm\s?Hg|kPa|[kµm]?g\b|[cmµn]?m\b|[mdµ]?[lL]\b|[mµn]?mol\b|[µm]V\b"
    r"|ms\b|h\b|min\b|IU\b|Hz\b"
)
_APART = re.compile(rf"(?<=\d) (?={_UNITS})")
_MARKUP = re.compile(r"(<[^>]*>)")


_LONG = re.compile(r"(?<![\d.,])\d{4,}(?=[ \u00a0\u202f](?!to\b)\S)")
_DOLLARS = re.compile(r"([\d,.]+)[ \u00a0\u202f]\$")


def grouped(text: str) -> str:
    """A number with its unit as it is printed: "7400 $" as "$7,400", "1200 ms" as "1,200 ms".

    A number without a unit may be a year, and stays; so does what is markup already.
    """
    if isinstance(text, Markup):
        return text
    parted = _LONG.sub(lambda found: f"{int(found[0]):,}", text)
    return _DOLLARS.sub(r"$\1", parted)


def amount(said: str, unit: str) -> str:
    """As :func:`grouped`, without the unit unless that stands before the number."""
    return grouped(f"{said} {unit}").removesuffix(f" {unit}") if unit else said


def tied(text: str) -> str:
    """The text with no line's end between a number and its percent sign or unit."""
    return _APART.sub(NARROW, texts.tied(text))


def render(
    text: str, citations: Sequence[Citation] = (), evidence: Mapping[str, Any] | None = None
) -> str:
    """A pack's Markdown as sanitised HTML (:func:`tutor.content.texts.render`), tied.

    Tags and their attributes stay as they are.

    Raises:
        ContentError: a citation or a measured number does not exist.
    """
    parts = _MARKUP.split(texts.render(text, citations, evidence))
    parts[::2] = map(tied, parts[::2])
    return "".join(parts)
