"""Writes that meet on an event loop: made durable together, undone alone, never told too early."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Event, Thread

import pytest
from sqlalchemy import Engine, event

from tests.store import rows
from tutor.errors import AlreadyThere, Unavailable
from tutor.store import encounters as store
from tutor.store import practice_sets as set_store
from tutor.store.database import Database, sqlite_url

SECONDS = 30


@pytest.fixture
def database(tmp_path):
    """A database in a file, with a patient shown: group commit is for files only."""
    opened = Database(sqlite_url(tmp_path / "group.db"))
    rows.show_both(opened)
    yield opened
    opened.close()


@pytest.fixture
def elsewhere(database, tmp_path):
    """The same file by connections of their own: what these see is durable."""
    opened = Database(sqlite_url(tmp_path / "group.db"))
    yield opened
    opened.close()


@pytest.fixture
def commits():
    """A growing list, one entry for each transaction of any engine."""
    made: list[None] = []

    def noted(_connection):
        made.append(None)

    event.listen(Engine, "commit", noted)
    yield made
    event.remove(Engine, "commit", noted)


def run(main):
    """Run a coroutine in a thread: a browser's test may have left a loop in this one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(lambda: asyncio.run(asyncio.wait_for(main, SECONDS))).result()


def add(database, name):
    """Store a learner."""
    with database.write() as connection:
        set_store.ensure_learner(connection, name, rows.AT)


def learners(database):
    """Who is stored, besides the one of the rows."""
    with database.read() as connection:
        found = connection.exec_driver_sql("SELECT id FROM learner ORDER BY id").scalars()
        return [name for name in found if name != rows.SET.learner]


async def warmed(database):
    """Two writes of which the second follows the first: the next ones wait for company."""
    for name in ("g_a", "g_b"):
        await database.together(partial(add, database, name))


# --- together, and durable before anyone is told -------------------------------------------------


def test_writes_that_meet_share_a_transaction(database, commits):
    async def main():
        await warmed(database)
        before = len(commits)
        await asyncio.gather(
            *(database.together(partial(add, database, f"g_{n}")) for n in range(20))
        )
        return len(commits) - before

    assert run(main()) == 1
    assert len(learners(database)) == 22


def test_nobody_is_told_before_what_they_wrote_is_durable(database, elsewhere):
    async def tell(name):
        await database.together(partial(add, database, name))
        return name in learners(elsewhere)

    async def main():
        await warmed(database)
        return await asyncio.gather(*(tell(f"g_{n}") for n in range(20)))

    assert all(run(main()))


def test_what_is_not_durable_yet_is_seen_by_work_on_the_loop_and_by_nobody_else(
    database, elsewhere
):
    async def main():
        writing = asyncio.ensure_future(database.together(partial(add, database, "g_new")))
        await asyncio.sleep(0)  # the write is done, and not durable yet
        outside = learners(elsewhere)
        inside = await database.together(partial(learners, database))
        durable = learners(elsewhere)
        await writing
        return outside, inside, durable

    assert run(main()) == ([], ["g_new"], ["g_new"])


# --- each part by itself -------------------------------------------------------------------------


def test_a_part_that_fails_is_undone_alone(database, elsewhere):
    def add_and_fail():
        with database.write() as connection:
            set_store.ensure_learner(connection, "g_failed", rows.AT)
            raise ZeroDivisionError

    async def main():
        works = (partial(add, database, "g_one"), add_and_fail, partial(add, database, "g_two"))
        return await asyncio.gather(*map(database.together, works), return_exceptions=True)

    first, failed, last = run(main())
    assert (first, type(failed), last) == (None, ZeroDivisionError, None)
    assert learners(elsewhere) == ["g_one", "g_two"]


def test_of_two_commitments_that_meet_the_first_stands_and_the_second_sees_it(database):
    def commit():
        with database.write() as connection:
            store.add_commitment(connection, rows.committed())

    def commit_or_look():
        try:
            commit()
        except AlreadyThere:
            with database.read() as connection:
                return store.find_attempt(connection, rows.AIDED).stage

    async def main():
        return await asyncio.gather(database.together(commit), database.together(commit_or_look))

    assert run(main()) == [None, rows.committed()]


