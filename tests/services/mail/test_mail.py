"""E-mails against a real SMTP server on loopback: to whom, what they say, once, and again."""

from __future__ import annotations

import shutil
import smtplib
import socket
import ssl
import subprocess
from dataclasses import dataclass, field, replace
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from tests.absent import absent
from tests.services.school import School, found
from tests.system import NO_OPENSSL
from tutor.errors import NotFound, SignedOut
from tutor.services.accounts.access import Caller
from tutor.services.doctor import State
from tutor.services.doctor.mail import mail
from tutor.services.mail import outbox
from tutor.services.mail.outbox import Outbox
from tutor.services.mail.postman import GIVEN_UP, Postman
from tutor.services.mail.smtp import SmtpOptions, session, smtp_options
from tutor.services.services import Services
from tutor.settings import Settings
from tutor.store.outbox import standing

SENDER, BASE = "equipoise@school.example", "https://tutor.school.example/t"


@dataclass
class Inbox:
    """What the mail server has taken, and what it answers to the next recipients."""

    taken: list[EmailMessage] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        answer = self.answers.pop(0) if self.answers else "250 OK"
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        self.raw.append(envelope.content)
        made = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(made, EmailMessage)
        self.taken.append(made)
        return "250 OK"


def authenticated(server, session, envelope, mechanism, data):
    right = isinstance(data, LoginPassword) and data.password == b"quiet stone"
    return AuthResult(success=right, handled=False)


class OnAFreePort(Controller):
    """A server whose port is chosen when it starts."""

    def _trigger_server(self):
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@pytest.fixture(scope="module")
def server():
    made = OnAFreePort(
        Inbox(),
        hostname="127.0.0.1",
        port=0,
        authenticator=authenticated,
        auth_require_tls=False,
    )
    made.start()
    yield made
    made.stop()


@pytest.fixture
def inbox(server):
    server.handler.taken.clear()
    server.handler.raw.clear()
    server.handler.answers.clear()
    return server.handler


@pytest.fixture
def options(server, inbox) -> SmtpOptions:
    return SmtpOptions("127.0.0.1", server.port, "none", "us", "quiet stone", SENDER, BASE)


@pytest.fixture
def school(database, library, identity, clock, exercise) -> School:
    services = Services(database, library, identity, clock, Outbox(is_open=True))
    return found(services, clock, exercise.key)


@pytest.fixture
def postman(database, identity, options, clock) -> Postman:
    return Postman(database, identity, options, clock)


@pytest.fixture
def cy(school) -> Caller:
    caller = school.learner("Cy", 1)
    reach(school, caller, "cy@school.example")
    return caller


def reach(school, learner, address):
    form = {"name": "Cyprian", "email": address}
    school.services.people.place(school.instructor, school.classroom.id, learner.learner, form)


def answered(school, cy):
    """A question of Cy's that has just been answered."""
    questions = school.services.questions
    asked = questions.ask(cy, school.classroom.id, "", "Are numbats nocturnal?")
    questions.reply(school.instructor, asked.id, "They sleep at night.")
    return asked


def to(inbox):
    return [message["to"].addresses[0].addr_spec for message in inbox.taken]


def waiting(database):
    with database.read() as connection:
        return standing(connection)


def test_a_reply_is_told_at_once_and_once(school, inbox, postman, cy):
    asked = answered(school, cy)
    assert (postman.round(), postman.round()) == (1, 0)
    (message,) = inbox.taken
    assert to(inbox) == ["cy@school.example"]
    text = message.get_content()
    assert f"{BASE}/my/?view=question&id={asked.id}" in text
    whole = message.as_string()
    for private in ("Cy ", "Cyprian", "Year three", "numbats", "sleep", "Ben"):
        assert private not in whole
    assert message["subject"] == "Equipoise: a reply to your question"
    assert message["auto-submitted"] == "auto-generated"


def test_mail_programs_read_how_to_get_no_more(school, inbox, postman, cy):
    answered(school, cy)
    postman.round()
    (line,) = [one for one in inbox.raw[0].split(b"\r\n") if one.startswith(b"List-Unsubscribe:")]
    assert line.startswith(f"List-Unsubscribe: <{BASE}/my/?view=mail&token=".encode())
    assert line.endswith(b">")
    assert line[19:-1] in inbox.raw[0].partition(b"\r\n\r\n")[2]


def replies(inbox):
    return sum(message["subject"].endswith("a reply to your question") for message in inbox.taken)


def test_one_e_mail_tells_of_replies_until_the_question_is_opened(school, inbox, postman, cy):
    asked = answered(school, cy)
    for text in ("Mostly.", "In winter, too."):
        school.services.questions.reply(school.instructor, asked.id, text)
    postman.round()
    assert replies(inbox) == 1
    school.services.questions.see(cy, asked.id)
    school.services.questions.reply(school.instructor, asked.id, "And in summer.")
    postman.round()
    assert replies(inbox) == 2


