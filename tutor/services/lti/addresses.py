"""Addresses of learning platforms: of a kind that may be stored, shown and asked."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit

from tutor.errors import BadInput

LONGEST = 1_000


def web_address(field: str, typed: str, local: bool) -> str:
    """An address that begins with ``https://``, as it was typed.

    ``local``: also ``http://`` and this machine or its own network, for a trial.

    Raises:
        BadInput: it is none, is too long, holds a password, or names a private network.
    """
    address = typed.strip()
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise BadInput(field, _NONE) from None
    if len(address) > LONGEST:
        raise BadInput(field, f"Use at most {LONGEST} characters.")
    if not address.isascii() or any(ch <= " " or ch in "\"'<>\\;," for ch in address):
        raise BadInput(field, _NONE)
    if parts.scheme not in (("https", "http") if local else ("https",)) or not host or port == 0:
        raise BadInput(field, _NONE)
    if parts.username is not None or parts.fragment:
        raise BadInput(field, "Leave out names, passwords and anything after “#”.")
    if not local and is_private_name(host):
        raise BadInput(field, "This address is inside a private network. Use the public one.")
    return address


_NONE = "Type a whole address that begins with https://."


def is_private_name(host: str) -> bool:
    """Whether a host's name alone says that it is not on the internet."""
    try:
        return not ip_address(host.strip("[]")).is_global
    except ValueError:
        return host == "localhost" or "." not in host or host.endswith((".localhost", ".local"))


def origin_of(address: str) -> str:
    """Scheme, host and port of an address; empty where it is none."""
    try:
        parts = urlsplit(address)
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return ""
    host = parts.hostname or ""
    if parts.scheme not in ("https", "http") or not host:
        return ""
    shown = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{shown}{port}"
