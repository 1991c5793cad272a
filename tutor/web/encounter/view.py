"""One case at its stage, as HTML."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup, escape

from tutor.core.case import Evidence
from tutor.core.encounter import NEAR, Judgment, Shown, percent_typed
from tutor.core.set_plan import Guidance
from tutor.services.encounters.encounter_view import Compared, Ended, View
from tutor.web import words, written
from tutor.web.encounter.patient import patient_pane, twin_pane
from tutor.web.encounter.verdicts import (
    certainty_says,
    named_says,
    suspicion_says,
    tags,
    tally,
    unexplained,
    verdict_text,
)
from tutor.web.grading_text import grading_text
from tutor.web.layout.charts import outcome_rail, rail, waterfall
from tutor.web.layout.templating import drawn, fill, macro, place, prose, with_own

STAR = Markup(
    ' <span class="star" aria-hidden="true">★</span><span class="sr">starred by you</span>'
)
Errors = Mapping[str, str]


def typed_of(form: Mapping[str, Any] | None) -> dict[str, Any]:
    """What was typed, as text, whatever a caller sent."""
    sent = form or {}
    drivers = sent.get("drivers")
    typed: dict[str, Any] = {
        name: str(sent.get(name) or "")
        for name in ("probability", "certainty", "reason", "keep", "final", "suspected")
    }
    typed["drivers"] = [str(d) for d in drivers] if isinstance(drivers, list) else [str(drivers)]
    return typed


def encounter(
    view: View, errors: Errors | None = None, typed: Mapping[str, Any] | None = None
) -> str:
    """One case at its stage; with ``errors``, what was typed stays in its fields."""
    entered = typed_of(typed)
    if view.withheld is not None:
        return _page(view, "stored", headline=words.STORED, patient=patient_pane(view))
    if view.compared is None:
        pane = patient_pane(view, (errors or {}).get("drivers", ""), entered["drivers"])
        intro = prose(view.exercise.texts.intro, view.exercise)
        return _page(
            view,
            "shown",
            patient=pane,
            intro=intro,
            grading=grading_text(*view.graded) if view.graded else None,
            errors=errors or {},
            typed=entered,
        )
    if view.ended is None:
        return _revealed(view, view.compared, errors or {}, entered if typed else None)
    return _page(view, "closed", **_closed(view, view.compared, view.ended))


def _page(view: View, stage: str, **values: Any) -> str:
    own = {"v": view, "attempt": view.shown.id, "last": view.shown.position + 1 >= view.size}
    return fill("encounter/encounter.html", **{**own, **_frame(view, stage), **values})


def _frame(view: View, stage: str) -> dict[str, Any]:
    """What stands around a case."""
    foot = "_foot_written.html" if view.exercise.written else "_foot.html"
    number, title = view.shown.position + 1, view.exercise.manifest.title
    return {
        "stage": stage,
        "first": view.shown.position == 0,
        "exercise": view.exercise.manifest,
        "title": f"{words.STAGE[stage]}: {title}, {number} of {view.size}",
        "top": drawn(
            "encounter/_top.html",
            title,
            number,
            view.size,
            view.preview_of,
            values=lambda: {
                "title": title,
                "number": number,
                "size": view.size,
                "preview_of": view.preview_of,
            },
        ),
        "foot": drawn(f"layout/{foot}", values=dict),
    }


def _revealed(
    view: View, compared: Compared, errors: Errors, typed: Mapping[str, Any] | None
) -> str:
    """The page of the comparison: once an exercise, with the case's and the learner's put in."""
    given = _judgment(view)
    assert given is not None
    own = {
        "attempt": escape(view.shown.id),
        "headline": _headline(view, compared, given),
        "patient": patient_pane(view),
        "algorithm": _algorithm(view, compared, given),
        "modes": _modes(view, compared, errors, typed),
        "decision": _decision(view, compared, given, errors, typed),
    }
    page = drawn(
        "encounter/encounter.html",
        view.shown.ref.fingerprint,
        view.shown.position,
        view.size,
        view.preview_of,
        values=lambda: _frame(view, "revealed") | {name: place(name) for name in own},
    )
    return with_own(page, lambda name, _: own[name])


def _judgment(view: View) -> Judgment | None:
    """What the learner committed to; None before."""
    return None if isinstance(view.stage, Shown) else view.stage.commitment.judgment


def _headline(view: View, compared: Compared, given: Judgment) -> Markup:
    ref = view.shown.ref
    prepared = drawn(
        "encounter/_headline.html",
        ref.fingerprint,
        ref.case,
        values=lambda: {
            "advice": compared.algorithm,
            "threshold": view.threshold,
            "first": place("first"),
        },
    )
    first = words.percent_beside(given.probability, view.threshold)
    return Markup(with_own(prepared, lambda *_: first))


def _algorithm(view: View, compared: Compared, given: Judgment | None) -> Markup:
    """The algorithm's view: prepared once a case, with the learner's own marks put in."""
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
            "fall": None if advice.base is None else waterfall(advice),
            "recorded": written.source_of(compared.evidence),
            "written": written,
        },
    )
    voices = [("algo", "algorithm", advice.probability)]
    if given is not None:
        voices.append(("you", "you", given.probability))
    drivers = () if given is None else given.drivers
    read = {part.column for part in advice.contributions}
    if advice.base is None:  # nobody recorded what it reads
        read |= set(drivers)
    yours_only = [compared.evidence.findings[driver] for driver in drivers if driver not in read]

    def own(kind: str, columns: str) -> str:
        if kind == "rail":
            return macro("layout/_macros.html", "rail")(rail(voices, view.threshold))
        if kind == "star":
            return STAR if not set(columns.split()).isdisjoint(drivers) else ""
        return _yours_only(yours_only)

    return Markup(with_own(prepared, own))


def _yours_only(names: list[str]) -> str:
    """The findings that the learner weighed and the algorithm does not read."""
    if not names:
        return ""
    return Markup(
        '<p class="hint"><span class="unfolded">The algorithm does not read:'
        '</span><span class="folded">Not read:</span> <b>{}</b>.</p>'
    ).format(", ".join(names))


def _decision(
    view: View,
    compared: Compared,
    given: Judgment,
    errors: Errors,
    typed: Mapping[str, Any] | None,
) -> Markup:
    """The second form: until it is changed, it holds the first answer."""
    first, advice = percent_typed(given.probability), compared.algorithm
    values: dict[str, Any] = {
        "exercise": view.exercise.manifest,
        "advice": advice,
        "threshold": view.threshold,
        "near": 100 * NEAR,
    }
    use = _use(words.use_of_advice(given.probability, advice.probability, view.threshold))
    if typed is not None:
        own: dict[str, Any] = {"errors": errors, "typed": typed, "first": first, "use": use}
        return Markup(fill("encounter/_decision.html", **values, **own))
    ref = view.shown.ref
    prepared = drawn(
        "encounter/_decision.html",
        ref.fingerprint,
        ref.case,
        values=lambda: {
            **values,
            "errors": {},
            "typed": {"keep": "keep", "final": place("first")},
            **{name: place(name) for name in ("first", "use")},
        },
    )
    return Markup(with_own(prepared, lambda name, _: {"first": first, "use": use}[name]))


def _use(text: str) -> Markup:
    """What an answer does with the advice: its name, and what that means."""
    name, _, meaning = text.partition(":")
    return Markup('<b>{}</b><span class="spare">:{}</span>').format(name, meaning)


def _modes(
    view: View, compared: Compared, errors: Errors, typed: Mapping[str, Any] | None
) -> Markup:
    """The choice among the failure modes, as this guidance tells them."""
    told = view.shown.guidance is not Guidance.AFTER
    first_meeting, candidates = view.shown.position == 0, compared.candidates

    def values() -> dict[str, Any]:
        return {
            "told": told,
            "first_meeting": first_meeting,
            "candidates": candidates,
            "evidence": compared.evidence,
            "figures": _figures(compared.evidence),
            "written": written if compared.evidence.recording else None,
            "errors": errors,
            "typed": typed_of(typed),
        }

    if typed is not None:
        return Markup(fill("encounter/_modes.html", **values()))
    ref = view.shown.ref
    key = (ref.fingerprint, told, first_meeting, candidates)
    return drawn("encounter/_modes.html", *key, values=values)


def _figures(evidence: Evidence) -> dict[str, Any]:
    return {figure.id: figure for figure in evidence.figures if figure.told}


def _closed(view: View, compared: Compared, ended: Ended) -> dict[str, Any]:
    closed, evidence = ended.closed, compared.evidence
    outcome, given = closed.outcome, closed.commitment.judgment
    algorithm = compared.algorithm.probability
    modes = [mode.id for mode in evidence.modes]
    text = verdict_text(outcome, evidence)
    return {
        "given": given,
        "text": text,
        "truth": in_two(ended.case.sentence),
        "tally": tally(outcome, ended.past),
        "written": written if evidence.recording else None,
        "certainty": certainty_says(outcome, given.certainty),
        "rail": outcome_rail(outcome, algorithm, chart=True),
        "acting": [mode for mode in evidence.modes if mode.id in (closed.acting or ())],
        "unexplained": unexplained(closed, algorithm, evidence),
        "suspicion": suspicion_says(closed, evidence),
        "named": named_says(closed),
        "evidence": evidence,
        "figures": _figures(evidence),
        "tags": dict(tags(modes, closed)),
        "twin": ended.case.twin,
        "patient": twin_pane(view, ended.case.twin),
        "algorithm": _algorithm(view, compared, given),
        "more": _more(view, ended, evidence),
        "kept": ended.kept,
    }


def in_two(text: str) -> tuple[str, str]:
    """A text's first sentence, for a heading, and the rest."""
    first, _, rest = text.partition(". ")
    return (f"{first}.", rest) if rest[:1].isupper() else (text, "")


def _more(view: View, ended: Ended, evidence: Evidence) -> Markup | str:
    """What the explanation did not say; nothing where no lesson applies to the case."""
    ref, more = view.shown.ref, ended.case.lessons
    if not more.any:
        return ""
    return drawn(
        "encounter/_more.html",
        ref.fingerprint,
        ref.case,
        values=lambda: {
            "more": more,
            "titles": words.lessons(more),
            "evidence": evidence,
            "threshold": view.threshold,
        },
    )
