"""A database as after many terms: a class beside any number of encounters of others.

Rows are written past the services, by COPY on PostgreSQL, and are what the services would have
stored: each encounter has its slot, its five stages and its outcome. They lie as if all learners
had worked side by side, one case at a time, so that a class's rows are spread over the tables.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Protocol

import psycopg

from tests.services.school import Clock, School, found
from tutor.content.loading import load
from tutor.core.verdicts import Outcome
from tutor.lab.build import build
from tutor.lab.process_pool import quiet
from tutor.services.accounts.identity import Identity
from tutor.services.encounters.library import Library
from tutor.services.services import Services
from tutor.store.assignments import Assignment
from tutor.store.database import Database

SMALL = Path("tests/packs/small")
SECRET = "a secret that only the benchmarks know"
CASES = 60
PEOPLE = 1_000
WAYS = 40  # different ways to answer a case
AT = "2026-09-01 10:00:00.000000"
PEOPLE_COLUMNS = {
    "learner": ("id", "name", "at"),
    "membership": ("classroom_id", "learner_id", "role", "name", "claimed", "at"),
    "practice_set": (
        *("id", "learner_id", "pack", "exercise", "version", "fingerprint", "title", "threshold"),
        *("seed", "size", "assignment_id", "part", "round", "at"),
    ),
}
STAGE_COLUMNS = {
    "slot": ("set_id", "position", "case_id", "guidance", "aided"),
    "attempt": ("id", "set_id", "position", "learner_id", "aided", "at"),
    "commitment": ("attempt_id", "probability", "certainty", "drivers", "reason", "at"),
    "reveal": ("attempt_id", "aided", "algorithm", "at"),
    "decision": ("attempt_id", "probability", "advice", "suspected", "at"),
    "closing": ("attempt_id", "aided", "decision_id", "present", "touched", "verdict", "at"),
    "outcome": (
        *("attempt_id", "set_id", "learner_id", "assignment_id", "part", "round", "pack"),
        *("exercise", "fingerprint", "case_id", "guidance", "threshold", "initial", "certainty"),
        *("algorithm", "final", "advice", "suspected", "present", "touched", "verdict", "at"),
    ),
}
Cells = tuple[str, ...]


@dataclass(frozen=True)
class Way:
    """One way to answer one case, as cells of the tables."""

    case: str
    initial: str
    certainty: str
    algorithm: str
    final: str
    advice: str
    suspected: str
    present: str
    touched: str
    verdict: str


@dataclass(frozen=True)
class Sitting:
    """A learner with their one set of an assignment."""

    learner: str
    set_id: str
    assignment: Assignment


@dataclass(frozen=True)
class Term:
    """A filled database: the measured class's assignment, and the others' class."""

    address: str
    school: School
    assignment: Assignment
    others: str


def small_library(home: Path) -> Library:
    """The library with the small pack, built."""
    pack, problems = load(SMALL)
    assert problems == []
    assert [b.problem for b in build(pack, home / "small", quiet)] == [None]
    library = Library([pack], home / "small")
    library.warm()
    return library


def fill(address: str, library: Library, people: int, others: int) -> Term:
    """A class of ``people`` learners and one of as many as ``others`` encounters need.

    SQLite, where only exports are measured, gets people and outcomes, and not the stages.
    """
    (exercise,) = library.exercises
    database = Database(address)
    clock = Clock()
    school = found(
        Services(database, library, Identity(SECRET, days=30), clock), clock, exercise.key
    )
    services = school.services
    ours = school.set(cases=CASES, same_cases="yes")
    beside = services.classrooms.make(school.instructor, "Everyone else", "Europe/Berlin")
    form = school.setting(ours, title="Elsewhere")
    theirs = services.assignments.make(school.instructor, beside.id, form)
    theirs = services.assignments.publish(school.instructor, theirs.id)
    stream = Random(1)
    sittings = [_sitting(stream, ours) for _ in range(people)]
    sittings += [_sitting(stream, theirs) for _ in range(-(-others // CASES))]
    stream.shuffle(sittings)
    bundle = library.bundle(exercise.fingerprint)
    threshold = float(bundle.evidence["threshold"])
    modes = [str(mode["id"]) for mode in bundle.evidence["modes"]]
    ways = [_ways(stream, case, modes, threshold) for case in list(bundle.shown)[:CASES]]
    rows = Rows(exercise.fingerprint, threshold, sittings, ways)
    if address.startswith("sqlite:"):
        insert_rows(address, rows)
    else:
        copy_rows(address, rows)
    return Term(address, school, ours, beside.id)


def _sitting(stream: Random, assignment: Assignment) -> Sitting:
    return Sitting(f"g_{_id(stream)}", _id(stream), assignment)


def _id(stream: Random) -> str:
    return f"{stream.getrandbits(96):024x}"


def _ways(stream: Random, case: str, modes: Sequence[str], threshold: float) -> list[Way]:
    present, fails = stream.random() < 0.5, stream.random() < 0.25
    said = round(stream.uniform(threshold, 1) if present != fails else threshold / 2, 4)
    touched = f'["{modes[0]}"]' if fails else "[]"
    ways = []
    for _ in range(WAYS):
        initial, final = stream.randrange(101) / 100, stream.randrange(101) / 100
        ways.append(
            Way(
                case,
                str(initial),
                str(stream.randint(1, 3)),
                str(said),
                str(final),
                stream.choice(("rely", "adjust", "override")),
                stream.choice((*modes, "none")),
                str(int(present)),
                touched,
                Outcome(threshold, initial, said, final, present).verdict.value,
            )
        )
    return ways


class RowSource(Protocol):
    """Rows to write, table by table, each cell as text that both databases read."""

    def people(self, table: str) -> Iterator[Cells]:
        """Rows of a table that holds one for each learner."""

    def stages(self, table: str) -> Iterator[Cells]:
        """Rows of a table that holds one for each encounter."""


@dataclass(frozen=True)
class Rows:
    """The rows to write, table by table, each cell as text that both databases read."""

    fingerprint: str
    threshold: float
    sittings: Sequence[Sitting]
    ways: Sequence[Sequence[Way]]

    def people(self, table: str) -> Iterator[Cells]:
        """Rows of a table that holds one for each learner."""
        for number, one in enumerate(self.sittings):
            work, name = one.assignment, f"Learner {number}"
            match table:
                case "learner":
                    yield one.learner, name, AT
                case "membership":
                    yield work.classroom, one.learner, "learner", name, "1", AT
                case _:
                    part = work.parts[0]
                    yield (
                        *(one.set_id, one.learner, part.pack, part.exercise, str(part.version)),
                        *(self.fingerprint, part.title, str(self.threshold), str(number)),
                        *(str(CASES), work.id, "0", "1", AT),
                    )

    def stages(self, table: str) -> Iterator[Cells]:
        """Rows of a table that holds one for each encounter: every learner's first, and so on."""
        stream = Random(2)
        threshold = str(self.threshold)
        for position, ways in enumerate(self.ways):
            place = str(position)
            for one in self.sittings:
                id_, way, work = _id(stream), ways[stream.randrange(WAYS)], one.assignment
                part = work.parts[0]
                match table:
                    case "slot":
                        yield one.set_id, place, way.case, "listed", "1"
                    case "attempt":
                        yield id_, one.set_id, place, one.learner, "1", AT
                    case "commitment":
                        reason = f"It looks so to me because of {way.case}."
                        yield id_, way.initial, way.certainty, "[]", reason, AT
                    case "reveal":
                        yield id_, "1", way.algorithm, AT
                    case "decision":
                        yield id_, way.final, way.advice, way.suspected, AT
                    case "closing":
                        yield id_, "1", id_, way.present, way.touched, way.verdict, AT
                    case _:
                        yield (
                            *(id_, one.set_id, one.learner, work.id, "0", "1", part.pack),
                            *(part.exercise, self.fingerprint, way.case, "listed", threshold),
                            *(way.initial, way.certainty, way.algorithm, way.final, way.advice),
                            *(way.suspected, way.present, way.touched, way.verdict, AT),
                        )


def copy_rows(address: str, rows: RowSource) -> None:
    """Write rows into PostgreSQL."""
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("SET timezone = 'UTC'")
        # The rows are whole by construction: to look up each reference would take most of the time.
        connection.execute("SET session_replication_role = replica")
        for tables, source in ((PEOPLE_COLUMNS, rows.people), (STAGE_COLUMNS, rows.stages)):
            for table, columns in tables.items():
                command = f"COPY {table} ({', '.join(columns)}) FROM STDIN"
                with connection.cursor().copy(command.encode()) as copy:
                    for cells in source(table):
                        copy.write("\t".join(cells) + "\n")
        connection.execute("VACUUM ANALYZE")


def insert_rows(address: str, rows: RowSource) -> None:
    """Write people and outcomes into SQLite."""
    with closing(sqlite3.connect(address.removeprefix("sqlite:///"))) as connection, connection:
        for table, columns in {**PEOPLE_COLUMNS, "outcome": STAGE_COLUMNS["outcome"]}.items():
            source = rows.stages if table == "outcome" else rows.people
            command = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({_marks(columns)})"
            connection.executemany(command, source(table))
        connection.execute("ANALYZE")


def _marks(columns: Sequence[str]) -> str:
    return ", ".join("?" for _ in columns)
