"""The exercises."""

from __future__ import annotations

from tutor.services.encounters.history import Card
from tutor.services.services import Services
from tutor.web.layout.page_sections import PageRequest, Room
from tutor.web.layout.templating import fill


def library(cards: tuple[Card, ...], guides: bool = False) -> str:
    """The exercises as a route; what fails at a stop is told once a set is finished there.

    With ``guides`` each leads to its facilitator's guide.
    """
    fresh = (card.exercise.key for card in cards if not card.finished_sets)
    return fill(
        "learner/library.html",
        cards=cards,
        guides=guides,
        suggested=next(fresh, ""),
        kinds=list(dict.fromkeys(kind for card in cards for kind in card.met)),
        disciplines=sorted({card.exercise.manifest.discipline for card in cards}),
    )


def library_room(services: Services) -> Room:
    """The exercises; a visitor without a cookie sees them as somebody new does."""

    def show(ask: PageRequest) -> str:
        cards = services.history.cards(ask.caller.learner or None)
        return library(cards, services.guides.open_to(ask.caller))

    return Room("", "Exercises", "Exercises", show, open_to_nobody=True)