def test_who_hangs_up_takes_nothing_away_from_the_others(database, elsewhere):
    async def main():
        gone = asyncio.ensure_future(database.together(partial(add, database, "g_gone")))
        stays = asyncio.ensure_future(database.together(partial(add, database, "g_stays")))
        await asyncio.sleep(0)
        gone.cancel()
        await stays

    run(main())
    assert learners(elsewhere) == ["g_gone", "g_stays"]


# --- beside others -------------------------------------------------------------------------------


def test_a_thread_that_writes_waits_for_its_turn(database, elsewhere):
    async def main():
        writing = asyncio.ensure_future(database.together(partial(add, database, "g_loop")))
        await asyncio.sleep(0)
        thread = Thread(target=add, args=(database, "g_thread"))
        thread.start()
        await writing
        await asyncio.to_thread(thread.join, SECONDS)

    run(main())
    assert learners(elsewhere) == ["g_loop", "g_thread"]


def test_two_loops_take_turns(database, elsewhere):
    async def main(letter):
        for n in range(20):
            await database.together(partial(add, database, f"g_{letter}{n}"))

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(run, main(letter)) for letter in "ab"]:
            done.result(SECONDS)
    assert len(learners(elsewhere)) == 40


def test_a_write_on_the_loop_that_is_not_shared_does_not_wait_for_itself(database, elsewhere):
    async def main():
        writing = asyncio.ensure_future(database.together(partial(add, database, "g_shared")))
        await asyncio.sleep(0)
        add(database, "g_alone")
        stored = learners(elsewhere)
        await writing
        return stored

    assert run(main()) == ["g_alone", "g_shared"]


# --- when it cannot be stored --------------------------------------------------------------------


def test_a_transaction_that_the_database_gave_up_is_told_to_all_of_it(database, elsewhere):
    """SQLite undoes all of a transaction by itself when the disk is full."""

    def give_up():
        with database.write() as connection:
            connection.exec_driver_sql("ROLLBACK")

    async def main():
        await warmed(database)
        works = (partial(add, database, "g_one"), give_up, partial(add, database, "g_two"))
        told = await asyncio.gather(*map(database.together, works), return_exceptions=True)
        await database.together(partial(add, database, "g_later"))
        return told

    assert [type(error) for error in run(main())] == [Unavailable] * 3
    assert learners(elsewhere) == ["g_a", "g_b", "g_later"]


@pytest.fixture
def hurried():
    """Connections that do not wait long for the file."""

    def hurry(connection):
        connection.connection.driver_connection.execute("PRAGMA busy_timeout=50")

    event.listen(Engine, "engine_connect", hurry)
    yield
    event.remove(Engine, "engine_connect", hurry)


@pytest.mark.usefixtures("hurried")
def test_a_transaction_that_cannot_begin_leaves_the_way_free(database, elsewhere):
    """Another process holds the file for longer than ours waits."""
    held, leave = Event(), Event()

    def hold():
        with elsewhere.write():
            held.set()
            leave.wait(SECONDS)

    holding = Thread(target=hold)
    holding.start()
    assert held.wait(SECONDS)
    with pytest.raises(Unavailable):
        run(database.together(partial(add, database, "g_refused")))
    leave.set()
    holding.join()
    run(database.together(partial(add, database, "g_later")))
    assert learners(elsewhere) == ["g_later"]


def test_while_another_program_holds_the_file_the_loop_goes_on(database, elsewhere):
    """The work waits in a thread, and is done as soon as the file is free."""
    held, leave, gaps = Event(), Event(), []

    def hold():
        with elsewhere.write():
            held.set()
            leave.wait(SECONDS)

    async def main():
        loop = asyncio.get_running_loop()
        waiting = asyncio.ensure_future(database.together(partial(add, database, "g_waits")))
        for _ in range(30):
            began = loop.time()
            await asyncio.sleep(0.02)
            await database.together(partial(learners, database))
            gaps.append(loop.time() - began)
        assert not waiting.done()
        leave.set()
        await waiting

    holding = Thread(target=hold)
    holding.start()
    assert held.wait(SECONDS)
    run(main())
    holding.join()
    assert max(gaps) < 1
    assert learners(elsewhere) == ["g_waits"]
