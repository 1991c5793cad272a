"""Rows to stand on: a learner with a set of two cases, the second without the algorithm."""

from __future__ import annotations

from datetime import UTC, datetime

from tutor.core.case import CaseRef, Truth
from tutor.core.drawing import Slot
from tutor.core.encounter import (
    Advice,
    Closed,
    Decided,
    Decision,
    Judgment,
    Revealed,
    Shown,
    close,
    close_unaided,
)
from tutor.core.encounter import Committed as CommittedStage
from tutor.core.set_plan import Guidance
from tutor.store import encounters as store
from tutor.store import practice_sets as set_store
from tutor.store.database import Database
from tutor.store.practice_sets import PracticeSet

AT = datetime(2026, 3, 1, 9, 30, 15, 250_000, tzinfo=UTC)
AIDED, ALONE = "aided", "alone"
SET = PracticeSet(
    id="set",
    learner="g_me",
    pack="small",
    exercise="throat",
    version="1",
    fingerprint="f" * 24,
    title="The sore throat",
    threshold=0.4,
    seed=2**31 - 1,
    size=2,
    at=AT,
)
SLOTS = (
    Slot(0, "c0", Guidance.FLAGGED, True),
    Slot(1, "c1", Guidance.LISTED, False),
)


def show_both(database: Database) -> None:
    """A learner, a set, and both of its cases shown."""
    with database.write() as connection:
        set_store.ensure_learner(connection, SET.learner, AT)
        set_store.add_set(connection, SET, SLOTS)
        store.add_attempt(connection, AIDED, SET, 0, AT)
        store.add_attempt(connection, ALONE, SET, 1, AT)


def shown(id_: str) -> Shown:
    """The first stage of one of the two."""
    slot = SLOTS[0] if id_ == AIDED else SLOTS[1]
    ref = CaseRef("small", "throat", "1", "f" * 24, slot.case)
    return Shown(id_, "g_me", "set", ref, slot.position, slot.guidance, slot.aided, AT)


def committed(id_: str = AIDED) -> CommittedStage:
    """A commitment, with text that SQL and HTML would trip over."""
    reason = "Robert'); DROP TABLE attempt;-- <b>“fièvre”</b> 🌡"
    return CommittedStage(shown(id_), Judgment(0.35, 3, ("crp", "pulse"), reason), AT)


def revealed(id_: str = AIDED) -> Revealed:
    """What the algorithm said."""
    return Revealed(committed(id_), 0.1234567890123456, 0.4, AT)


def decided(id_: str = AIDED) -> Decided:
    """The final judgment."""
    return Decided(revealed(id_), Decision(0.2, Advice.ADJUST, "masked_fever"), AT)


def closed(id_: str = AIDED) -> Closed:
    """What was true: a case of luck in which one of two possible failures acted."""
    truth = Truth(True, 0.12, False, ("masked_fever",), ("masked_fever", "young"))
    if id_ == AIDED:
        return close(decided(), truth, AT)
    return close_unaided(committed(ALONE), truth, SET.threshold, AT)
