"""Comments as their readers see them: whose words, when, and whether edited or deleted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from tutor.errors import BadInput
from tutor.services.classes.assignment_terms import withheld
from tutor.services.classes.hidden_names import hidden_name
from tutor.services.local_time import stamp, zone
from tutor.store import comments as store
from tutor.store import practice_sets as set_store
from tutor.store.classes import Classroom
from tutor.store.comments import Comment
from tutor.store.connection import Connection

LONGEST_COMMENT = 4_000
YOU, GONE = "You", "Somebody who has left"


@dataclass(frozen=True)
class Message:
    """One comment for one reader. Moments are in the class's time zone.

    ``text`` is "" where it was deleted and is not for this reader any more. ``by_learner`` is
    whether the learner wrote it whose work or question it is about.
    """

    id: str
    text: str
    author: str
    when: str
    iso: str
    by_learner: bool
    own: bool
    edited: str = ""
    deleted: str = ""
    former: str = ""

    @property
    def may_change(self) -> bool:
        """Whether the reader may edit and delete it."""
        return self.own and not self.deleted


def messages(comments: Iterable[Comment], reader: str, classroom: Classroom) -> tuple[Message, ...]:
    """Comments as ``reader`` sees them; learners have no names where the class hides them."""
    return tuple(_message(comment, reader, classroom) for comment in comments)


def _message(comment: Comment, reader: str, classroom: Classroom) -> Message:
    where = zone(classroom.time_zone)
    by_learner = comment.author == comment.learner
    readable = comment.deleted_at is None or reader == comment.learner
    return Message(
        comment.id,
        comment.text if readable else "",
        _author(comment, reader, classroom),
        stamp(comment.at, where),
        comment.at.isoformat(),
        by_learner,
        comment.author == reader,
        stamp(comment.edited_at, where),
        stamp(comment.deleted_at, where),
        (comment.former or "") if readable else "",
    )


def _author(comment: Comment, reader: str, classroom: Classroom) -> str:
    if comment.author == reader:
        return YOU
    if classroom.hide_names and comment.author == comment.learner:
        return hidden_name(classroom.id, comment.learner)
    return comment.author_name or GONE


def new_comments(connection: Connection, learner: str, at: datetime) -> Counter[str]:
    """By assignment, how many comments a learner has not seen yet; "" is for none.

    What was said on encounters whose outcomes wait can be read with the outcomes and is new then;
    a learner's own question can be read at once.
    """
    found = store.unseen(connection, learner)
    waiting: frozenset[str] = frozenset()
    if any(one.set_id for one in found):
        waiting = withheld(connection, set_store.latest_sets(connection, learner), at)
    return Counter(
        one.assignment or "" for one in found if one.question or one.set_id not in waiting
    )


def comment_text(typed: str, field: str = "text", what: str = "comment") -> str:
    """What was typed, fit to be stored.

    Raises:
        BadInput: nothing was typed, or too much.
    """
    text = typed.replace("\x00", "").encode("utf-8", "ignore").decode("utf-8").strip()
    if not text:
        raise BadInput(field, f"Type your {what} first.")
    if len(text) > LONGEST_COMMENT:
        raise BadInput(
            field,
            f"Your {what} has {len(text):,} characters. Use at most {LONGEST_COMMENT:,}.",
        )
    return text
