"""The web application: FastAPI, one small Gradio page at each address, our own static files."""

from __future__ import annotations

from http.cookies import SimpleCookie

from fastapi import FastAPI, Request
from fastapi.exception_handlers import http_exception_handler
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse, Response
from fastapi.staticfiles import StaticFiles
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.routing import Mount
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tutor.errors import SignedOut
from tutor.services.house import House
from tutor.services.identity import COOKIE, Identity
from tutor.services.library import Library
from tutor.store.database import Database
from tutor.web.account.signin import safe_address
from tutor.web.downloads import add_downloads
from tutor.web.encounter.page import encounter_page
from tutor.web.encounter.pictures import add_pictures
from tutor.web.layout import notices
from tutor.web.layout.assets import STATIC, STYLE
from tutor.web.layout.gradio_loader import gr
from tutor.web.layout.page_sections import blocks_of
from tutor.web.layout.theme import theme
from tutor.web.learner.library import library_page
from tutor.web.learner.record import record_page
from tutor.web.routes import rooms

SESSIONS_KEPT = 100
# SQLite writes one at a time, so more threads only wait for its lock and for each other: with
# Gradio's forty, a commitment took fifty times as long under 32 learners as with one.
THREADS = 1
HEAD = """
<link rel="preload" href="/static-equipoise/source-sans-3.woff2"
  as="font" type="font/woff2" crossorigin>
<link rel="stylesheet" href="/static-equipoise/equipoise.css">
<link rel="icon" href="/static-equipoise/icon.svg" type="image/svg+xml">
<meta name="color-scheme" content="light dark">
"""
PAGE_PATHS = ("/", "/encounter/", "/record/", "/my/", "/signin/")


def cookie_header(value: str, seconds: int, secure: bool) -> str:
    """The ``Set-Cookie`` header of our one cookie."""
    parts = [f"{COOKIE}={value}", "Path=/", f"Max-Age={seconds}", "HttpOnly", "SameSite=Lax"]
    return "; ".join([*parts, "Secure"] if secure else parts)


class GuestCookie:
    """Give a page's visitor a guest cookie, unless theirs is good."""

    def __init__(self, app: ASGIApp, identity: Identity, secure: bool) -> None:
        self._app = app
        self._identity = identity
        self._secure = secure

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; add the cookie to the answer where it is needed."""
        if not self._needed(scope):
            await self._app(scope, receive, send)
            return
        cookie = self._cookie()

        async def with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).append("set-cookie", cookie)
            await send(message)

        await self._app(scope, receive, with_cookie)

    def _needed(self, scope: Scope) -> bool:
        if scope["type"] != "http" or scope["method"] != "GET" or scope["path"] not in PAGE_PATHS:
            return False
        sent = SimpleCookie(dict(scope["headers"]).get(b"cookie", b"").decode("latin-1"))
        try:
            self._identity.read(sent[COOKIE].value if COOKIE in sent else None)
        except SignedOut:
            return True
        return False

    def _cookie(self) -> str:
        value = self._identity.sign(self._identity.new_guest())
        return cookie_header(value, self._identity.seconds, self._secure)


def create_app(
    database: Database,
    library: Library,
    identity: Identity,
    secure_cookies: bool = False,
    head: str = HEAD,
) -> FastAPI:
    """Put the pages together; ``head`` stands in the head of each."""
    house = House(database, library, identity)
    app = FastAPI(title="Equipoise", docs_url=None, redoc_url=None, openapi_url=None)
    app.add_middleware(GuestCookie, identity=identity, secure=secure_cookies)
    app.state.house = house
    together = database.together if database.is_file else None
    # Routes are tried in turn, so what is asked for at every step of an encounter stands first.
    pages_first = {
        "/encounter": encounter_page(house.access, house.practice, house.coursework, together),
        "/record": record_page(house.access, house.record),
        **{room.path: blocks_of(room, house.access) for room in rooms(house)},
    }
    for path, blocks in pages_first.items():
        _mount(app, blocks, path, head)

    @app.get("/static-equipoise/equipoise.css", include_in_schema=False)
    def style() -> Response:
        return Response(STYLE, media_type="text/css")

    app.mount("/static-equipoise", StaticFiles(directory=STATIC))

    @app.get("/favicon.ico", include_in_schema=False)
    def icon() -> FileResponse:
        return FileResponse(STATIC / "icon.svg", media_type="image/svg+xml")

    add_session(app, identity, secure_cookies)
    add_downloads(app, house, HEAD)
    add_pictures(app, house)
    _mount(app, library_page(house.access, house.record), "/", head)
    for part in (app, *(route.app for route in app.routes if isinstance(route, Mount))):
        if isinstance(part, FastAPI):
            part.add_exception_handler(404, _nowhere)
    return app


def add_session(app: FastAPI, identity: Identity, secure: bool) -> None:
    """``/session``: with a ticket the account's cookie, without one a new guest's."""

    @app.get("/session", include_in_schema=False)
    def session(request: Request, ticket: str = "", next: str = "/") -> Response:
        try:
            value = (
                identity.redeem(ticket, request.cookies.get(COOKIE))
                if ticket
                else identity.sign(identity.new_guest())
            )
        except SignedOut as error:
            return HTMLResponse(notices.nowhere(HEAD, str(error), "/signin/", "Sign in"), 403)
        answer = RedirectResponse(safe_address(next) if ticket else "/", status_code=303)
        answer.headers.append("set-cookie", cookie_header(value, identity.seconds, secure))
        return answer


async def _nowhere(request: Request, error: Exception) -> Response:
    """Not found: a page for a person, the usual answer for a program."""
    assert isinstance(error, HTTPException)
    if "text/html" in request.headers.get("accept", ""):
        return HTMLResponse(notices.nowhere(HEAD), status_code=404)
    return await http_exception_handler(request, error)


def _mount(app: FastAPI, blocks: gr.Blocks, path: str, head: str) -> None:
    # Every page load is a Gradio session; ours hold nothing, so few are kept.
    blocks.state_session_capacity = SESSIONS_KEPT
    blocks.max_threads = THREADS
    gr.mount_gradio_app(
        app,
        blocks,
        path=path,
        theme=theme(),
        head=head,
        footer_links=[],
        run_history=False,
        show_error=False,
        ssr_mode=False,
    )
    mounted = app.routes[-1]
    assert isinstance(mounted, Mount)
    blocks.app = mounted.app
