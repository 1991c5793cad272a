"""The patient's pane: the same at every stage; once closed, as it is or with one thing changed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from markupsafe import Markup, escape

from tutor.core.case import Chart, Difference, Finding, Twin
from tutor.core.encounter import Shown
from tutor.services.encounters.encounter_view import View
from tutor.web.layout.templating import drawn, fill, with_own

BRIEF = 3


def patient_pane(view: View, error: str = "", starred: Sequence[str] = ()) -> Markup:
    """The patient; before the commitment with an ``error`` at the drivers and those ``starred``."""
    return Markup(fill("encounter/_pane.html", patient=_as_is(view, error, starred)))


def read_only(case: Chart, fingerprint: str, case_id: str) -> Markup:
    """The patient as others look at them: story, picture and chart."""
    return drawn(
        "encounter/_read_only.html",
        fingerprint,
        case_id,
        values=lambda: {"case": case, "rows": _rows(case)},
    )


def twin_pane(view: View, twin: Twin | None) -> Markup:
    """The patient of a closed case, and beside it the same patient with one thing changed."""
    values: dict[str, Any] = {"patient": _as_is(view), "twin": twin}
    if twin is not None:
        values |= {
            "before": as_it_is(twin.as_is),
            "changed": twin.changed,
            "picture": twin.picture,
            "rows": changed_rows(view.case, twin.differences),
        }
    return Markup(fill("encounter/_twin.html", **values))


def _as_is(view: View, error: str = "", starred: Sequence[str] = ()) -> Markup:
    ref, stage = view.shown.ref, view.stage
    shown = isinstance(stage, Shown)
    chosen = starred if isinstance(stage, Shown) else stage.commitment.judgment.drivers
    prepared = drawn(
        "encounter/_patient.html", ref.fingerprint, ref.case, values=lambda: _values(view)
    )

    def own(kind: str, column: str) -> str:
        if kind == "attempt":
            return escape(view.shown.id)
        if kind == "error":
            says = Markup('<p class="error" id="e-drivers">{}</p>')
            return says.format(error) if error else ""
        return (" checked" if column in chosen else "") + ("" if shown else " disabled")

    return Markup(with_own(prepared, own))


def _values(view: View) -> dict[str, Any]:
    case, drivers = view.case, view.exercise.manifest.drivers
    rows = _rows(case)
    return {
        "case": case,
        "brief": brief(case.story),
        "drivers": drivers,
        "places": [f for f in case.findings if f.in_picture and f.column in drivers],
        "rows": rows,
        "both_units": any(f.us for f in rows),
    }


def _rows(case: Chart) -> list[Finding]:
    """What the chart says in words and numbers, what is out of range first."""
    return sorted((f for f in case.findings if not f.in_picture), key=lambda f: not f.flag)


def brief(story: str) -> str:
    """The first words of a story, by which its patient is recognised.

    A first sentence of a word or two ("Spring 2020.") says nothing of the patient.
    """
    words = story.split()
    ends = [n for n, word in enumerate(words[:BRIEF]) if word.endswith(".")]
    words = words[ends[-1] + 1 :] if ends and len(words) > BRIEF else words
    return story if len(words) <= BRIEF else " ".join(words[:BRIEF]).rstrip(".,;:") + "…"


_AS_IT_IS = re.compile(r"(As \w+ (?:is|are))\b(.*)", re.DOTALL)


def as_it_is(heading: str) -> tuple[str, str]:
    """The heading of the patient as it is: its first words, and the rest, which says what is so."""
    found = _AS_IT_IS.fullmatch(heading)
    return (found[1], found[2]) if found else (heading, "")


def changed_rows(case: Chart, differences: Sequence[Difference]) -> list[tuple[Finding, str]]:
    """The twin's chart, each row with what it read before, "" where it reads the same.

    What reads differently stands first, inputs that only the algorithm reads too.
    """
    differing = {d.label: d for d in differences}
    rows = _rows(case)
    names = {f.column: next((n for n in (f.label, f.short) if n in differing), "") for f in rows}
    known = {name for name in names.values() if name}
    pairs = [(f, differing[names[f.column]]) for f in rows if names[f.column]]
    changed = [(_read(f, d), d.said[0]) for f, d in pairs]
    added = [(_row(d), d.said[0]) for d in differences if d.label not in known]
    return [*changed, *added, *((f, "") for f in rows if not names[f.column])]


def _read(finding: Finding, difference: Difference) -> Finding:
    # Whether the new value is high or low is not in the bundle, so nothing is said of it.
    us = difference.us[1]
    return replace(finding, said=difference.said[1], us=us, flag="", note="", bar=None)


def _row(d: Difference) -> Finding:
    return Finding(d.label, d.label, d.label, d.said[1], d.unit, "", "", None, "", d.us[1])
