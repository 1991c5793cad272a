"""The patients to discuss with a class: chosen, projected, and their reasons hidden one by one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b

import numpy as np

from tutor.content.guides import read_guide
from tutor.content.manifest import ExerciseManifest
from tutor.core.access import Action
from tutor.core.assignment import OutcomesShown
from tutor.core.case import AlgorithmView, Chart, ClosedCase, Evidence, ModeEvidence
from tutor.core.discussion import Topic
from tutor.core.reliance.item_analysis import FEWEST
from tutor.errors import BadInput
from tutor.services.accounts.access import Access, Caller
from tutor.services.classes.assignment_detail import AssignmentDetail
from tutor.services.classes.assignments import Assignments
from tutor.services.clock import now
from tutor.services.encounters.library import Library
from tutor.services.reports.class_columns import ClassColumns, class_columns
from tutor.services.reports.seminar_topics import (
    Subject,
    subjects,
)
from tutor.store.connection import Connection
from tutor.store.database import Database
from tutor.store.reasons import hidden_reasons, hide_reason, reasons_of, show_reason

MOST_REASONS = 5
_NO_TOPIC = "There is no such patient to discuss. Choose one on the class’s report."
_NO_REASON = "There is no such reason here. Reload the page."


@dataclass(frozen=True)
class AnonymousReason:
    """A reason, and what to call it in a form; the name says nothing of who gave it."""

    name: str
    text: str


@dataclass(frozen=True)
class Answers:
    """What a class answered about a patient, in no order: probabilities in 0..1, and counts."""

    people: int
    before: tuple[float, ...]
    after: tuple[float, ...]
    right_before: int
    right_after: int
    asked: int
    noticed: int


@dataclass(frozen=True)
class ProjectedPatient:
    """A patient to discuss, as it is projected: the patient, the class, the algorithm, the truth.

    ``number`` counts from 1. ``early`` is whether learners may not see outcomes yet. At most five
    reasons are ``shown``; ``hidden`` are those that staff have hidden.
    """

    seen: AssignmentDetail
    number: int
    of: int
    topic: Topic
    mode: str
    exercise: ExerciseManifest
    key: str
    case: Chart
    fingerprint: str
    case_id: str
    advice: AlgorithmView
    closed: ClosedCase
    evidence: Evidence
    acting: tuple[ModeEvidence, ...]
    answers: Answers
    shown: tuple[AnonymousReason, ...]
    hidden: tuple[AnonymousReason, ...]
    prompt: str
    early: bool


class Seminars:
    """Use cases of those who discuss a class's answers with it."""

    def __init__(
        self,
        database: Database,
        library: Library,
        access: Access,
        assignments: Assignments,
        clock: Callable[[], datetime] = now,
    ) -> None:
        self._database = database
        self._library = library
        self._access = access
        self._assignments = assignments
        self._now = clock

    def project(self, caller: Caller, assignment: str, number: int) -> ProjectedPatient:
        """One of the patients to discuss.

        Raises:
            BadInput: there is no such patient to discuss, or none as fewer than five learners have
                met one. NotFound: no such assignment for the caller. Forbidden: not the class's
                instructor.
        """
        seen = self._assignments.see(caller, assignment, Action.SEE_CLASS_REPORT)
        with self._database.read() as connection:
            found = _columns(connection, seen)
            chosen = subjects(found)
            if not 1 <= number <= len(chosen):
                raise BadInput("patient", _NO_TOPIC)
            subject = chosen[number - 1]
            shown, hidden = _reasons(connection, found, subject)
        patient = subject.patient
        bundle = self._library.bundle(patient.fingerprint)
        exercise = self._library.exercise_at(patient.exercise, patient.fingerprint)
        closed = bundle.closed_case(patient.case)
        acting = closed.truth.acting or ()
        guide = read_guide(exercise.texts.guide)
        return ProjectedPatient(
            seen=seen,
            number=number,
            of=len(chosen),
            topic=subject.topic,
            mode=subject.mode,
            exercise=exercise.manifest,
            key=exercise.key,
            case=bundle.chart(patient.case),
            fingerprint=patient.fingerprint,
            case_id=patient.case,
            advice=bundle.algorithm_view(patient.case),
            closed=closed,
            evidence=bundle.measured,
            acting=tuple(mode for mode in bundle.measured.modes if mode.id in acting),
            answers=_answers(found, subject),
            shown=shown,
            hidden=hidden,
            prompt=guide.prompt_for(acting, number - 1),
            early=outcomes_wait(seen, self._now()),
        )

    def hide(self, caller: Caller, assignment: str, reason: str) -> None:
        """Hide a reason, so that it is not projected; another takes its place.

        Raises:
            BadInput: there is no such reason. NotFound: no such assignment for the caller.
            Forbidden: not the class's instructor.
        """
        attempt = self._attempt(caller, assignment, reason)
        with self._database.write() as connection:
            hide_reason(connection, attempt, self._now())

    def show(self, caller: Caller, assignment: str, reason: str) -> None:
        """Let a hidden reason be projected again. Raises as :meth:`hide`."""
        attempt = self._attempt(caller, assignment, reason)
        with self._database.write() as connection:
            show_reason(connection, attempt)

    def _attempt(self, caller: Caller, assignment: str, reason: str) -> str:
        seen = self._assignments.see(caller, assignment, Action.SEE_CLASS_REPORT)
        with self._database.read() as connection:
            found = _columns(connection, seen)
        attempt = next((one for one in found.attempts if _name(one) == reason), None)
        if attempt is None:
            raise BadInput("reason", _NO_REASON)
        return attempt


