"""One dispatcher for all pages: who asks, which view answers, and what a refusal looks like.

The first response to an address is the whole page, drawn here. What follows comes as events of one
Gradio application, each answered with the page's new content. Nothing is kept between requests, so
any replica can answer.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Protocol

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from tutor.errors import BadInput, EquipoiseError, SignedOut
from tutor.services.accounts.access import NOBODY, Access, Caller
from tutor.services.accounts.identity import COOKIE
from tutor.services.accounts.throttle import network_of
from tutor.services.classes.question_lists import NOTHING_NEW, News
from tutor.web.cookies import NEWCOMER
from tutor.web.edge.answers import sentence
from tutor.web.edge.pace import JUDGMENT, Judgment
from tutor.web.layout import notices
from tutor.web.layout.counts import with_counts
from tutor.web.layout.gradio_loader import THREADS, Events, event_data, gr, refuse, scope_of
from tutor.web.layout.keeping import content_digest, without_held, without_seen
from tutor.web.layout.page_sections import PageRequest, Room, View
from tutor.web.layout.templating import whole_page
from tutor.web.layout.turns import TurnedAway, Turns

Together = Callable[[Callable[[], str]], Awaitable[str]]
ACT = "act"
UNKNOWN_ACT = "This page does not know that action. Reload it and try again."
PERSONAL = {"cache-control": "no-store"}


async def _never() -> bool:
    """Whether somebody has gone of whom nothing is known."""
    return False


class Sender(Protocol):
    """What is read of a request: Starlette's and Gradio's both have it."""

    @property
    def cookies(self) -> Mapping[str, str]:
        """The cookies by name."""

    @property
    def client(self) -> Any:
        """Where it comes from."""


@dataclass(frozen=True)
class Sent:
    """What came with a request, whatever a caller made of it."""

    cookie: str | None
    origin: str
    here: Mapping[str, str]
    typed: Mapping[str, Any]
    attempt: str = ""
    held: frozenset[str] = frozenset()
    seen: str = ""
    judgment: Judgment | None = None
    is_gone: Callable[[], Awaitable[bool]] = _never

    def settle(self, stored: bool) -> None:
        """Note whether a judgment was stored."""
        if self.judgment:
            self.judgment.stored = stored


def _sent(request: Sender, here: Mapping[Any, Any], data: Mapping[str, Any]) -> Sent:
    """``data`` is an event's; without any the request is for a page."""
    form, held = data.get("form"), data.get("held")
    return Sent(
        cookie=request.cookies.get(COOKIE),
        origin=str(request.client.host) if request.client else "",
        here={str(k): str(v) for k, v in here.items()},
        typed=form if isinstance(form, dict) else {},
        attempt=str(data.get("attempt") or ""),
        held=frozenset(map(str, held)) if isinstance(held, list) else frozenset(),
        seen=str(data.get("seen") or ""),
    )


def _sent_event(request: gr.Request, here: Mapping[Any, Any], event: gr.EventData) -> Sent:
    scope = scope_of(request)
    sent = _sent(request, here, event_data(event, scope))
    is_gone = request.request.is_disconnected if request.request else _never
    return replace(sent, judgment=scope.get(JUDGMENT), is_gone=is_gone)


@dataclass(frozen=True)
class Frame:
    """What is the same around every page: two heads, and the address of our script."""

    head: str
    newcomers_head: str
    script: str


