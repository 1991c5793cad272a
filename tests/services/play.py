"""A learner's moves over the services, and a look at what was stored."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tests.databases import ask
from tutor.core.encounter import Closed
from tutor.services.encounters.encounter_view import View
from tutor.services.encounters.practice import Practice

KEY = "small/throat"
JUDGMENT: Mapping[str, Any] = {
    "probability": "60",
    "certainty": "2",
    "drivers": ["crp"],
    "reason": "It hurts.",
}
DECISION: Mapping[str, Any] = {"final": "70", "suspected": "none"}
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


def stored(address: str, attempt: str) -> dict[str, int]:
    """How many rows each stage has for an attempt, read by another program."""
    counts = ", ".join(f"(SELECT count(*) FROM {t} WHERE attempt_id = ?)" for t in STAGES)
    (row,) = ask(address, f"SELECT {counts}", *[attempt] * len(STAGES))
    return dict(zip(STAGES, row, strict=True))


def slots(address: str) -> dict[str, list[tuple[str, str, bool]]]:
    """Every set with its slots in order: case, guidance, whether aided."""
    found: dict[str, list[tuple[str, str, bool]]] = {}
    query = "SELECT set_id, case_id, guidance, aided FROM slot ORDER BY set_id, position"
    for set_id, case, guidance, aided in ask(address, query):
        found.setdefault(set_id, []).append((case, guidance, bool(aided)))
    return found
