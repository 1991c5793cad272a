"""Short answers of the edge: a sentence and a status."""

from __future__ import annotations

from starlette.responses import PlainTextResponse, Response

ELSEWHERE = (
    "This request came from a page at another address, so nothing was changed. "
    "Open Equipoise at its own address and try again."
)
NOT_OPENED = (
    "A page at another address asked for this in the background, so nothing was begun. "
    "Open Equipoise at its own address."
)
UNMEASURED = "Say in Content-Length how long the request is, then send it again."
NO_HOST = "Say in Host by which name you call this server, then send the request again."
NOWHERE = "There is no page at this address."


def sentence(status: int, text: str, **headers: str) -> Response:
    """A sentence for whoever asks; underscores in a header's name become hyphens."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return PlainTextResponse(text, status, headers={"cache-control": "no-store", **named})
