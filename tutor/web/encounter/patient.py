"""The patient's pane: the same at every stage; once closed, as it is or with one thing changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from markupsafe import Markup, escape

from tutor.core.attempt import Shown
from tutor.core.case import Chart, Difference, Finding, Twin
from tutor.services.practice import View
from tutor.web.layout.templating import drawn, fill, with_own


def patient_pane(view: View, error: str = "", starred: Sequence[str] = ()) -> Markup:
    """The patient; before the commitment with an ``error`` at the drivers and those ``starred``."""
    return Markup(fill("encounter/_pane.html", patient=_as_is(view, error, starred)))


def twin_pane(view: View, twin: Twin | None) -> Markup:
    """The patient of a closed case, and beside it the same patient with one thing changed."""
    values: dict[str, Any] = {"patient": _as_is(view), "twin": twin}
    if twin is not None:
        values |= {
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
    rows = [f for f in case.findings if not f.in_picture]
    return {
        "case": case,
        "drivers": drivers,
        "places": [f for f in case.findings if f.in_picture and f.column in drivers],
        "rows": sorted(rows, key=lambda f: not f.flag),
        "both_units": any(f.us for f in rows),
    }


def changed_rows(case: Chart, differences: Sequence[Difference]) -> list[tuple[Finding, bool]]:
    """The twin's chart: what reads differently first and marked, the algorithm's inputs too."""
    differing = {d.label: d for d in differences}
    rows = [f for f in case.findings if not f.in_picture]
    names = {f.column: next((n for n in (f.label, f.short) if n in differing), "") for f in rows}
    known = {name for name in names.values() if name}
    changed = [_read(f, differing[names[f.column]]) for f in rows if names[f.column]]
    added = [_row(d) for d in differences if d.label not in known]
    same = [f for f in rows if not names[f.column]]
    return [*((f, True) for f in (*changed, *added)), *((f, False) for f in same)]


def _read(finding: Finding, difference: Difference) -> Finding:
    # Whether the new value is high or low is not in the bundle, so nothing is said of it.
    us = difference.us[1]
    return replace(finding, said=difference.said[1], us=us, flag="", note="", bar=None)


def _row(d: Difference) -> Finding:
    return Finding(d.label, d.label, d.label, d.said[1], d.unit, "", "", None, "", d.us[1])
