"""What every answer tells the browser to refuse on our behalf."""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
from collections.abc import Callable, Iterable

from starlette.types import Message, Send

from tutor.web.edge.options import EdgeOptions

_INLINE = re.compile(r"<script>(.*?)</script>", re.DOTALL)
_YEAR = 31_536_000
SENSORS = ("accelerometer", "camera", "geolocation", "gyroscope", "microphone", "payment", "usb")
RawHeaders = list[tuple[bytes, bytes]]


def inline_hashes(page: str) -> list[str]:
    """The sources that allow exactly the inline scripts of a page."""
    digests = (hashlib.sha256(script.encode()).digest() for script in _INLINE.findall(page))
    return [f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests]


def content_security_policy(scripts: Iterable[str], framed_by: Iterable[str]) -> str:
    """The policy of our pages; ``scripts`` are sources besides our own files.

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
            "form-action 'self'",
            " ".join(["frame-ancestors 'self'", *framed_by]),
        ]
    )


class SecurityHeaders:
    """The headers of every answer, prepared once; what an answer says itself is left as it is."""

    def __init__(self, options: EdgeOptions, page: str) -> None:
        policy = content_security_policy(inline_hashes(page), options.framed_by)
        plain = {
            "content-security-policy": policy,
            "x-content-type-options": "nosniff",
            "referrer-policy": "same-origin",
            "permissions-policy": ", ".join(f"{sensor}=()" for sensor in SENSORS),
            "cross-origin-opener-policy": "same-origin",
            "cross-origin-resource-policy": "same-origin",
            "cache-control": "no-store",
            # Which server answered, by a name that says nothing of its address.
            "x-served-by": secrets.token_hex(4),
        }
        if not options.framed_by:
            plain["x-frame-options"] = "SAMEORIGIN"
        self._plain: RawHeaders = [(k.encode(), v.encode()) for k, v in plain.items()]
        transport = (b"strict-transport-security", b"max-age=%d" % _YEAR)
        self._secure = [*self._plain, transport]
        self._always_secure = options.public_address.startswith("https:")

    def around(self, send: Send, scheme: str, told: Callable[[int], None]) -> Send:
        """``send``, with the headers on the start of the answer, whose status is told."""
        ours = self._secure if self._always_secure or scheme == "https" else self._plain

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                told(message["status"])
                theirs = message.get("headers", ())
                named = {name for name, _ in theirs}
                missing = [header for header in ours if header[0] not in named]
                message = {**message, "headers": [*theirs, *missing]}
            await send(message)

        return with_headers
