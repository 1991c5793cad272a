"""Our one cookie: given to a page's visitor who has none that is good."""

from __future__ import annotations

from collections.abc import Callable

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tutor.errors import SignedOut
from tutor.services.accounts.identity import COOKIE, Identity
from tutor.web.cookie_choice import (
    FRAME_COOKIE,
    FRAMED,
    HOST_COOKIE,
    MOVED,
    TWO,
    removals,
)
from tutor.web.edge.answers import sentence
from tutor.web.edge.origin import SAFE
from tutor.web.layout.addresses import url

NEWCOMER = "equipoise.newcomer"  # in a request's scope: whether it came without our cookie
SESSION = "/session"
TWO_SENT = "Your browser sent two cookies of Equipoise, so we cannot tell who you are. "
TWO_COOKIES = (
    f"{TWO_SENT}A page on a neighbouring address may have set one of them. We have asked your "
    "browser to delete that one. Reload this page. If this message comes back, delete the cookies "
    "of this site in your browser’s settings. You then start afresh, as a new guest, and can sign "
    "in."
)
# Our script shows at most 300 characters of a refusal.
TWO_AT_EVENT = f"{TWO_SENT}We have asked it to delete the one that is not ours. Please try again."


def is_for_host_alone(secure: bool) -> bool:
    """Whether our cookie can have a name that only our own host can set."""
    return secure and url("/") == "/"


def cookie_header(value: str, seconds: int, secure: bool) -> str:
    """The ``Set-Cookie`` header of our one cookie, for the path at which the server is reached."""
    name = HOST_COOKIE if is_for_host_alone(secure) else COOKIE
    parts = [f"{name}={value}", f"Path={url('/')}", f"Max-Age={seconds}", "HttpOnly"]
    return "; ".join([*parts, "SameSite=Lax", *(["Secure"] if secure else [])])


def frame_cookie_header(value: str, seconds: int, secure: bool) -> str:
    """The header of our cookie in a frame of another site, kept apart for each such site.

    Empty where it could not have a name that only our own host can set.
    """
    if not is_for_host_alone(secure):
        return ""
    parts = [f"{FRAME_COOKIE}={value}", "Path=/", f"Max-Age={seconds}", "HttpOnly", "Secure"]
    return "; ".join([*parts, "SameSite=None", "Partitioned"])


def cookie_headers(scope: Scope, value: str, seconds: int, secure: bool) -> list[str]:
    """The ``Set-Cookie`` headers that make a browser's cookie ``value``, wherever it keeps it."""
    headers = [cookie_header(value, seconds, secure), *former_removed(secure)]
    return [*headers, frame_cookie_header(value, seconds, secure)] if scope.get(FRAMED) else headers


def former_removed(secure: bool) -> list[str]:
    """The headers that end a cookie of the name we used before, where ours has another now."""
    return [f"{COOKIE}=; Path=/; Max-Age=0; Secure"] if is_for_host_alone(secure) else []


class GuestCookie:
    """Give a page's visitor a guest cookie, unless theirs is good; renew it after a day.

    The page that is answered is already the new guest's: to it the request carries the cookie.
    Somebody who came with two cookies is told so, as ``page`` (of a message and an address) shows
    it, and loses the one that is not ours. ``guests`` are the addresses of the ``pages`` where a
    visitor becomes a guest.
    """

    def __init__(
        self,
        app: ASGIApp,
        identity: Identity,
        secure: bool,
        guests: frozenset[str],
        pages: frozenset[str],
        page: Callable[[str, str], str],
        public_address: str = "",
    ) -> None:
        self._app = app
        self._identity = identity
        self._secure = secure
        self._guests = guests
        self._pages = pages
        self._page = page
        self._public = public_address

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; add the cookie to both sides where it is needed."""
        refused = self._refusal(scope)
        if refused is not None:
            await refused(scope, receive, send)
            return
        value = self._new_value(scope)
        if value is None:
            await self._app(scope, receive, send)
            return
        headers = [cookie_header(value, self._identity.seconds, self._secure)]
        if scope.get(FRAMED):
            headers.append(frame_cookie_header(value, self._identity.seconds, self._secure))
        kept = [(name, said) for name, said in scope["headers"] if name != b"cookie"]
        as_named = {**scope, "headers": [*kept, (b"cookie", f"{COOKIE}={value}".encode())]}
        as_named[NEWCOMER] = COOKIE not in Request(scope).cookies

        async def with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start":
                for header in headers:
                    MutableHeaders(scope=message).append("set-cookie", header)
            await send(message)

        await self._app(as_named, receive, with_cookie)

    def _refusal(self, scope: Scope) -> Response | None:
        """What somebody with two cookies is told, wherever it matters who they are."""
        if not scope.get(TWO) or scope["path"] == SESSION:
            return None
        path, asked = scope["path"], scope.get("query_string", b"").decode("latin-1")
        if path in self._pages:
            again = f"{path}?{asked}" if asked else path
            answer: Response = HTMLResponse(self._page(TWO_COOKIES, again), 409)
            answer.headers["cache-control"] = "no-store"
        elif scope["method"] not in SAFE or path.startswith("/download/"):
            answer = sentence(409, TWO_AT_EVENT)
        else:
            return None
        for header in removals(scope, self._public):
            answer.headers.append("set-cookie", header)
        return answer

    def _new_value(self, scope: Scope) -> str | None:
        """What the cookie is to be from now on; None where it stays as it is."""
        if scope["type"] != "http" or scope["method"] != "GET":
            return None
        if MOVED in scope and scope["path"] in self._pages:
            return str(scope[MOVED])
        if scope["path"] not in self._guests:
            return None
        cookie = Request(scope).cookies.get(COOKIE)
        try:
            return self._identity.renewed(cookie)
        except SignedOut:
            return self._identity.sign(self._identity.new_guest())
