"""Changes to the people of a class, each kept for a while so that it can be taken back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from tutor.core.class_change import (
    ClassChange,
    Kind,
    MovedGrade,
    MovedWork,
    OwnDates,
    PlaceChange,
    PlaceState,
    RemovedGroup,
)
from tutor.core.merged_rounds import MovedSet
from tutor.store import class_tables as c

# So many of the people whom a change touched are named in a list of changes.
NAMED = 3


@dataclass(frozen=True)
class Entry:
    """A change as it is listed, of ``people`` places, of which ``added`` were new."""

    id: str
    author: str
    at: datetime
    change: ClassChange
    people: int
    added: int
    undone_at: datetime | None
    undone_by: str | None


def add_change(
    connection: Connection, id_: str, classroom: str, author: str, at: datetime, made: ClassChange
) -> None:
    """Keep a change."""
    connection.execute(
        insert(c.class_change),
        {
            "id": id_,
            "classroom_id": classroom,
            "author_id": author,
            "kind": made.kind.value,
            "people": len(made.places),
            "added": sum(place.before is None for place in made.places),
            "details": _details(made),
            "at": at,
        },
    )
    rows = [
        {
            "change_id": id_,
            "learner_id": place.learner,
            "before": _written(place.before),
            "after": _written(place.after),
        }
        for place in made.places
    ]
    if rows:
        connection.execute(insert(c.class_change_place), rows)


def find_change(connection: Connection, classroom: str, id_: str) -> Entry | None:
    """A change of a class with all its places, or None."""
    row = connection.execute(
        select(c.class_change).where(
            c.class_change.c.id == id_, c.class_change.c.classroom_id == classroom
        )
    ).first()
    return None if row is None else _entry(row, _places(connection, id_))


def recent_changes(
    connection: Connection, classroom: str, since: datetime, most: int
) -> list[Entry]:
    """The newest changes of a class, each with the first few of its places."""
    rows = connection.execute(
        select(c.class_change)
        .where(c.class_change.c.classroom_id == classroom, c.class_change.c.at >= since)
        .order_by(c.class_change.c.at.desc())
        .limit(most)
    ).all()
    return [_entry(row, _places(connection, row.id, NAMED)) for row in rows]


def mark_undone(connection: Connection, id_: str, by: str, at: datetime) -> bool:
    """Note that a change has been taken back; False if somebody was first."""
    changed = connection.execute(
        update(c.class_change)
        .where(c.class_change.c.id == id_, c.class_change.c.undone_at.is_(None))
        .values(undone_at=at, undone_by=by)
    )
    return changed.rowcount == 1


def drop_changes(connection: Connection, classroom: str, before: datetime | None = None) -> None:
    """Delete the changes of a class: all, or those made ``before`` a moment."""
    gone = select(c.class_change.c.id).where(c.class_change.c.classroom_id == classroom)
    if before is not None:
        gone = gone.where(c.class_change.c.at < before)
    ids = connection.execute(gone).scalars().all()
    if ids:
        for table, column in (
            (c.class_change_place, c.class_change_place.c.change_id),
            (c.class_change, c.class_change.c.id),
        ):
            connection.execute(delete(table).where(column.in_(ids)))


def rename_in_changes(connection: Connection, learner: str, to: str) -> None:
    """Put another id in the place of a learner's, wherever a change has it."""
    place, change = c.class_change_place, c.class_change
    connection.execute(update(place).where(place.c.learner_id == learner).values(learner_id=to))
    for column in (change.c.author_id, change.c.undone_by):
        connection.execute(update(change).where(column == learner).values({column: to}))


