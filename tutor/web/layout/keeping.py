"""What the browser holds already is not sent again.

An element marked ``data-keep="KEY"`` is kept by the page's script, which says with each event the
keys that it holds. In the answer such an element is an empty ``<div data-kept="KEY">``, and the
script puts its own in that place. An encounter that was fetched ahead of its beginning, without an
id, is answered with its id alone.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable

_ATTEMPT = re.compile(r'\bdata-attempt="([^"]*)"')
_KEEP = re.compile(r'<(\w+)\b[^<>]*\bdata-keep="([^"]*)"[^<>]*>')


def without_held(html: str, held: Iterable[str]) -> str:
    """The page without the marked elements whose keys are ``held``; keys are as in the markup."""
    known, pieces, at = set(held), [], 0
    for found in _KEEP.finditer(html) if known else ():
        if found.start() < at or found[2] not in known:
            continue
        pieces += [html[at : found.start()], f'<div data-kept="{found[2]}"></div>']
        at = _end(html, found[1], found.end())
    return "".join([*pieces, html[at:]])


def _end(html: str, tag: str, start: int) -> int:
    """Where the element ends whose start tag ends at ``start``."""
    depth = 1
    for found in re.finditer(rf"<(/?){tag}\b", html[start:]):
        depth += -1 if found[1] else 1
        if depth == 0:
            return html.index(">", start + found.end()) + 1
    raise ValueError(f"A <{tag}> that is to be kept has no end.")


def content_digest(html: str) -> str:
    """A digest of a page's content, whatever id its attempt has."""
    found = _ATTEMPT.search(html)
    plain = html.replace(found[1], "") if found and found[1] else html
    return hashlib.sha256(plain.encode()).hexdigest()[:24]


def without_seen(html: str, seen: str) -> str:
    """The page, or its attempt's id alone where its content is what the browser has ``seen``."""
    found = _ATTEMPT.search(html)
    if not seen or found is None or content_digest(html) != seen:
        return html
    return f'<div data-begun="{found[1]}"></div>'
