"""How much a request may send: 256 kB; 12 MB for a file of somebody who teaches in a class.

And of what shape: an event's JSON is counted through before it is parsed, so that no caller makes
a server build a million lists.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial
from urllib.parse import parse_qsl

from anyio import to_thread
from starlette.exceptions import HTTPException
from starlette.requests import Request

USUAL, LISTS = 256_000, 12_000_000
LISTS_AT = ("/run/act", "/download/grades")
MOST_ELEMENTS, DEEPEST = 5_000, 8
MOST_FIELDS = 100
# A whole string, or what gives JSON its shape. A quote by itself begins a string without an end.
_SHAPE = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"|["\[\]{},:]', re.DOTALL)


def length_of(headers: Mapping[bytes, bytes]) -> int:
    """How many bytes a request says it sends; more than anybody may where it says no number."""
    said = headers.get(b"content-length", b"0")
    return int(said) if said.isdigit() and len(said) < 20 else LISTS + 1


def may_be_file(path: str, length: int) -> bool:
    """Whether a body is too large for a form, and of a size and at an address that files have."""
    return USUAL < length <= LISTS and path.endswith(LISTS_AT)


def too_large(length: int, most: int) -> str:
    """Why a request is not read, or an empty text. It is refused before its body is read."""
    if length <= most:
        return ""
    said = "256 kB" if most == USUAL else "12 MB"
    return f"This is larger than {said}, so it was not read. Send less at once."


def is_modest(body: bytes) -> bool:
    """Whether JSON is neither deep nor of many elements; its strings may be long."""
    depth = elements = 0
    for found in _SHAPE.finditer(body):
        match body[found.start()]:
            case 0x5B | 0x7B:  # [ {
                depth += 1
                elements += 1
            case 0x5D | 0x7D:  # ] }
                depth -= 1
            case 0x22:
                if found.end() == found.start() + 1:
                    return False
                continue
            case _:
                elements += 1
        if depth > DEEPEST or elements > MOST_ELEMENTS:
            return False
    return True


async def typed_form(request: Request) -> dict[str, str]:
    """The fields of a form that a browser sends by itself; of two of one name, the last.

    Raises:
        HTTPException: there are too many. ClientDisconnect: the client has gone.
    """
    body = await request.body()
    parse = partial(
        parse_qsl, body.decode(errors="replace"), keep_blank_values=True, max_num_fields=MOST_FIELDS
    )
    try:
        return dict(parse() if len(body) <= USUAL else await to_thread.run_sync(parse))
    except ValueError:
        raise HTTPException(400, "This form has too many fields.") from None
