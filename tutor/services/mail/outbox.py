"""What is to be told by e-mail; nothing at all where no mail server is set."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tutor.store import outbox as store
from tutor.store.connection import Connection
from tutor.store.questions import Question

QUESTION = "/my/?view=question&id="


@dataclass(frozen=True)
class Outbox:
    """Letters are stored in the transaction that stores what they tell of."""

    is_open: bool = False

    def post_reply(
        self, connection: Connection, question: Question, comment: str, at: datetime
    ) -> None:
        """Tell a learner that their question was answered, if they want to hear of it."""
        if not self.is_open or store.has_opted_out(connection, question.learner):
            return
        if not store.address_of(connection, question.learner, question.classroom):
            return
        store.post(
            connection,
            f"reply:{comment}",
            "reply",
            question.learner,
            question.classroom,
            QUESTION + question.id,
            at,
        )


NO_MAIL = Outbox()
