"""Feedback: a learner's work with their reasons, comments on it, and their answers."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Mapping
from datetime import datetime

from tutor.core.access import Action, Role
from tutor.core.encounter import Closed
from tutor.core.merged_rounds import ASIDE
from tutor.errors import BadInput, NotFound
from tutor.services.accounts.access import Access, Caller
from tutor.services.classes.assignment_terms import COUNTED, terms_of
from tutor.services.classes.assignments import Assignments
from tutor.services.classes.messages import comment_text, new_comments
from tutor.services.classes.patient_work import Work, work_of
from tutor.services.classes.submission import Review, Submission
from tutor.services.classes.threads import Thread, add_answer, add_comment, add_question
from tutor.services.clock import now
from tutor.services.encounters.library import Library
from tutor.services.mail.outbox import NO_MAIL, Outbox
from tutor.store import assignments as assignment_store
from tutor.store import classes as class_store
from tutor.store import comments as store
from tutor.store import encounters as encounter_store
from tutor.store import practice_sets as set_store
from tutor.store import questions as question_store
from tutor.store.comments import Comment
from tutor.store.connection import Connection
from tutor.store.database import Database
from tutor.store.reflections import reflections_of

MOST_SAVED = 100


class Feedback:
    """Use cases of comments."""

    def __init__(
        self,
        database: Database,
        library: Library,
        access: Access,
        assignments: Assignments,
        clock: Callable[[], datetime] = now,
        outbox: Outbox = NO_MAIL,
    ) -> None:
        self._database = database
        self._library = library
        self._access = access
        self._assignments = assignments
        self._now = clock
        self._outbox = outbox

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
        return Review(
            seen,
            member,
            member.name,
            at + 1,
            len(order),
            order[at - 1].learner if at else None,
            order[at + 1].learner if at + 1 < len(order) else None,
            tuple(m.learner for m in order),
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
            shown = self._submission(connection, found, caller.learner, own=True)
            on_work = (comment for work in shown.all_work for comment in work.comments)
            ids = [comment.id for comment in (*shown.comments, *on_work)]
            store.see_comments(connection, ids, self._now())
            return shown

    def unseen(self, caller: Caller) -> Mapping[str, int]:
        """By assignment, how many comments the caller has not seen yet."""
        self._access.own(caller, Action.READ_COMMENTS, caller.learner)
        with self._database.read() as connection:
            return new_comments(connection, caller.learner, self._now())

    def comment(
        self, caller: Caller, assignment: str, learner: str, attempt: str, text: str
    ) -> None:
        """Say something on a learner's work, or answer to it as that learner.

        What a learner says is a question that waits for an answer; what is said to a learner
        whose question waits answers it.

        Raises:
            BadInput: nothing was typed, or too much. Forbidden: not one of the caller's learners.
        """
        said = comment_text(text)
        with self._database.write() as connection:
            found = self._assignments.found(connection, assignment)
            place = self._access.in_class(
                connection, caller, Action.COMMENT, found.classroom, learner
            )
            if attempt:
                self._belongs(connection, assignment, learner, attempt)
            about = Thread(found.classroom, learner, assignment, attempt or None)
            if place.learner != learner:
                add_answer(connection, self._outbox, about, caller.learner, said, self._now())
            elif place.role == Role.LEARNER:
                add_question(connection, about, said, self._now())
            else:
                add_comment(connection, about, None, learner, said, self._now())

    def edit(self, caller: Caller, comment: str, text: str) -> None:
        """Say something else in a comment of one's own.

        What it said when it was answered or graded stays readable.

        Raises:
            BadInput: nothing was typed, or too much. NotFound: no such comment of the caller's.
        """
        with self._database.write() as connection:
            found = self._own_comment(connection, caller, comment)
            said = comment_text(text, "edited")
            if said == found.text:
                return
            former = found.former
            if former is None and self._is_answered(connection, found):
                former = found.text
            store.change_comment(connection, found.id, said, former, self._now())

    def delete(self, caller: Caller, comment: str) -> None:
        """Delete a comment of one's own.

        What was answered, answers a question, or stands on graded work stays readable to the
        learner; everything else goes. A question without any comment goes, too.

        Raises:
            NotFound: no such comment of the caller's.
        """
        with self._database.write() as connection:
            found = self._own_comment(connection, caller, comment)
            if self._is_answered(connection, found):
                store.withdraw_comment(connection, found.id, self._now())
                return
            store.drop_comment(connection, found.id)
            if found.question and not store.comments_of_question(connection, found.question):
                question_store.drop_question(connection, found.question)

    def _own_comment(self, connection: Connection, caller: Caller, comment: str) -> Comment:
        found = store.find_comment(connection, comment)
        if found is None or found.deleted_at is not None or found.author != caller.learner:
            raise NotFound("There is no such comment of yours. It may have been deleted.")
        self._access.own(caller, Action.READ_COMMENTS, found.author)
        return found

    def _is_answered(self, connection: Connection, comment: Comment) -> bool:
        """Whether somebody has answered it, it answers a question, or its work is graded."""
        if comment.question and comment.author != comment.learner:
            return True
        assignment = comment.assignment
        if assignment and store.is_graded(connection, assignment, comment.learner):
            return True
        if comment.question:
            thread = store.comments_of_question(connection, comment.question)
        else:
            everything = store.comments_on(connection, assignment or "", comment.learner)
            thread = [c for c in everything if c.attempt == comment.attempt]
        return any(c.author != comment.author and c.at >= comment.at for c in thread)

    def save(self, caller: Caller, assignment: str, text: str) -> None:
        """Keep a comment for another time.

        Raises:
            BadInput: nothing was typed, too much, or there are too many already.
        """
        said = comment_text(text)
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
        aside: list[Work] = []
        waits = False
        for begun in assignment_store.begun(connection, [assignment.id], learner):
            if begun.round != COUNTED and begun.round < ASIDE:
                continue
            shown = work if begun.round == COUNTED else aside
            practice_set = set_store.find_set(connection, begun.set_id)
            assert practice_set is not None
            done = begun.closed >= begun.size
            if own and not terms_of(connection, practice_set).shows(done, self._now()):
                waits = waits or begun.round == COUNTED
                continue
            for stored in encounter_store.attempts_of_set(connection, begun.set_id):
                if isinstance(stored.stage, Closed):
                    shown.append(work_of(self._library, stored, stored.stage, comments))
        whole = tuple(c for c in comments if c.attempt is None)
        room = class_store.find_classroom(connection, assignment.classroom)
        assert room is not None
        shared = reflections_of(connection, learner, assignment.id)
        return Submission(assignment, room, tuple(work), whole, waits, shared, tuple(aside))


def _shuffled(assignment: str, reader: str, learner: str) -> bytes:
    return hashlib.blake2b(f"{assignment}/{reader}/{learner}".encode()).digest()
