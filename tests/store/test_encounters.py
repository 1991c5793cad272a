"""Every stage is read back as it was stored, and only what was stored is read back."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, timedelta, timezone

import pytest

from tests.store import rows
from tests.store.rows import AIDED, ALONE, AT, SET
from tutor.core.case import Truth
from tutor.core.encounter import close_unaided
from tutor.store import encounters as store
from tutor.store import practice_sets as set_store
from tutor.store.database import Database
from tutor.store.outcomes import add_closing, closings_of


@pytest.fixture(autouse=True)
def shown_cases(database):
    rows.show_both(database)


def write(database, *steps):
    """Store stages of the aided case, in one transaction."""
    adding = {
        "commitment": lambda c: store.add_commitment(c, rows.committed()),
        "reveal": lambda c: store.add_reveal(c, rows.revealed()),
        "decision": lambda c: store.add_decision(c, rows.decided()),
        "closing": lambda c: add_closing(c, SET, rows.closed()),
    }
    with database.write() as connection:
        for step in steps:
            adding[step](connection)


def found(database, id_=AIDED):
    with database.read() as connection:
        return store.find_attempt(connection, id_)


STAGES = (
    ((), rows.shown(AIDED)),
    (("commitment",), rows.committed()),
    (("commitment", "reveal"), rows.revealed()),
    (("commitment", "reveal", "decision"), rows.decided()),
    (("commitment", "reveal", "decision", "closing"), rows.closed()),
)


@pytest.mark.parametrize(("steps", "stage"), STAGES, ids=lambda v: type(v).__name__)
def test_a_stage_is_read_back_as_it_was_stored(database, steps, stage):
    write(database, *steps)
    stored = found(database)
    assert stored.stage == stage
    assert stored.shown == rows.shown(AIDED)
    assert stored.set == SET


def test_an_unaided_case_is_closed_on_its_commitment(database):
    with database.write() as connection:
        store.add_commitment(connection, rows.committed(ALONE))
        add_closing(connection, SET, rows.closed(ALONE))
    assert found(database, ALONE).stage == rows.closed(ALONE)


def test_a_closing_and_what_it_came_to_are_stored_by_one_call(database):
    write(database, "commitment", "reveal", "decision", "closing")
    with database.read() as connection:
        (kept,) = closings_of(connection, learner="g_me")
    closed = rows.closed()
    assert (kept.attempt, kept.outcome, kept.verdict) == (AIDED, closed.outcome, "agreed, rightly")
    assert (kept.acting, kept.touched) == (("masked_fever",), ("masked_fever", "young"))
    assert (kept.advice, kept.suspected, kept.certainty) == ("adjust", "masked_fever", 3)


def test_what_an_older_bundle_does_not_say_stays_unsaid(database):
    older = close_unaided(rows.committed(ALONE), Truth(False, touched=("young",)), 0.4, AT)
    with database.write() as connection:
        store.add_commitment(connection, rows.committed(ALONE))
        add_closing(connection, SET, older)
    assert found(database, ALONE).stage == older
    with database.read() as connection:
        (kept,) = closings_of(connection, learner="g_me")
        stored = connection.exec_driver_sql("SELECT acting, chart_risk FROM closing").all()
    assert stored == [(None, None)]
    assert (kept.outcome.chart_risk, kept.acting) == (None, ("young",))


def test_it_is_all_there_when_the_database_is_opened_again(database, address):
    write(database, "commitment", "reveal", "decision", "closing")
    database.close()
    again = Database(address)
    assert found(again).stage == rows.closed()
    again.close()


@pytest.mark.parametrize("id_", ["", "AIDED", "aided' OR '1'='1", "aided\0", "\ud800", "é"])
def test_there_is_no_attempt_and_no_set_of_another_id(database, id_):
    assert found(database, id_) is None
    with database.read() as connection:
        assert set_store.find_set(connection, id_) is None


def test_attempts_of_a_set_come_by_position_and_of_a_learner_by_time(database):
    with database.read() as connection:
        for listed in (
            store.attempts_of_set(connection, "set"),
            store.attempts_of_learner(connection, "g_me"),
        ):
            assert [stored.shown.id for stored in listed] == [AIDED, ALONE]
        assert store.attempts_of_learner(connection, "g_you") == []
        assert store.attempts_of_set(connection, "other") == []


def test_sets_come_newest_first_with_how_many_are_closed(database):
    write(database, "commitment", "reveal", "decision", "closing")
    newer = replace(SET, id="newer", at=AT + timedelta(seconds=1))
    with database.write() as connection:
        set_store.add_set(connection, newer, rows.SLOTS)
    with database.read() as connection:
        assert set_store.latest_sets(connection, "g_me") == [(newer, 0), (SET, 1)]
        assert set_store.latest_sets(connection, "g_you") == []
        assert set_store.find_set(connection, "newer") == newer
        assert set_store.find_set(connection, "none") is None


def test_cases_seen_are_those_of_this_learner_and_exercise(database):
    with database.read() as connection:
        assert sorted(set_store.cases_seen(connection, "g_me", "small", "throat")) == ["c0", "c1"]
        assert set_store.cases_seen(connection, "g_you", "small", "throat") == []
        assert set_store.cases_seen(connection, "g_me", "small", "cough") == []


def test_a_learner_is_remembered_once(database):
    with database.write() as connection:
        set_store.ensure_learner(connection, "g_me", AT + timedelta(days=1))
        count = connection.exec_driver_sql("SELECT count(*) FROM learner").scalar()
    assert count == 1


def test_a_moment_is_read_back_in_utc_whatever_zone_it_came_in(database):
    kolkata = timezone(timedelta(hours=5, minutes=30))
    with database.write() as connection:
        set_store.add_set(connection, replace(SET, id="far", at=AT.astimezone(kolkata)), rows.SLOTS)
    with database.read() as connection:
        at = set_store.find_set(connection, "far").at
    assert (at, at.tzinfo) == (AT, UTC)