def test_replies_fill_nobodys_mailbox(school, inbox, postman, cy, clock, monkeypatch):
    monkeypatch.setattr(outbox, "MOST_REPLIES", 3)
    questions = school.services.questions
    asked = answered(school, cy)

    def reply():
        questions.see(cy, asked.id)
        questions.reply(school.instructor, asked.id, "Yes.")
        postman.round()

    for _ in range(4):
        reply()
    assert replies(inbox) == 3
    clock.forward(days=1)
    reply()
    assert replies(inbox) == 4


def test_without_a_mail_server_nothing_waits(database, library, identity, clock, exercise):
    school = found(Services(database, library, identity, clock), clock, exercise.key)
    cy = school.learner("Cy", 1)
    reach(school, cy, "cy@school.example")
    answered(school, cy)
    assert waiting(database) == (0, 0)
    assert school.services.mail_choice.wants(cy) is None


def test_what_the_server_does_not_take_is_tried_again_later(
    school, inbox, postman, cy, clock, database
):
    answered(school, cy)
    inbox.answers += ["451 Later", "451 Later"]
    assert postman.round() == 0
    clock.forward(seconds=59)
    assert postman.round() == 0
    clock.forward(seconds=2)
    assert (postman.round(), waiting(database)) == (0, (1, 0))
    clock.forward(seconds=61)  # the second wait is twice as long
    assert (postman.round(), len(inbox.answers)) == (0, 0)
    clock.forward(seconds=61)
    assert (postman.round(), waiting(database)) == (1, (0, 0))
    assert len(inbox.taken) == 1


def test_a_server_that_is_away_loses_nothing(school, inbox, options, cy, clock, database, identity):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        nobody = replace(options, port=taken.getsockname()[1])
        answered(school, cy)
        assert Postman(database, identity, nobody, clock).round() == 0
    clock.forward(minutes=2)
    assert Postman(database, identity, options, clock).round() == 1
    assert to(inbox) == ["cy@school.example"]


def test_an_address_that_is_refused_for_good_is_given_up(school, inbox, postman, cy, database):
    answered(school, cy)
    inbox.answers.append("550 No such person")
    assert (postman.round(), waiting(database)) == (0, (0, 1))


def test_after_five_days_it_is_given_up(school, inbox, postman, cy, clock, database):
    answered(school, cy)
    inbox.answers += ["451 Later"] * 2
    postman.round()
    clock.forward(seconds=GIVEN_UP.total_seconds() + 60)
    postman.round()
    assert waiting(database)[1] == 1


def test_two_that_send_do_not_send_the_same(school, inbox, options, cy, clock, database, identity):
    answered(school, cy)
    first, other = (Postman(database, identity, options, clock) for _ in range(2))
    claimed = first._claimed()
    assert other.round() == 0
    assert first._send(claimed) == 1
    assert len(inbox.taken) == 1


def test_whoever_dies_while_sending_leaves_it_to_another(
    school, inbox, options, cy, clock, database, identity
):
    answered(school, cy)
    Postman(database, identity, options, clock)._claimed()
    clock.forward(minutes=16)
    assert Postman(database, identity, options, clock).round() == 1


def test_what_cannot_be_an_address_is_no_header(school, inbox, postman, cy, database):
    reach(school, cy, "cy@school.example")
    answered(school, cy)
    with database.write() as connection:
        connection.exec_driver_sql(
            "UPDATE membership SET email = 'a@b.example, other@c.example' WHERE email <> ''"
        )
    assert (postman.round(), waiting(database)) == (0, (0, 1))
    assert inbox.taken == []


def test_a_digest_comes_once_a_day_and_only_with_news(school, inbox, postman, cy, clock):
    morning = clock.at.replace(hour=4)  # six in Berlin
    clock.at = morning + timedelta(days=1)
    school.services.announcements.make(school.instructor, school.classroom.id, "Bring a bilby")
    assert postman.round() == 0
    clock.forward(hours=1.2)
    assert (postman.round(), to(inbox)) == (1, ["cy@school.example"])
    (message,) = inbox.taken
    assert "- 1 new announcement" in message.get_content()
    assert "bilby" not in message.as_string()
    clock.forward(hours=1)
    school.services.announcements.make(school.instructor, school.classroom.id, "And a quoll")
    clock.forward(hours=1)
    assert postman.round() == 0
    clock.forward(hours=22)
    assert postman.round() == 1
    clock.forward(days=1)
    assert postman.round() == 0


def test_whoever_teaches_is_told_of_questions_that_wait(school, inbox, postman, cy, clock):
    school.services.questions.ask(cy, school.classroom.id, "", "Why?")
    assert (postman.round(), to(inbox)) == (1, ["ben@school.example"])
    assert "- 1 question that waits for an answer" in inbox.taken[0].get_content()


def test_whoever_wants_no_e_mails_gets_none(school, inbox, postman, cy, clock, database):
    answered(school, cy)
    choice, services = school.services.mail_choice, school.services
    token = services.identity.mail_token(cy.learner)
    stranger = school.guest(9)
    choice.choose_by_link(stranger, token, False)
    assert waiting(database) == (0, 0)
    answered(school, cy)
    clock.forward(days=1)
    assert (postman.round(), choice.wants(cy)) == (0, False)
    choice.choose(cy, True)
    answered(school, cy)
    assert postman.round() == 1
    with pytest.raises(SignedOut):
        choice.choose_by_link(stranger, token[:-1], False)


