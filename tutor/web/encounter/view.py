"""One case at its stage, as HTML."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup, escape

from tutor.core.attempt import Shown
from tutor.core.case import Evidence, Twin
from tutor.core.policy import Guidance
from tutor.services.practice import Compared, Ended, View
from tutor.web import words
from tutor.web.encounter.verdicts import (
    ACTS,
    COULD,
    certainty_says,
    suspicion_says,
    tags,
    tally,
    unexplained,
    verdict_text,
)
from tutor.web.layout.charts import outcome_rail, rail, waterfall
from tutor.web.layout.templating import drawn, fill, macro, place, prose, with_own

AT_STEP = {"shown": 0, "revealed": 2, "closed": 4, "stored": 4}
DOT = ' <span class="dot"></span>'


def typed_of(form: Mapping[str, Any] | None) -> dict[str, Any]:
    """What was typed, as text, whatever a caller sent."""
    sent = form or {}
    drivers = sent.get("drivers")
    typed: dict[str, Any] = {
        name: str(sent.get(name) or "")
        for name in ("probability", "certainty", "reason", "final", "advice", "suspected")
    }
    typed["drivers"] = [str(d) for d in drivers] if isinstance(drivers, list) else [str(drivers)]
    return typed


def encounter(
    view: View,
    errors: Mapping[str, str] | None = None,
    typed: Mapping[str, Any] | None = None,
) -> str:
    """One case at its stage; with ``errors``, what was typed stays in its fields."""
    if view.compared is not None and view.ended is None:
        return _revealed(view, view.compared, errors or {}, typed)
    values: dict[str, Any] = {
        "v": view,
        "attempt": view.shown.id,
        "number": view.shown.position + 1,
        "size": view.size,
        "last": view.shown.position + 1 >= view.size,
        "patient": _patient(view),
        "errors": errors or {},
        "typed": typed_of(typed),
        "headline": view.exercise.manifest.question,
    }
    if view.withheld is not None:
        stage = "stored"
        values["headline"] = words.STORED
    elif view.compared is not None and view.ended is not None:
        stage = "closed"
        values |= _compared(view, view.compared) | _closed(view, view.compared, view.ended)
    else:
        stage = "shown"
        values |= _shown(view)
    return fill("encounter/encounter.html", **values, **_frame(view, stage))


def _revealed(
    view: View, compared: Compared, errors: Mapping[str, str], typed: Mapping[str, Any] | None
) -> str:
    """The page of the comparison: once an exercise, with the case's and the learner's put in."""
    own = {
        "attempt": escape(view.shown.id),
        "number": str(view.shown.position + 1),
        "size": str(view.size),
        "patient": _patient(view),
        **_compared(view, compared),
        "decision": _decision(view, compared.evidence, errors, typed),
    }
    page = drawn(
        "encounter/encounter.html",
        view.shown.ref.fingerprint,
        values=lambda: {
            "headline": view.exercise.manifest.question,
            **_frame(view, "revealed"),
            **{name: place(name) for name in own},
        },
    )
    return with_own(page, lambda name, _: own[name])


def _patient(view: View) -> Markup:
    ref = view.shown.ref
    return drawn(
        "encounter/_patient.html", ref.fingerprint, ref.case, values=lambda: {"case": view.case}
    )


def _frame(view: View, stage: str) -> dict[str, Any]:
    """What stands around a case: the same for everyone at the same step of an exercise."""
    at_step = AT_STEP[stage]
    return {
        "stage": stage,
        "exercise": view.exercise.manifest,
        "top": drawn("layout/_top.html", values=dict),
        "steps": drawn("encounter/_steps.html", at_step, values=lambda: {"at_step": at_step}),
        "foot": drawn("layout/_foot.html", values=dict),
    }


def _shown(view: View) -> dict[str, Any]:
    drivers = view.exercise.manifest.drivers
    intro = prose(view.exercise.texts.intro, view.exercise) if view.shown.position == 0 else ""
    return {
        "offered": [f for f in view.case.findings if f.column in drivers],
        "intro": intro,
    }


def _compared(view: View, compared: Compared) -> dict[str, Any]:
    return {"algorithm": _algorithm(view, compared), "modes": _modes(view, compared)}


def _algorithm(view: View, compared: Compared) -> Markup:
    """The algorithm's card: prepared once a case, with the learner's own marks put in."""
    ref, focus, advice = view.shown.ref, view.ended is None, compared.algorithm
    prepared = drawn(
        "encounter/_algorithm.html",
        ref.fingerprint,
        ref.case,
        focus,
        values=lambda: {
            "focus": focus,
            "advice": advice,
            "threshold": view.threshold,
            "evidence": compared.evidence,
            "fall": waterfall(advice),
        },
    )
    given = None if isinstance(view.stage, Shown) else view.stage.commitment.judgment
    voices = [("algo", "algorithm", advice.probability)]
    if given is not None:
        voices.append(("you", "you", given.probability))
    drivers = () if given is None else given.drivers
    read = {part.column for part in advice.contributions}
    names = compared.evidence.findings
    yours_only = [names[driver] for driver in drivers if driver not in read]

    def own(kind: str, columns: str) -> str:
        if kind == "rail":
            return macro("layout/_macros.html", "rail")(rail(voices, view.threshold))
        if kind == "dot":
            return DOT if not set(columns.split()).isdisjoint(drivers) else ""
        return fill("encounter/_yours.html", yours_only=yours_only) if yours_only else ""

    return with_own(prepared, own)


def _decision(
    view: View, evidence: Evidence, errors: Mapping[str, str], typed: Mapping[str, Any] | None
) -> Markup:
    """The second form; empty, it is the same for everyone."""
    values = {
        "exercise": view.exercise.manifest,
        "evidence": evidence,
        "errors": errors,
        "typed": typed_of(typed),
    }
    if errors:
        return Markup(fill("encounter/_decision.html", **values))
    return drawn("encounter/_decision.html", view.shown.ref.fingerprint, values=lambda: values)


def _modes(view: View, compared: Compared) -> Markup:
    """The failure modes as this guidance tells them; all of them once the case is closed."""
    closed = view.ended.closed if view.ended else None
    told = view.shown.guidance is not Guidance.AFTER or closed is not None
    evidence = compared.evidence
    marked = tags([mode.id for mode in evidence.modes], closed, compared.candidates)
    return drawn(
        "encounter/_modes.html",
        view.shown.ref.fingerprint,
        told,
        closed is not None,
        marked,
        values=lambda: {
            "told": told,
            "closed": closed is not None,
            "tags": dict(marked),
            "marked": (ACTS, COULD),
            "evidence": evidence,
            "figures": {figure.id: figure for figure in evidence.figures if figure.told},
        },
    )


def _closed(view: View, compared: Compared, ended: Ended) -> dict[str, Any]:
    closed, evidence = ended.closed, compared.evidence
    outcome, given = closed.outcome, closed.commitment.judgment
    text = verdict_text(outcome, evidence, view.exercise.manifest.action)
    algorithm = compared.algorithm.probability
    return {
        "given": given,
        "headline": text.headline,
        "text": text,
        "sentence": ended.case.sentence,
        "tally": tally(outcome, ended.past),
        "certainty": certainty_says(outcome, given.certainty),
        "rail": outcome_rail(outcome, algorithm, chart=True),
        "acting": [mode for mode in evidence.modes if mode.id in closed.failures],
        "unexplained": unexplained(closed, algorithm),
        "suspicion": suspicion_says(closed, evidence),
        "more": _more(view, ended, evidence),
        "lesson": ended.case.twin.lesson if ended.case.twin else "",
        "sides": _sides(ended.case.twin, evidence, view),
    }


def _more(view: View, ended: Ended, evidence: Evidence) -> Markup | str:
    """What the explanation did not say; nothing where no lesson applies to the case."""
    ref, more = view.shown.ref, ended.case.lessons
    if not more.any:
        return ""
    return drawn(
        "encounter/_more.html",
        ref.fingerprint,
        ref.case,
        values=lambda: {"more": more, "evidence": evidence, "threshold": view.threshold},
    )


def _sides(twin: Twin | None, evidence: Evidence, view: View) -> list[dict[str, Any]]:
    if twin is None:
        return []
    return [
        {
            "title": (twin.as_is, twin.changed)[at],
            "picture": (view.case.picture, twin.picture)[at],
            "findings": [
                {"label": f.label, "said": f.said[at], "unit": f.unit, "us": f.us[at]}
                for f in twin.differences
            ],
            "algorithm": twin.algorithm[at],
            "truth": evidence.condition if twin.present[at] else evidence.absence,
        }
        for at in (0, 1)
    ]
