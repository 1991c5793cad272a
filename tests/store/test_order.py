"""The database keeps the order of an encounter by itself, whatever the code above it does."""

from __future__ import annotations

import contextlib

import pytest
from sqlalchemy.exc import IntegrityError

from tests.store import rows
from tests.store.rows import AIDED, ALONE
from tutor.errors import AlreadyThere
from tutor.store import encounters as store

AT = "2026-03-01 09:30:00"


@pytest.fixture(autouse=True)
def shown_cases(database):
    rows.show_both(database)


def run(database, *statements):
    """Run plain SQL in one transaction, as somebody who never read our code would."""
    with database.write() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)


def count(database, table):
    with database.read() as connection:
        return connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar()


def commit(id_, probability=0.5, certainty=2):
    return f"INSERT INTO commitment VALUES ('{id_}', {probability}, {certainty}, '[]', '', '{AT}')"


def reveal(id_, aided=True, algorithm=0.5):
    return f"INSERT INTO reveal VALUES ('{id_}', {aided}, {algorithm}, '{AT}')"


def decide(id_, probability=0.5, advice="rely"):
    return f"INSERT INTO decision VALUES ('{id_}', {probability}, '{advice}', 'none', '{AT}')"


def close(id_, aided, decision):
    decision = f"'{decision}'" if decision else "NULL"
    row = f"'{id_}', {aided}, {decision}, TRUE, '[]', 'x', '{AT}', 0.5, '[]', TRUE"
    return f"INSERT INTO closing VALUES ({row})"


WHOLE = (commit(AIDED), reveal(AIDED), decide(AIDED), close(AIDED, True, AIDED))


def test_the_right_order_is_accepted(database):
    run(database, *WHOLE, commit(ALONE), close(ALONE, False, None))
    assert count(database, "closing") == 2


@pytest.mark.parametrize(
    ("statements", "table"),
    [
        ((commit("nobody"),), "commitment"),
        ((reveal(AIDED),), "reveal"),
        ((reveal("nobody"),), "reveal"),
        ((commit(ALONE), reveal(AIDED)), "reveal"),
        ((commit(AIDED), decide(AIDED)), "decision"),
        ((decide(AIDED),), "decision"),
        ((close(AIDED, True, None),), "closing"),
        ((commit(AIDED), close(AIDED, True, None)), "closing"),
        ((commit(AIDED), close(AIDED, True, AIDED)), "closing"),
        ((commit(AIDED), reveal(AIDED), close(AIDED, True, None)), "closing"),
        ((commit(AIDED), reveal(AIDED), close(AIDED, True, AIDED)), "closing"),
        ((commit(AIDED), close(AIDED, False, None)), "closing"),
        ((close(ALONE, False, None),), "closing"),
        ((commit(ALONE), reveal(ALONE, aided=False)), "reveal"),
        ((commit(ALONE), reveal(ALONE, aided=True)), "reveal"),
        ((commit(ALONE), reveal(ALONE, aided="NULL")), "reveal"),
        ((*WHOLE, commit(ALONE), close(ALONE, True, AIDED)), "closing"),
        ((*WHOLE, commit(ALONE), close(ALONE, False, AIDED)), "closing"),
    ],
    ids=[
        "a commitment without a case",
        "a reveal without a commitment",
        "a reveal of nothing",
        "a reveal on another's commitment",
        "a decision without a reveal",
        "a decision on nothing",
        "a closing on nothing",
        "a closing without a reveal",
        "a closing that names a decision that is not there",
        "a closing without a decision",
        "a closing that names a decision not yet made",
        "an aided case closed as if it were not",
        "an unaided closing without a commitment",
        "a reveal of an unaided case",
        "a reveal of an unaided case that lies",
        "a reveal that does not say whether it is aided",
        "an unaided closing with another's decision, said to be aided",
        "an unaided closing with another's decision",
    ],
)
def test_another_order_is_refused_and_nothing_is_stored(database, statements, table):
    with pytest.raises(IntegrityError):
        run(database, *statements)
    assert count(database, table) == 0


@pytest.mark.parametrize(
    ("table", "again"),
    [("commitment", 0), ("reveal", 1), ("decision", 2), ("closing", 3)],
)
def test_each_stage_is_stored_once(database, table, again):
    run(database, *WHOLE)
    with pytest.raises(AlreadyThere):
        run(database, WHOLE[again])
    assert count(database, table) == 1


def test_a_second_commitment_does_not_change_the_first(database):
    run(database, commit(AIDED, probability=0.25))
    with pytest.raises(AlreadyThere):
        run(database, commit(AIDED, probability=0.75))
    with database.read() as connection:
        assert store.find_attempt(connection, AIDED).stage.judgment.probability == 0.25


@pytest.mark.parametrize(
    "statement",
    [
        commit(AIDED, probability=1.01),
        commit(AIDED, probability=-0.01),
        commit(AIDED, probability="NULL"),
        commit(AIDED, certainty=0),
        commit(AIDED, certainty=4),
    ],
)
def test_a_commitment_out_of_range_is_refused(database, statement):
    with pytest.raises(IntegrityError):
        run(database, statement)


def test_a_certainty_between_two_is_not_kept(database):
    """SQLite refuses it; PostgreSQL rounds, as its integers do."""
    with contextlib.suppress(IntegrityError):
        run(database, commit(AIDED, certainty=1.5))
    with database.read() as connection:
        kept = connection.exec_driver_sql("SELECT certainty FROM commitment").scalars().all()
    assert set(kept) <= {1, 2, 3}


@pytest.mark.parametrize("statement", [decide(AIDED, 1.5), decide(AIDED, advice="trust")])
def test_a_decision_out_of_range_is_refused(database, statement):
    run(database, commit(AIDED), reveal(AIDED))
    with pytest.raises(IntegrityError):
        run(database, statement)


@pytest.mark.parametrize("algorithm", [-0.1, 1.1, "NULL"])
def test_an_algorithm_out_of_range_is_refused(database, algorithm):
    run(database, commit(AIDED))
    with pytest.raises(IntegrityError):
        run(database, reveal(AIDED, algorithm=algorithm))


@pytest.mark.parametrize("table", ["attempt", "commitment", "reveal", "decision", "slot"])
def test_what_a_later_stage_rests_on_cannot_be_deleted(database, table):
    run(database, *WHOLE)
    with pytest.raises(IntegrityError):
        run(database, f"DELETE FROM {table}")


def test_a_place_of_a_set_is_shown_once(database):
    with pytest.raises(AlreadyThere), database.write() as connection:
        store.add_attempt(connection, "another", rows.SET, 0, rows.AT)


def test_a_place_that_the_set_does_not_have_cannot_be_shown(database):
    with pytest.raises(IntegrityError):
        run(database, f"INSERT INTO attempt VALUES ('x', 'set', 7, 'g_me', TRUE, '{AT}')")
