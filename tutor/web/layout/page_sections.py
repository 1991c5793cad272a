"""A room: one address with several views, and acts that change something.

A view is drawn from what the address asks for; an act is a form's name with what was typed. Each
gets the caller and calls one service; what a service refuses becomes a sentence beside its field.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from tutor.errors import BadInput, Changed
from tutor.services.accounts.access import Caller
from tutor.web.layout import notices

Typed = Mapping[str, Any]


@dataclass(frozen=True)
class PageRequest:
    """A request to a room: who, from where, what the address says, and what was typed.

    ``attempt`` is the encounter that an event is about. ``error`` is what was refused, so that the
    view can say it beside its field. ``on_stored`` is called when a judgment has been stored.
    """

    caller: Caller
    cookie: str | None
    origin: str
    here: Mapping[str, str]
    typed: Typed = field(default_factory=dict)
    error: BadInput | None = None
    attempt: str = ""
    on_stored: Callable[[], None] = lambda: None

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

    def fresh(self) -> PageRequest:
        """The same request with nothing typed: a form is drawn from what is stored."""
        return replace(self, typed={}, error=None)

    @property
    def errors(self) -> Mapping[str, str]:
        """What was refused, by field."""
        return self.error.errors if self.error else {}


View = Callable[[PageRequest], str]


@dataclass(frozen=True)
class Room:
    """What stands at one address: ``show`` draws it, ``acts`` change something, by name.

    ``stages`` are events of their own, by the name that the page's script and other clients use.
    What is fetched ``ahead``, by a name below the address, changes nothing; it may be empty.
    ``open_to_nobody`` rooms are drawn for visitors without a cookie too; elsewhere these are told
    why not, with ``door`` as the way out. ``hashing`` acts hash a password, which takes a tenth
    of a second: they wait for each other, and nobody who wants a page waits for them. What is not
    there leads ``back`` to an address with its name.
    """

    path: str
    title: str
    here: str
    show: View
    acts: Mapping[str, View] = field(default_factory=dict)
    stages: Mapping[str, View] = field(default_factory=dict)
    ahead: Mapping[str, View] = field(default_factory=dict)
    hashing: frozenset[str] = frozenset()
    open_to_nobody: bool = False
    door: tuple[str, str] = ("/signin/", "Sign in")
    back: tuple[str, str] = ("/", "To the exercises")

    @property
    def address(self) -> str:
        """Where it stands."""
        return f"{self.path}/"


@dataclass(frozen=True)
class Part:
    """Some views of a room, by the ``view`` its address asks for, and their acts by name."""

    views: Mapping[str, View]
    acts: Mapping[str, View] = field(default_factory=dict)


def keeping_typed(act: View, view: View, field: str = "revision") -> View:
    """``act``; where somebody else was first, ``view`` says so at ``field`` and keeps the form."""

    def kept(ask: PageRequest) -> str:
        try:
            return act(ask)
        except Changed as error:
            return view(replace(ask, error=BadInput(field, str(error))))

    return kept


def room_of(
    path: str, title: str, here: str, parts: Sequence[Part], back: tuple[str, str] = Room.back
) -> Room:
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

    return Room(path, title, here, show, acts, back=back)
