"""What people write is in no log, whatever goes wrong and however much is logged."""

from __future__ import annotations

import logging

from tests.databases import ask, is_sqlite, run
from tests.services.play import DECISION, JUDGMENT, KEY
from tests.web.learner import Learner
from tests.web.serving import served
from tutor.store.database import Database
from tutor.web.app import create_app

REASON, NAME, PASSWORD = "CANARY it hurts", "CANARY of Siena", "CANARY river stone"
SECRETS = ("CANARY", "canary", "%20river")
KEEP = {"name": NAME, "login": "canary@school.example", "password": PASSWORD}
# A row that may not be stored: the drivers of both databases like to say which.
FAULT = {
    True: "CREATE TRIGGER fault BEFORE INSERT ON commitment BEGIN SELECT RAISE(ABORT, 'no'); END;",
    False: "ALTER TABLE commitment ADD CONSTRAINT fault CHECK (certainty > 9) NOT VALID;",
}


def write_everything(learner: Learner, address: str) -> None:
    """Play a case, make an account, mistype its password, and meet a fault of the database."""
    first = learner.enter(KEY).attempt
    assert learner.commit(first, {**JUDGMENT, "reason": REASON}).stage == "revealed"
    assert learner.decide(first, DECISION).stage == "closed"
    assert "reason" in learner.commit(learner.next(first).attempt, {"reason": REASON}).fields
    kept = act(learner, "keep", KEEP)
    assert learner.become(kept).status_code == 303
    act(learner, "sign-in", {**KEEP, "password": PASSWORD + "!"})
    act(learner, "sign-in", KEEP)
    attempt = learner.enter(KEY).attempt
    run(address, FAULT[is_sqlite(address)])
    form = {"attempt": attempt, "form": {**JUDGMENT, "reason": REASON}}
    assert learner.send("commit", form).status_code == 500


def act(learner: Learner, name: str, form: dict[str, str]):
    """An act at the door."""
    return learner.act("/signin", name, form)


def leaks(said: str) -> list[str]:
    """The lines that hold something a person wrote."""
    return [line for line in said.splitlines() if any(secret in line for secret in SECRETS)]


def test_what_is_written_is_in_the_named_database_and_on_neither_channel(equipoise, address):
    with (
        equipoise.serving("--port", "0", EQUIPOISE_DATABASE_URL=address) as server,
        Learner(server.address) as learner,
    ):
        write_everything(learner, address)
        server.process.terminate()
        printed = server.process.stdout.read()
    assert ask(address, "SELECT count(*) FROM closing") == [(1,)]
    assert not (equipoise.home / "equipoise.db").exists()
    assert "IntegrityError" in equipoise.errors()
    assert leaks(printed + equipoise.errors()) == []


def test_what_is_written_is_in_no_log_when_everything_is_logged(
    address, library, identity, caplog, capfd, monkeypatch
):
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.INFO, "sqlalchemy")  # every statement; below that, every row
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        monkeypatch.setattr(logging.getLogger(name), "propagate", True)
    database = Database(address)
    app = create_app(database, library, identity)
    with served(app, log_level="trace", log_config=None) as base, Learner(base) as learner:
        write_everything(learner, address)
    database.close()
    ours = [r for r in caplog.records if not r.name.startswith(("httpx", "httpcore"))]
    assert {"uvicorn.access", "sqlalchemy.engine.Engine"} <= {r.name for r in ours}
    said = "\n".join(logging.Formatter().format(record) for record in ours)
    out, err = capfd.readouterr()
    assert leaks(said) == []
    assert leaks(out + err) == []
