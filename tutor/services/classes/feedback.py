"""Feedback: a learner's work with their reasons, comments on it, and their answers."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from tutor.core.access import Action
from tutor.core.case import Chart
from tutor.core.encounter import Closed
from tutor.core.verdicts import Outcome
from tutor.errors import BadInput, NotFound
from tutor.services.accounts.access import Access, Caller
from tutor.services.classes.assignment_terms import COUNTED, terms_of
from tutor.services.classes.assignments import Assignments, Seen
from tutor.services.clock import now
from tutor.services.encounters.library import Library
from tutor.store import assignments as assignment_store
from tutor.store import comments as store
from tutor.store import encounters as encounter_store
from tutor.store import practice_sets as set_store
from tutor.store.comments import Comment
from tutor.store.connection import Connection
from tutor.store.database import Database
from tutor.store.encounters import StoredAttempt
from tutor.store.places import Member

LONGEST_COMMENT = 4_000
MOST_SAVED = 100


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


@dataclass(frozen=True)
class Submission:
    """A learner's counted work in an assignment, with what was said on it."""

    assignment: assignment_store.Assignment
    work: tuple[Work, ...]
    comments: tuple[Comment, ...]
    waits: bool = False


@dataclass(frozen=True)
class Review:
    """A submission as staff see it, among the others in a stable shuffled order."""

    seen: Seen
    member: Member
    shown_as: str
    number: int
    of: int
    before: str | None
    after: str | None
    submission: Submission
    saved: tuple[tuple[str, str], ...]


