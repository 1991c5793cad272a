"""What is to be told by e-mail; nothing at all where no mail server is set."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from tutor.store import outbox as store
from tutor.store.connection import Connection
from tutor.store.questions import Question

QUESTION = "/my/?view=question&id="
# One e-mail tells of a question's replies until its learner opens it, and of one question or
# another so often in a day; what more there is stands in the next digest.
MOST_REPLIES, _DAY = 20, timedelta(days=1)


@dataclass(frozen=True)
class Outbox:
    """Letters are stored in the transaction that stores what they tell of."""

    is_open: bool = False

    def post_reply(
        self, connection: Connection, question: Question, comment: str, at: datetime
    ) -> None:
        """Tell a learner that their question was answered, if they want to hear of it.

        Nothing more is sent about a question whose learner has not opened it since the last
        e-mail, nor after twenty such e-mails in a day.
        """
        if not self.is_open or store.has_opted_out(connection, question.learner):
            return
        if not store.address_of(connection, question.learner, question.classroom):
            return
        if store.is_told_of(connection, question.id):
            return
        if store.count_letters(connection, question.learner, "reply", at - _DAY) >= MOST_REPLIES:
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
