"""Group commit: on SQLite, writes that meet on an event loop share one transaction.

Being durable means waiting for the disk, which can take longer than all the rest. What thirty
learners store at the same moment is therefore made durable together, and none of them is answered
before it is.
"""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from tutor.errors import Unavailable
from tutor.store.engine import BUSY, BUSY_ON_THE_LOOP, UNAVAILABLE, is_busy

# Seconds that a transaction stays open for others to join, if another was settled so short a while
# ago: who is alone does not wait.
GATHERING = 0.01
LATELY = 0.03
Answer = TypeVar("Answer")


@dataclass(frozen=True)
class _Open:
    """A transaction that others may join, and what tells them that it is durable."""

    connection: Connection
    durable: asyncio.Future[None]

    @property
    def _driver(self) -> Any:
        return self.connection.connection.driver_connection

    @property
    def whole(self) -> bool:
        """Whether it is still one transaction: with a full disk SQLite may undo all of it."""
        return bool(self._driver.in_transaction)

    def mark(self, statement: str) -> None:
        """Pass a savepoint's statement to the driver, by the shortest way: there are two a write.

        Raises:
            Unavailable: the transaction is lost; nothing of it is stored.
        """
        if not self.whole:
            raise Unavailable(UNAVAILABLE)
        try:
            self._driver.execute(statement)
        except sqlite3.Error as error:
            raise Unavailable(UNAVAILABLE) from error


class Busy(Exception):
    """Another program, or a thread of ours, holds the file: the work is for a thread to wait with.

    No part of it is stored: a transaction begins with its first write.
    """


def _begin_soon(connection: Connection) -> None:
    """Begin a transaction, or raise Busy: whoever waits on the loop keeps everybody waiting."""
    connection.exec_driver_sql(f"PRAGMA busy_timeout={BUSY_ON_THE_LOOP}")
    try:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    except DBAPIError as error:
        if is_busy(error):
            raise Busy from error
        raise
    finally:
        connection.exec_driver_sql(f"PRAGMA busy_timeout={BUSY}")


class _Here(threading.local):
    """What a thread's event loop is at: is work running on it, and is a transaction open?"""

    working: bool = False
    open: _Open | None = None
    settled: float = float("-inf")  # when the last transaction was, by the loop's clock


class GroupCommit:
    """Transactions of ``engine`` under ``lock``, shared by the work that a loop runs."""

    def __init__(self, engine: Engine, lock: threading.Lock) -> None:
        self._engine = engine
        self._lock = lock
        self._here = _Here()
        self.transactions = 0
        self.parts = 0

    async def run(self, work: Callable[[], Answer]) -> Answer:
        """Do ``work``; what it wrote, and what it may have read of others', is durable on return.

        Raises:
            Unavailable: it could not be made durable; nothing of it is stored.
        """
        self._here.working = True
        try:
            answer = work()
        finally:
            self._here.working = False
        if self._here.open is not None:
            # Shielded: who hangs up must not take away the others' news.
            await asyncio.shield(self._here.open.durable)
        return answer

    @property
    def works_here(self) -> bool:
        """Whether work is running in this thread, whose writes are to be shared."""
        return self._here.working

    @property
    def reading(self) -> Connection | None:
        """Where work that runs here must read: what others wrote may not be durable yet."""
        return self._here.open.connection if self._here.working and self._here.open else None

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A part of the transaction: undone alone if it fails, durable with the others.

        Raises:
            Unavailable: the transaction is lost; nothing of it is stored.
        """
        shared = self._here.open or self._begin()
        self.parts += 1
        shared.mark("SAVEPOINT part")
        try:
            yield shared.connection
        except BaseException:
            if shared.whole:
                shared.mark("ROLLBACK TO part")
                shared.mark("RELEASE part")
            raise
        shared.mark("RELEASE part")

    def _begin(self) -> _Open:
        if not self._lock.acquire(timeout=BUSY_ON_THE_LOOP / 1_000):
            raise Busy
        try:
            connection = self._engine.connect()
            try:
                _begin_soon(connection)
            except BaseException:
                connection.close()
                raise
        except BaseException:
            self._lock.release()
            raise
        self.transactions += 1
        loop = asyncio.get_running_loop()
        self._here.open = _Open(connection, loop.create_future())
        others = loop.time() - self._here.settled < LATELY
        loop.call_later(GATHERING if others else 0, self.settle)
        return self._here.open

    def settle(self) -> None:
        """Make what is open in this thread durable now, and tell everyone who waits for it."""
        shared, self._here.open = self._here.open, None
        if shared is None:
            return
        stored = False
        try:
            with shared.connection:
                if shared.whole:
                    shared.connection.commit()
                    stored = True
        except SQLAlchemyError as error:
            shared.durable.set_exception(error)
        finally:
            self._lock.release()
            self._here.settled = shared.durable.get_loop().time()
        if stored:
            shared.durable.set_result(None)
        elif not shared.durable.done():
            shared.durable.set_exception(Unavailable(UNAVAILABLE))
