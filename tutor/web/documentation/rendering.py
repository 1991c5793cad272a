"""A page of the documentation as HTML: headings that can be linked to, links to other pages."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from posixpath import dirname, join, normpath
from urllib.parse import quote

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

from tutor.content import documentation
from tutor.web.layout.addresses import url

ADDRESS = "/help"
_WIDE = '<div class="scrolls" tabindex="0" role="region" aria-label="Table">'
_OUT = ("http://", "https://", "mailto:")
_ATTRIBUTES = {
    **{f"h{level}": {"id"} for level in range(1, 7)},
    "a": {"href"},
    "pre": {"tabindex"},
    "div": {"class", "tabindex", "role", "aria-label"},
    "th": {"style"},
    "td": {"style"},
}


@dataclass(frozen=True)
class RenderedPage:
    """A page's title and its HTML, sanitised."""

    title: str
    html: Markup


def address_of(name: str, anchor: str = "") -> str:
    """Where a page of the documentation is read, from the root of the server."""
    return f"{ADDRESS}?page={quote(name)}" + (f"#{anchor}" if anchor else "")


@lru_cache(maxsize=64)
def rendered(name: str) -> RenderedPage:
    """A page of the documentation.

    Raises:
        NotFound: there is none of this name.
    """
    text = documentation.page(name)
    reader = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = reader.parse(text)
    _prepare(tokens, name)
    html = reader.renderer.render(tokens, reader.options, {})
    html = html.replace("<pre>", '<pre tabindex="0">')
    html = html.replace("<table>", f"{_WIDE}<table>").replace("</table>", "</table></div>")
    tags = nh3.ALLOWED_TAGS - {"img"}
    clean = nh3.clean(html, tags=tags, attributes=_ATTRIBUTES, link_rel="noopener")
    return RenderedPage(title_of(name), Markup(clean))


@lru_cache(maxsize=64)
def title_of(name: str) -> str:
    """The first heading of a page."""
    found = re.search(r"^# (.+)$", documentation.page(name), re.MULTILINE)
    return found[1].replace("`", "") if found else name


def slug(heading: str) -> str:
    """The anchor of a heading, as editors and the site make it."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-")


def _prepare(tokens: Sequence[Token], name: str) -> None:
    """Give headings their anchors and links their addresses; let wide blocks be scrolled by key."""
    for at, token in enumerate(tokens):
        if token.type == "heading_open":
            token.attrSet("id", slug(_plain(tokens[at + 1])))
        elif token.type == "fence":
            token.info = ""
        for inside in token.children or ():
            if inside.type == "link_open":
                target = _target(str(inside.attrs["href"]), name)
                inside.attrs = {"href": target} if target else {}


def _plain(inline: Token) -> str:
    return "".join(t.content for t in inline.children or () if t.type in ("text", "code_inline"))


def _target(href: str, name: str) -> str:
    """Where a link leads here; "" for a file of the project that is no page."""
    if href.startswith(("#", *_OUT)):
        return href
    path, _, anchor = href.partition("#")
    there = normpath(join(dirname(name), path))
    return url(address_of(there, anchor)) if there in documentation.pages() else ""
