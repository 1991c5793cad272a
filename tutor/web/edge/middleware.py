"""The edge of the application: what is refused before any page hears of it."""

from __future__ import annotations

from starlette.types import ASGIApp, Receive, Scope, Send

from tutor.web.edge.answers import ELSEWHERE, sentence
from tutor.web.edge.options import EdgeOptions
from tutor.web.edge.origin import SAFE, is_own


class Edge:
    """Refuse what no page of ours sends."""

    def __init__(self, app: ASGIApp, options: EdgeOptions) -> None:
        self._app = app
        self._options = options

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it with a sentence."""
        if (
            scope["type"] == "http"
            and scope["method"] not in SAFE
            and not is_own(dict(scope["headers"]), self._options.public_address)
        ):
            await sentence(403, ELSEWHERE)(scope, receive, send)
            return
        await self._app(scope, receive, send)
