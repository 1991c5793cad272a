"""Two places of one person made one: kept by a list and joined, or joined twice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from tutor.core.class_change import MovedWork
from tutor.core.csv_table import key
from tutor.core.merged_rounds import COUNTED, doubled, merged_rounds
from tutor.errors import BadForm, BadInput
from tutor.services.classes.identifiers import SAID
from tutor.store import assignments as assignment_store
from tutor.store import place_claims as claim_store
from tutor.store import place_sets as set_store
from tutor.store.connection import Connection
from tutor.store.places import Member

COUNTS = "counts:"  # a form's field for each assignment in which both have worked


@dataclass(frozen=True)
class Double:
    """An assignment in which both places have begun the patients that count.

    ``answered`` is how many patients each has answered in it, by learner, of ``cases``.
    """

    assignment: str
    title: str
    answered: Mapping[str, int]
    cases: int

    @property
    def field(self) -> str:
        """What the choice is called in a form."""
        return COUNTS + self.assignment


@dataclass(frozen=True)
class Merging:
    """What merging a place into another would do, before it is done.

    ``answers``, ``comments``, ``grades`` and ``dates`` count what the place that goes has.
    """

    doubles: tuple[Double, ...]
    answers: int
    comments: int
    grades: int
    dates: int


def in_order(connection: Connection, kept: Member, into: Member) -> tuple[Member, Member]:
    """The same two places, turned round where a learning platform knows the first one alone."""
    known = set_store.from_platforms(connection, (kept.learner, into.learner))
    turned = kept.claimed and known == {kept.learner}
    return (into, kept) if turned else (kept, into)


def merging(connection: Connection, kept: Member, into: Member) -> Merging:
    """What moves from ``kept`` to ``into``, and in what both have worked."""
    sets = set_store.sets_of_places(connection, kept.classroom, (kept.learner, into.learner))
    work = claim_store.work_of_place(connection, kept)
    both = doubled(sets)
    titles = assignment_store.titles(connection, set(both))

    def answered(assignment: str, learner: str) -> int:
        return sum(
            one.answered
            for one in sets
            if (one.assignment, one.learner, one.round) == (assignment, learner, COUNTED)
        )

    return Merging(
        tuple(
            Double(
                id_,
                titles[id_],
                {who: answered(id_, who) for who in (kept.learner, into.learner)},
                max(
                    sum(o.size for o in sets if (o.assignment, o.learner, o.round) == (id_, who, 1))
                    for who in (kept.learner, into.learner)
                ),
            )
            for id_ in both
        ),
        sum(one.answered for one in sets if one.learner == kept.learner),
        len(work.comments),
        len(work.grades),
        len(work.dates),
    )


def merge(
    connection: Connection, kept: Member, joined: Member, counts: Mapping[str, str]
) -> MovedWork:
    """Give a place's identifiers, group, grades, comments and work to another; what moved.

    ``counts`` says by assignment whose work counts where both have worked; the other's is set
    aside.

    Raises:
        BadInput: the place to stay is the one that nobody has joined, or the two contradict each
            other. BadForm: both have worked on something, and nothing says what counts. Then
            nothing is changed.
    """
    if kept.claimed and not joined.claimed:
        raise BadInput(
            "into",
            f"Nobody has joined “{joined.name}” yet. Merge it into “{kept.name}”, whom somebody "
            "has joined.",
        )
    if kept.learner in set_store.from_platforms(connection, [kept.learner]):
        raise BadInput(
            "into",
            f"A learning platform knows the place of “{kept.name}” and would open it again. Merge "
            "the other place into this one. If the platform knows both, correct it there first.",
        )
    _check(connection, kept, joined)
    both = {kept.learner, joined.learner}
    sets = set_store.sets_of_places(connection, kept.classroom, both)
    if missing := [id_ for id_ in doubled(sets) if counts.get(id_) not in both]:
        raise BadForm(dict.fromkeys((COUNTS + id_ for id_ in missing), "Choose whose work counts."))
    made = replace(
        joined,
        email=joined.email or kept.email,
        number=joined.number or kept.number,
        login=joined.login or kept.login,
        group=joined.group or kept.group,
        listed=joined.listed or kept.listed,
    )
    rounds = merged_rounds(sets, joined.learner, counts)
    moved = replace(claim_store.work_of_place(connection, kept), sets=rounds)
    claim_store.absorb_place(connection, kept, made)
    set_store.place_sets(connection, ((one.id, joined.learner, one.to_round) for one in rounds))
    return moved


def _check(connection: Connection, kept: Member, joined: Member) -> None:
    for name, said in SAID.items():
        ours, theirs = getattr(kept, name), getattr(joined, name)
        if ours and theirs and key(ours) != key(theirs):
            raise BadInput(
                "into",
                f"“{joined.name}” has another {said} ({theirs}, not {ours}). If they are one "
                "person, empty one of the two first.",
            )
    if both := claim_store.both_have(connection, kept, joined):
        raise BadInput(
            "into",
            f"Both have a grade by hand or dates of their own in {', '.join(both)}. Take one back "
            "first.",
        )
