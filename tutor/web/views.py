"""Views → HTML. Templates are filled with what a stage may show, and escape everything."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any, cast

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from tutor.content.pack import Exercise
from tutor.content.texts import fraction, render
from tutor.core.attempt import NO_MODE, Closed, Revealed, Shown
from tutor.core.policy import Guidance
from tutor.core.scoring import Outcome, Verdict, certainty_mark
from tutor.services.practice import View, committed_of
from tutor.services.record import Card, Encounter, Summary
from tutor.web import words
from tutor.web.charts import Rail, Waterfall, rail, signed, waterfall

AT_STEP = {"shown": 0, "revealed": 2, "closed": 4}
EMPTY = {
    "probability": "",
    "certainty": "",
    "drivers": (),
    "reason": "",
    "final": "",
    "advice": "",
    "suspected": "",
}


def published(figure: Mapping[str, Any]) -> str:
    """A published figure as it is said: a value, or a range where that is what was published."""
    if figure["bounded"] and figure["interval"]:
        low, high = figure["interval"]
        if low == 0:
            return f"under {fraction(high, figure['unit'])}"
        return f"{fraction(low, figure['unit'])} to {fraction(high, figure['unit'])}"
    return fraction(figure["published"], figure["unit"])


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.globals |= {
        "words": words,
        "percent": words.percent,
        "pct": words.per_hundred,
        "times": words.times,
        "fraction": fraction,
        "published": published,
    }
    return environment


_TEMPLATES = _environment()


def _fill(template: str, **values: Any) -> str:
    return _TEMPLATES.get_template(template).render(values)


@cache
def _prose(text: str, exercise: Exercise) -> Markup:
    # Sanitised by nh3 in render, so it may pass unescaped.
    return Markup(render(text, exercise.manifest.citations))


_DRAWN: OrderedDict[tuple[object, ...], Any] = OrderedDict()
MOST_DRAWN = 2_000


def _kept(key: tuple[object, ...], make: Callable[[], Any]) -> Any:
    """What is the same for every learner, made once; the oldest make way."""
    known = _DRAWN.get(key)
    if known is None:
        known = _DRAWN[key] = make()
        while len(_DRAWN) > MOST_DRAWN:
            _DRAWN.popitem(last=False)
    return known


def _fall(key: tuple[str, str], advice: Mapping[str, Any]) -> Waterfall:
    return cast(Waterfall, _kept(("fall", *key), lambda: waterfall(advice)))


def _drawn(template: str, *key: object, **values: Any) -> Markup:
    """A fragment that is the same for every learner; ``key`` says which it is."""
    # A template's own output, so it may pass unescaped.
    return cast(Markup, _kept((template, *key), lambda: Markup(_fill(template, **values))))


def loading(here: str) -> str:
    """The page before its content has come."""
    return _fill("loading.html", here=here)


def notice(message: str, back: str = "/", back_says: str = "To the exercises") -> str:
    """Something went wrong: what, and where to go."""
    return _fill("notice.html", message=message, back=back, back_says=back_says)


def go_to(address: str) -> str:
    """A page that sends the browser on."""
    return f'<div class="eq" data-goto="{Markup.escape(address)}"></div>'


def encounter(
    view: View,
    errors: Mapping[str, str] | None = None,
    typed: Mapping[str, Any] | None = None,
) -> str:
    """One case at its stage; with ``errors``, what was typed stays in its fields."""
    manifest = view.exercise.manifest
    ref = view.shown.ref
    values: dict[str, Any] = {
        "v": view,
        "exercise": manifest,
        "patient": _drawn("_patient.html", ref.fingerprint, ref.case, case=view.case),
        "errors": errors or {},
        "typed": _typed(typed or {}),
        "headline": manifest.question,
    }
    if isinstance(view.stage, Closed):
        values |= {"stage": "closed", **_compared(view), **_closed(view, view.stage)}
    elif isinstance(view.stage, Revealed):
        values |= {"stage": "revealed", **_compared(view)}
    else:
        values |= {"stage": "shown", **_shown(view)}
    values["at_step"] = AT_STEP[values["stage"]]
    return _fill("encounter.html", **values)


def _typed(form: Mapping[str, Any]) -> dict[str, Any]:
    """What a caller sent, in the shapes that the fields can show again."""
    drivers = form.get("drivers")
    return {**EMPTY, **form, "drivers": drivers if isinstance(drivers, list) else ()}


def _shown(view: View) -> dict[str, Any]:
    drivers = view.exercise.manifest.drivers
    intro = _prose(view.exercise.texts.intro, view.exercise) if view.shown.position == 0 else ""
    return {
        "offered": [f for f in view.case["findings"] if f["column"] in drivers],
        "intro": intro,
    }


def _compared(view: View) -> dict[str, Any]:
    assert view.advice is not None
    assert view.evidence is not None
    assert not isinstance(view.stage, Shown)
    given = committed_of(view.stage).judgment
    key = (view.shown.ref.fingerprint, view.shown.ref.case)
    fall = _fall(key, view.advice)
    read = {part["column"] for part in view.advice["contributions"]}
    names = {f["column"]: f["short"] for f in view.case["findings"]}
    voices = [("algo", "algorithm", view.advice["probability"]), ("you", "you", given.probability)]
    return {
        "given": given,
        "drivers": frozenset(given.drivers),
        "fall": fall,
        "fall_table": _drawn("_fall_table.html", *key, fall=fall, evidence=view.evidence),
        "rails": {"compare": rail(voices, view.threshold)},
        "modes": _modes(view),
        "yours_only": [names[d] for d in given.drivers if d not in read],
    }


def _modes(view: View) -> Markup:
    """The failure modes as this guidance tells them; all of them once the case is closed."""
    assert view.evidence is not None
    told = view.shown.guidance is not Guidance.AFTER or isinstance(view.stage, Closed)
    return _drawn(
        "_modes.html",
        view.shown.ref.fingerprint,
        told,
        view.touched,
        told=told,
        touched=view.touched,
        evidence=view.evidence,
        figures={f["id"]: f for f in view.evidence["figures"] if f["basis"] in ("P", "S")},
    )


def _closed(view: View, closed: Closed) -> dict[str, Any]:
    assert view.truth is not None
    assert view.outcome is not None
    assert view.evidence is not None
    given = committed_of(closed).judgment
    verdict = view.outcome.verdict
    compare = _compared(view)["rails"]["compare"]
    mark = certainty_mark(view.outcome.initial_right, given.certainty)
    return {
        "headline": words.HEADLINE[verdict],
        "verdict": words.VERDICT[verdict],
        "lesson": words.LESSON[verdict],
        "tally": _tally(verdict, view.past),
        "mark": signed(mark),
        "rails": {"compare": compare, "closed": outcome_rail(view.outcome, view.advice)},
        "suspected_says": _suspected(view),
        "sides": _sides(view.truth, view.evidence, view.case["picture"]),
    }


def outcome_rail(outcome: Outcome, advice: Mapping[str, Any] | None = None) -> Rail:
    """Before, the algorithm, after and the truth on one line."""
    voices = [("truth", "true" if outcome.present else "not so", float(outcome.present))]
    said = outcome.advice if outcome.advice is not None else (advice or {}).get("probability")
    if said is not None:
        voices.append(("algo", "algorithm", said))
    if outcome.final is None:
        voices.append(("you", "you", outcome.initial))
    else:
        voices.append(("you was", "before", outcome.initial))
        voices.append(("you", "after", outcome.final))
    return rail(voices)


def _tally(verdict: Verdict, past: tuple[Outcome, ...]) -> str:
    if verdict not in words.TALLY:
        return ""
    advice_right = verdict in (Verdict.AGREED_RIGHT, Verdict.CORRECTED, Verdict.KEPT_WRONG)
    started_right = verdict in (Verdict.AGREED_RIGHT, Verdict.KEPT_RIGHT, Verdict.MISLED)
    alike = [
        o
        for o in past
        if o.aided and o.advice_right == advice_right and o.initial_right == started_right
    ]
    if len(alike) < 2:
        return ""
    return words.TALLY[verdict].format(right=sum(o.final_right for o in alike), all=len(alike))


def _suspected(view: View) -> str:
    stage = view.stage
    if not isinstance(stage, Closed) or not hasattr(stage.judged, "decision"):
        return ""
    suspected, touched = stage.judged.decision.suspected, view.touched or ()
    titles = {mode["id"]: mode["title"] for mode in (view.evidence or {})["modes"]}
    if suspected == NO_MODE:
        return "You saw no failure mode at work." + ("" if touched else " There was none.")
    found = "it does touch this patient." if suspected in touched else "it does not apply here."
    return f"You suspected “{titles.get(suspected, suspected)}”: {found}"


def _sides(
    truth: Mapping[str, Any], evidence: Mapping[str, Any], picture: Mapping[str, Any] | None
) -> list[dict[str, Any]]:
    twin = truth["twin"]
    return [
        {
            "title": twin[title],
            "picture": (picture, twin["picture"])[at],
            "findings": [
                {"label": f["label"], "said": f[key], "unit": f["unit"]} for f in twin["findings"]
            ],
            "algorithm": twin["algorithm"][at],
            "truth": evidence["condition" if twin["present"][at] else "absence"],
        }
        for at, (title, key) in enumerate((("as_is", "before"), ("changed", "after")))
    ]


def library(cards: tuple[Card, ...]) -> str:
    """The exercises."""
    return _fill("library.html", cards=cards)


def _row(encounter: Encounter) -> dict[str, Any]:
    return {
        "attempt": encounter.attempt,
        "number": encounter.position + 1,
        "verdict": words.VERDICT[encounter.outcome.verdict],
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
    return _fill("record.html", groups=groups, count=len(encounters))


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
    return _fill(
        "summary.html",
        exercise=manifest,
        key=found.exercise.key,
        rail=rail(voices),
        aided=count,
        sentences=sentences(found),
        rows=[_row(e) for e in found.encounters],
        ethics=manifest.ethics,
        debrief=Markup(render(texts.debrief, manifest.citations, found.evidence)),
        card=Markup(render(texts.card, manifest.citations, found.evidence)),
        figures=[f for f in found.evidence["figures"] if f["basis"] in ("P", "S") and f["unit"]],
        benchmarks=[f"{b.text} ({citations[b.citation].text})" for b in manifest.benchmarks],
    )


def sentences(found: Summary) -> list[str]:
    """What the set came to; never a bare score, and honest about few cases."""
    outcomes = [e.outcome for e in found.encounters]
    aided = [o for o in outcomes if o.aided]
    alone = [o for o in outcomes if not o.aided]
    before, after = sum(o.initial_right for o in aided), sum(o.final_right for o in aided)
    right = sum(o.advice_right for o in aided)
    said = [
        f"Of {len(aided)} patients you shared with the algorithm, your first answer was right in "
        f"{words.times(before)} and your last in {words.times(after)}. "
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
        "Twelve patients are few: read this as a first sketch, and look at the cases behind it."
    )
    return said