class Pages:
    """The rooms, as whole pages and as events.

    With ``together``, stages are stored on the loop where requests are read; over a network one
    could keep everyone waiting, and is stored in a thread.
    """

    def __init__(
        self,
        rooms: Sequence[Room],
        access: Access,
        together: Together | None = None,
        news: Callable[[Caller], News] = lambda caller: NOTHING_NEW,
    ) -> None:
        self.rooms = tuple(rooms)
        self._access = access
        self._news = news
        self._together = together
        # One room's slow page keeps nobody waiting in another.
        self._turns = {room.path: Turns(THREADS) for room in self.rooms}
        self._hashing = Turns(THREADS)

    async def first(self, room: Room, request: Request, frame: Frame) -> Response:
        """The first response: the page as anyone can read it before a script runs."""
        if request.method == "HEAD":
            return HTMLResponse("", headers=PERSONAL)
        try:
            panel = await self.drawn(room, room.show, request)
        except TurnedAway as away:
            return _turned_away(away)
        head = frame.newcomers_head if request.scope.get(NEWCOMER) else frame.head
        page = whole_page(room.title, room.path, panel, head, frame.script)
        return HTMLResponse(page, headers=PERSONAL)

    async def ahead(self, room: Room, name: str, request: Request) -> Response:
        """Content that the page's script fetches before it is asked for."""
        try:
            panel = await self.drawn(room, room.ahead[name], request)
        except TurnedAway as away:
            return _turned_away(away)
        if not panel:
            return Response(status_code=204, headers=PERSONAL)
        return HTMLResponse(panel, headers={**PERSONAL, "x-seen": content_digest(panel)})

    async def drawn(self, room: Room, view: View, request: Request) -> str:
        """A view of what an address asks for.

        An encounter's page is drawn as its events are: whoever enters shares the transactions of
        those who commit, and does not wait behind each of them.
        """
        stores = self._together and room.stages and view is room.show
        answer = self._on_the_loop if stores else self._in_a_thread
        sent = _sent(request, request.query_params, {})
        return await answer(room, view, replace(sent, is_gone=request.is_disconnected))

    async def _in_a_thread(
        self, room: Room, view: View, sent: Sent, turns: Turns | None = None
    ) -> str:
        answer = partial(self._answer, room, view, sent)
        turns = turns or self._turns[room.path]
        return await turns.run(network_of(sent.origin), answer, sent.is_gone)

    async def _on_the_loop(self, room: Room, view: View, sent: Sent) -> str:
        """Where requests are read, not in a thread.

        For what takes a millisecond: passing it to a thread and back, which then compete for the
        interpreter, takes as long again. What several of them store is made durable ``together``.
        """
        assert self._together is not None
        try:
            return await self._together(partial(self._answer, room, view, sent))
        except EquipoiseError as error:
            # What could not be made durable is not stored.
            sent.settle(stored=False)
            return notices.notice(str(error))

    def events(self) -> Events:
        """Each stage and, for all rooms' acts, one more: what Gradio is to call."""
        found = {name: self._on(name) for room in self.rooms for name in room.stages}
        return found | {ACT: self._on_act()}

    def _on(self, name: str) -> Any:
        (room,) = (room for room in self.rooms if name in room.stages)
        view = room.stages[name]

        answer = self._on_the_loop if self._together else self._in_a_thread

        async def called(event: gr.EventData, request: gr.Request) -> str:
            return await answer(room, view, _sent_event(request, {}, event))

        return _typed(called)

    def _on_act(self) -> Any:
        by_path = {room.path: room for room in self.rooms}

        async def called(event: gr.EventData, request: gr.Request) -> str:
            data = event_data(event, scope_of(request))
            here, room = data.get("here"), by_path.get(str(data.get("page")))
            act = str(data.get("act"))
            view = room.acts.get(act) if room else None
            if room is None or view is None:
                return notices.notice(UNKNOWN_ACT)
            asked = here if isinstance(here, dict) else {}
            turns = self._hashing if act in room.hashing else None
            return await self._in_a_thread(room, view, _sent_event(request, asked, event), turns)

        return _typed(called)

    def _answer(self, room: Room, view: View, sent: Sent) -> str:
        """The outermost layer: what a service refuses becomes a sentence on the page."""
        try:
            ask = self._ask(room, sent)
            try:
                return without_held(without_seen(self._whole(view, ask), sent.seen), sent.held)
            except BadInput as error:
                if view is room.show:
                    raise
                # Whole: what the browser holds does not say what is wrong.
                return self._whole(room.show, replace(ask, error=error))
        except SignedOut as error:
            return notices.notice(str(error), *room.door)
        except EquipoiseError as error:
            return notices.notice(str(error), *room.back)

    def _whole(self, view: View, ask: PageRequest) -> str:
        """A view with what is new in its bar."""
        return with_counts(view(ask), partial(self._news, ask.caller))

    def _ask(self, room: Room, sent: Sent) -> PageRequest:
        try:
            caller = self._access.caller(sent.cookie)
        except SignedOut:
            if not room.open_to_nobody:
                raise
            caller = NOBODY
        return PageRequest(
            caller,
            sent.cookie,
            sent.origin,
            sent.here,
            sent.typed,
            attempt=sent.attempt,
            on_stored=partial(sent.settle, stored=True),
        )


def _turned_away(away: TurnedAway) -> Response:
    return sentence(away.status, str(away), retry_after="10")


def _typed(called: Callable[[gr.EventData, gr.Request], Awaitable[str]]) -> Any:
    """``called`` as a handler of Gradio's, which answers whom it turns away with a sentence."""

    async def handler(event: gr.EventData, request: gr.Request) -> str:
        try:
            return await called(event, request)
        except TurnedAway as away:
            refuse(request, _turned_away(away))
            return ""

    # Gradio reads a handler's annotations at every event, and evaluates them where they are text.
    handler.__annotations__ = {"event": gr.EventData, "request": gr.Request, "return": str}
    return handler
