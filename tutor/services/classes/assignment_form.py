"""An assignment's form as typed: every field is read, and everything refused is said at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from tutor.content.pack import Exercise
from tutor.core.assignment import (
    MOST_CASES,
    MOST_UNAIDED,
    PAST_DUE,
    Dates,
    Grading,
    OutcomesShown,
    Override,
    check_dates,
    check_publishable,
)
from tutor.core.grade_rules import MOST_LATE_PERCENT
from tutor.core.set_plan import Guidance
from tutor.errors import BadForm, BadInput
from tutor.services.accounts.typed_lines import one_line
from tutor.services.local_time import moment
from tutor.store.assignments import Assignment, Part

Form = Mapping[str, Any]
LONGEST_TEXT = 4_000
NO_OTHERS = (
    "There are no new patients for {}: its patients are the rows of a table, or were written by "
    "hand. Leave the exercise out, or untick this."
)
TOO_FEW = "“{}” has {} patients, who were written by hand. Type that number or fewer."
SAME_CASES_FIXED = "A learner has begun, so who gets which patients can no longer be changed."

_Value = TypeVar("_Value")
_Kind = TypeVar("_Kind", bound=StrEnum)


@dataclass(frozen=True)
class Checks:
    """What is asked of a form beyond its fields: can it be published, and has work begun on it.

    ``holds``: how many patients a written exercise has, by its key; no set can be larger.
    """

    publishing: bool = False
    begun: bool = False
    holds: Mapping[str, int] = field(default_factory=dict)


class FieldReader:
    """Reads the fields of one form, and collects what cannot be stored."""

    def __init__(self, form: Form) -> None:
        self.form = form
        self.errors: dict[str, str] = {}

    def text(self, name: str) -> str:
        """A field as it was typed; "" for anything but text."""
        value = self.form.get(name)
        return value if isinstance(value, str) else ""

    def read(self, make: Callable[[], _Value], otherwise: _Value) -> _Value:
        """What ``make`` returns, or ``otherwise`` where it refuses; its message is kept."""
        try:
            return make()
        except BadInput as error:
            for name, message in error.errors.items():
                self.errors.setdefault(name, message)
            return otherwise

    def check(self) -> None:
        """Refuse the form if any field was refused.

        Raises:
            BadForm: with a message for each field.
        """
        if self.errors:
            raise BadForm(self.errors)


def read_assignment(
    before: Assignment,
    form: Form,
    exercises: Iterable[Exercise],
    where: ZoneInfo,
    at: datetime,
    checks: Checks = Checks(),
) -> Assignment:
    """``before`` with what the form says, as it would be stored at the moment ``at``.

    A due date that has passed is refused unless it stood there before. Whether all have the same
    patients cannot be changed once a learner has begun.

    Raises:
        BadForm: fields cannot be stored; each has its message.
    """
    reader, exercises = FieldReader(form), tuple(exercises)
    made = replace(
        before,
        title=reader.read(lambda: _title(reader.text("title")), before.title),
        instructions=reader.read(lambda: _instructions(reader.text("instructions")), ""),
        guidance=reader.read(lambda: one_of("guidance", form, Guidance), before.guidance),
        unaided_share=reader.read(lambda: _share(reader.text("unaided")), 0.0),
        same_cases=bool(reader.text("same_cases")),
        fresh=bool(reader.text("fresh")),
        reasons_required=bool(reader.text("reasons_required")),
        outcomes=reader.read(lambda: one_of("outcomes", form, OutcomesShown), before.outcomes),
        dates=_dates(reader, before.dates, where, at),
        grading=reader.read(lambda: one_of("grading", form, Grading), before.grading),
        points=reader.read(lambda: _points(reader.text("points")), before.points),
        rubric=reader.read(lambda: _rubric(reader.text("rubric")), ()),
        parts=_parts(reader, exercises, checks.holds),
        late_percent=reader.read(lambda: _late(reader.text("late")), before.late_percent),
    )
    if checks.begun and made.same_cases != before.same_cases:
        reader.errors["same_cases"] = SAME_CASES_FIXED
    if made.fresh and (fixed := _of_tables(made.parts, exercises)):
        reader.errors["fresh"] = NO_OTHERS.format(fixed)
    if checks.publishing:
        reader.read(lambda: check_publishable(made.dates, len(made.parts), at), None)
    reader.check()
    return made


def _of_tables(parts: Iterable[Part], exercises: Iterable[Exercise]) -> str:
    """The titles of the exercises whose patients are the rows of a table, or written."""
    chosen = {part.key for part in parts}
    return ", ".join(
        f"“{exercise.manifest.title}”"
        for exercise in exercises
        if exercise.key in chosen and (exercise.from_table or exercise.written)
    )


def read_override(form: Form, where: ZoneInfo, at: datetime) -> Override:
    """Other dates for a learner or a group.

    Raises:
        BadForm: a date cannot be read, all fields are empty, or the due date has passed.
    """
    reader = FieldReader(form)
    grace = reader.text("grace")
    override = Override(
        reader.read(lambda: moment("opens", reader.text("opens"), where), None),
        reader.read(lambda: moment("due", reader.text("due"), where), None),
        reader.read(lambda: _minutes(grace) if grace.strip() else None, None),
    )
    if override == Override() and not reader.errors:
        reader.errors["due"] = "Type at least one other date, or more time."
    if override.due is not None and override.due <= at:
        reader.errors["due"] = PAST_DUE
    reader.check()
    return override


def revision(form: Form, stored: int) -> int:
    """The revision that the form was drawn from; ``stored`` where it says none."""
    typed = FieldReader(form).text("revision")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 9 else stored


def one_of(field: str, form: Form, kinds: type[_Kind]) -> _Kind:
    """The choice that was made.

    Raises:
        BadInput: it is none of them.
    """
    chosen = FieldReader(form).text(field)
    if chosen not in {str(kind) for kind in kinds}:
        raise BadInput(field, "Choose one of them.")
    return kinds(chosen)


def whole(field: str, typed: str, least: int, most: int, what: str) -> int:
    """A whole number of ``what`` within bounds.

    Raises:
        BadInput: it is none.
    """
    text = typed.strip()
    if not (text.isascii() and text.isdigit() and len(text) < 6 and least <= int(text) <= most):
        raise BadInput(field, f"Type a whole number of {what} from {least} to {most}.")
    return int(text)


def whole_days(typed: str) -> int:
    """A number of days to move dates by, before (negative) or after.

    Raises:
        BadInput: it is none, or 0.
    """
    text = typed.strip().replace("−", "-")
    sign, digits = (-1, text[1:]) if text.startswith("-") else (1, text.removeprefix("+"))
    return sign * whole("days", digits, 1, 366, "days")


def _dates(reader: FieldReader, before: Dates, where: ZoneInfo, at: datetime) -> Dates:
    dates = Dates(
        reader.read(lambda: moment("opens", reader.text("opens"), where), None),
        reader.read(lambda: moment("due", reader.text("due"), where), None),
        reader.read(lambda: _minutes(reader.text("grace")), timedelta(0)),
    )
    reader.read(lambda: check_dates(dates), None)
    if dates.due is not None and dates.due <= at and not _same_minute(dates.due, before.due):
        reader.errors.setdefault("due", PAST_DUE)
    return dates


def _same_minute(one: datetime, other: datetime | None) -> bool:
    """Whether both read alike in a field, which holds no seconds."""
    return other is not None and one == other.replace(second=0, microsecond=0)


def _title(typed: str) -> str:
    return one_line("title", typed, "Give the assignment a title.")


def _instructions(typed: str) -> str:
    text = typed.replace("\x00", "").strip()
    if len(text) > LONGEST_TEXT:
        raise BadInput("instructions", f"Use at most {LONGEST_TEXT:,} characters.")
    return text


def _parts(
    reader: FieldReader, exercises: Iterable[Exercise], holds: Mapping[str, int]
) -> tuple[Part, ...]:
    """The exercises with a number of patients typed beside them, in the library's order."""
    parts = []
    for exercise in exercises:
        name = f"cases:{exercise.key}"
        typed = reader.text(name).strip()
        if typed in ("", "0"):
            continue
        cases = reader.read(partial(whole, name, typed, 1, MOST_CASES, "patients"), 0)
        if cases > (most := holds.get(exercise.key, MOST_CASES)):
            reader.errors[name] = TOO_FEW.format(exercise.manifest.title, most)
        manifest = exercise.manifest
        parts.append(Part(exercise.pack, manifest.id, manifest.title, cases))
    return tuple(parts)


