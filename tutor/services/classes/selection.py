"""Several people of a class at once: whom an action may concern, or all that speaks against it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tutor.core.access import Role
from tutor.errors import BadForm, BadInput
from tutor.services.classes.class_detail import ClassDetail
from tutor.services.classes.place_merging import Merging
from tutor.store.places import Member

WHO = "who"
REMOVE, MERGE, NO_GROUP, GROUP = "remove", "merge", "no-group", "group:"
_NOBODY = "Select at least one person."
_ACTION = "Choose what to do with the people you selected."
_SOMEBODY_GONE = "Somebody you selected is no longer in this class. Select again."


@dataclass(frozen=True)
class Selection:
    """An action before it is confirmed.

    ``into`` is the place that stays of two, ``merging`` what merging them would do.
    """

    action: str
    people: tuple[Member, ...]
    group: str | None = None
    into: Member | None = None
    merging: Merging | None = None

    @property
    def ids(self) -> tuple[str, ...]:
        """The learners' ids."""
        return tuple(member.learner for member in self.people)


def selection(detail: ClassDetail, action: str, learners: Sequence[str], caller: str) -> Selection:
    """What ``action`` would do to ``learners``.

    Raises:
        BadInput: no such action, or it cannot concern all of them; everybody it cannot is named.
    """
    known = {REMOVE, MERGE, NO_GROUP, *(f"{GROUP}{id_}" for id_, _ in detail.groups)}
    errors = {} if action in known else {"do": _ACTION}
    if not learners:
        errors[WHO] = _NOBODY
    if errors:
        raise BadForm(errors)
    if action == REMOVE:
        return Selection(action, removable(detail, learners, caller))
    if action == MERGE:
        kept, into = mergeable(detail, learners)
        return Selection(action, (kept, into), into=into)
    if action == NO_GROUP:
        return Selection(action, movable(detail, learners))
    return Selection(action, movable(detail, learners), group=action.removeprefix(GROUP))


def removable(detail: ClassDetail, learners: Sequence[str], caller: str) -> tuple[Member, ...]:
    """The people to take out of the class; never the caller.

    Raises:
        BadInput: nobody is chosen, or one of them cannot be taken out.
    """
    people = _chosen(detail, learners)
    if caller in learners:
        raise BadInput(WHO, "You cannot take yourself out of the class. Untick your own name.")
    return people


def movable(detail: ClassDetail, learners: Sequence[str]) -> tuple[Member, ...]:
    """The learners to put in a group, or to take out of theirs.

    Raises:
        BadInput: nobody is chosen, or some are no learners.
    """
    people = _chosen(detail, learners)
    staff = [member.name for member in people if member.role != Role.LEARNER]
    if staff:
        raise BadInput(WHO, f"Only learners are in groups. Untick {', '.join(staff)}.")
    return people


def mergeable(detail: ClassDetail, learners: Sequence[str]) -> tuple[Member, Member]:
    """Of two places, the one that is made part of the other, and the other.

    The place that somebody has joined stays; of two that are alike, the one that says more.

    Raises:
        BadInput: not two learners are chosen.
    """
    people = _chosen(detail, learners)
    if len(people) != 2:
        raise BadInput(WHO, f"Select exactly two places to merge. You selected {len(people)}.")
    movable(detail, learners)
    kept, into = sorted(people, key=lambda m: (m.claimed, _known(m)))
    return kept, into


def _known(member: Member) -> int:
    return sum(bool(text) for text in (member.email, member.number, member.login, member.group))


def _chosen(detail: ClassDetail, learners: Sequence[str]) -> tuple[Member, ...]:
    wanted = set(learners)
    people = tuple(member for member in detail.people if member.learner in wanted)
    if not wanted:
        raise BadInput(WHO, _NOBODY)
    if len(people) < len(wanted):
        raise BadInput(WHO, _SOMEBODY_GONE)
    return people
