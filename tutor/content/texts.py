"""A pack's Markdown → safe HTML, with its citations and its measured numbers filled in.

``{{figure:id}}`` is our value of a published figure, ``{{published:id}}`` the published one,
``{{mode:id:inside}}`` a measured rate, ``{{measured:auroc}}`` the area under the ROC curve and
``{{measured:right}}`` the share of right decisions in scope, both of the model
on held-out patients; ``[@id]`` is a citation. Numbers are never typed by hand.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from html import escape
from typing import TYPE_CHECKING, Any

import nh3

from tutor.content.manifest import Citation
from tutor.errors import ContentError

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

_FIELD = re.compile(r"\{\{([^{}]*)\}\}")
_CITE = re.compile(r"\[@([^\[\]]+)\]")
_TAGS = nh3.ALLOWED_TAGS - {"img"}
_LACKS = "The text cites {}, which the manifest lacks."
NARROW = "\u202f"


def fraction(value: float, unit: str = "%") -> str:
    """A measured value as it is read: 0.117 as ``11.7 %``; other units as they are."""
    if unit != "%":
        return f"{value:.2f}".rstrip("0").rstrip(".")
    percent = 100 * value
    digits = 1 if percent >= 1 or percent == 0 else 2
    return f"{percent:.{digits}f}{NARROW}%"


_APART = re.compile(r"(?<=\d) (?=%)")


def tied(text: str) -> str:
    """The text with no line's end between a number and its percent sign."""
    return _APART.sub(NARROW, text)


def fill(text: str, evidence: Mapping[str, Any]) -> str:
    """Put measured numbers in the place of their fields.

    Raises:
        ContentError: a field names a figure or mode that the model does not have.
    """
    figures = {figure["id"]: figure for figure in evidence["figures"]}
    modes = {mode["id"]: mode for mode in evidence["modes"]}

    def value(match: re.Match[str]) -> str:
        kind, name, part = (*match.group(1).split(":"), "", "")[:3]
        try:
            if kind == "figure":
                return fraction(figures[name]["ours"]["value"], figures[name]["unit"])
            if kind == "published":
                return fraction(figures[name]["published"], figures[name]["unit"])
            if kind == "measured" and name == "auroc" and evidence["auroc"] is not None:
                return f"{evidence['auroc']:.2f}"
            if kind == "measured" and name == "right":
                return fraction(evidence["right"])
            if kind == "mode" and part in ("inside", "outside"):
                return fraction(modes[name][part]["value"])
        except (KeyError, TypeError):  # of a failure that authors describe, rates are None
            pass
        raise ContentError(f"The text names {match.group(0)}, which the model does not measure.")

    return _FIELD.sub(value, text)


@cache
def _markdown() -> MarkdownIt:
    """The reader, loaded with the first text: a start needs none."""
    from markdown_it import MarkdownIt

    options = {"html": False, "typographer": True}
    return MarkdownIt("commonmark", options).enable(["table", "replacements", "smartquotes"])


def cited(text: str) -> list[str]:
    """The citations a text refers to, in order, each once."""
    return list(dict.fromkeys(_CITE.findall(text)))


def unknown_names(
    text: str, citations: Sequence[Citation], evidence: Mapping[str, Any] | None
) -> list[tuple[str, str]]:
    """What a text names that is not there, each once: the name as written, and what is said of it.

    Without ``evidence`` only citations are looked for.
    """
    found: dict[str, str] = {}
    for match in _FIELD.finditer(text) if evidence is not None else ():
        try:
            fill(match.group(0), evidence or {})
        except ContentError as error:
            found[match.group(0)] = str(error)
    known = {citation.id for citation in citations}
    for name in cited(text):
        if name not in known:
            found[f"[@{name}]"] = _LACKS.format(f"[@{name}]")
    return list(found.items())


def render(
    text: str, citations: Sequence[Citation] = (), evidence: Mapping[str, Any] | None = None
) -> str:
    """Markdown as sanitised HTML.

    Raises:
        ContentError: a citation or a measured number does not exist.
    """
    filled = fill(text, evidence) if evidence is not None else text
    html = _markdown().render(filled)
    known = {citation.id: citation for citation in citations}

    def link(match: re.Match[str]) -> str:
        citation = known.get(match.group(1))
        if citation is None:
            raise ContentError(_LACKS.format(match.group(0)))
        year = re.search(r"\b(?:19|20)\d\d\b", citation.text)
        author = re.split(r"[ ,]", citation.text, maxsplit=1)[0]
        label = escape(f"{author} {year.group(0) if year else ''}".strip())
        address = escape(f"https://doi.org/{citation.doi}", quote=True)
        return f'(<a href="{address}" title="{escape(citation.text, quote=True)}">{label}</a>)'

    return nh3.clean(_CITE.sub(link, html), tags=_TAGS, link_rel="noopener")
