"""Which page a request that changes something was sent from: ours, or another's.

A cookie with ``SameSite=Lax`` is still sent from a page on a neighbouring host name
(``evil.example.edu`` to ``tutor.example.edu``), so the cookie alone does not show that a visitor
meant what arrives. The browser says where a request was sent from, and no page can change that.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_HOST = re.compile(rb"(?:[A-Za-z0-9._-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(?::\d{1,5})?")
_DEFAULT_PORTS = {"http": ":80", "https": ":443"}


def is_own(headers: Mapping[bytes, bytes], public_address: str = "") -> bool:
    """Whether a request was sent from a page of our own.

    ``headers`` by lower-case name. With a public address, ``Origin`` must be it. Without one, the
    browser's own ``Sec-Fetch-Site`` decides, which no proxy changes; a browser that does not send
    it (over plain HTTP) says in ``Origin`` the host that it calls in ``Host``.
    """
    origin = headers.get(b"origin", b"").decode("latin-1")
    site = headers.get(b"sec-fetch-site")
    if public_address and origin:
        return plain(origin) == plain(public_address)
    if site is not None:
        return site == b"same-origin"
    scheme, _, host = plain(origin).partition("://")
    named = headers.get(b"host", b"").decode("latin-1")
    return bool(host) and host == plain(f"{scheme}://{named}").partition("://")[2]


def is_opened(headers: Mapping[bytes, bytes], framed: bool = False) -> bool:
    """Whether somebody opens what is asked for, rather than a page of another address by itself.

    A page may begin a set and make its visitor a guest, so it is not for another page's pictures,
    hidden frames or prefetches. A link from anywhere opens it. ``framed`` is whether a registered
    platform shows our pages in frames. Browsers say all this over HTTPS; who says nothing may ask.
    """
    if headers.get(b"sec-purpose", b"").startswith(b"prefetch"):
        return False
    if headers.get(b"sec-fetch-site", b"none") in (b"none", b"same-origin"):
        return True
    shown = (b"document", b"iframe", b"frame") if framed else (b"document",)
    return headers.get(b"sec-fetch-dest") in shown


@lru_cache(maxsize=256)
def is_host(host: bytes) -> bool:
    """Whether ``Host`` is a host name or an address, with or without a port."""
    return _HOST.fullmatch(host) is not None


def plain(origin: str) -> str:
    """An origin in one way of writing: lower case, no default port, no slash at the end."""
    folded = origin.strip().rstrip("/").lower()
    port = _DEFAULT_PORTS.get(folded.partition("://")[0])
    return folded.removesuffix(port) if port else folded
