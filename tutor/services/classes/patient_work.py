"""One closed encounter of a learner, as those who teach read it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tutor.core.case import Chart
from tutor.core.encounter import Closed
from tutor.core.verdicts import Outcome
from tutor.services.encounters.library import Library
from tutor.store.comments import Comment
from tutor.store.encounters import StoredAttempt


@dataclass(frozen=True)
class Work:
    """One encounter of a learner, as a mentor reads it.

    ``acting`` are the titles of the failure modes that acted; where that is not known (an encounter
    stored before it was computed), ``touched`` are those that could touch patients like this one.
    """

    attempt: str
    title: str
    position: int
    outcome: Outcome
    certainty: int
    drivers: tuple[str, ...]
    reason: str
    suspected: str
    acting: tuple[str, ...]
    touched: tuple[str, ...]
    truth: str
    case: Chart
    fingerprint: str
    case_id: str
    comments: tuple[Comment, ...]


def work_of(
    library: Library, stored: StoredAttempt, closed: Closed, comments: Sequence[Comment] = ()
) -> Work:
    """A closed encounter with what was said on it.

    Raises:
        NotFound: the version of its exercise is no longer here.
    """
    given, decision = closed.commitment.judgment, closed.decision
    bundle = library.bundle(stored.set.fingerprint)
    case = stored.shown.ref.case
    evidence = bundle.measured
    titles = {mode.id: mode.title for mode in evidence.modes}
    return Work(
        stored.shown.id,
        stored.set.title,
        stored.shown.position,
        closed.outcome,
        given.certainty,
        tuple(evidence.findings.get(d, d) for d in given.drivers),
        given.reason,
        titles.get(decision.suspected, "") if decision else "",
        tuple(titles.get(mode, mode) for mode in closed.acting or ()),
        tuple(titles.get(mode, mode) for mode in closed.touched if closed.acting is None),
        bundle.closed_case(case).sentence,
        bundle.chart(case),
        stored.set.fingerprint,
        case,
        tuple(c for c in comments if c.attempt == stored.shown.id),
    )
