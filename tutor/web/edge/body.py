"""How much a request may send: three megabytes; twelve for a file of somebody signed in."""

from __future__ import annotations

from collections.abc import Callable, Mapping

MEGABYTE = 1_000_000
USUAL, LISTS = 3 * MEGABYTE, 12 * MEGABYTE
LISTS_AT = ("/run/act", "/download/grades")


def too_large(path: str, headers: Mapping[bytes, bytes], signed_in: Callable[[], bool]) -> str:
    """Why a request is not read, or an empty text. It is refused before its body is read.

    ``signed_in`` is asked only about what is large.
    """
    said = headers.get(b"content-length", b"0")
    length = int(said) if said.isdigit() else LISTS + 1
    if length <= USUAL:
        return ""
    most = LISTS if path.endswith(LISTS_AT) and signed_in() else USUAL
    if length <= most:
        return ""
    return f"This is larger than {most // MEGABYTE} MB, so it was not read. Send less at once."
