"""One case at its stage, as HTML."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup, escape

from tutor.core.attempt import NO_MODE, Closed, Judgment, Revealed, Shown
from tutor.core.policy import Guidance
from tutor.core.scoring import Outcome, Verdict, certainty_mark
from tutor.services.practice import View
from tutor.web import words
from tutor.web.charts import outcome_rail, rail, signed, waterfall
from tutor.web.templating import drawn, fill, macro, place, prose, with_own

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
    if view.withheld is None and isinstance(view.stage, Revealed):
        return _revealed(view, errors or {}, typed)
    manifest = view.exercise.manifest
    values: dict[str, Any] = {
        "v": view,
        "attempt": view.shown.id,
        "number": view.shown.position + 1,
        "size": view.size,
        "patient": _patient(view),
        "errors": errors or {},
        "typed": typed_of(typed),
        "headline": manifest.question,
    }
    if view.withheld is not None:
        stage = "stored"
        values["headline"] = words.STORED
    elif isinstance(view.stage, Closed):
        stage = "closed"
        values |= {**_compared(view), **_closed(view, view.stage)}
    else:
        stage = "shown"
        values |= _shown(view)
    return fill("encounter.html", **values, **_frame(view, stage))


def _revealed(view: View, errors: Mapping[str, str], typed: Mapping[str, Any] | None) -> str:
    """The page of the comparison: once an exercise, with the case's and the learner's put in."""
    own = {
        "attempt": escape(view.shown.id),
        "number": str(view.shown.position + 1),
        "size": str(view.size),
        "patient": _patient(view),
        **_compared(view),
        "decision": _decision(view, errors, typed),
    }
    page = drawn(
        "encounter.html",
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
    return drawn("_patient.html", ref.fingerprint, ref.case, values=lambda: {"case": view.case})


def _frame(view: View, stage: str) -> dict[str, Any]:
    """What stands around a case: the same for everyone at the same step of an exercise."""
    at_step = AT_STEP[stage]
    return {
        "stage": stage,
        "exercise": view.exercise.manifest,
        "top": drawn("_top.html", values=dict),
        "steps": drawn("_steps.html", at_step, values=lambda: {"at_step": at_step}),
        "foot": drawn("_foot.html", values=dict),
    }


def _shown(view: View) -> dict[str, Any]:
    drivers = view.exercise.manifest.drivers
    intro = prose(view.exercise.texts.intro, view.exercise) if view.shown.position == 0 else ""
    return {
        "offered": [f for f in view.case["findings"] if f["column"] in drivers],
        "intro": intro,
    }


def _compared(view: View) -> dict[str, Any]:
    assert view.advice is not None
    assert view.evidence is not None
    assert not isinstance(view.stage, Shown)
    given = view.stage.commitment.judgment
    return {"algorithm": _algorithm(view, view.advice, given), "modes": _modes(view)}


def _algorithm(view: View, advice: Mapping[str, Any], given: Judgment) -> Markup:
    """The algorithm's card: prepared once a case, with the learner's own marks put in."""
    assert view.evidence is not None
    ref, focus = view.shown.ref, isinstance(view.stage, Revealed)
    prepared = drawn(
        "_algorithm.html",
        ref.fingerprint,
        ref.case,
        focus,
        values=lambda: {
            "focus": focus,
            "advice": advice,
            "threshold": view.threshold,
            "evidence": view.evidence,
            "fall": waterfall(advice),
        },
    )
    voices = [("algo", "algorithm", advice["probability"]), ("you", "you", given.probability)]
    read = {part["column"] for part in advice["contributions"]}
    names = view.evidence["findings"]
    yours_only = [names[driver] for driver in given.drivers if driver not in read]

    def own(kind: str, columns: str) -> str:
        if kind == "rail":
            return macro("_base.html", "rail")(rail(voices, view.threshold))
        if kind == "dot":
            return DOT if not set(columns.split()).isdisjoint(given.drivers) else ""
        return fill("_yours.html", yours_only=yours_only) if yours_only else ""

    return with_own(prepared, own)


def _decision(view: View, errors: Mapping[str, str], typed: Mapping[str, Any] | None) -> Markup:
    """The second form; empty, it is the same for everyone."""
    assert view.evidence is not None
    values = {
        "exercise": view.exercise.manifest,
        "evidence": view.evidence,
        "errors": errors,
        "typed": typed_of(typed),
    }
    if errors:
        return Markup(fill("_decision.html", **values))
    return drawn("_decision.html", view.shown.ref.fingerprint, values=lambda: values)


def _modes(view: View) -> Markup:
    """The failure modes as this guidance tells them; all of them once the case is closed."""
    assert view.evidence is not None
    told = view.shown.guidance is not Guidance.AFTER or isinstance(view.stage, Closed)
    evidence = view.evidence
    return drawn(
        "_modes.html",
        view.shown.ref.fingerprint,
        told,
        view.touched,
        values=lambda: {
            "told": told,
            "touched": view.touched,
            "evidence": evidence,
            "figures": {
                f["id"]: f for f in evidence["figures"] if f["basis"] in ("P", "S") and f["unit"]
            },
        },
    )


def _closed(view: View, closed: Closed) -> dict[str, Any]:
    assert view.truth is not None
    assert view.outcome is not None
    assert view.evidence is not None
    given = closed.commitment.judgment
    verdict = view.outcome.verdict
    mark = certainty_mark(view.outcome.initial_right, given.certainty)
    return {
        "given": given,
        "headline": words.HEADLINE[verdict],
        "verdict": words.VERDICT[verdict],
        "lesson": words.LESSON[verdict],
        "tally": _tally(verdict, view.past),
        "mark": signed(mark),
        "rails": {"closed": outcome_rail(view.outcome, view.advice)},
        "suspected_says": _suspected(view),
        "more": _more(view, view.truth, view.evidence),
        "sides": _sides(view.truth, view.evidence, view.case["picture"]),
    }


def _more(view: View, truth: Mapping[str, Any], evidence: Mapping[str, Any]) -> Markup | str:
    """What the explanation did not say; nothing where no lesson applies to the case."""
    ref, more = view.shown.ref, truth.get("more")
    if not more:
        return ""
    return drawn(
        "_more.html",
        ref.fingerprint,
        ref.case,
        values=lambda: {"more": more, "evidence": evidence, "threshold": view.threshold},
    )


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
    if not isinstance(stage, Closed) or stage.decision is None:
        return ""
    suspected, touched = stage.decision.suspected, view.touched or ()
    titles = {mode["id"]: mode["title"] for mode in (view.evidence or {})["modes"]}
    if suspected == NO_MODE:
        return "You saw no failure mode at work." + ("" if touched else " There was none.")
    found = "it does touch this patient." if suspected in touched else "it does not apply here."
    return f"You suspected “{titles.get(suspected, suspected)}”: {found}"


def _sides(
    truth: Mapping[str, Any], evidence: Mapping[str, Any], picture: Mapping[str, Any] | None
) -> list[dict[str, Any]]:
    twin = truth["twin"]
    if twin is None:
        return []
    return [
        {
            "title": twin[title],
            "picture": (picture, twin["picture"])[at],
            "findings": [
                {"label": f["label"], "said": f[key], "unit": f["unit"]}
                | ({"us": f["us"][at]} if "us" in f else {})
                for f in twin["findings"]
            ],
            "algorithm": twin["algorithm"][at],
            "truth": evidence["condition" if twin["present"][at] else "absence"],
        }
        for at, (title, key) in enumerate((("as_is", "before"), ("changed", "after")))
    ]
