"""Forward from every released version: nothing of what a learner did is lost on the way.

``released/`` holds, for each revision that was released, the schema as that version made it on
either database and rows at every stage. Those files are never changed.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy.exc import IntegrityError

from tests.databases import ask, is_sqlite, run
from tutor.core.case import CaseRef, Truth
from tutor.core.encounter import (
    Advice,
    Committed,
    Decided,
    Decision,
    Judgment,
    Revealed,
    Shown,
    close,
    close_unaided,
)
from tutor.core.set_plan import Guidance
from tutor.store import encounters as store
from tutor.store import practice_sets as set_store
from tutor.store.database import Database
from tutor.store.outcomes import add_closing, closings_of
from tutor.store.practice_sets import PracticeSet
from tutor.store.tables import REVISION, metadata

RELEASED = Path(__file__).parent / "released"


def at(hour, minute, microsecond=0, second=0, day=1):
    return datetime(2026, 3, day, hour, minute, second, microsecond, tzinfo=UTC)


BEGUN = PracticeSet(
    id="s_begun",
    learner="g_mary",
    pack="equipoise",
    exercise="oximetry",
    version="1.2",
    fingerprint="f00dfeed",
    title="Oximetry, “read again”",
    threshold=0.3,
    seed=2**31 - 1,
    size=7,
    at=at(9, 30, 250_000, 15),
)
NOT_BEGUN = replace(
    BEGUN,
    id="s_not_begun",
    exercise="sepsis",
    version="1.0",
    fingerprint="beefcafe",
    title="Sepsis",
    threshold=0.1,
    seed=0,
    size=1,
    at=at(8, 0, day=2),
)


def shown(id_, position, guidance, aided=True, microsecond=0):
    ref = CaseRef("equipoise", "oximetry", "1.2", "f00dfeed", f"c{position}")
    when = at(10, 10 * position, microsecond)
    return Shown(id_, "g_mary", "s_begun", ref, position, guidance, aided, when)


def stages():
    """Each attempt of the rows, as far as it had come."""
    reason = "Robert'); DROP TABLE attempt;-- <b>“fièvre”</b> 🌡"
    first = Committed(
        shown("closed", 0, Guidance.FLAGGED),
        Judgment(0.35, 3, ("spo2", "rate"), reason),
        at(10, 1),
    )
    told = Revealed(first, 0.1234567890123456, 0.3, at(10, 1, 500_000))
    settled = Decided(told, Decision(0.2, Advice.ADJUST, "dark_skin"), at(10, 2))
    alone = Committed(
        shown("closed_alone", 1, Guidance.FLAGGED, aided=False),
        Judgment(0, 1, (), ""),
        at(10, 11),
    )
    third = Committed(
        shown("decided", 2, Guidance.LISTED), Judgment(1, 2, ("spo2",), "Two\nlines"), at(10, 21)
    )
    fourth = Committed(shown("revealed", 3, Guidance.LISTED), Judgment(0.07, 2, (), ""), at(10, 31))
    return [
        close(settled, Truth(True, touched=("dark_skin",)), at(10, 2, 250_000)),
        close_unaided(alone, Truth(False), 0.3, at(10, 11, 250_000)),
        Decided(
            Revealed(third, 0, 0.3, at(10, 21, 500_000)),
            Decision(1, Advice.OVERRIDE, "none"),
            at(10, 22),
        ),
        Revealed(fourth, 1, 0.3, at(10, 31, 500_000)),
        Committed(shown("committed", 4, Guidance.AFTER), Judgment(0.9, 1, (), ""), at(10, 41)),
        shown("shown", 5, Guidance.AFTER, microsecond=1),
    ]


@pytest.fixture(params=sorted({path.name.split(".")[0] for path in RELEASED.glob("*.rows.sql")}))
def old(request, databases):
    """The address of a database as a released version left it, with rows at every stage."""
    address = databases.empty()
    kind = "sqlite" if is_sqlite(address) else "postgresql"
    zone = "" if is_sqlite(address) else "SET TIME ZONE 'UTC';\n"
    run(address, (RELEASED / f"{request.param}.{kind}.sql").read_text(encoding="utf-8"))
    run(address, zone + (RELEASED / f"{request.param}.rows.sql").read_text(encoding="utf-8"))
    yield address
    databases.drop(address)


@pytest.fixture
def forward(old):
    """The same, opened by this version."""
    opened = Database(old)
    yield opened
    opened.close()


def test_the_first_release_is_among_them():
    """Else the tests below would pass by trying nothing."""
    assert (RELEASED / "0001.rows.sql").exists()


def test_it_arrives_at_the_schema_the_code_expects(forward, old):
    assert ask(old, "SELECT version_num FROM alembic_version") == [(REVISION,)]
    with forward.read() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_every_encounter_stands_where_it_stood(forward):
    with forward.read() as connection:
        for listed in (
            store.attempts_of_set(connection, "s_begun"),
            store.attempts_of_learner(connection, "g_mary"),
        ):
            assert [stored.stage for stored in listed] == stages()
            assert {stored.set for stored in listed} == {BEGUN}


def test_what_an_encounter_came_to_is_kept_as_it_was_told(forward):
    with forward.read() as connection:
        aided, alone = closings_of(connection, learner="g_mary")
    assert (aided.verdict, alone.verdict) == ("kept right", "right alone")
    assert (aided.acting, aided.touched, alone.acting) == (("dark_skin",), ("dark_skin",), ())
    assert [kept.outcome for kept in (aided, alone)] == [stage.outcome for stage in stages()[:2]]
    assert (aided.outcome.chart_risk, aided.outcome.scored) == (None, True)


def test_every_set_is_there_with_its_cases_and_what_was_done(forward):
    with forward.read() as connection:
        assert set_store.latest_sets(connection, "g_mary") == [(NOT_BEGUN, 0), (BEGUN, 2)]
        assert set_store.latest_sets(connection, "g_come_by") == []
        seen = set_store.cases_seen(connection, "g_mary", "equipoise", "oximetry")
    assert sorted(seen) == [f"c{n}" for n in range(7)]


def test_a_learner_goes_on_from_every_stage(forward):
    *_, decided, revealed, committed, met = stages()
    told = Revealed(committed, 0.5, 0.3, at(11, 0))
    settled = Decided(revealed, Decision(0.5, Advice.RELY, "none"), at(11, 1))
    judged = Committed(met, Judgment(0.5, 2, (), ""), at(11, 2))
    ended = close(decided, Truth(True, 0.6, False, ("dark_skin",), ("dark_skin",)), at(11, 0))
    with forward.write(alone="g_mary") as connection:
        set_store.ensure_learner(connection, "g_mary", at(11, 0))
        set_store.ensure_learner(connection, "g_new", at(11, 0))
        add_closing(connection, BEGUN, ended)
        store.add_decision(connection, settled)
        store.add_reveal(connection, told)
        store.add_commitment(connection, judged)
        store.add_attempt(connection, "next", BEGUN, 6, at(11, 3))
    with forward.read() as connection:
        found = [stored.stage for stored in store.attempts_of_set(connection, "s_begun")]
    assert found[2:6] == [ended, settled, told, judged]
    assert found[6].id == "next"


@pytest.mark.parametrize("table", ["slot", "attempt", "commitment", "reveal", "decision"])
def test_the_law_still_holds(forward, table):
    """A table that a migration has copied still refers to, and is referred to by, the others."""
    with pytest.raises(IntegrityError), forward.write() as connection:
        connection.exec_driver_sql(f"DELETE FROM {table}")
