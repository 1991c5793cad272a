"""The exercises."""

from __future__ import annotations

from tutor.errors import SignedOut
from tutor.services.access import Access
from tutor.services.identity import COOKIE
from tutor.services.record import Card, Record
from tutor.web.layout.gradio_loader import gr
from tutor.web.layout.page import DIRECT, answered, page
from tutor.web.layout.templating import fill


def library(cards: tuple[Card, ...]) -> str:
    """The exercises as a route; what fails at a stop is told once a set is finished there."""
    fresh = (card.exercise.key for card in cards if not card.finished_sets)
    return fill(
        "learner/library.html",
        cards=cards,
        suggested=next(fresh, ""),
        kinds=list(dict.fromkeys(kind for card in cards for kind in card.met)),
        disciplines=sorted({card.exercise.manifest.discipline for card in cards}),
    )


def library_page(access: Access, record: Record) -> gr.Blocks:
    """The exercises."""

    @answered
    def show(request: gr.Request) -> str:
        try:
            learner: str | None = access.caller(request.cookies.get(COOKIE)).learner
        except SignedOut:
            learner = None
        return library(record.cards(learner))

    with page("Exercises", "Exercises") as (blocks, panel):
        blocks.load(show, outputs=panel, api_name="library", **DIRECT)
    return blocks
