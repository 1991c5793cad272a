"""The web application: FastAPI, a page at each address, one Gradio application for their events."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from fastapi import FastAPI, Request
from fastapi.exception_handlers import http_exception_handler
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.routing import Route

from tutor.errors import SignedOut
from tutor.services.accounts.identity import COOKIE, Identity
from tutor.services.doctor.server_check import Examination
from tutor.services.encounters.library import Library
from tutor.services.lti.side import WITHOUT_LTI, LtiSide
from tutor.services.mail.outbox import NO_MAIL, Outbox
from tutor.services.services import Services
from tutor.store.database import Database
from tutor.web.account.signin import safe_address
from tutor.web.below_path import BelowPath
from tutor.web.compression import Compressed
from tutor.web.cookie_choice import CookieChoice
from tutor.web.cookies import (
    SESSION,
    GuestCookie,
    cookie_headers,
    is_for_host_alone,
)
from tutor.web.documentation.page import documentation_route
from tutor.web.downloads import add_downloads
from tutor.web.edge.body import typed_form
from tutor.web.edge.metrics import Metrics
from tutor.web.edge.middleware import Edge
from tutor.web.edge.options import DIRECT, EdgeOptions
from tutor.web.encounter.pictures import add_pictures
from tutor.web.instructor.join_qr import add_join_qr
from tutor.web.layout import notices
from tutor.web.layout.addresses import serve_below, url
from tutor.web.layout.assets import Files
from tutor.web.layout.gradio_loader import ROOT, mount, told_to_browsers
from tutor.web.layout.page import Frame, Pages
from tutor.web.layout.page_sections import Room
from tutor.web.layout.templating import whole_page
from tutor.web.lti.joining import FOREIGN, lti_routes
from tutor.web.monitoring import monitoring_routes
from tutor.web.routes import rooms
from tutor.web.static_files import static_routes

# Where a visitor becomes a guest: everywhere but at the desk, which is for those who sign in.
FOR_GUESTS = frozenset({"/", "/encounter/", "/record/", "/my/", "/signin/"})


def create_app(
    database: Database,
    library: Library,
    identity: Identity,
    secure_cookies: bool = False,
    head: str = "",
    root: str = "",
    edge: EdgeOptions = DIRECT,
    outbox: Outbox = NO_MAIL,
    examination: Examination = tuple,
    lti: LtiSide = WITHOUT_LTI,
) -> FastAPI:
    """Put the pages together.

    ``head`` stands in the head of each, after our own; ``root`` is the path before all addresses
    (``/equipoise``) where the server has no host name of its own; ``edge`` says how it is
    reached; an open ``outbox`` keeps what is to be told by e-mail; ``examination`` looks whether
    the machine is ready for a class; ``lti`` speaks with learning platforms.
    """
    serve_below(root)
    former = identity if is_for_host_alone(secure_cookies) else None
    identity = identity.for_host() if former else identity
    services = Services(
        database,
        library,
        identity,
        outbox=outbox,
        examination=examination,
        probe=lti.probe,
        local_platforms=lti.local,
    )
    app = FastAPI(
        title="Equipoise", docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False
    )
    app.state.services = services
    together = database.together if database.is_file else None
    pages = Pages(rooms(services), services.access, together, services.questions.news)
    files = Files(told_to_browsers(mount(app, pages.events()), url(ROOT)))
    heads = f"{files.head()}\n{head}"
    newcomers_head = f"{files.head(to_newcomer=True)}\n{head}"
    frame = Frame(heads, newcomers_head, files.address("equipoise.js"))
    app.state.head = heads
    app.router.routes[:0] = [*static_routes(files), documentation_route(heads)]
    for room in pages.rooms:
        app.router.routes += _routes_of(room, pages, frame)
    add_session(app, identity, secure_cookies, heads)
    add_downloads(app, services, heads)
    add_pictures(app, services)
    add_join_qr(app, services, edge.public_address)
    app.router.routes += lti_routes(lti, services, identity, secure_cookies, edge, heads)
    metrics = Metrics()
    app.router.routes += monitoring_routes(database, library, metrics, edge.metrics_token)
    app.add_exception_handler(404, _nowhere(heads))
    app.add_exception_handler(ClientDisconnect, _gone)
    app.add_middleware(
        GuestCookie,
        identity=identity,
        secure=secure_cookies,
        guests=FOR_GUESTS,
        pages=frozenset(room.address for room in pages.rooms),
        page=lambda message, again: notices.nowhere(heads, message, again, "Reload this page"),
        public_address=edge.public_address,
    )
    app.add_middleware(Compressed)
    app.add_middleware(
        Edge,
        options=edge,
        routes=lambda: app.routes,
        page=whole_page("", "", "", "", ""),
        nowhere=notices.nowhere(heads),
        identity=identity,
        metrics=metrics,
        is_staff=services.access.is_staff,
        foreign=FOREIGN,
        platforms=services.platforms.origins,
    )
    app.add_middleware(CookieChoice, identity=identity, former=former)
    if root:
        app.add_middleware(BelowPath, root=root)
    return app


def _routes_of(room: Room, pages: Pages, frame: Frame) -> list[Route]:
    async def first(request: Request) -> Response:
        return await pages.first(room, request, frame)

    async def slashed(request: Request) -> Response:
        asked = f"?{request.url.query}" if request.url.query else ""
        return RedirectResponse(url(room.address) + asked)

    def fetched(name: str) -> Callable[[Request], Awaitable[Response]]:
        async def ahead(request: Request) -> Response:
            return await pages.ahead(room, name, request)

        return ahead

    routes = [Route(room.address, first, methods=["GET", "HEAD"])]
    routes += [Route(room.address + name, fetched(name), methods=["GET"]) for name in room.ahead]
    return routes + ([Route(room.path, slashed)] if room.path else [])


def add_session(app: FastAPI, identity: Identity, secure: bool, head: str) -> None:
    """``/session``: with a ticket the account's cookie, without one a new guest's.

    It is sent, not asked for: a link on another's page must not change who a visitor is.
    """

    @app.post(SESSION, include_in_schema=False)
    async def session(request: Request) -> Response:
        form = await typed_form(request)
        ticket = form.get("ticket", "")
        try:
            value = (
                identity.redeem(ticket, request.cookies.get(COOKIE))
                if ticket
                else identity.sign(identity.new_guest())
            )
        except SignedOut as error:
            return HTMLResponse(notices.nowhere(head, str(error), "/signin/", "Sign in"), 403)
        after = url(safe_address(form.get("next", "/")) if ticket else "/")
        answer = RedirectResponse(after, status_code=303)
        for header in cookie_headers(request.scope, value, identity.seconds, secure):
            answer.headers.append("set-cookie", header)
        return answer


async def _gone(request: Request, error: Exception) -> Response:
    """A client that left before its form had come: nobody hears the answer."""
    return Response(status_code=400)


def _nowhere(head: str) -> Callable[[Request, Exception], Awaitable[Response]]:
    async def nowhere(request: Request, error: Exception) -> Response:
        """Not found: a page for a person, the usual answer for a program."""
        assert isinstance(error, HTTPException)
        if "text/html" in request.headers.get("accept", ""):
            return HTMLResponse(notices.nowhere(head), status_code=404)
        return await http_exception_handler(request, error)

    return nowhere
