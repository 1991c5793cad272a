"""Assignments to start from: a first seminar, before and after, one exercise in depth."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from tutor.content.pack import Exercise
from tutor.core.assignment import MOST_CASES, OutcomesShown
from tutor.core.set_plan import Guidance
from tutor.services.classes.assignment_copy import blank
from tutor.store.assignments import Assignment, Part

# How many patients the minutes in an exercise's manifest are declared for.
DECLARED_FOR = 12
SEMINAR_WORK = 25  # minutes of a seminar of 50 in which learners work; the rest is discussion


@dataclass(frozen=True)
class Template:
    """What a template fills in. ``patients`` is None where the time decides, else their number.

    A template with a ``second`` title makes a second draft, equal but for its title.
    """

    id: str
    name: str
    summary: str
    title: str
    instructions: str
    patients: int | None
    guidance: Guidance
    unaided_share: float
    outcomes: OutcomesShown
    same_cases: bool = False
    reasons_required: bool = False
    second: str = ""


TEMPLATES = (
    Template(
        "first-seminar",
        "First seminar, 50 minutes",
        "Everybody works on the same patients for 25 minutes. Then you discuss them together.",
        "First seminar",
        "Work through the patients on your own. Decide first, then look at the algorithm. We "
        "discuss the patients together afterwards.",
        None,
        Guidance.LISTED,
        0.15,
        OutcomesShown.END,
        same_cases=True,
    ),
    Template(
        "before-and-after",
        "Before and after",
        "Two assignments of 12 patients each compare your class before and after your teaching.",
        "Before the seminar",
        "Work through the patients on your own, without help.",
        12,
        Guidance.AFTER,
        0.25,
        OutcomesShown.END,
        second="After the seminar",
    ),
    Template(
        "in-depth",
        "One exercise in depth",
        "24 patients of one exercise, with a reason in words for each. It suits homework.",
        "In depth",
        "Give a short reason for each patient: which finding decided it for you, and why.",
        24,
        Guidance.LISTED,
        0.15,
        OutcomesShown.EACH,
        reasons_required=True,
    ),
)


def template(id_: str) -> Template | None:
    """The template of that name, or None."""
    return next((one for one in TEMPLATES if one.id == id_), None)


def from_template(
    chosen: Template,
    exercise: Exercise,
    classroom: str,
    at: datetime,
    work: int = SEMINAR_WORK,
) -> Assignment:
    """A draft as a template fills it in, with ``work`` minutes for patients; nothing is stored."""
    manifest = exercise.manifest
    patients = chosen.patients or patients_within(work, manifest.minutes)
    return replace(
        blank(classroom, at),
        title=f"{chosen.title}: {manifest.title}",
        instructions=chosen.instructions,
        guidance=chosen.guidance,
        unaided_share=chosen.unaided_share,
        outcomes=chosen.outcomes,
        same_cases=chosen.same_cases,
        reasons_required=chosen.reasons_required,
        parts=(Part(exercise.pack, manifest.id, manifest.title, patients),),
    )


def patients_within(minutes: float, declared: int) -> int:
    """How many patients fit into so many minutes, where twelve take the ``declared`` ones."""
    return max(1, min(MOST_CASES, int(minutes * DECLARED_FOR / declared)))
