"""The other pages as HTML: exercises, record, notices."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from markupsafe import Markup

from tutor.services.record import Card, Encounter
from tutor.web import words
from tutor.web.charts import outcome_rail
from tutor.web.templating import fill


def loading(here: str) -> str:
    """The page before its content has come."""
    return fill("loading.html", here=here)


def notice(message: str, back: str = "/", back_says: str = "To the exercises") -> str:
    """Something went wrong: what, and where to go."""
    return fill("notice.html", message=message, back=back, back_says=back_says)


def nowhere(
    head: str,
    message: str = "There is no page at this address.",
    back: str = "/",
    back_says: str = "To the exercises",
) -> str:
    """A whole page for an address that leads nowhere."""
    said = Markup(notice(message, back, back_says))
    return fill("nowhere.html", head=Markup(head), notice=said)


def withheld() -> str:
    """A set is done, and its outcomes wait for the class's date."""
    return fill("withheld.html")


def go_to(address: str) -> str:
    """A page that sends the browser on."""
    return f'<div class="eq" data-goto="{Markup.escape(address)}"></div>'


def library(cards: tuple[Card, ...]) -> str:
    """The exercises as a route; what fails at a stop is told once a set is finished there."""
    fresh = (card.exercise.key for card in cards if not card.finished_sets)
    return fill(
        "library.html",
        cards=cards,
        suggested=next(fresh, ""),
        kinds=list(dict.fromkeys(kind for card in cards for kind in card.met)),
        disciplines=sorted({card.exercise.manifest.discipline for card in cards}),
    )


def row(encounter: Encounter) -> dict[str, Any]:
    """An encounter as a line of a list."""
    return {
        "attempt": encounter.attempt,
        "number": encounter.position + 1,
        "verdict": words.verdict_label(encounter.outcome),
        "good": encounter.outcome.final_right,
        "rail": outcome_rail(encounter.outcome),
    }


def record(encounters: tuple[Encounter, ...], finished: frozenset[str]) -> str:
    """A learner's encounters, newest set first; ``finished`` sets can be summed up."""
    by_set = [(k, list(g)) for k, g in groupby(encounters, key=lambda e: e.set_id)]
    groups = [
        {
            "set_id": set_id,
            "title": rows[0].title,
            "when": f"{rows[-1].at:%-d %B %Y}",
            "summary": set_id in finished,
            "rows": [row(one) for one in rows],
        }
        for set_id, rows in reversed(by_set)
    ]
    return fill("record.html", groups=groups, count=len(encounters))
