"""An assignment as staff see it, and what they read where it cannot be changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tutor.core.assignment import (
    Dates,
    Touched,
    effective,
    touched,
)
from tutor.errors import BadInput
from tutor.store.assignment_overrides import StoredOverride
from tutor.store.assignments import Assignment, Begun
from tutor.store.classes import Classroom
from tutor.store.places import Member


def schedule_changed(titles: Sequence[str]) -> str:
    """What somebody reads whose schedule was drawn before others changed it."""
    named = ", ".join(f"“{title}”" for title in titles)
    return (
        f"Somebody else changed {named} after you opened this page. No date has moved. The table "
        "now shows the dates as they are: check them, then move them if they still have to move."
    )


def check_known(held: StoredOverride | None, known: str | None) -> None:
    """Refuse other dates that would replace those that somebody gave after the page was opened.

    ``known`` are the ids of the other dates on the page, or None where nobody looked at one.

    Raises:
        BadInput: those that are ``held`` are not among them.
    """
    if known is not None and held is not None and held.id not in known.split():
        raise BadInput(
            "whom",
            "Somebody else gave them other dates after you opened this page, so yours were not "
            "stored. Theirs are in the list now. Give yours again if they should hold instead.",
        )


@dataclass(frozen=True)
class AssignmentDetail:
    """An assignment with its class, its people and its other dates, as staff see it.

    ``begun`` are the sets of learners; those of staff are previews, and count nowhere.
    """

    assignment: Assignment
    classroom: Classroom
    place: Member
    learners: tuple[Member, ...]
    groups: tuple[tuple[str, str], ...]
    overrides: tuple[StoredOverride, ...]
    begun: tuple[Begun, ...]

    @property
    def touched(self) -> Touched:
        """Whom a change would touch."""
        return touched(
            [
                (sum(b.closed for b in self._counted(m)), self.assignment.cases)
                for m in self.learners
            ]
        )

    @property
    def known_overrides(self) -> str:
        """The ids of the other dates, by which a form says what its author had before them."""
        return " ".join(one.id for one in self.overrides)

    def _counted(self, member: Member) -> list[Begun]:
        return [b for b in self.begun if b.learner == member.learner and b.round == 1]

    def dates_for(self, member: Member) -> Dates:
        """The dates that hold for a learner."""
        group = next((o.override for o in self.overrides if o.group == member.group), None)
        own = next((o.override for o in self.overrides if o.learner == member.learner), None)
        return effective(self.assignment.dates, group if member.group else None, own)


def grades_stay(names: Sequence[str]) -> str:
    """Why an assignment stays for which these learners have a grade by hand."""
    named = ", ".join(f"“{name}”" for name in names[:3])
    rest = f" and {len(names) - 3} more" if len(names) > 3 else ""
    grades, them = ("a grade", "it") if len(names) == 1 else ("grades", "them")
    return (
        f"There {'is' if len(names) == 1 else 'are'} {grades} by hand for {named}{rest}, so the "
        f"assignment stays. Take {them} back under “Grades” first."
    )
