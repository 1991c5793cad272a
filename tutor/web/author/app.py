"""The learner's application for one author on one machine, with a panel beside it.

Nobody signs in: whoever asks is the author, under an id that ends with the preview, and cookies of
a real server at this address are left alone. Only requests to a loopback name are answered.
"""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable
from functools import partial
from ipaddress import ip_address
from pathlib import Path

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import (
    FileResponse,
    HTMLResponse,
    JSONResponse,
    RedirectResponse,
    Response,
)
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tutor.errors import EquipoiseError, Misconfigured
from tutor.services.accounts.identity import COOKIE, Identity
from tutor.services.authoring.preview import Preview
from tutor.services.authoring.preview_cases import Author
from tutor.store.database import Database
from tutor.web.app import create_app
from tutor.web.author.panel import Panel

HERE = Path(__file__).parent
NAMES = ("127.0.0.1", "localhost", "[::1]")
PREVIEW_HEAD = """
<link rel="stylesheet" href="/author/preview.css">
<script defer src="/author/preview.js"></script>
"""
FRESH = {"cache-control": "no-store"}


def loopback(host: str) -> str:
    """An address of this machine alone.

    Raises:
        Misconfigured: others could reach it.
    """
    try:
        inside = host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        inside = False
    if not inside:
        raise Misconfigured(
            f"A preview is for its author alone: its panel shows what is true of every patient, so "
            f"it listens on this machine only, not on {host}. Leave --host out, or use 127.0.0.1. "
            "To show the exercise to others, use `equipoise serve --pack`."
        )
    return host


class OneAuthor:
    """Whoever asks is the author, as ``cookie`` names them; no cookie comes in or goes out."""

    def __init__(self, app: ASGIApp, cookie: Callable[[], str]) -> None:
        self._app = app
        self._cookie = cookie

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on as the author's."""
        if scope["type"] == "http":
            kept = [(name, value) for name, value in scope["headers"] if name != b"cookie"]
            cookie = (b"cookie", f"{COOKIE}={self._cookie()}".encode())
            scope = {**scope, "headers": [*kept, cookie]}

        async def without_cookies(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = message.get("headers", ())
                kept = [(name, value) for name, value in headers if name != b"set-cookie"]
                message = {**message, "headers": kept}
            await send(message)

        await self._app(scope, receive, without_cookies)


def create_preview(preview: Preview, database: Database) -> FastAPI:
    """The learner's application over what is previewed, and ``/author/``."""
    identity = Identity(secrets.token_urlsafe(48), days=1)
    app = create_app(database, preview.library, identity, head=PREVIEW_HEAD)
    author = Author(database, preview.library, app.state.services.practice, identity.new_guest)
    panel = Panel(preview, author, app.state.head)
    # Before the learner's pages, whose library takes every address that is left.
    app.router.routes[:0] = _routes(panel)
    app.add_middleware(OneAuthor, cookie=lambda: identity.sign(author.learner))
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=list(NAMES), www_redirect=False)
    return app


def _routes(panel: Panel) -> list[Route]:
    async def show(_: Request) -> Response:
        return HTMLResponse(await run_in_threadpool(panel.page), headers=FRESH)

    async def version(_: Request) -> Response:
        return JSONResponse(panel.version(), headers=FRESH)

    async def open_(request: Request) -> Response:
        form = {key: str(value) for key, value in (await request.form()).items()}
        return await _led(panel, partial(panel.open, form))

    async def again(request: Request) -> Response:
        return await _led(panel, partial(panel.again, request.query_params.get("attempt", "")))

    async def afresh(_: Request) -> Response:
        return await _led(panel, panel.afresh)

    def file(name: str) -> Callable[[Request], Awaitable[Response]]:
        async def answer(_: Request) -> Response:
            return FileResponse(HERE / name)

        return answer

    return [
        Route("/author/", show, methods=["GET"]),
        Route("/author", lambda _: RedirectResponse("/author/"), methods=["GET"]),
        Route("/author/version", version, methods=["GET"]),
        Route("/author/open", open_, methods=["POST"]),
        Route("/author/again", again, methods=["GET"]),
        Route("/author/afresh", afresh, methods=["POST"]),
        *(Route(f"/author/{name}", file(name)) for name in ("preview.js", "preview.css")),
    ]


async def _led(panel: Panel, address: Callable[[], str]) -> Response:
    """On to the address; what a service refuses becomes a sentence on the panel."""
    try:
        return RedirectResponse(await run_in_threadpool(address), status_code=303)
    except EquipoiseError as error:
        return HTMLResponse(panel.page(str(error)), status_code=400, headers=FRESH)
