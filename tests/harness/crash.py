"""SIGKILL of servers and of PostgreSQL while learners work."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.absent import absent
from tests.databases import ask
from tests.harness.player import Class
from tests.harness.server import Plan, Server
from tests.postgres import DURABLE, MISSING, Postgres, find

BETWEEN = 8  # acknowledgements before the next kill


@contextmanager
def durable_postgres() -> Iterator[Postgres]:
    """A PostgreSQL of our own that waits for the disk, as an operator's does."""
    postgres = Postgres(find() or absent(MISSING), DURABLE)
    try:
        postgres.start()
        yield postgres
    finally:
        postgres.remove()


async def crash(
    home: Path, kills: int, learners: int, seconds: float, postgres: Postgres | None = None
) -> tuple[str, bool]:
    """Kill and start again; the summary line, and whether nothing was lost.

    On PostgreSQL the server and the database are killed in turn. Ends after ``seconds``, with
    fewer kills.
    """
    server = Server(Plan(home, address=postgres.fresh() if postgres else "")).start()
    await server.ready()
    draw, killed, deadline = random.Random(kills), Counter[str](), time.monotonic() + seconds
    try:
        async with Class([server.plan.port], learners) as everyone:
            while killed.total() < kills and time.monotonic() < deadline:
                await everyone.until(BETWEEN)
                await asyncio.sleep(draw.uniform(0, 0.2))
                if postgres and killed.total() % 2:
                    postgres.kill()
                    killed["PostgreSQL"] += 1
                    await asyncio.to_thread(postgres.start)
                else:
                    server.kill()
                    killed["server"] += 1
                    server.start()
                await server.ready()
            await everyone.until(BETWEEN)
        faults = everyone.ledger.faults(server.plan.database)
        if not postgres:
            ((said,),) = ask(server.plan.database, "PRAGMA integrity_check")
            faults += Counter(damaged=said != "ok")
    finally:
        server.kill()
    errors = everyone.times.errors
    done = ", ".join(f"{count} of {what}" for what, count in killed.items())
    line = (
        f"crash on {'PostgreSQL' if postgres else 'SQLite'}: {killed.total()} kills ({done}), "
        f"{everyone.ledger.acknowledged} acknowledged, {faults['lost']} lost, "
        f"{faults['doubled']} doubled, {faults['changed']} changed, "
        f"{faults['out of order']} out of order, {len(errors)} wrong answers {errors[:2] or ''}"
    )
    return line, killed.total() == kills and not +faults and not errors
