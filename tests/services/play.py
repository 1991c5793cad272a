"""A learner's moves over the services, and a look at what was stored."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from tutor.core.attempt import Closed
from tutor.services.practice import Practice, View

KEY = "small/throat"
JUDGMENT: Mapping[str, Any] = {
    "probability": "60",
    "certainty": "2",
    "drivers": ["crp"],
    "reason": "It hurts.",
}
DECISION: Mapping[str, Any] = {"final": "70", "advice": "adjust", "suspected": "none"}
STAGES = ("commitment", "reveal", "decision", "closing")


def finish(practice: Practice, learner: str, attempt: str) -> View:
    """Take an attempt from wherever it stands to its closing."""
    view = practice.commit(learner, attempt, JUDGMENT)
    if not isinstance(view.stage, Closed):
        view = practice.decide(learner, attempt, DECISION)
    assert isinstance(view.stage, Closed)
    return view


def play_set(practice: Practice, learner: str) -> Iterator[View]:
    """Enter the exercise and close one case after the other, to the end of the set."""
    attempt, done = practice.enter(learner, KEY), False
    while not done:
        yield finish(practice, learner, attempt)
        attempt, done = practice.next(learner, attempt)


def stored(path: Path, attempt: str) -> dict[str, int]:
    """How many rows each stage has for an attempt, read by another program."""
    with closing(sqlite3.connect(path)) as plain:
        return {
            table: plain.execute(
                f"SELECT count(*) FROM {table} WHERE attempt_id = ?", [attempt]
            ).fetchone()[0]
            for table in STAGES
        }


def slots(path: Path) -> dict[str, list[tuple[str, str, bool]]]:
    """Every set with its slots in order: case, guidance, whether aided."""
    found: dict[str, list[tuple[str, str, bool]]] = {}
    with closing(sqlite3.connect(path)) as plain:
        query = "SELECT set_id, case_id, guidance, aided FROM slot ORDER BY set_id, position"
        for set_id, case, guidance, aided in plain.execute(query):
            found.setdefault(set_id, []).append((case, guidance, bool(aided)))
    return found
