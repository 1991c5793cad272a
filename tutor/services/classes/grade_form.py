"""A grade by hand as it is typed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tutor.core.assignment import Grading
from tutor.errors import BadForm, BadInput
from tutor.store import assignments as assignment_store

Form = Mapping[str, Any]
LONGEST_NOTE = 2_000


def typed_grade(
    work: assignment_store.Assignment, form: Form
) -> tuple[float, dict[str, float], str]:
    """Points, marks and note as typed.

    Raises:
        BadForm: what cannot be stored, all of it.
    """
    wrong: dict[str, str] = {}
    points, marks = 0.0, {}

    def number(field: str, most: float) -> float:
        try:
            return _number(field, form.get(field), most)
        except BadInput as error:
            wrong.update(error.errors)
            return 0.0

    if work.grading is Grading.RUBRIC and work.rubric:
        rows = enumerate(work.rubric)
        marks = {str(row["name"]): number(f"mark:{n}", float(row["points"])) for n, row in rows}
        most = sum(float(row["points"]) for row in work.rubric)
        points = round(work.points * sum(marks.values()) / most, 2)
    else:
        points = number("points", work.points)
    note = ""
    try:
        note = typed_note(form)
    except BadInput as error:
        wrong.update(error.errors)
    if wrong:
        raise BadForm(wrong)
    return points, marks, note


def typed_note(form: Form) -> str:
    """The note with a grade.

    Raises:
        BadInput: it is too long.
    """
    note = str(form.get("note") or "").replace("\x00", "").strip()
    if len(note) > LONGEST_NOTE:
        raise BadInput("note", f"Use at most {LONGEST_NOTE:,} characters.")
    return note


def _number(field: str, typed: Any, most: float) -> float:
    text = str(typed if typed is not None else "").strip().replace(",", ".")
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= most:
        raise BadInput(field, f"Type a number from 0 to {most:g}.")
    return round(value, 2)
