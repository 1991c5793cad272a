"""Compress what is sent, as far as the browser that asks can read it.

A page mixes what a caller chose (an address, what was typed) with what is theirs, but holds no
secret token that its length could betray byte by byte (BREACH): who asks is in the cookie, and what
a stage hides is not in the page at all.
"""

from __future__ import annotations

import gzip
import re

import brotli
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SMALLEST = 860  # bytes; below, a packet is sent either way
QUICK, THOROUGH = 4, 9
_WORTH_IT = re.compile(r"text/|application/(json|javascript)|image/svg")


def coding_for(accepted: str) -> str:
    """The content coding for an ``Accept-Encoding``: ``br``, ``gzip``, or none."""
    names = {}
    for part in accepted.lower().split(","):
        name, _, quality = part.partition(";")
        names[name.strip()] = quality.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return next((coding for coding in ("br", "gzip") if names.get(coding)), "")


def compress(body: bytes, coding: str, level: int = QUICK) -> bytes:
    """The body in a coding that :func:`coding_for` chose."""
    if coding == "br":
        return bytes(brotli.compress(body, quality=level))
    return gzip.compress(body, level, mtime=0) if coding == "gzip" else body


class Compressed:
    """Compress each answer that comes whole; what comes in pieces passes as it is."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        coding = ""
        if scope["type"] == "http":
            coding = coding_for(Headers(scope=scope).get("accept-encoding", ""))
        if not coding:
            await self._app(scope, receive, send)
            return
        await self._app(scope, receive, _Whole(send, coding))


class _Whole:
    """Holds the start of an answer until its body says whether it comes whole."""

    def __init__(self, send: Send, coding: str) -> None:
        self._send = send
        self._coding = coding
        self._start: Message | None = None

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._start = message
            return
        start, self._start = self._start, None
        if start is not None:
            body = message.get("body", b"")
            if not message.get("more_body") and _worth_it(start, body):
                body = compress(body, self._coding)
                message = {**message, "body": body}
                headers = MutableHeaders(raw=list(start["headers"]))
                headers["content-encoding"] = self._coding
                headers["content-length"] = str(len(body))
                headers.add_vary_header("accept-encoding")
                start = {**start, "headers": headers.raw}
            await self._send(start)
        await self._send(message)


def _worth_it(start: Message, body: bytes) -> bool:
    headers = Headers(raw=start["headers"])
    return (
        len(body) >= SMALLEST
        and "content-encoding" not in headers
        and _WORTH_IT.match(headers.get("content-type", "")) is not None
    )
