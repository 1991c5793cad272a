"""The addresses below ``/lti/``, to which learning platforms send people and requests."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import (
    HTMLResponse,
    JSONResponse,
    PlainTextResponse,
    RedirectResponse,
    Response,
)
from starlette.routing import Route

from tutor.errors import BadInput, EquipoiseError, LaunchRefused, Unavailable
from tutor.lti import claims as c
from tutor.lti import deep_linking, registration
from tutor.lti import state as states
from tutor.lti.configuration import configuration
from tutor.lti.fetching import Fetcher
from tutor.lti.key_sets import KeySets
from tutor.lti.keys import Keys
from tutor.lti.state import State
from tutor.lti.storage_script import CLOSE_SCRIPT, RETURN_SCRIPT, SCRIPT
from tutor.lti.tokens import verified
from tutor.services.accounts.identity import COOKIE
from tutor.services.lti.addresses import origin_of
from tutor.services.lti.deep_links import ChosenLink
from tutor.services.lti.messages import Arrival
from tutor.services.lti.side import Surroundings
from tutor.store.platforms import Platform

MOST_FIELDS = 40
INVITED = ("invitation", "openid_configuration", "registration_token")
LONGEST_QUERY = 4_000
STORAGE = "equipoise"  # how our entries in a platform's storage begin
AGAIN = ("iss", "login_hint", "target_link_uri", "lti_message_hint", "client_id")
_AGAIN = "Go back to the course and open the link again."


class LtiAddresses:
    """What stands at each address; ``clock`` is the time in seconds.

    ``local``: addresses in private networks may be answered to.
    """

    def __init__(
        self,
        around: Surroundings,
        keys: Keys,
        key_sets: KeySets,
        fetcher: Fetcher,
        clock: Callable[[], float],
        local: bool = False,
    ) -> None:
        self._around = around
        self._platforms = around.services.platforms
        self._launches = around.services.launches
        self._identity = around.services.identity
        self._keys = keys
        self._key_sets = key_sets
        self._fetcher = fetcher
        self._clock = clock
        self._local = local

    def routes(self) -> list[Route]:
        """Every address."""
        both = ["GET", "POST"]
        return [
            Route("/lti/jwks", self._in_thread(lambda *_: JSONResponse(self._keys.key_set()))),
            Route("/lti/key.pem", self._in_thread(self._pem)),
            Route("/lti/config.json", self._in_thread(self._configuration)),
            Route("/lti/storage.js", self._script),
            Route("/lti/login", self._in_thread(self._login), methods=both),
            Route("/lti/launch", self._in_thread(self._launch), methods=["POST"]),
            Route("/lti/open", self._in_thread(self._open), methods=["POST"]),
            Route("/lti/pick", self._in_thread(self._pick), methods=both),
            Route("/lti/return.js", self._return_script),
            Route("/lti/register", self._in_thread(self._register), methods=both),
            Route("/lti/close.js", self._close_script),
        ]

    def _in_thread(
        self, answer: Callable[[Request, Mapping[str, str]], Response]
    ) -> Callable[[Request], Awaitable[Response]]:
        """``answer`` in a thread, with what was sent; a refusal becomes a page that says why."""

        def answered(request: Request, sent: Mapping[str, str]) -> Response:
            try:
                return answer(request, sent)
            except EquipoiseError as error:
                status = 503 if isinstance(error, Unavailable) else 403
                return self._page("lti/refused.html", status, message=str(error))

        async def route(request: Request) -> Response:
            sent = _fields(await request.body()) if request.method == "POST" else None
            asked = dict(request.query_params) if sent is None else sent
            return await run_in_threadpool(answered, request, asked)

        return route

    def _page(self, template: str, status: int = 200, **values: Any) -> Response:
        page = self._around.page(template, **values)
        return HTMLResponse(page, status, headers={"cache-control": "no-store"})

    async def _script(self, request: Request) -> Response:
        return Response(SCRIPT, media_type="text/javascript")

    def _pem(self, request: Request, sent: Mapping[str, str]) -> Response:
        return PlainTextResponse(self._keys.public_pem())

    def _configuration(self, request: Request, sent: Mapping[str, str]) -> Response:
        return JSONResponse(configuration(self._base(request)))

    def _base(self, request: Request) -> str:
        """Where we are, as browsers know it."""
        named = f"{request.url.scheme}://{request.headers.get('host', '')}"
        return (self._around.public_address or named) + self._around.url("/").rstrip("/")

    def _login(self, request: Request, sent: Mapping[str, str]) -> Response:
        """A platform begins a launch (Security Framework, section 5.1.1): send the browser there.

        The browser keeps what binds the state to it: in a cookie, which is partitioned where we
        stand in a frame; and in the platform's storage, if there is one.
        """
        for name in ("iss", "login_hint", "target_link_uri"):
            if not sent.get(name):
                raise LaunchRefused(f"The learning platform did not send “{name}”. {_AGAIN}")
        base = self._base(request)
        if origin_of(sent["target_link_uri"]) != origin_of(base):
            raise LaunchRefused(
                "This link leads to another server, so it was not opened. Ask an administrator of "
                "the learning platform to check the tool’s addresses."
            )
        platform = self._platforms.of_message(sent["iss"], sent.get("client_id", ""))
        again = {name: sent[name] for name in AGAIN if sent.get(name)}
        query = urlencode(again)
        if len(query) > LONGEST_QUERY:
            raise LaunchRefused(f"The learning platform sent too much. {_AGAIN}")
        storage = sent.get("lti_storage_target", "")[:100]
        sealed, nonce, binding = states.begin(self._identity, platform.id, storage, query)
        asked = {
            "scope": "openid",
            "response_type": "id_token",
            "response_mode": "form_post",
            "prompt": "none",
            "client_id": platform.client_id,
            "redirect_uri": f"{base}/lti/launch",
            "login_hint": sent["login_hint"],
            "state": sealed,
            "nonce": nonce,
        }
        if sent.get("lti_message_hint"):
            asked["lti_message_hint"] = sent["lti_message_hint"]
        joint = "&" if urlsplit(platform.auth_url).query else "?"
        to = f"{platform.auth_url}{joint}{urlencode(asked)}"
        answer: Response = RedirectResponse(to, status_code=302)
        if storage:
            kept = {"key": f"{STORAGE}_{states.digest(sealed)[:16]}", "value": binding}
            where = {"target": storage, "origin": origin_of(platform.auth_url)}
            answer = self._page("lti/storing.html", to=to, kept=kept, where=where)
        answer.headers.append("set-cookie", self._binding_cookie(sealed, binding, states.SECONDS))
        answer.headers["cache-control"] = "no-store"
        return answer

    def _binding_cookie(self, sealed: str, binding: str, seconds: int) -> str:
        path = self._around.url("/lti/launch")
        parts = [f"{states.cookie_name(sealed)}={binding}", f"Path={path}", f"Max-Age={seconds}"]
        return "; ".join([*parts, "HttpOnly", "Secure", "SameSite=None", "Partitioned"])

    def _launch(self, request: Request, sent: Mapping[str, str]) -> Response:
        """A platform's signed message arrives, in the browser of whoever it is about."""
        sealed = sent.get("state", "")
        state = states.opened(self._identity, sealed)
        if sent.get("error"):
            raise LaunchRefused(f"The learning platform did not sign you in. {_AGAIN}")
        cookie = request.cookies.get(states.cookie_name(sealed), "")
        kept = sent.get("binding", "")
        if not state.is_bound_by(cookie) and not state.is_bound_by(kept):
            return self._without_cookie(sealed, state, sent, bool(kept))
        arrival = self._accepted(request, state, sent.get("id_token", ""))
        if not state.is_bound_by(cookie):
            ticket = self._launches.window_ticket(arrival)
            return self._page("lti/window.html", ticket=ticket, again="", storage=None)
        answer = self._signed_in(request, arrival)
        answer.headers.append("set-cookie", self._binding_cookie(sealed, "", 0))
        return answer

    def _without_cookie(
        self, sealed: str, state: State, sent: Mapping[str, str], tried: bool
    ) -> Response:
        """The browser did not send our cookie: look into the platform's storage, or open a window.

        Nothing of the message is believed here; in the window the launch begins anew.
        """
        storage: dict[str, str] | None = None
        if state.storage and not tried:
            platform = self._platform(state)
            storage = {
                "key": f"{STORAGE}_{states.digest(sealed)[:16]}",
                "target": state.storage,
                "origin": origin_of(platform.auth_url),
                "state": sealed,
                "id_token": sent.get("id_token", ""),
            }
        again = f"/lti/login?{state.query}"
        return self._page("lti/window.html", ticket="", again=again, storage=storage)

    def _platform(self, state: State) -> Platform:
        return self._platforms.by_id(state.platform)

    def _accepted(self, request: Request, state: State, token: str) -> Arrival:
        """The person's place here, once the message is verified and its nonce is used."""
        platform = self._platform(state)
        claims = verified(token, platform, self._key_sets, self._clock())
        if claims.get("nonce") != state.nonce:
            raise LaunchRefused(f"This message belongs to another launch. {_AGAIN}")
        kind = c.message_type(claims)
        target = c.text_of(claims, f"{c.CLAIM}target_link_uri", 2_000)
        if origin_of(target) != origin_of(self._base(request)):
            raise LaunchRefused("This link leads to another server, so it was not opened.")
        self._platforms.check_deployment(platform, c.deployment_of(claims))
        if kind == deep_linking.REQUEST:
            launch = deep_linking.link_request(claims, platform, self._local)
        elif kind == c.RESOURCE_LINK:
            launch = c.resource_launch(claims, platform)
        else:
            raise LaunchRefused("The learning platform sent a message of a kind that is not known.")
        return self._launches.accept(launch, state.nonce)

    def _pick(self, request: Request, sent: Mapping[str, str]) -> Response:
        """A teacher chooses what a link leads to; the answer goes back through their browser."""
        links, sealed = self._around.services.deep_links, sent.get("request", "")
        caller = self._around.services.access.caller(request.cookies.get(COOKIE))
        errors: Mapping[str, str] = {}
        if request.method == "POST":
            try:
                return self._returned(request, links.choose(caller, sealed, sent))
            except BadInput as error:
                errors = error.errors
        choices = links.choices(caller, sealed)
        return self._page(
            "lti/pick.html",
            400 if errors else 200,
            choices=choices,
            templates=[(one.id, one.name) for one in choices.templates],
            exercises=[(one.key, one.manifest.title) for one in choices.exercises],
            request=sealed,
            errors=errors,
            sent=sent,
        )

    def _returned(self, request: Request, chosen: ChosenLink) -> Response:
        """The page that sends the signed answer to the platform, and to nobody else."""
        platform = self._platforms.by_id(chosen.request.platform)
        claims = deep_linking.answer(chosen, platform, self._base(request), int(self._clock()))
        back = chosen.request.return_url
        token, work = self._keys.sign(claims), chosen.assignment
        answer = self._page("lti/returning.html", token=token, back=back, assignment=work)
        answer.headers["content-security-policy"] = self._around.policy(origin_of(back))
        return answer

    def _register(self, request: Request, sent: Mapping[str, str]) -> Response:
        """A platform's administrator opens our registration link: ask, then exchange addresses.

        The link holds an invitation of one of our administrators, which is used up by it.
        """
        platforms, where = self._platforms, sent.get("openid_configuration", "")
        platforms.check_invitation(sent.get("invitation", ""))
        offer = registration.offer_at(self._fetcher, where)
        done = None
        if request.method == "POST":
            token = sent.get("registration_token", "")[: registration.LONGEST_TOKEN]
            form = registration.registered(self._fetcher, offer, self._base(request), token)
            done = platforms.register_invited(sent["invitation"], form)
        kept = [(name, sent[name]) for name in INVITED if sent.get(name)]
        origin = origin_of(where)
        answer = self._page("lti/register.html", offer=offer, done=done, sent=kept, origin=origin)
        # The platform shows this page in a frame before it is registered.
        answer.headers["content-security-policy"] = self._around.policy("", origin)
        return answer

    async def _close_script(self, request: Request) -> Response:
        return Response(CLOSE_SCRIPT, media_type="text/javascript")

    async def _return_script(self, request: Request) -> Response:
        return Response(RETURN_SCRIPT, media_type="text/javascript")

    def _open(self, request: Request, sent: Mapping[str, str]) -> Response:
        """In a window of its own: sign in with the ticket that the frame was given."""
        return self._signed_in(request, self._launches.redeem(sent.get("ticket", "")))

    def _signed_in(self, request: Request, arrival: Arrival) -> Response:
        """On to the page, signed in; in a frame that cannot keep a cookie, a window is offered."""
        in_frame = request.headers.get("sec-fetch-dest") in ("iframe", "frame")
        cookies = self._around.cookies(arrival.learner, arrival.epoch, in_frame)
        if not cookies:
            ticket = self._launches.window_ticket(arrival)
            return self._page("lti/window.html", ticket=ticket, again="", storage=None)
        answer = RedirectResponse(self._around.url(arrival.address), status_code=303)
        for header in cookies:
            answer.headers.append("set-cookie", header)
        return answer


def _fields(body: bytes) -> dict[str, str]:
    """The fields of a form; none where there are too many."""
    try:
        told = body.decode(errors="replace")
        return dict(parse_qsl(told, keep_blank_values=True, max_num_fields=MOST_FIELDS))
    except ValueError:
        return {}
