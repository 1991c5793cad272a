"""The other pages as HTML: exercises, record, a set's summary, notices."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from markupsafe import Markup

from tutor.content.texts import render
from tutor.services.record import Card, Encounter, Summary
from tutor.web import words
from tutor.web.charts import outcome_rail, rail
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


def _row(encounter: Encounter) -> dict[str, Any]:
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
            "rows": [_row(row) for row in rows],
        }
        for set_id, rows in reversed(by_set)
    ]
    return fill("record.html", groups=groups, count=len(encounters))


def summary(found: Summary) -> str:
    """A finished set in sentences and a rail."""
    aided = [e.outcome for e in found.encounters if e.outcome.aided]
    count = len(aided)
    voices = [
        ("you was", "you before", sum(o.initial_right for o in aided) / count),
        ("algo", "algorithm", sum(o.advice_right for o in aided) / count),
        ("you", "you after", sum(o.final_right for o in aided) / count),
    ]
    manifest = found.exercise.manifest
    citations = {c.id: c for c in manifest.citations}
    texts = found.exercise.texts
    return fill(
        "summary.html",
        exercise=manifest,
        key=found.exercise.key if found.again else "",
        rail=rail(voices),
        aided=count,
        sentences=sentences(found),
        rows=[_row(e) for e in found.encounters],
        ethics=manifest.ethics,
        debrief=Markup(render(texts.debrief, manifest.citations, found.evidence)),
        card=Markup(render(texts.card, manifest.citations, found.evidence)),
        figures=[figure for figure in found.measured.figures if figure.told],
        benchmarks=[(b.text, citations[b.citation]) for b in manifest.benchmarks],
    )


def sentences(found: Summary) -> list[str]:
    """What the set came to; never a bare score, and honest about few cases."""
    outcomes = [e.outcome for e in found.encounters]
    aided = [o for o in outcomes if o.aided]
    alone = [o for o in outcomes if not o.aided]
    before, after = sum(o.initial_right for o in aided), sum(o.final_right for o in aided)
    right = sum(o.advice_right for o in aided)
    said = [
        f"Of {words.patients(len(aided))} you shared with the algorithm, your first answer was "
        f"right in {words.times(before)} and your last in {words.times(after)}. "
        f"The algorithm was right in {words.times(right)}."
    ]
    rair, rsr = found.reliance.rair, found.reliance.rsr
    if rair.denominator:
        said.append(
            f"Where it was right and you were not, you came round in {words.times(rair.numerator)}"
            f" of {words.times(rair.denominator)}."
        )
    else:
        said.append(
            "Whether you let it correct you is not yet measurable: "
            "you were never wrong where it was right."
        )
    if rsr.denominator:
        said.append(
            f"Where you were right and it was not, you held your ground in "
            f"{words.times(rsr.numerator)} of {words.times(rsr.denominator)}."
        )
    else:
        said.append(
            "Whether you hold your ground is not yet measurable: "
            "you were never right where it was wrong."
        )
    if alone:
        good = sum(o.initial_right for o in alone)
        said.append(
            f"On your own, without it, you were right in {words.times(good)} of "
            f"{words.times(len(alone))}."
        )
    said.append(
        f"A set of {words.patients(len(outcomes))} is small: read this as a first sketch, and "
        "look at the cases behind it."
    )
    return said
