"""Open the database: engine, migrations, the one lock that SQLite's writers share."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError, IntegrityError, TimeoutError
from sqlalchemy.pool import QueuePool

from tutor.errors import AlreadyThere, Misconfigured, Unavailable
from tutor.store import engine as e
from tutor.store.engine import sqlite_url
from tutor.store.group_commit import Answer, Busy, GroupCommit
from tutor.store.tables import REVISION

_ALONE = text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))")


class Database:
    """An engine that is migrated and durable; ``read`` and ``write`` are the only doors.

    On SQLite a write takes the process's lock first and begins immediately: waiting on a lock
    costs nothing, SQLite's own busy handler sleeps. On PostgreSQL writes go on side by side;
    those of one learner take turns where they say so (``write(alone=learner)``).

    Raises:
        Misconfigured: the address will not do, its driver is missing, or nobody answers there.
    """

    def __init__(self, address: str) -> None:
        self._url = e.parse(address)
        self.engine = e.make_engine(self._url, connections=20)
        self._sqlite = self.engine.dialect.name == e.SQLITE
        # One connection writes on SQLite: its page cache then outlives its own writes.
        self._writing = e.make_engine(self._url, connections=1) if self._sqlite else self.engine
        # What is read together on PostgreSQL is of one moment.
        self._reading = (
            self.engine
            if self._sqlite
            else self.engine.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )
        )
        self._writer = threading.Lock()
        self._group = GroupCommit(self._writing, self._writer) if self._sqlite else None
        try:
            self._migrate()
        except BaseException:
            self.close()
            raise

    @property
    def is_file(self) -> bool:
        """Whether it is a file of this machine, and answers within a millisecond or so."""
        return bool(self._sqlite)

    def _migrate(self) -> None:
        try:
            with self.engine.connect() as connection:
                at = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
        except DBAPIError as error:
            if not e.is_missing_table(error):
                raise self._misconfigured(error) from None
            at = None
        if at == REVISION:
            return
        # Alembic takes a fifth of a second to import; a database that is up to date needs none.
        from tutor.store.upgrade import upgrade

        try:
            upgrade(self.engine)
        except DBAPIError as error:
            known = e.is_passing(error) or e.is_unwritable(error)
            if not known and e.sqlstate(error) != "42501":
                raise
            raise self._misconfigured(error) from None

    def _misconfigured(self, error: DBAPIError) -> Misconfigured:
        said = e.reason(error, self._url)
        if self._sqlite:
            return Misconfigured(
                f"The database cannot be used: {said}. Check EQUIPOISE_HOME, and that whoever runs "
                "this server may read and write there."
            )
        return Misconfigured(
            f"PostgreSQL cannot be used: {said}. Check EQUIPOISE_DATABASE_URL, that the server is "
            "running, and that the user may create tables in the database."
        )

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection for reading; on PostgreSQL all of it sees the same moment.

        Raises:
            Unavailable: the database does not answer; later it may.
        """
        shared = self._group.reading if self._group else None
        with _told(), nullcontext(shared) if shared else self._reading.connect() as connection:
            yield connection

    @contextmanager
    def write(self, alone: str = "") -> Iterator[Connection]:
        """A transaction: all of it is durable on leaving, or none of it.

        What is decided from rows that another request may be adding (which case is next) names
        in ``alone`` what it is decided for: writes of the same name wait for each other.

        Raises:
            AlreadyThere: a row of that key exists; nothing was stored.
            Unavailable: the database does not answer; the same write may be tried again.
        """
        with _told(), self._transaction(alone) as connection:
            try:
                yield connection
            except IntegrityError as error:
                if e.is_duplicate(error):
                    raise AlreadyThere("This is stored already; the first one stands.") from error
                raise

    @contextmanager
    def _transaction(self, alone: str) -> Iterator[Connection]:
        if self._group and self._group.works_here:
            with self._group.write() as connection:
                yield connection
            return
        if self._group:
            self._group.settle()
        with self._writer if self._group else nullcontext(), self._writing.connect() as connection:
            if self._group:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            elif alone:
                connection.execute(_ALONE, {"key": alone})
            yield connection  # an error rolls back, as the connection is given back
            connection.commit()

    async def together(self, work: Callable[[], Answer]) -> Answer:
        """Do ``work`` on this event loop; its writes are durable on return, and with others'.

        Where another program holds the file, it is done again in a thread, which may wait.

        Raises:
            Unavailable: they could not be made durable; nothing of them is stored.
        """
        if not self._group:
            return work()
        with _told():
            try:
                return await self._group.run(work)
            except Busy:
                return await asyncio.to_thread(work)

    def statistics(self) -> list[tuple[str, str, float]]:
        """Name, meaning and value of what is worth watching."""
        pools = {id(engine): engine.pool for engine in (self.engine, self._writing)}.values()
        used = sum(pool.checkedout() for pool in pools if isinstance(pool, QueuePool))
        shared, parts = (self._group.transactions, self._group.parts) if self._group else (0, 0)
        return [
            ("database_connections_in_use", "Connections that are at work.", float(used)),
            ("group_transactions", "Transactions that writes have shared.", float(shared)),
            ("group_writes", "Writes that have shared a transaction.", float(parts)),
        ]

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()
        self._writing.dispose()


@contextmanager
def _told() -> Iterator[None]:
    """Say it in a sentence when the database is away, busy or out of connections."""
    try:
        yield
    except TimeoutError as error:
        raise Unavailable(e.UNAVAILABLE) from error
    except DBAPIError as error:
        if e.is_unwritable(error):
            raise Unavailable(e.UNWRITABLE) from error
        if e.is_passing(error):
            raise Unavailable(e.UNAVAILABLE) from error
        raise


__all__ = ["Database", "sqlite_url"]
