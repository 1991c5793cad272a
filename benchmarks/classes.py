"""A class of 1,000 learners with 60 encounters each, beside ten thousand and a million of others'.

The report and the progress page on PostgreSQL; and the peak memory of exporting ten thousand and a
million encounters on both databases, each in a process of its own. Needs Linux for the peak, and
PostgreSQL as the tests do.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from benchmarks.ratio import Ratio
from benchmarks.term import CASES, PEOPLE, SECRET, Term, fill, small_library
from tests import postgres
from tests.postgres import Postgres
from tutor.services.encounters.library import Library
from tutor.store.database import sqlite_url

FEW, MANY = 10_000, 1_000_000
ROUNDS = 3
REPORT = 0.5  # seconds
EXPORT = r"""
import json, re, sys
from pathlib import Path
from tutor.services.accounts.access import Access, Caller
from tutor.services.classes.exports import Exports
from tutor.services.accounts.identity import Identity
from tutor.store.accounts import find_account
from tutor.store.database import Database
address, secret, learner, classroom = sys.argv[1:]
database, identity = Database(address), Identity(secret, 30)
with database.read() as connection:
    caller = Caller(learner, find_account(connection, learner))
exports = Exports(database, Access(database, identity), identity)
rows = sum(piece.count("\n") for piece in exports.encounters(caller, classroom)) - 1
# Not getrusage: its largest size survives exec and would be that of the process before.
largest = int(re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())[1])
print(json.dumps([rows, largest]))
"""


def exported(term: Term) -> float:
    """The largest resident memory, in MB, of a process that exports the class of the others."""
    argv = [term.address, SECRET, term.school.instructor.learner, term.others]
    done = subprocess.run(
        [sys.executable, "-c", EXPORT, *argv], capture_output=True, text=True, check=True
    )
    rows, largest = json.loads(done.stdout)
    print(f"exported {rows:,} rows: {largest / 1024:.0f} MB")
    return float(largest / 1024)


def report(term: Term) -> None:
    """The class's report, whole."""
    school = term.school
    _, made, _ = school.services.class_reports.see(school.instructor, term.assignment.id)
    assert made is not None
    assert (made.people, made.n) == (PEOPLE, PEOPLE * CASES)


def progress(term: Term) -> None:
    """The class's progress, everybody done."""
    school = term.school
    seen = school.services.progress.see(school.instructor, term.assignment.id)
    assert sum(row.closed for row in seen.rows) == PEOPLE * CASES


def in_turn(page: Callable[[Term], None], few: Term, many: Term) -> tuple[float, float]:
    """Median seconds of a page with many encounters in the database and with few."""
    took: dict[str, list[float]] = {few.address: [], many.address: []}
    for _ in range(ROUNDS + 1):
        for term in (few, many):
            began = time.perf_counter()
            page(term)
            took[term.address].append(time.perf_counter() - began)
    # The first round meets cold caches.
    slow, fast = median(took[many.address][1:]), median(took[few.address][1:])
    print(f"{page.__name__}: {slow:.3f} s with many, {fast:.3f} s with few")
    return slow, fast


def on_postgresql(server: Postgres, library: Library) -> list[Ratio]:
    """Pages and exports."""
    terms = []
    for others in (FEW, MANY):
        address = server.fresh()
        began = time.perf_counter()
        terms.append(fill(address, library, PEOPLE, others))
        print(f"filled with {others:,} of others: {time.perf_counter() - began:.0f} s")
    few, many = terms
    beside = "1 million / 10 thousand other encounters"
    slow, fast = in_turn(report, few, many)
    return [
        Ratio(f"class report, 1,000 x 60: {beside}", slow, fast, "s", 3.0),
        Ratio("class report, 1,000 x 60: few others / what it may take", fast, REPORT, "s", 1.0),
        Ratio(f"progress, 1,000 x 60: {beside}", *in_turn(progress, few, many), "s", 3.0),
        _memory("PostgreSQL", few, many),
    ]


def on_sqlite(home: Path, library: Library) -> Ratio:
    """Exports."""
    few, many = (
        fill(sqlite_url(home / f"{others}.db"), library, 5, others) for others in (FEW, MANY)
    )
    return _memory("SQLite", few, many)


def _memory(kind: str, few: Term, many: Term) -> Ratio:
    what = f"peak memory of an export, {kind}: 1 million / 10 thousand encounters"
    return Ratio(what, exported(many), exported(few), "MB", 1.5)


def measure(home: Path) -> list[Ratio]:
    """The ratios."""
    library = small_library(home)
    binaries = postgres.find()
    if binaries is None:
        raise SystemExit(postgres.MISSING)
    server = Postgres(binaries)
    try:
        server.start()
        ratios = on_postgresql(server, library)
    finally:
        server.remove()
    return [*ratios, on_sqlite(home, library)]
