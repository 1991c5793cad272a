"""The sets that the learners of a class have begun for its assignments, and whose they are."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from sqlalchemy import Connection, func, select, update

from tutor.core.merged_rounds import PlacedSet
from tutor.store import class_tables as c
from tutor.store import tables as t
from tutor.store.lti_tables import lti_person

# Below all rounds there are: where sets stand while they change places.
_NOWHERE = -1_000_000


def sets_of_places(
    connection: Connection, classroom: str, learners: Collection[str]
) -> list[PlacedSet]:
    """What learners have begun for a class's assignments, previews left out; oldest work first."""
    p, a, o = t.practice_set.c, t.attempt.c, c.outcome.c
    shown = select(func.count()).where(a.set_id == p.id).scalar_subquery()
    closed = select(func.count()).where(o.set_id == p.id).scalar_subquery()
    decided = (
        select(func.count())
        .select_from(t.decision.join(t.attempt, a.id == t.decision.c.attempt_id))
        .where(a.set_id == p.id)
        .scalar_subquery()
    )
    query = (
        select(p.id, p.learner_id, p.assignment_id, p.part, p.round, p.size)
        .add_columns(closed.label("closed"), (shown + decided + closed).label("steps"))
        .join(c.assignment, c.assignment.c.id == p.assignment_id)
        .where(
            c.assignment.c.classroom_id == classroom,
            p.learner_id.in_(list(learners)),
            p.round > 0,
        )
        .order_by(c.assignment.c.at, p.assignment_id, p.part, p.round, p.learner_id)
    )
    return [PlacedSet(*row) for row in connection.execute(query)]


def from_platforms(connection: Connection, learners: Collection[str]) -> frozenset[str]:
    """Those learners whom a learning platform knows: it brings them back to the place they have."""
    of = lti_person.c.learner_id
    return frozenset(connection.execute(select(of).where(of.in_(list(learners)))).scalars())


def place_sets(connection: Connection, sets: Iterable[tuple[str, str, int]]) -> None:
    """Give sets, with all that was done in them, to learners and rounds: id, learner, round."""
    found = list(sets)
    p, a, o = t.practice_set, t.attempt, c.outcome
    for at, (id_, _, _) in enumerate(found):
        connection.execute(update(p).where(p.c.id == id_).values(round=_NOWHERE - at))
    for id_, learner, round_ in found:
        connection.execute(update(p).where(p.c.id == id_).values(learner_id=learner, round=round_))
        connection.execute(update(a).where(a.c.set_id == id_).values(learner_id=learner))
        connection.execute(
            update(o).where(o.c.set_id == id_).values(learner_id=learner, round=round_)
        )
