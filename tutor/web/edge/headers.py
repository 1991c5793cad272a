"""What every answer tells the browser to refuse on our behalf."""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
from collections.abc import Callable, Iterable

from starlette.types import Message, Send

from tutor.web.edge.frames import Frames
from tutor.web.edge.options import EdgeOptions

_INLINE = re.compile(r"<script>(.*?)</script>", re.DOTALL)
_YEAR = 31_536_000
SENSORS = ("accelerometer", "camera", "geolocation", "gyroscope", "microphone", "payment", "usb")
RawHeaders = list[tuple[bytes, bytes]]


def inline_hashes(page: str) -> list[str]:
    """The sources that allow exactly the inline scripts of a page."""
    digests = (hashlib.sha256(script.encode()).digest() for script in _INLINE.findall(page))
    return [f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests]


def content_security_policy(
    scripts: Iterable[str], framed_by: Iterable[str], form_to: str = ""
) -> str:
    """The policy of our pages; ``scripts`` are sources besides our own files.

    ``form_to`` is another origin to which a form of the page goes.

    Gradio and our charts set ``style`` attributes, so styles may stand in a page. Scripts may not,
    and no text becomes a script (``eval``).
    """
    return "; ".join(
        [
            "default-src 'none'",
            " ".join(["script-src 'self'", *scripts]),
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self'",
            "connect-src 'self'",
            "base-uri 'none'",
            f"form-action 'self' {form_to}".rstrip(),
            " ".join(["frame-ancestors 'self'", *framed_by]),
        ]
    )


class SecurityHeaders:
    """The headers of every answer, prepared once; what an answer says itself is left as it is.

    ``frames`` says which other sites may show our pages in a frame now.
    """

    def __init__(self, options: EdgeOptions, page: str, frames: Frames) -> None:
        self._scripts = inline_hashes(page)
        self._frames = frames
        # Which server answered, by a name that says nothing of its address.
        self._server = secrets.token_hex(4)
        self._prepared: tuple[tuple[str, ...], RawHeaders, RawHeaders] | None = None
        self._always_secure = options.public_address.startswith("https:")

    def _made(self) -> tuple[RawHeaders, RawHeaders]:
        origins = self._frames.origins
        if self._prepared is None or self._prepared[0] != origins:
            policy = content_security_policy(self._scripts, origins)
            plain = _headers(policy, bool(origins), self._server)
            transport = (b"strict-transport-security", b"max-age=%d" % _YEAR)
            self._prepared = origins, plain, [*plain, transport]
        return self._prepared[1:]

    def around(self, send: Send, scheme: str, told: Callable[[int], None]) -> Send:
        """``send``, with the headers on the start of the answer, whose status is told."""
        plain, secure = self._made()
        ours = secure if self._always_secure or scheme == "https" else plain

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                told(message["status"])
                theirs = message.get("headers", ())
                named = {name for name, _ in theirs}
                missing = [header for header in ours if header[0] not in named]
                message = {**message, "headers": [*theirs, *missing]}
            await send(message)

        return with_headers


def _headers(policy: str, in_frames: bool, server: str) -> RawHeaders:
    plain = {
        "content-security-policy": policy,
        "x-content-type-options": "nosniff",
        "referrer-policy": "same-origin",
        "permissions-policy": ", ".join(f"{sensor}=()" for sensor in SENSORS),
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        "cache-control": "no-store",
        "x-served-by": server,
    }
    if not in_frames:
        plain["x-frame-options"] = "SAMEORIGIN"
    return [(k.encode(), v.encode()) for k, v in plain.items()]
