"""A room: one address with several views, and acts that change something.

A view is drawn from what the address asks for; an act is a form's name with what was typed. Each
gets the caller and calls one service; what a service refuses becomes a sentence beside its field.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tutor.errors import BadInput, EquipoiseError, SignedOut
from tutor.services.access import NOBODY, Access, Caller
from tutor.services.identity import COOKIE
from tutor.web.layout import notices
from tutor.web.layout.gradio_loader import gr
from tutor.web.layout.page import DIRECT, page

Typed = Mapping[str, Any]


@dataclass(frozen=True)
class PageRequest:
    """A request to a room: who, from where, what the address says, and what was typed.

    ``error`` is what was refused, so that the view can say it beside its field.
    """

    caller: Caller
    cookie: str | None
    origin: str
    here: Mapping[str, str]
    typed: Typed = field(default_factory=dict)
    error: BadInput | None = None

    def said(self, name: str) -> str:
        """A typed field as text, whatever a caller sent."""
        value = self.typed.get(name)
        return value if isinstance(value, str) else ""

    def chosen(self, name: str) -> list[str]:
        """A group of checkboxes as a list of texts."""
        value = self.typed.get(name)
        if isinstance(value, str):
            return [value]
        return [str(one) for one in value] if isinstance(value, list) else []

    @property
    def errors(self) -> Mapping[str, str]:
        """What was refused, by field."""
        return self.error.errors if self.error else {}


View = Callable[[PageRequest], str]


@dataclass(frozen=True)
class Room:
    """What stands at one address: ``show`` draws it, ``acts`` change something, by name.

    ``open_to_nobody`` rooms are drawn for visitors without a cookie too.
    """

    path: str
    title: str
    here: str
    show: View
    acts: Mapping[str, View]
    open_to_nobody: bool = False


@dataclass(frozen=True)
class Part:
    """Some views of a room, by the ``view`` its address asks for, and their acts by name."""

    views: Mapping[str, View]
    acts: Mapping[str, View] = field(default_factory=dict)


def room_of(path: str, title: str, here: str, parts: Sequence[Part]) -> Room:
    """A room made of parts; the view ``""`` is what its bare address shows.

    Raises:
        ValueError: two parts use one name.
    """
    drawn: dict[str, View] = {}
    acts: dict[str, View] = {}
    for part in parts:
        taken = (set(drawn) & set(part.views)) | (set(acts) & set(part.acts))
        if taken:
            raise ValueError(f"Two parts of {path} are called {', '.join(sorted(taken))}.")
        drawn |= part.views
        acts |= part.acts

    def show(ask: PageRequest) -> str:
        view = drawn.get(ask.here.get("view", ""))
        if view is None:
            return notices.notice("There is no such page here.", path + "/", "Back")
        return view(ask)

    return Room(path, title, here, show, acts)


def blocks_of(room: Room, access: Access) -> gr.Blocks:
    """The room as a page: one event to show it, one for all its acts."""

    def show(request: gr.Request) -> str:
        here = {k: str(v) for k, v in request.query_params.items()}
        return _answer(room.show, lambda: _ask(access, room, request, here))

    def act(event: gr.EventData, request: gr.Request) -> str:
        data = event._data if isinstance(event._data, dict) else {}
        here = data.get("here") if isinstance(data.get("here"), dict) else {}
        typed = data.get("form") if isinstance(data.get("form"), dict) else {}
        said = {str(k): str(v) for k, v in (here or {}).items()}
        chosen = room.acts.get(str(data.get("act")))
        if chosen is None:
            return notices.notice("This page does not know that action. Reload it and try again.")

        def refused(ask: PageRequest) -> str:
            try:
                return chosen(ask)
            except BadInput as error:
                again = PageRequest(ask.caller, ask.cookie, ask.origin, ask.here, ask.typed, error)
                return room.show(again)

        return _answer(refused, lambda: _ask(access, room, request, said, typed or {}))

    with page(room.title, room.here) as (blocks, panel):
        blocks.load(show, outputs=panel, api_name="show", **DIRECT)
        panel.act(act, outputs=panel, api_name="act", **DIRECT)
    return blocks


def _answer(view: View, ask: Callable[[], PageRequest]) -> str:
    """The outermost layer of a room."""
    try:
        return view(ask())
    except SignedOut as error:
        return notices.notice(str(error), "/signin/", "Sign in")
    except EquipoiseError as error:
        return notices.notice(str(error))


def _ask(
    access: Access,
    room: Room,
    request: gr.Request,
    here: Mapping[str, str],
    typed: Typed | None = None,
) -> PageRequest:
    cookie = request.cookies.get(COOKIE)
    try:
        caller = access.caller(cookie)
    except SignedOut:
        if not room.open_to_nobody:
            raise
        caller = NOBODY
    origin = request.client.host if request.client else ""
    return PageRequest(caller, cookie, str(origin), here, typed or {})