def test_the_link_in_an_e_mail_leads_to_the_choice(school, inbox, postman, cy):
    answered(school, cy)
    postman.round()
    link = inbox.taken[0]["list-unsubscribe"].strip("<>")
    head, _, token = link.partition("token=")
    assert head == f"{BASE}/my/?view=mail&"
    assert school.services.mail_choice.wants_by_link(school.guest(9), token)


def test_whoever_is_forgotten_or_has_left_gets_no_e_mail(school, inbox, postman, cy, database):
    dee = school.learner("Dee", 2)
    reach(school, dee, "dee@school.example")
    token = school.services.identity.mail_token(cy.learner)
    answered(school, cy)
    answered(school, dee)
    assert '"kind": "reply"' in school.services.personal_data.everything(cy)
    school.services.personal_data.forget(cy, "delete")
    school.services.people.remove(school.instructor, school.classroom.id, [dee.learner])
    assert (postman.round(), inbox.taken) == (0, [])
    assert waiting(database) == (0, 0)
    with pytest.raises(NotFound):
        school.services.mail_choice.wants_by_link(school.guest(9), token)


def set_to(tmp_path, server, **more) -> Settings:
    given = {
        "home": tmp_path,
        "public_address": "https://tutor.school.example",
        "smtp_host": "127.0.0.1",
        "smtp_port": server.port,
        "smtp_tls": "none",
        "smtp_sender": SENDER,
    }
    return Settings(**(given | more))


def test_the_doctor_tries_the_mail_server(tmp_path, server, inbox):
    password = tmp_path / "password"
    password.write_text("quiet stone\n", encoding="utf-8")
    cases = [
        ({}, State.GOOD, "takes our e-mails"),
        ({"smtp_user": "us", "smtp_password_file": password}, State.NOTE, "unencrypted"),
        ({"smtp_user": "us", "smtp_password": "wrong"}, State.BAD, "refused our user and password"),
        ({"smtp_tls": "starttls"}, State.BAD, "does not offer"),
        ({"smtp_sender": ""}, State.BAD, "need a sender"),
        ({"public_address": ""}, State.BAD, "need your own address"),
        ({"smtp_password_file": tmp_path / "none"}, State.BAD, "cannot be read"),
        ({"smtp_host": ""}, State.GOOD, "No e-mails are sent"),
    ]
    for more, state, says in cases:
        finding = mail(set_to(tmp_path, server, **more), None)
        assert (finding.state, says in finding.says) == (state, True), finding
    assert inbox.taken == []


def test_the_password_is_not_shown_with_the_settings(tmp_path, server):
    settings = set_to(tmp_path, server, smtp_user="us", smtp_password="quiet stone")
    options = smtp_options(settings)
    assert options is not None
    assert options.password == "quiet stone"
    assert "quiet stone" not in f"{settings!r} {options!r}"


def test_a_session_that_cannot_be_had_is_an_error(options):
    with pytest.raises(smtplib.SMTPAuthenticationError), session(replace(options, password="no")):
        pass


@pytest.fixture(scope="module")
def certificates(tmp_path_factory):
    """By the host name it is for: the path of a certificate that signs itself, with its key."""
    if shutil.which("openssl") is None:
        absent(NO_OPENSSL)
    folder = tmp_path_factory.mktemp("certificates")
    for name in ("localhost", "mail.school.example"):
        words = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
        words += ["-nodes", "-days", "1", "-subj", f"/CN={name}"]
        words += ["-addext", f"subjectAltName=DNS:{name}"]
        words += ["-keyout", str(folder / name), "-out", str(folder / f"{name}.pem")]
        subprocess.run(words, check=True, capture_output=True)
    return folder


@pytest.mark.parametrize(
    ("name", "trusted", "offered", "refused"),
    [
        ("localhost", True, True, None),
        ("localhost", False, True, ssl.SSLCertVerificationError),
        ("mail.school.example", True, True, ssl.SSLCertVerificationError),
        ("localhost", True, False, (smtplib.SMTPNotSupportedError, OSError)),
    ],
    ids=["good", "signed by nobody we trust", "of another host", "not encrypted"],
)
@pytest.mark.parametrize("tls", ["starttls", "tls"])
def test_e_mails_go_to_nobody_but_the_server_that_its_certificate_names(
    certificates, monkeypatch, tls, name, trusted, offered, refused
):
    pem = certificates / f"{name}.pem"
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem, certificates / name)
    how = {"tls": {"ssl_context": context}, "starttls": {"tls_context": context}}[tls]
    server = OnAFreePort(Inbox(), hostname="localhost", port=0, **(how if offered else {}))
    server.start()
    message = EmailMessage()
    message["To"] = "cy@school.example"
    options = SmtpOptions("localhost", server.port, tls, "", "", SENDER, BASE)
    try:
        if refused is None:
            with session(options, 5) as open_session:
                open_session.send(message)
        else:
            with pytest.raises(refused), session(options, 5) as open_session:
                open_session.send(message)
    finally:
        server.stop()
    assert len(server.handler.taken) == (refused is None)
