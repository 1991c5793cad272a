"""The gradebook of 1,000 learners and 12 assignments of 12 patients: time and size of its page.

The page is drawn as the server draws it, by service and template, on either database: by name,
which reads the grades of one page alone, and by total, which reads everybody's. PostgreSQL as the
tests have it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from random import Random
from statistics import median

from benchmarks.ratio import Ratio
from benchmarks.term import AT, SECRET, Cells, copy_rows, insert_rows, small_library
from tests import postgres
from tests.postgres import Postgres
from tests.services.school import Clock, School, found
from tutor.services.accounts.identity import Identity
from tutor.services.encounters.library import Library
from tutor.services.services import Services
from tutor.store.assignments import Assignment
from tutor.store.database import Database, sqlite_url
from tutor.web.instructor import gradebook
from tutor.web.layout.page_sections import PageRequest

PEOPLE, ASSIGNMENTS, CASES = 1_000, 12, 12
ROUNDS = 5
MOST_SECONDS, MOST_KILOBYTES = 0.5, 300.0


@dataclass(frozen=True)
class ClassRows:
    """The rows of a class whose learners have done every assignment, four in five to its end."""

    fingerprint: str
    works: tuple[Assignment, ...]

    def people(self, table: str) -> Iterator[Cells]:
        """Learners and their places; sets are not read."""
        for number in range(PEOPLE):
            learner, name = f"g_{number:022d}", f"Learner {number:04d}"
            match table:
                case "learner":
                    yield learner, name, AT
                case "membership":
                    yield self.works[0].classroom, learner, "learner", name, "1", AT
                case _:
                    return

    def stages(self, table: str) -> Iterator[Cells]:
        """Outcomes alone, every learner's first and so on: grades read nothing else."""
        if table != "outcome":
            return
        stream = Random(1)
        for work in self.works:
            part = work.parts[0]
            for position in range(CASES):
                for number in range(PEOPLE):
                    if position == CASES - 1 and stream.random() < 0.2:
                        continue
                    initial, truth = stream.randrange(101) / 100, stream.randrange(2)
                    yield (
                        *(f"{stream.getrandbits(96):024x}", f"{work.id[:8]}{number}"),
                        *(f"g_{number:022d}", work.id, "0", "1", part.pack, part.exercise),
                        *(self.fingerprint, f"c{position}", "listed", "0.4", str(initial)),
                        *(str(stream.randint(1, 3)), "0.5", str(initial), "rely", "none"),
                        *(str(truth), "[]", "agreed, rightly", AT),
                    )


def fill(address: str, library: Library) -> School:
    """A school with the class, and 12 assignments whose due date has passed."""
    (exercise,) = library.exercises
    clock = Clock()
    services = Services(Database(address), library, Identity(SECRET, days=30), clock)
    school = found(services, clock, exercise.key)
    kinds = ("completion", "certainty", "rubric")
    works = tuple(
        school.set(
            cases=CASES,
            title=f"Week {number + 1}",
            grading=kinds[number % len(kinds)],
            rubric="Reasons: 4",
            due="2026-09-02T09:00",
            grace="99999",
            late="10",
        )
        for number in range(ASSIGNMENTS)
    )
    rows = ClassRows(exercise.fingerprint, works)
    (insert_rows if address.startswith("sqlite:") else copy_rows)(address, rows)
    clock.at = datetime.fromisoformat(AT).replace(tzinfo=clock.at.tzinfo)
    clock.forward(days=100)
    return school


def drawn(school: School, **asked: str) -> tuple[float, float]:
    """Median seconds and kilobytes of a page of the gradebook."""
    show = gradebook.part(school.services).views["gradebook"]
    here = {"view": "gradebook", "class": school.classroom.id, **asked}
    return _timed(lambda: show(PageRequest(school.instructor, None, "", here)))


def _timed(draw: Callable[[], str]) -> tuple[float, float]:
    took, size = [], 0
    for _ in range(ROUNDS):
        began = time.perf_counter()
        size = len(draw().encode())
        took.append(time.perf_counter() - began)
    return median(took), size / 1000


def ratios_of(kind: str, school: School) -> list[Ratio]:
    """Time by name and by total, and size."""
    what = f"gradebook, {PEOPLE:,} x {ASSIGNMENTS}, {kind}"
    seconds, kilobytes = drawn(school)
    every, _ = drawn(school, sort="total")
    return [
        Ratio(f"{what}: a page by name / bound", seconds, MOST_SECONDS, "s", 1.0),
        Ratio(f"{what}: a page by total / bound", every, MOST_SECONDS, "s", 1.0),
        Ratio(f"{what}: size / bound", kilobytes, MOST_KILOBYTES, "kB", 1.0),
    ]


def measure(home: Path) -> list[Ratio]:
    """The ratios."""
    library = small_library(home)
    made = ratios_of("SQLite", fill(sqlite_url(home / "gradebook.db"), library))
    binaries = postgres.find()
    if binaries is None:
        raise SystemExit(postgres.MISSING)
    server = Postgres(binaries)
    try:
        server.start()
        return made + ratios_of("PostgreSQL", fill(server.fresh(), library))
    finally:
        server.remove()
