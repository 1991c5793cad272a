"""Serve below a path, ``/equipoise/``, whether or not the proxy before us takes it away."""

from __future__ import annotations

from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send


class BelowPath:
    """Take the path away from each request's address, where it is still there."""

    def __init__(self, app: ASGIApp, root: str) -> None:
        self._app = app
        self._root = root

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on as if it were for a host name of our own."""
        if scope["type"] == "http":
            path = scope["path"]
            if path == self._root:
                await RedirectResponse(f"{self._root}/")(scope, receive, send)
                return
            if path.startswith(f"{self._root}/"):
                raw = scope.get("raw_path") or path.encode()
                scope = {
                    **scope,
                    "path": path.removeprefix(self._root),
                    "raw_path": raw.removeprefix(self._root.encode()),
                }
        await self._app(scope, receive, send)
