"""The mail server: how it is reached, and a session with it."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.message import EmailMessage

from tutor.errors import Misconfigured
from tutor.settings import Settings

PATIENCE = 20.0  # seconds for one answer


@dataclass(frozen=True)
class SmtpOptions:
    """How e-mails are sent. ``base`` is the address of our own pages, which links begin with.

    ``tls`` is ``starttls``, ``tls`` or ``none``; without ``user`` nobody signs in.
    """

    host: str
    port: int
    tls: str
    user: str
    password: str = field(repr=False)
    sender: str
    base: str


def smtp_options(settings: Settings) -> SmtpOptions | None:
    """How the settings want e-mails to be sent; None where no server is named.

    Raises:
        Misconfigured: something that is needed is missing, or the password cannot be read.
    """
    if not settings.smtp_host:
        return None
    if not settings.smtp_sender:
        raise Misconfigured(
            "E-mails need a sender. Set EQUIPOISE_SMTP_SENDER=equipoise@example.edu with your own "
            "address, or leave EQUIPOISE_SMTP_HOST out."
        )
    if not settings.public_address:
        raise Misconfigured(
            "The links in e-mails need your own address. Set "
            "EQUIPOISE_PUBLIC_ADDRESS=https://tutor.example.edu, or leave EQUIPOISE_SMTP_HOST out."
        )
    return SmtpOptions(
        settings.smtp_host,
        settings.smtp_port,
        settings.smtp_tls,
        settings.smtp_user,
        _password(settings),
        settings.smtp_sender,
        settings.public_address + settings.root_path,
    )


def _password(settings: Settings) -> str:
    if settings.smtp_password is not None:
        return settings.smtp_password.get_secret_value()
    if settings.smtp_password_file is None:
        return ""
    try:
        return settings.smtp_password_file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is no text"
        raise Misconfigured(
            f"The password for e-mails cannot be read from {settings.smtp_password_file}: {reason}."
            " Check EQUIPOISE_SMTP_PASSWORD_FILE."
        ) from None


class Session:
    """A session with the mail server."""

    def __init__(self, server: smtplib.SMTP, sender: str) -> None:
        self._server = server
        self._sender = sender

    def send(self, message: EmailMessage) -> None:
        """Hand one e-mail over.

        Raises:
            SMTPException, OSError: the server did not take it.
        """
        self._server.send_message(message, from_addr=self._sender)

    def check(self) -> None:
        """Ask whether the server would take e-mails from our sender.

        Raises:
            SMTPException, OSError: it would not.
        """
        self._server.ehlo_or_helo_if_needed()
        code, answer = self._server.mail(self._sender)
        if code != 250:
            raise smtplib.SMTPSenderRefused(code, answer, self._sender)
        self._server.rset()


@contextmanager
def session(options: SmtpOptions, patience: float = PATIENCE) -> Iterator[Session]:
    """A session: encrypted as the options say, and signed in.

    Raises:
        SMTPException, OSError: the server cannot be reached, or refuses.
    """
    secure = ssl.create_default_context()
    server: smtplib.SMTP
    if options.tls == "tls":
        server = smtplib.SMTP_SSL(options.host, options.port, timeout=patience, context=secure)
    else:
        server = smtplib.SMTP(options.host, options.port, timeout=patience)
    try:
        if options.tls == "starttls":
            server.starttls(context=secure)
        if options.user:
            server.login(options.user, options.password)
        yield Session(server, options.sender)
    finally:
        with suppress(smtplib.SMTPException, OSError):
            server.quit()
        server.close()


def reason(error: Exception) -> str:
    """Why a server did not take an e-mail, without anybody's address."""
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return "it refused our user and password"
    if isinstance(error, smtplib.SMTPSenderRefused):
        return f"it takes nothing from our sender (code {error.smtp_code})"
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = sorted({code for code, _ in error.recipients.values()})
        return f"it refused the recipient (code {', '.join(map(str, codes))})"
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return "it does not offer what EQUIPOISE_SMTP_TLS or EQUIPOISE_SMTP_USER ask for"
    if isinstance(error, smtplib.SMTPResponseException):
        return f"it answered with code {error.smtp_code}"
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not good: {error.verify_message}"
    if isinstance(error, TimeoutError):
        return "it does not answer in time"
    strerror = getattr(error, "strerror", None)
    return str(strerror or type(error).__name__).rstrip(".")


def is_final(error: Exception) -> bool:
    """Whether it would be refused again: the server says that there is no such recipient."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(500 <= code < 600 for code, _ in error.recipients.values())
    return False