def _minutes(typed: str) -> timedelta:
    if not typed.strip():
        return timedelta(0)
    return timedelta(minutes=whole("grace", typed, 0, 99_999, "minutes"))


def _share(typed: str) -> float:
    text = typed.strip().removesuffix("%").strip()
    return whole("unaided", text or "0", 0, round(100 * MOST_UNAIDED), "percent") / 100


def _late(typed: str) -> int:
    text = typed.strip().removesuffix("%").strip()
    return whole("late", text or "0", 0, MOST_LATE_PERCENT, "percent")


def _points(typed: str) -> float:
    try:
        points = float(typed.strip().replace(",", ".") or "10")
    except ValueError:
        points = -1.0
    if not 0 < points <= 1_000:
        raise BadInput("points", "Type how many points it is worth, from 1 to 1000.")
    return round(points, 2)


def _rubric(typed: str) -> tuple[dict[str, Any], ...]:
    """One criterion a line: ``Names the failure mode: 4``."""
    rows = []
    for line in typed.splitlines():
        if not line.strip():
            continue
        name, _, points = line.rpartition(":")
        text = points.strip().replace(",", ".")
        try:
            worth = float(text)
        except ValueError:
            worth = -1.0
        if not name.strip() or not 0 < worth <= 1_000:
            raise BadInput(
                "rubric", f"Write each criterion with its points: “{line.strip()[:60]}: 4”."
            )
        rows.append({"name": name.strip()[:200], "points": worth})
    return tuple(rows[:30])
