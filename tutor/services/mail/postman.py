"""Who sends what is in the outbox: at least once, again after a failure, and never twice knowingly.

A letter is claimed before it is sent and marked when the mail server has taken it. Whoever dies in
between leaves a claim that ends, and another sends it again; its id is then the same.
"""

from __future__ import annotations

import logging
import smtplib
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from email.message import EmailMessage

from tutor.errors import EquipoiseError
from tutor.services.accounts.identity import Identity
from tutor.services.classes.messages import new_comments
from tutor.services.clock import now
from tutor.services.local_time import zone
from tutor.services.mail.letters import NoAddress, Tidings, compose
from tutor.services.mail.smtp import Session, SmtpOptions, is_final, reason, session
from tutor.store import announcements as announcement_store
from tutor.store import outbox as store
from tutor.store import questions as question_store
from tutor.store.connection import Connection
from tutor.store.database import Database
from tutor.store.outbox import Letter

EVERY = 30.0  # seconds between two looks into the outbox
AT_ONCE = 20  # letters in one session
LEASE = timedelta(minutes=15)
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=6)
GIVEN_UP, FORGOTTEN = timedelta(days=5), timedelta(days=30)
DIGEST_HOUR, DIGEST_EVERY, DIGEST_LOOKS_BACK = 7, timedelta(hours=20), timedelta(days=7)
DIGEST_CHECKED = timedelta(minutes=10)
HOME, DESK = "/my/?view=messages", "/desk/"
_LOG = logging.getLogger(__name__)


class Postman:
    """Sends what waits in a database's outbox."""

    def __init__(
        self,
        database: Database,
        identity: Identity,
        options: SmtpOptions,
        clock: Callable[[], datetime] = now,
    ) -> None:
        self._database = database
        self._identity = identity
        self._options = options
        self._now = clock
        self._digests_at: datetime | None = None

    def start(self) -> threading.Thread:
        """Go round until the process ends, in a thread that does not keep it."""
        thread = threading.Thread(target=self._rounds, name="postman", daemon=True)
        thread.start()
        return thread

    def _rounds(self) -> None:
        pause = threading.Event()
        while not pause.wait(EVERY):
            try:
                self.round()
            except EquipoiseError as error:
                _LOG.warning("E-mails wait: %s", error)
            except Exception:  # noqa: BLE001 e-mails go on after whatever it was
                _LOG.exception("E-mails wait, after an error that was not foreseen.")

    def round(self) -> int:
        """Write the digests that are due, then send what waits; how many were sent."""
        if self._digests_at is None or self._now() - self._digests_at >= DIGEST_CHECKED:
            self._digests_at = self._now()
            self.write_digests()
        sent = 0
        while letters := self._claimed():
            sent += self._send(letters)
        return sent

    def write_digests(self) -> None:
        """Put a digest into the outbox for whoever has news since their last one.

        Once a day, after seven in the morning where their class is.
        """
        at = self._now()
        with self._database.write(alone="digests") as connection:
            store.prune(connection, at - FORGOTTEN)
            for learner, time_zone in store.candidates(connection, at - DIGEST_LOOKS_BACK):
                local = at.astimezone(zone(time_zone))
                if local.hour >= DIGEST_HOUR and self._has_news(connection, learner, at):
                    waiting = question_store.waiting_for(connection, learner)
                    path = DESK if waiting else HOME
                    key = f"digest:{learner}:{local.date()}"
                    store.post(connection, key, "digest", learner, None, path, at)

    def _has_news(self, connection: Connection, learner: str, at: datetime) -> bool:
        if not store.address_of(connection, learner):
            return False
        since = at - DIGEST_LOOKS_BACK
        last = store.last_digest(connection, learner)
        if last is not None:
            if at - last < DIGEST_EVERY:
                return False
            since = max(since, last)
        read = announcement_store.unread_by(connection, learner)
        waiting = question_store.waiting_for(connection, learner)
        newest = [
            *store.told_of(connection, learner).values(),
            *(moment for _, moment in read.values()),
            *(moment for _, moment in waiting.values()),
        ]
        return any(moment > since for moment in newest)

    def _claimed(self) -> list[Letter]:
        with self._database.write() as connection:
            return store.claim(connection, self._now(), LEASE, AT_ONCE)

    def _send(self, letters: list[Letter]) -> int:
        """Send letters in one session; those that cannot go are tried later."""
        ready = [(letter, message) for letter in letters if (message := self._message(letter))]
        if not ready:
            return 0
        sent = 0
        try:
            with session(self._options) as open_session:
                for letter, message in list(ready):
                    sent += self._hand_over(open_session, letter, message)
                    ready.remove((letter, message))
        except (smtplib.SMTPException, OSError) as error:
            _LOG.warning("E-mails wait: the mail server %s.", reason(error))
            for letter, _ in ready:
                self._later(letter, error)
        return sent

    def _hand_over(self, to: Session, letter: Letter, message: EmailMessage) -> int:
        try:
            to.send(message)
        except smtplib.SMTPServerDisconnected:
            raise
        except smtplib.SMTPException as error:
            self._later(letter, error)
            return 0
        with self._database.write() as connection:
            store.mark_sent(connection, letter.id, self._now())
        return 1

    def _later(self, letter: Letter, error: Exception) -> None:
        at = self._now()
        with self._database.write() as connection:
            if is_final(error) or at - letter.at > GIVEN_UP:
                store.mark_failed(connection, letter.id, at, reason(error))
                return
            doubled = FIRST_WAIT * 2 ** min(letter.tries - 1, 12)
            store.mark_later(connection, letter.id, at + min(doubled, LONGEST_WAIT), reason(error))

    def _message(self, letter: Letter) -> EmailMessage | None:
        """A letter as an e-mail, or None where nobody needs or can get it any more."""
        at = self._now()
        with self._database.write() as connection:
            address = store.address_of(connection, letter.learner, letter.classroom)
            tidings = _tidings(connection, letter.learner, at)
            is_old_news = letter.kind == "digest" and not tidings.lines
            if not address or is_old_news or store.has_opted_out(connection, letter.learner):
                store.drop_letter(connection, letter.id)
                return None
            token = self._identity.mail_token(letter.learner)
            try:
                return compose(letter, address, tidings, token, self._options, at)
            except NoAddress:
                store.mark_failed(connection, letter.id, at, "the address is none")
                return None


def _tidings(connection: Connection, learner: str, at: datetime) -> Tidings:
    read = announcement_store.unread_by(connection, learner)
    waiting = question_store.waiting_for(connection, learner)
    return Tidings(
        new_comments(connection, learner, at).total(),
        sum(count for count, _ in read.values()),
        sum(count for count, _ in waiting.values()),
    )
