"""A learner's work in an assignment with what was said on it."""

from __future__ import annotations

from dataclasses import dataclass

from tutor.services.classes.assignment_detail import AssignmentDetail
from tutor.services.classes.patient_work import Work
from tutor.store import assignments as assignment_store
from tutor.store.classes import Classroom
from tutor.store.comments import Comment
from tutor.store.places import Member
from tutor.store.reflections import Reflection


@dataclass(frozen=True)
class Submission:
    """A learner's counted work in an assignment, with what was said on it.

    ``aside`` is what was set aside when two of their places became one: it does not count.
    """

    assignment: assignment_store.Assignment
    classroom: Classroom
    work: tuple[Work, ...]
    comments: tuple[Comment, ...]
    waits: bool = False
    reflections: tuple[Reflection, ...] = ()
    aside: tuple[Work, ...] = ()

    @property
    def all_work(self) -> tuple[Work, ...]:
        """What counts, then what was set aside."""
        return (*self.work, *self.aside)


@dataclass(frozen=True)
class Review:
    """A submission as staff see it, among the others in a stable shuffled ``order``."""

    seen: AssignmentDetail
    member: Member
    shown_as: str
    number: int
    of: int
    before: str | None
    after: str | None
    order: tuple[str, ...]
    submission: Submission
    saved: tuple[tuple[str, str], ...]
