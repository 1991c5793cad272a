"""The edge of the application: what is refused before any page hears of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from tutor.errors import SignedOut, Unavailable
from tutor.services.accounts.identity import COOKIE, Identity
from tutor.services.accounts.throttle import network_of
from tutor.web.edge.allow_list import allow_list
from tutor.web.edge.answers import (
    ELSEWHERE,
    NO_HOST,
    NOT_OPENED,
    NOWHERE,
    UNMEASURED,
    sentence,
)
from tutor.web.edge.body import LISTS, USUAL, length_of, may_be_file, too_large
from tutor.web.edge.frames import Frames, Platforms
from tutor.web.edge.headers import SecurityHeaders
from tutor.web.edge.metrics import Metrics
from tutor.web.edge.options import EdgeOptions
from tutor.web.edge.origin import SAFE, is_host, is_opened, is_own
from tutor.web.edge.pace import JUDGMENT, HumanPace, Judgment

COMMIT = "/run/commit"
ALIVE = "/healthz"  # answers whatever the database does
# Gradio would build addresses from them, whoever wrote them.
UNBELIEVED = frozenset({b"x-forwarded-host", b"x-gradio-server", b"x-forwarded-prefix"})


class Edge:
    """Refuse what no page of ours sends; tell browsers what to refuse.

    ``routes`` are read at the first request, when all are there. ``page`` is an empty page, for
    its inline script; ``nowhere`` the page for an address that leads nowhere.
    ``is_staff`` says whether a cookie is of somebody who teaches; it may wait for the database,
    as may ``platforms``, the origins of registered learning platforms. To ``foreign`` addresses
    pages of other sites send people.
    """

    def __init__(
        self,
        app: ASGIApp,
        options: EdgeOptions,
        routes: Callable[[], Iterable[BaseRoute]],
        page: str,
        nowhere: str,
        identity: Identity,
        metrics: Metrics,
        is_staff: Callable[[str], bool] = lambda _: False,
        foreign: frozenset[str] = frozenset(),
        platforms: Platforms | None = None,
    ) -> None:
        self._app = app
        self._public = options.public_address
        self._foreign = foreign
        self._frames = Frames(options.framed_by, platforms)
        self._addresses = allow_list(routes())
        self._headers = SecurityHeaders(options, page, self._frames)
        self._nowhere = nowhere
        self._identity = identity
        self._metrics = metrics
        self._is_staff = is_staff
        self._pace = HumanPace(options.per_minute) if options.per_minute else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            await send({"type": "websocket.close"})
            return
        path, began = scope["path"], time.perf_counter()

        def counted(status: int) -> None:
            known = self._addresses.methods(path) is not None
            self._metrics.answered(path, known, status, time.perf_counter() - began)

        if path != ALIVE:
            await self._frames.refresh()
        answer = await self._refusal(scope) or self._app
        if any(name in UNBELIEVED for name, _ in scope["headers"]):
            kept = [header for header in scope["headers"] if header[0] not in UNBELIEVED]
            scope = {**scope, "headers": kept}
        try:
            await answer(scope, receive, self._headers.around(send, scope["scheme"], counted))
        finally:
            judgment = scope.get(JUDGMENT)
            if self._pace and judgment and not judgment.stored:
                self._pace.give_back(judgment.learner, judgment.address)

    async def _refusal(self, scope: Scope) -> Response | None:
        headers = dict(scope["headers"])
        if not is_host(headers.get(b"host", b"")):
            return sentence(400, NO_HOST, connection="close")
        methods = self._addresses.methods(scope["path"])
        if methods is None:
            if b"text/html" in headers.get(b"accept", b""):
                return HTMLResponse(self._nowhere, 404)
            return sentence(404, NOWHERE)
        method = scope["method"]
        if method not in methods:
            return sentence(405, f"This address takes {' and '.join(sorted(methods))} only.")
        if method in SAFE:
            is_meant = is_opened(headers, bool(self._frames.origins))
            return None if is_meant or scope["path"] in self._foreign else sentence(403, NOT_OPENED)
        if scope["path"] not in self._foreign and not is_own(headers, self._public):
            return sentence(403, ELSEWHERE)
        if b"transfer-encoding" in headers:
            return sentence(411, UNMEASURED, connection="close")
        length = length_of(headers)
        is_file = may_be_file(scope["path"], length) and await self._teaches(Request(scope))
        large = too_large(length, LISTS if is_file else USUAL)
        if large:
            return sentence(413, large, connection="close")
        if self._pace and scope["path"].endswith(COMMIT):
            who = self._learner(Request(scope)), network_of((scope["client"] or [""])[0])
            hasty = self._pace.too_fast(*who)
            if hasty:
                return sentence(429, hasty)
            scope[JUDGMENT] = Judgment(*who)
        return None

    def _learner(self, request: Request) -> str:
        try:
            return self._identity.read(request.cookies.get(COOKIE))
        except SignedOut:
            return ""

    async def _teaches(self, request: Request) -> bool:
        """Whether the sender teaches in a class; no guest's cookie costs a look into the store."""
        cookie = request.cookies.get(COOKIE, "")
        try:
            if self._identity.bearer(cookie).epoch is None:
                return False
        except SignedOut:
            return False
        try:
            return await to_thread.run_sync(self._is_staff, cookie)
        except Unavailable:
            return False