def forget_in_changes(connection: Connection, learner: str, ghost: str) -> None:
    """Delete what changes hold of a learner; what they did themselves was done by nobody."""
    place, change = c.class_change_place, c.class_change
    theirs = select(place.c.change_id).where(place.c.learner_id == learner)
    merged = connection.execute(
        select(change.c.id).where(change.c.id.in_(theirs), change.c.kind == Kind.MERGED.value)
    ).scalars()
    for id_ in merged.all():
        connection.execute(delete(place).where(place.c.change_id == id_))
        connection.execute(delete(change).where(change.c.id == id_))
    connection.execute(delete(place).where(place.c.learner_id == learner))
    rename_in_changes(connection, learner, ghost)


def changes_of(connection: Connection, learner: str) -> list[dict[str, Any]]:
    """What changes hold of a learner's places, oldest first."""
    place, change = c.class_change_place, c.class_change
    rows = connection.execute(
        select(c.classroom.c.name, change.c.kind, change.c.at, place.c.before, place.c.after)
        .join(change, change.c.id == place.c.change_id)
        .join(c.classroom, c.classroom.c.id == change.c.classroom_id)
        .where(place.c.learner_id == learner)
        .order_by(change.c.at)
    )
    return [
        {
            "class": row.name,
            "change": row.kind,
            "at": row.at,
            "before": row.before,
            "after": row.after,
        }
        for row in rows
    ]


def _places(connection: Connection, id_: str, most: int | None = None) -> list[PlaceChange]:
    place = c.class_change_place.c
    query = select(c.class_change_place).where(place.change_id == id_).order_by(place.learner_id)
    rows = connection.execute(query if most is None else query.limit(most))
    return [PlaceChange(row.learner_id, _read(row.before), _read(row.after)) for row in rows]


def _entry(row: Row[Any], places: Iterable[PlaceChange]) -> Entry:
    d = row.details
    moved = MovedWork(
        tuple(d["comments"]),
        tuple(d["questions"]),
        tuple(d["grade_changes"]),
        tuple(MovedGrade(one["assignment"], _moment(one["at"])) for one in d["grades"]),
        _dates(d["dates"]),
        # Changes of earlier editions moved no sets.
        tuple(MovedSet(**one) for one in d.get("sets", ())),
    )
    removed = [RemovedGroup(one["id"], one["name"], _dates(one["dates"])) for one in d["removed"]]
    made = tuple((id_, name) for id_, name in d["made"])
    change = ClassChange(Kind(row.kind), tuple(places), made, tuple(removed), moved)
    return Entry(
        row.id,
        row.author_id,
        row.at,
        change,
        row.people,
        row.added,
        row.undone_at,
        row.undone_by,
    )


def _details(made: ClassChange) -> dict[str, Any]:
    return {
        "made": [list(group) for group in made.groups_made],
        "removed": [
            {"id": one.id, "name": one.name, "dates": [_plain(asdict(d)) for d in one.dates]}
            for one in made.groups_removed
        ],
        "comments": list(made.moved.comments),
        "questions": list(made.moved.questions),
        "grade_changes": list(made.moved.grade_changes),
        "grades": [_plain(asdict(one)) for one in made.moved.grades],
        "dates": [_plain(asdict(one)) for one in made.moved.dates],
        "sets": [asdict(one) for one in made.moved.sets],
    }


def _written(state: PlaceState | None) -> dict[str, Any] | None:
    if state is None:
        return None
    known = {field.name: getattr(state, field.name) for field in fields(PlaceState)}
    return _plain({**known, "looks_after": list(state.looks_after)})


def _read(written: dict[str, Any] | None) -> PlaceState | None:
    if written is None:
        return None
    at = _moment(written["at"])
    left_at = written["left_at"] and _moment(written["left_at"])
    after = tuple(written["looks_after"])
    return PlaceState(**{**written, "at": at, "left_at": left_at, "looks_after": after})


def _dates(written: Iterable[dict[str, Any]]) -> tuple[OwnDates, ...]:
    return tuple(
        OwnDates(
            one["assignment"],
            one["opens"] and _moment(one["opens"]),
            one["due"] and _moment(one["due"]),
            one["grace"],
        )
        for one in written
    )


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in values.items()
    }


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