class Feedback:
    """Use cases of comments."""

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

    def review(self, caller: Caller, assignment: str, learner: str = "") -> Review:
        """A learner's submission, the first in the caller's order if none is named.

        Each reader meets the submissions in an order of their own that stays the same: who comes
        first is marked otherwise than who comes last.

        Raises:
            NotFound: nobody has begun, or no such learner for the caller. Forbidden.
        """
        seen = self._assignments.see(caller, assignment, Action.SEE_ASSIGNMENT)
        begun = {b.learner for b in seen.begun if b.round == COUNTED and b.closed}
        order = sorted(
            (m for m in seen.learners if m.learner in begun),
            key=lambda m: _shuffled(assignment, caller.learner, m.learner),
        )
        if not order:
            raise NotFound("Nobody has finished a patient of this assignment yet.")
        chosen = learner or order[0].learner
        at = next((n for n, m in enumerate(order) if m.learner == chosen), -1)
        if at < 0:
            raise NotFound("There is no work of that learner in this assignment.")
        member = order[at]
        with self._database.read() as connection:
            self._access.in_class(
                connection, caller, Action.SEE_ENCOUNTER, seen.classroom.id, member.learner
            )
            submission = self._submission(connection, seen.assignment, member.learner)
            saved = tuple(store.saved_comments(connection, caller.learner))
        hidden = seen.classroom.hide_names
        return Review(
            seen,
            member,
            f"Learner {at + 1}" if hidden else member.name,
            at + 1,
            len(order),
            order[at - 1].learner if at else None,
            order[at + 1].learner if at + 1 < len(order) else None,
            submission,
            saved,
        )

    def mine(self, caller: Caller, assignment: str) -> Submission:
        """The caller's own work with what was said on it; it counts as seen from then on.

        Raises:
            NotFound: no such assignment for the caller.
        """
        self._access.own(caller, Action.READ_COMMENTS, caller.learner)
        with self._database.write() as connection:
            found = self._assignments.found(connection, assignment)
            self._access.in_class(
                connection, caller, Action.READ_COMMENTS, found.classroom, caller.learner
            )
            store.see_comments(connection, assignment, caller.learner, self._now())
            return self._submission(connection, found, caller.learner, own=True)

    def unseen(self, caller: Caller) -> Mapping[str, int]:
        """By assignment, how many comments the caller has not seen yet."""
        self._access.own(caller, Action.READ_COMMENTS, caller.learner)
        with self._database.read() as connection:
            return store.unseen(connection, caller.learner)

    def comment(
        self, caller: Caller, assignment: str, learner: str, attempt: str, text: str
    ) -> None:
        """Say something on a learner's work, or answer to it as that learner.

        Raises:
            BadInput: nothing was typed, or too much. Forbidden: not one of the caller's learners.
        """
        said = _said(text)
        with self._database.write() as connection:
            found = self._assignments.found(connection, assignment)
            self._access.in_class(connection, caller, Action.COMMENT, found.classroom, learner)
            if attempt:
                self._belongs(connection, assignment, learner, attempt)
            made = Comment(
                secrets.token_urlsafe(12),
                assignment,
                learner,
                attempt or None,
                caller.learner,
                "",
                said,
                None,
                self._now(),
            )
            store.add_comment(connection, made)

    def save(self, caller: Caller, assignment: str, text: str) -> None:
        """Keep a comment for another time.

        Raises:
            BadInput: nothing was typed, too much, or there are too many already.
        """
        said = _said(text)
        with self._database.write() as connection:
            found = self._assignments.found(connection, assignment)
            self._access.in_class(connection, caller, Action.SEE_ASSIGNMENT, found.classroom)
            kept = store.saved_comments(connection, caller.learner)
            if len(kept) >= MOST_SAVED:
                raise BadInput("text", f"You keep {MOST_SAVED} comments already. Forget one first.")
            if said not in {known for _, known in kept}:
                id_ = secrets.token_urlsafe(12)
                store.save_comment(connection, id_, caller.learner, said, self._now())

    def forget(self, caller: Caller, saved: str) -> None:
        """Forget one of one's own saved comments."""
        self._access.own(caller, Action.READ_COMMENTS, caller.learner)
        with self._database.write() as connection:
            store.drop_saved(connection, caller.learner, saved)

    def _belongs(self, connection: Connection, assignment: str, learner: str, attempt: str) -> None:
        stored = encounter_store.find_attempt(connection, attempt)
        if (
            stored is None
            or stored.set.assignment != assignment
            or stored.set.learner != learner
            or not isinstance(stored.stage, Closed)
        ):
            raise NotFound("There is no such encounter in this learner's work.")

    def _submission(
        self,
        connection: Connection,
        assignment: assignment_store.Assignment,
        learner: str,
        own: bool = False,
    ) -> Submission:
        comments = store.comments_on(connection, assignment.id, learner)
        work: list[Work] = []
        waits = False
        for begun in assignment_store.begun(connection, [assignment.id], learner):
            if begun.round != COUNTED:
                continue
            practice_set = set_store.find_set(connection, begun.set_id)
            assert practice_set is not None
            done = begun.closed >= begun.size
            if own and not terms_of(connection, practice_set).shows(done, self._now()):
                waits = True
                continue
            for stored in encounter_store.attempts_of_set(connection, begun.set_id):
                if isinstance(stored.stage, Closed):
                    work.append(self._work(stored, stored.stage, comments))
        whole = tuple(c for c in comments if c.attempt is None)
        return Submission(assignment, tuple(work), whole, waits)

    def _work(self, stored: StoredAttempt, closed: Closed, comments: list[Comment]) -> Work:
        given, decision = closed.commitment.judgment, closed.decision
        bundle = self._library.bundle(stored.set.fingerprint)
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


def _shuffled(assignment: str, reader: str, learner: str) -> bytes:
    return hashlib.blake2b(f"{assignment}/{reader}/{learner}".encode()).digest()


def _said(text: str) -> str:
    typed = text.replace("\x00", "").encode("utf-8", "ignore").decode("utf-8").strip()
    if not typed:
        raise BadInput("text", "Type your comment first.")
    if len(typed) > LONGEST_COMMENT:
        raise BadInput(
            "text", f"Your comment runs to {len(typed):,} characters; at most {LONGEST_COMMENT:,}."
        )
    return typed
