"""What publishing an assignment would do, in sentences."""

from __future__ import annotations

from tutor.core.assignment import Dates, Grading
from tutor.core.set_plan import Guidance
from tutor.errors import NotFound
from tutor.services.classes.assignment_detail import AssignmentDetail
from tutor.services.classes.assignment_templates import DECLARED_FOR
from tutor.services.classes.fresh_patients import Standing
from tutor.services.encounters.library import Library
from tutor.services.local_time import said, zone
from tutor.store.assignments import Assignment, Part
from tutor.web import words

GUIDANCE = {
    Guidance.FLAGGED: "Failure modes that could touch the patient are marked at the last answer.",
    Guidance.LISTED: "All failure modes are listed at the last answer, without marks.",
    Guidance.AFTER: "Failure modes are shown only once the case is closed.",
}


def minutes(parts: tuple[Part, ...], library: Library) -> int | None:
    """About how many minutes the patients take, as their authors declare; None if one is gone."""
    total = 0.0
    for part in parts:
        try:
            total += library.exercise(part.key).manifest.minutes * part.cases / DECLARED_FOR
        except NotFound:
            return None
    return max(1, round(total))


def preparing(at: Standing) -> str:
    """How far the preparation of new patients is."""
    if not at.running:
        return at.problem
    return (
        f"The new patients are being prepared: {at.done} of {words.count(at.total, 'exercise')} "
        "ready. The assignment is published as soon as all are. You can leave this page."
    )


def sentences(seen: AssignmentDetail, library: Library) -> list[tuple[str, list[str]]]:
    """What will be published: headings with their sentences."""
    one = seen.assignment
    return [
        ("Who sees it", [_people(seen)]),
        ("What they do", _work(one, library)),
        ("When", _when(one.dates, seen.classroom.time_zone, len(seen.overrides))),
        ("Help and outcomes", _help(one)),
        ("Grades", [_grades(one)]),
    ]


def _people(seen: AssignmentDetail) -> str:
    count, room = len(seen.learners), seen.classroom.name
    if not count:
        return f"Nobody has joined {room} yet. Everybody who joins will see the assignment."
    whom = words.count(count, "learner")
    return f"{whom} of {room} will see the assignment, and everybody who joins later."


def _work(one: Assignment, library: Library) -> list[str]:
    parts = [f"{part.title}: {words.count(part.cases, 'patient')}." for part in one.parts]
    time = minutes(one.parts, library)
    if time is not None:
        parts.append(
            f"In all about {words.count(time, 'minute')}, as the authors of the exercises estimate."
        )
    if one.fresh:
        parts.append("The patients are new: nobody has met them before.")
    if one.same_cases:
        parts.append("All learners have the same patients.")
    else:
        parts.append("Each learner has patients of their own, matched in kind.")
    return parts


def _when(dates: Dates, zone_name: str, overrides: int) -> list[str]:
    where = zone(zone_name)
    opens = f"It opens on {said(dates.opens, where)}." if dates.opens else "It opens at once."
    lines = [opens]
    if dates.due is None:
        lines.append("It has no due date.")
    else:
        lines.append(f"It is due on {said(dates.due, where)}.")
        if grace := int(dates.grace.total_seconds() // 60):
            lines.append(f"Work is accepted for {words.count(grace, 'minute')} after that.")
    if overrides:
        lines.append(f"Other dates are set for {words.count(overrides, 'learner or group')}.")
    return lines


def _help(one: Assignment) -> list[str]:
    share = round(100 * one.unaided_share)
    lines = [GUIDANCE[one.guidance]]
    if share:
        lines.append(f"About {share} of 100 patients come without the algorithm.")
    lines.append(f"What was true is shown {words.OUTCOMES[one.outcomes].lower()}.")
    if one.reasons_required:
        lines.append("A reason in words is asked for each patient.")
    return lines


def _grades(one: Assignment) -> str:
    by = {
        Grading.COMPLETION: "by completion",
        Grading.CERTAINTY: "by certainty-based marks",
        Grading.RUBRIC: "by your rubric",
    }[one.grading]
    return f"Graded {by}, for {one.points:g} {'point' if one.points == 1 else 'points'}."
