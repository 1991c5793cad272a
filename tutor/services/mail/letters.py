"""What e-mails say: that there is something to read, and where. Never what, and never of whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from tutor.services.mail.smtp import SmtpOptions
from tutor.store.outbox import Letter

SUBJECTS = {
    "reply": "Equipoise: a reply to your question",
    "digest": "Equipoise: news from your classes",
}
STOP = "/my/?view=mail&token="
# An address that is longer than a line would be written as an encoded word, and is none then.
_UNFOLDED = SMTP.clone(max_line_length=998)


@dataclass(frozen=True)
class Tidings:
    """What is new for somebody, in numbers."""

    comments: int = 0
    announcements: int = 0
    questions: int = 0

    @property
    def lines(self) -> tuple[str, ...]:
        """A sentence for each kind."""
        kinds = (
            (self.comments, "new comment or reply", "new comments and replies"),
            (self.announcements, "new announcement", "new announcements"),
            (
                self.questions,
                "question that waits for an answer",
                "questions that wait for an answer",
            ),
        )
        return tuple(f"{n} {one if n == 1 else many}" for n, one, many in kinds if n)


class NoAddress(Exception):
    """What a class has as somebody's e-mail address is none."""


def compose(
    letter: Letter, address: str, tidings: Tidings, token: str, options: SmtpOptions, at: datetime
) -> EmailMessage:
    """An e-mail. Its id is the letter's, so a mail program that gets it twice can tell.

    Raises:
        NoAddress: ``address`` cannot be written to.
    """
    stop = options.base + STOP + token
    message = EmailMessage(_UNFOLDED)
    message["Subject"] = SUBJECTS[letter.kind]
    message["From"] = Address("Equipoise", addr_spec=options.sender)
    message["To"] = _address(address)
    message["Date"] = format_datetime(at)
    message["Message-ID"] = f"<{letter.id}@{options.sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message["List-Unsubscribe"] = f"<{stop}>"
    if letter.kind == "reply":
        news = ["Your question has been answered."]
    else:
        news = ["In your classes there is:", "", *(f"- {line}" for line in tidings.lines)]
    message.set_content(
        "\n".join(
            [
                *news,
                "",
                f"Read it here: {options.base}{letter.path}",
                "",
                "You get this because your class has this address for you.",
                f"To get no more such e-mails: {stop}",
                "",
            ]
        )
    )
    return message


def _address(typed: str) -> Address:
    try:
        found = Address(addr_spec=typed.strip())
    except (HeaderParseError, ValueError, IndexError):
        raise NoAddress(typed) from None
    if not (found.username and found.domain and typed.isascii()):
        raise NoAddress(typed)
    return found
