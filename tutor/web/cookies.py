"""Our one cookie: given to a page's visitor who has none that is good."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tutor.errors import SignedOut
from tutor.services.identity import COOKIE, Identity
from tutor.web.layout.addresses import url

NEWCOMER = "equipoise.newcomer"  # in a request's scope: whether it came without our cookie


def cookie_header(value: str, seconds: int, secure: bool) -> str:
    """The ``Set-Cookie`` header of our one cookie, for the path at which the server is reached."""
    parts = [f"{COOKIE}={value}", f"Path={url('/')}", f"Max-Age={seconds}", "HttpOnly"]
    return "; ".join([*parts, "SameSite=Lax", *(["Secure"] if secure else [])])


class GuestCookie:
    """Give a page's visitor a guest cookie, unless theirs is good; renew it after a day.

    The page that is answered is already the new guest's: to it the request carries the cookie.
    """

    def __init__(
        self, app: ASGIApp, identity: Identity, secure: bool, addresses: frozenset[str]
    ) -> None:
        self._app = app
        self._identity = identity
        self._secure = secure
        self._addresses = addresses

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; add the cookie to both sides where it is needed."""
        value = self._new_value(scope)
        if value is None:
            await self._app(scope, receive, send)
            return
        header = cookie_header(value, self._identity.seconds, self._secure)
        kept = [(name, said) for name, said in scope["headers"] if name != b"cookie"]
        as_named = {**scope, "headers": [*kept, (b"cookie", f"{COOKIE}={value}".encode())]}
        as_named[NEWCOMER] = COOKIE not in Request(scope).cookies

        async def with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).append("set-cookie", header)
            await send(message)

        await self._app(as_named, receive, with_cookie)

    def _new_value(self, scope: Scope) -> str | None:
        """What the cookie is to be from now on; None where it stays as it is."""
        if scope["type"] != "http" or scope["method"] != "GET":
            return None
        if scope["path"] not in self._addresses:
            return None
        cookie = Request(scope).cookies.get(COOKIE)
        try:
            return self._identity.renewed(cookie)
        except SignedOut:
            return self._identity.sign(self._identity.new_guest())
