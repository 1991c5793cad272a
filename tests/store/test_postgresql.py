"""What is true of PostgreSQL alone: addresses, a server that is away or comes back, and locks."""

from __future__ import annotations

import sys
from threading import Event, Thread

import psycopg
import pytest

from tests.store import rows
from tests.store.rows import AIDED
from tutor.errors import Misconfigured, Unavailable
from tutor.store import encounters as store
from tutor.store import practice_sets as set_store
from tutor.store.database import Database
from tutor.store.engine import parse

PASSWORD = "correct-horse"


@pytest.fixture
def address(postgresql_databases):
    """A PostgreSQL database of the test's own; it hides the one that goes round both kinds."""
    fresh = postgresql_databases.fresh()
    yield fresh
    postgresql_databases.drop(fresh)


@pytest.fixture
def server(postgres):
    """The private server; whatever a test did to it, it runs afterwards."""
    yield postgres
    postgres.stop()
    postgres.start()


# --- addresses ----------------------------------------------------------------------------------


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg2"])
def test_every_name_of_postgresql_means_psycopg_3(scheme):
    url = parse(f" {scheme}://me:a%40b@host:5433/name\n")
    assert url.drivername == "postgresql+psycopg"
    assert (url.username, url.password, url.host, url.port) == ("me", "a@b", "host", 5433)


@pytest.mark.parametrize(
    "address",
    [
        "",
        PASSWORD,
        f"mysql://me:{PASSWORD}@host/name",
        f"postgresql://me:{PASSWORD}@host",
        f"postgresql://me:x@{PASSWORD}@host/name",
        f"postgresql://me:x@{PASSWORD}:{PASSWORD}@host/name",
        f"postgresql://me:x@y:{PASSWORD}/name",
    ],
)
def test_an_address_that_will_not_do_is_told_without_its_password(address):
    with pytest.raises(Misconfigured, match="postgresql://user:password@host") as caught:
        Database(address)
    assert PASSWORD not in str(caught.value)


@pytest.mark.parametrize(
    ("rest", "said"),
    [
        ("127.0.0.1:1/name", "refused"),
        ("nowhere.invalid/name", "nowhere.invalid"),
        (f"/name?host={PASSWORD}", "PostgreSQL cannot be used"),
        ("127.0.0.1:1/name?sslmode=perhaps", "sslmode"),
        ("127.0.0.1:1/name?colour=red", "colour"),
    ],
)
def test_a_server_that_is_not_there_is_told_without_the_password(rest, said):
    with pytest.raises(Misconfigured, match="EQUIPOISE_DATABASE_URL") as caught:
        Database(f"postgresql://me:{PASSWORD}@{rest}")
    assert said in str(caught.value)
    assert PASSWORD not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_database_that_is_not_there_is_told(postgres):
    with pytest.raises(Misconfigured, match=r"nosuch.*does not exist"):
        Database(postgres.address("nosuch"))


def test_a_user_who_may_not_create_tables_is_told(postgres, postgresql_databases):
    address = postgresql_databases.empty()
    postgres.execute("CREATE ROLE reader LOGIN")
    with pytest.raises(Misconfigured, match="may create tables"):
        Database(address.replace("postgres@", "reader@"))
    postgresql_databases.drop(address)
    postgres.execute("DROP ROLE reader")


def test_a_driver_that_is_missing_is_told(monkeypatch, address):
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(Misconfigured, match=r"pip install 'equipoise\[postgres\]'"):
        Database(address)


# --- a server that goes away --------------------------------------------------------------------


def test_a_server_that_was_restarted_is_found_again(server, address):
    database = Database(address)
    rows.show_both(database)
    server.stop()
    server.start()
    with database.write() as connection:
        store.add_commitment(connection, rows.committed())
    server.stop()
    server.start()
    with database.read() as connection:
        assert store.find_attempt(connection, AIDED).stage == rows.committed()
    database.close()


def test_a_server_that_is_away_is_told_and_nothing_is_half_stored(server, address):
    database = Database(address)
    rows.show_both(database)

    def cut_off():
        with database.write() as connection:
            store.add_commitment(connection, rows.committed())
            server.stop()
            store.add_reveal(connection, rows.revealed())

    with pytest.raises(Unavailable):
        cut_off()
    with pytest.raises(Unavailable), database.read():
        pass
    server.start()
    with database.read() as connection:
        assert store.find_attempt(connection, AIDED).stage == rows.shown(AIDED)
    database.close()


# --- at the same time ---------------------------------------------------------------------------


def test_writes_of_one_learner_wait_for_each_other_and_those_of_another_do_not(database):
    inside, leave, order = Event(), Event(), []

    def hold():
        with database.write(alone="g_me"):
            inside.set()
            leave.wait(30)
            order.append("first")

    def follow():
        with database.write(alone="g_me"):
            order.append("second")

    first, second = Thread(target=hold), Thread(target=follow)
    first.start()
    assert inside.wait(30)
    second.start()
    with database.write(alone="g_you"):
        order.append("another")
    leave.set()
    first.join()
    second.join()
    assert order == ["another", "first", "second"]


def test_what_is_read_together_is_of_one_moment(database):
    rows.show_both(database)
    with database.read() as connection:
        assert len(store.attempts_of_set(connection, "set")) == 2
        with database.write() as other:
            store.add_commitment(other, rows.committed())
        assert store.find_attempt(connection, AIDED).stage == rows.shown(AIDED)
    with database.read() as connection:
        assert store.find_attempt(connection, AIDED).stage == rows.committed()


def test_a_transaction_left_open_does_not_hold_up_the_others_for_ever(database, address):
    def hurry():
        with database.write() as connection:
            connection.exec_driver_sql("SET LOCAL lock_timeout = '50ms'")
            set_store.ensure_learner(connection, "g_new", rows.AT)

    with psycopg.connect(address) as idle:
        idle.execute("LOCK TABLE learner IN ACCESS EXCLUSIVE MODE")
        with pytest.raises(Unavailable):
            hurry()


def test_every_connection_gives_up_in_the_end(database):
    with database.read() as connection:
        for limit in ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"):
            assert connection.exec_driver_sql(f"SHOW {limit}").scalar() != "0"