def outcomes_wait(seen: AssignmentDetail, at: datetime) -> bool:
    """Whether outcomes wait for the due date, and one learner at least has not reached theirs."""
    if seen.assignment.outcomes is not OutcomesShown.DUE:
        return False
    ends = [seen.dates_for(member).end for member in seen.learners]
    return any(end is not None and end > at for end in ends)


def _columns(connection: Connection, seen: AssignmentDetail) -> ClassColumns:
    groups = {member.learner: member.group for member in seen.learners}
    return class_columns(connection, seen.assignment.id, groups)


def _answers(found: ClassColumns, subject: Subject) -> Answers:
    rows = found.rows.where(subject.encounters)
    return Answers(
        len(np.unique(rows.person)),
        tuple(sorted(rows.said_first.tolist())),
        tuple(sorted(rows.said_last.tolist())),
        int(rows.right_first.sum()),
        int(rows.right_last.sum()),
        int(rows.trials[:, 1].sum()),
        int(rows.trials[:, 0].sum()),
    )


def _reasons(
    connection: Connection, found: ClassColumns, subject: Subject
) -> tuple[tuple[AnonymousReason, ...], tuple[AnonymousReason, ...]]:
    """At most five reasons to project, and those that staff have hidden.

    One of each learner, in an order that says nothing of who gave them; none where fewer than five
    learners gave one.
    """
    places = np.flatnonzero(subject.encounters).tolist()
    typed = reasons_of(connection, [found.attempts[at] for at in places])
    of_learner: dict[int, str] = {}
    for at in places:
        attempt = found.attempts[at]
        if attempt in typed:
            person = int(found.rows.person[at])
            of_learner[person] = min(of_learner.get(person, attempt), attempt, key=_name)
    if len(of_learner) < FEWEST:
        return (), ()
    away = hidden_reasons(connection, of_learner.values())
    told = {
        attempt: AnonymousReason(_name(attempt), typed[attempt])
        for attempt in sorted(of_learner.values(), key=_name)
    }
    shown = [reason for attempt, reason in told.items() if attempt not in away]
    hidden = tuple(reason for attempt, reason in told.items() if attempt in away)
    return tuple(shown[:MOST_REASONS]), hidden


def _name(attempt: str) -> str:
    """What to call a reason: nothing that leads back to its encounter."""
    return blake2b(attempt.encode(), digest_size=9).hexdigest()
