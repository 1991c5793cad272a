"""Addresses of ours, below the path at which a server is reached.

Everywhere else an address begins with ``/``, as if the server had a host name of its own. Whatever
leaves the server (a link, a redirection, a cookie's path) passes through :func:`url`.
"""

from __future__ import annotations

_root = ""


def serve_below(root: str) -> None:
    """Take ``root`` (``/equipoise``, or empty) as the path before all addresses of this process."""
    global _root
    _root = root


def url(address: str) -> str:
    """An address of ours as browsers know it; any other text stays as it is."""
    return _root + address if address.startswith("/") else address
