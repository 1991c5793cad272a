"""Which of the cookies of our name is ours: a neighbouring host name can set one beside it.

A cookie that another site sets for a common parent domain arrives beside ours under the same name,
and nothing in the request tells them apart (RFC 6265, section 8.6). A name that begins with
``__Host-`` is set by our own host alone (RFC 6265bis, section 4.1.3.2); it needs HTTPS and the path
``/``. Elsewhere two good cookies of different people are refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_address

from starlette.types import ASGIApp, Receive, Scope, Send

from tutor.errors import SignedOut
from tutor.services.accounts.identity import COOKIE, Bearer, Identity
from tutor.web.layout.addresses import url

HOST_COOKIE = f"__Host-{COOKIE}"
# In a frame of a learning platform: partitioned, so that it is another one under each platform.
FRAME_COOKIE = "__Host-equipoise_frame"
OURS = (COOKIE, HOST_COOKIE, FRAME_COOKIE)
# In a request's scope: the cookie to give in place of one of the former name; and that there were
# two good ones, of which none was passed on.
MOVED = "equipoise.moved"
TWO = "equipoise.two_cookies"
# That the cookie passed on is the frame's.
FRAMED = "equipoise.framed"


class CookieChoice:
    """Pass on one cookie of our name, under the name that every page reads.

    With ``former`` the cookie is named ``__Host-…``, and signed by ``identity``. A cookie of the
    plain name is then read where there is no such one: it was signed by ``former``, before the
    server used the other name, so no neighbour can have got one since.
    """

    def __init__(self, app: ASGIApp, identity: Identity, former: Identity | None) -> None:
        self._app = app
        self._identity = identity
        self._former = former

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with at most one cookie of our name."""
        if scope["type"] == "http":
            scope = self._with_one(scope)
        await self._app(scope, receive, send)

    def _with_one(self, scope: Scope) -> Scope:
        sent = list(_cookies(scope))
        plain = list(dict.fromkeys(value for name, value in sent if name == COOKIE))
        if self._former is None and len(plain) < 2:
            return scope
        ours = [value for name, value in sent if name == HOST_COOKIE and self._former]
        framed = [value for name, value in sent if name == FRAME_COOKIE and self._former]
        marks: Scope = {}
        if framed and _good(framed[:1], self._identity):
            ours = framed
            marks[FRAMED] = True
        value = ours[0] if ours else ""
        if not ours:
            good = _good(plain, self._former or self._identity)
            if len(good) > 1:
                marks[TWO] = True
            elif good and self._former:
                ((bearer, _),) = good.items()
                value = marks[MOVED] = self._identity.sign(bearer.learner, bearer.epoch)
            elif not self._former:
                value = next(iter([*good.values(), *plain]), "")
        kept = [(name, said) for name, said in scope["headers"] if name != b"cookie"]
        others = [f"{name}={said}" for name, said in sent if name not in OURS]
        one = "; ".join([*others, *([f"{COOKIE}={value}"] if value else [])])
        headers = [*kept, (b"cookie", one.encode("latin-1"))] if one else kept
        return {**scope, "headers": headers, **marks}


def _cookies(scope: Scope) -> Iterator[tuple[str, str]]:
    """Each cookie of a request, by name."""
    for header, said in scope["headers"]:
        if header == b"cookie":
            for one in said.decode("latin-1").split(";"):
                name, _, value = one.partition("=")
                yield name.strip(), value.strip()


def _good(values: list[str], identity: Identity) -> dict[Bearer, str]:
    """Whom the cookies that we have signed name, each with its cookie."""
    found: dict[Bearer, str] = {}
    for value in values:
        try:
            found[identity.bearer(value)] = value
        except SignedOut:
            continue
    return found


def removals(scope: Scope, public_address: str) -> list[str]:
    """``Set-Cookie`` headers that remove every cookie of our name that is not our own.

    A cookie is sent to a page if its path is a beginning of the page's, and its domain an end of
    the host's name; so these can be listed. Ours is bound to the host and stays.
    """
    named = dict(scope["headers"]).get(b"host", b"").decode("latin-1")
    hosts = {_host(named), _host(public_address.partition("//")[2])} - {""}
    domains = sorted({domain for host in hosts for domain in _domains(host)})
    ended = f"{COOKIE}=; Max-Age=0"
    found = []
    for path in _beginnings(url(scope["path"])):
        found += [f"{ended}; Path={path}; Domain={domain}" for domain in domains]
        found += [f"{ended}; Path={path}"] if path != url("/") else []
    return found


def _host(named: str) -> str:
    host = named if named.endswith("]") else named.rpartition(":")[0] or named
    try:
        ip_address(host.strip("[]"))
    except ValueError:
        return host.lower()
    return ""


def _domains(host: str) -> list[str]:
    """The host's name and each of its parents that has a dot."""
    labels = host.split(".")
    return [".".join(labels[start:]) for start in range(len(labels) - 1)]


def _beginnings(path: str) -> list[str]:
    """``/``, ``/a``, ``/a/`` and ``/a/b`` for ``/a/b``."""
    safe = path if path.isascii() and path.isprintable() and ";" not in path else "/"
    slashes = [index for index, letter in enumerate(safe) if letter == "/"]
    ends = {end for index in slashes for end in (index, index + 1)} | {len(safe)}
    return sorted({safe[:end] for end in ends if end})
