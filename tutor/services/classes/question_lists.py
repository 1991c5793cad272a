"""Questions as they are listed and read: lines, inboxes, conversations, what is new."""

from __future__ import annotations

from dataclasses import dataclass

from tutor.services.classes.messages import Message
from tutor.services.classes.patient_work import Work
from tutor.store.classes import Classroom


@dataclass(frozen=True)
class QuestionLine:
    """A question in a list. ``learner`` is "" for whoever asked it.

    ``patient`` says which patient it is about ("Oximetry, case 3"); ``asked`` is its age in days.
    """

    id: str
    learner: str
    assignment: str
    patient: str
    text: str
    asked: str
    waits: bool
    unseen: int = 0


@dataclass(frozen=True)
class Inbox:
    """A class's questions for somebody who teaches there: those that wait, oldest first."""

    waiting: tuple[QuestionLine, ...]
    answered: tuple[QuestionLine, ...]


@dataclass(frozen=True)
class Conversation:
    """A question with its answers, for one reader.

    ``work`` is the patient it is about, for those who teach; learners open their own encounter.
    """

    line: QuestionLine
    classroom: Classroom
    learner: str
    assignment: str | None
    attempt: str | None
    messages: tuple[Message, ...]
    work: Work | None = None


@dataclass(frozen=True)
class Asking:
    """What a question can be about: the classes to choose from, and the patient, if one."""

    classrooms: tuple[tuple[str, str], ...]
    attempt: str = ""
    patient: str = ""
    is_practice: bool = False


@dataclass(frozen=True)
class News:
    """How much is new for somebody: replies and announcements to read, questions to answer.

    ``waiting`` are the questions by class.
    """

    replies: int
    announcements: int
    waiting: dict[str, int]

    @property
    def to_read(self) -> int:
        """What a learner has not read."""
        return self.replies + self.announcements

    @property
    def to_answer(self) -> int:
        """The questions that wait for somebody who teaches."""
        return sum(self.waiting.values())


NOTHING_NEW = News(0, 0, {})
