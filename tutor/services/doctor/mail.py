"""Whether e-mails can be sent, where a server for them is named."""

from __future__ import annotations

import smtplib

from tutor.errors import Misconfigured
from tutor.services.doctor.findings import Finding, bad, good, note
from tutor.services.mail.smtp import reason, session, smtp_options
from tutor.settings import Settings
from tutor.store.health import Health

NAME, PATIENCE = "e-mail", 5.0


def mail(settings: Settings, stored: Health | None) -> Finding:
    """Whether the mail server lets us in and takes our sender; nothing is sent."""
    try:
        options = smtp_options(settings)
    except Misconfigured as error:
        says, _, advice = str(error).partition(". ")
        return bad(NAME, f"{says}.", advice)
    if options is None:
        return good(NAME, "No e-mails are sent: EQUIPOISE_SMTP_HOST is not set.")
    where = f"{options.host}:{options.port}"
    try:
        with session(options, PATIENCE) as open_session:
            open_session.check()
    except (smtplib.SMTPException, OSError) as error:
        return bad(
            NAME,
            f"The mail server {where} cannot be used: {reason(error)}.",
            "Check the settings EQUIPOISE_SMTP_HOST, _PORT, _TLS, _USER, _PASSWORD and _SENDER.",
        )
    waiting, failed = stored.letters if stored else (0, 0)
    if failed:
        return note(
            NAME,
            f"{where} takes our e-mails; {failed} of the last 30 days could not be delivered.",
            "Correct the addresses under People; the server log names no recipient.",
        )
    if options.tls == "none" and options.user:
        return note(
            NAME,
            f"{where} takes our e-mails, but the password goes there unencrypted.",
            "Set EQUIPOISE_SMTP_TLS=starttls or tls.",
        )
    return good(NAME, f"{where} takes our e-mails; {waiting} wait to be sent.")
