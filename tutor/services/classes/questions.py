"""Questions: learners ask, those who look after them answer, both see what waits."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from tutor.core.access import Action, Role
from tutor.core.encounter import Closed
from tutor.errors import BadInput, NotFound
from tutor.services.accounts.access import Access, Caller
from tutor.services.classes.hidden_names import hidden_name
from tutor.services.classes.messages import comment_text, messages, new_comments
from tutor.services.classes.patient_work import Work, work_of
from tutor.services.classes.question_lists import (
    NOTHING_NEW,
    Asking,
    Conversation,
    Inbox,
    News,
    QuestionLine,
)
from tutor.services.classes.threads import Thread, add_follow_up, add_reply, new_question
from tutor.services.clock import now
from tutor.services.encounters.library import Library
from tutor.services.local_time import ago, zone
from tutor.services.mail.outbox import NO_MAIL, Outbox
from tutor.store import announcements as announcement_store
from tutor.store import assignments as assignment_store
from tutor.store import classes as class_store
from tutor.store import comments as comment_store
from tutor.store import encounters as encounter_store
from tutor.store import groups as group_store
from tutor.store import places as place_store
from tutor.store import questions as store
from tutor.store.classes import Classroom
from tutor.store.connection import Connection
from tutor.store.database import Database
from tutor.store.encounters import StoredAttempt
from tutor.store.questions import Listed, Question

MOST_WAITING, MOST_ANSWERED, MOST_OF_ONE = 200, 50, 50
_GONE = "There is no such question here. It may have been deleted."


class Questions:
    """Use cases of questions."""

    def __init__(
        self,
        database: Database,
        library: Library,
        access: Access,
        clock: Callable[[], datetime] = now,
        outbox: Outbox = NO_MAIL,
    ) -> None:
        self._database = database
        self._library = library
        self._access = access
        self._now = clock
        self._outbox = outbox

    def news(self, caller: Caller) -> News:
        """What is new for the caller; somebody in no class costs one look into the database."""
        if not caller.learner:
            return NOTHING_NEW
        self._access.own(caller, Action.SEE_HOME, caller.learner)
        with self._database.read() as connection:
            places = place_store.places_of(connection, caller.learner).values()
            roles = {place.role for place in places if place.left_at is None}
            if not roles:
                return NOTHING_NEW
            read, waiting = {}, {}
            if Role.LEARNER in roles:
                read = announcement_store.unread_by(connection, caller.learner)
            if roles - {Role.LEARNER}:
                waiting = store.waiting_for(connection, caller.learner)
            unseen = new_comments(connection, caller.learner, self._now())
        return News(
            unseen.total(),
            sum(count for count, _ in read.values()),
            {room: count for room, (count, _) in waiting.items()},
        )

    def asking(self, caller: Caller, attempt: str = "") -> Asking:
        """What the caller's next question can be about.

        Raises:
            NotFound: no such closed patient of the caller's.
        """
        self._access.own(caller, Action.READ_COMMENTS, caller.learner)
        with self._database.read() as connection:
            rooms = [
                room
                for room, place in class_store.classrooms_of(connection, caller.learner)
                if place.role == Role.LEARNER and room.archived_at is None
            ]
            if not attempt:
                return Asking(tuple((room.id, room.name) for room in rooms))
            stored = self._closed(connection, caller, attempt)
            of = self._class_of(connection, stored)
        chosen = tuple((room.id, room.name) for room in rooms if of in (None, room.id))
        return Asking(chosen, attempt, _patient(stored.set.title, stored.shown.position), not of)

    def ask(self, caller: Caller, classroom: str, attempt: str, text: str) -> Question:
        """Ask the caller's class something, about one of their closed patients where one is named.

        A patient of an assignment belongs to its class; one of the caller's own practice is shown
        to the class that is asked.

        Raises:
            BadInput: nothing was typed, too much, the class has ended, or too many of the caller's
                questions wait already. NotFound: no such class or patient of the caller's.
            Forbidden: only learners ask.
        """
        with self._database.write() as connection:
            assignment = None
            if attempt:
                stored = self._closed(connection, caller, attempt)
                of = self._class_of(connection, stored)
                assignment, classroom = stored.set.assignment, of or classroom
            self._access.in_class(connection, caller, Action.ASK, classroom, caller.learner)
            room = class_store.find_classroom(connection, classroom)
            if room is None or room.archived_at is not None:
                raise BadInput("text", "This class has ended, so nobody answers questions in it.")
            said = comment_text(text, what="question")
            if store.count_waiting(connection, classroom, caller.learner) >= MOST_OF_ONE:
                raise BadInput(
                    "text", f"{MOST_OF_ONE} questions of yours wait for an answer already."
                )
            about = Thread(classroom, caller.learner, assignment, attempt or None)
            return new_question(connection, about, said, self._now())

    def mine(self, caller: Caller) -> dict[str, tuple[QuestionLine, ...]]:
        """What the caller has asked, newest first, by class."""
        self._access.own(caller, Action.READ_COMMENTS, caller.learner)
        found: dict[str, tuple[QuestionLine, ...]] = {}
        with self._database.read() as connection:
            for one in store.questions_of(connection, caller.learner):
                room = class_store.find_classroom(connection, one.question.classroom)
                assert room is not None
                found[room.id] = (*found.get(room.id, ()), self._line(one, room, caller.learner))
        return found

    def inbox(self, caller: Caller, classroom: str) -> Inbox:
        """A class's questions, of the learners whom the caller looks after.

        Raises:
            NotFound: no such class for the caller. Forbidden: not staff of it.
        """
        with self._database.read() as connection:
            place = self._access.in_class(connection, caller, Action.SEE_CLASS, classroom)
            room = class_store.find_classroom(connection, classroom)
            assert room is not None
            groups = (
                group_store.groups_of_assistant(connection, classroom, caller.learner)
                if place.role == Role.ASSISTANT
                else None
            )
            found = [
                store.questions_to(connection, classroom, groups, waiting, most)
                for waiting, most in ((True, MOST_WAITING), (False, MOST_ANSWERED))
            ]
        waiting, answered = (
            tuple(self._line(one, room, caller.learner) for one in some) for some in found
        )
        return Inbox(waiting, answered)

    def see(self, caller: Caller, question: str) -> Conversation:
        """A question with its answers; for whoever asked, these count as seen from then on.

        Raises:
            NotFound: no such question for the caller. Forbidden: not one of their learners'.
        """
        with self._database.write() as connection:
            found = self._found(connection, caller, question, Action.READ_COMMENTS)
            room = class_store.find_classroom(connection, found.classroom)
            assert room is not None
            own = found.learner == caller.learner
            if own:
                comment_store.see_question(connection, question, caller.learner, self._now())
            (listed,) = store.list_question(connection, question)
            comments = comment_store.comments_of_question(connection, question)
            stored = (
                encounter_store.find_attempt(connection, found.attempt) if found.attempt else None
            )
        return Conversation(
            self._line(listed, room, caller.learner),
            room,
            found.learner,
            found.assignment,
            found.attempt,
            messages(comments, caller.learner, room),
            None if own or stored is None else self._work(stored),
        )

    def reply(self, caller: Caller, question: str, text: str) -> None:
        """Answer a question; or, as the learner who asked it, say more.

        Raises:
            BadInput: nothing was typed, or too much. NotFound, Forbidden: as in :meth:`see`.
        """
        with self._database.write() as connection:
            found = self._found(connection, caller, question, Action.COMMENT)
            said = comment_text(text, what="reply")
            if found.learner == caller.learner:
                add_follow_up(connection, found, said, self._now())
            else:
                add_reply(connection, self._outbox, found, caller.learner, said, self._now())

    def settle(self, caller: Caller, question: str) -> None:
        """Mark a question as answered.

        Raises:
            NotFound, Forbidden: as in :meth:`see`.
        """
        with self._database.write() as connection:
            found = self._found(connection, caller, question, Action.COMMENT)
            store.settle(connection, found.id, self._now())

    def reopen(self, caller: Caller, question: str) -> None:
        """Let an answered question wait again.

        Raises:
            NotFound, Forbidden: as in :meth:`see`.
        """
        with self._database.write() as connection:
            found = self._found(connection, caller, question, Action.COMMENT)
            store.reopen(connection, found.id, self._now())

    def _found(
        self, connection: Connection, caller: Caller, question: str, action: Action
    ) -> Question:
        found = store.find_question(connection, question)
        if found is None:
            raise NotFound(_GONE)
        self._access.in_class(connection, caller, action, found.classroom, found.learner)
        return found

    def _closed(self, connection: Connection, caller: Caller, attempt: str) -> StoredAttempt:
        stored = encounter_store.find_attempt(connection, attempt)
        if (
            stored is None
            or stored.set.learner != caller.learner
            or not isinstance(stored.stage, Closed)
        ):
            raise NotFound("There is no such finished patient of yours.")
        return stored

    def _class_of(self, connection: Connection, stored: StoredAttempt) -> str | None:
        if stored.set.assignment is None:
            return None
        found = assignment_store.find_assignment(connection, stored.set.assignment)
        return found.classroom if found else None

    def _work(self, stored: StoredAttempt) -> Work | None:
        if not isinstance(stored.stage, Closed):
            return None
        try:
            return work_of(self._library, stored, stored.stage)
        except NotFound:
            return None

    def _line(self, one: Listed, room: Classroom, reader: str) -> QuestionLine:
        question, where = one.question, zone(room.time_zone)
        own = question.learner == reader
        hidden = hidden_name(room.id, question.learner)
        return QuestionLine(
            question.id,
            "" if own else hidden if room.hide_names else one.learner_name,
            one.assignment_title,
            "" if one.position is None else _patient(one.exercise, one.position),
            one.text,
            ago(question.asked_at, self._now(), where),
            question.answered_at is None,
            one.unseen if own else 0,
        )


def _patient(exercise: str, position: int) -> str:
    return f"{exercise}, case {position + 1}"
