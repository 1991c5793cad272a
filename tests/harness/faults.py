"""What goes wrong around a server: its disk, its database, its clock, its clients."""

from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
import subprocess
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, closing, contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from tests.databases import file_of
from tests.harness.client import Client
from tests.harness.crash import durable_postgres
from tests.harness.player import Class, quantile
from tests.harness.server import Plan, Server

LEARNERS = 6
SOON = 1.0  # seconds within which others are answered while something is wrong
Fault = Callable[[Path], Awaitable[list[str]]]


async def faults(home: Path, names: list[str]) -> tuple[str, bool]:
    """Every fault, or those named; the summary line, and whether nothing went wrong."""
    wrong: list[str] = []
    for name in names or FAULTS:
        place = home / name.replace(" ", "-")
        place.mkdir()
        found = await FAULTS[name](place)
        wrong += [f"{name}: {one}" for one in found]
    tried = ", ".join(names or FAULTS)
    return f"faults: {tried}; {len(wrong)} wrong {wrong[:4] or ''}", not wrong


def home_at(place: Path) -> Path:
    """A home with the bundles that were built a folder above."""
    os.symlink(place.parent / "bundles", place / "bundles")
    return place


@asynccontextmanager
async def serving(*plans: Plan) -> AsyncIterator[list[Server]]:
    """Servers, while the block runs."""
    servers = [Server(plan).start() for plan in plans]
    try:
        for server in servers:
            await server.ready()
        yield servers
    finally:
        for server in servers:
            server.kill()


def wrong_of(everyone: Class, address: str) -> list[str]:
    """What the learners and the ledger found wrong."""
    return [*everyone.times.errors[:3], *map(str, everyone.ledger.faults(address).items())]


async def readers(port: int, seconds: float) -> list[float]:
    """How long the library took to come, asked for again and again."""
    client, took, deadline = Client(port), [], time.monotonic() + seconds
    while time.monotonic() < deadline:
        began = time.monotonic()
        answer = await client.get("/")
        assert answer.status == 200, answer.text[:200]
        took.append(time.monotonic() - began)
        await asyncio.sleep(0.02)
    client.close()
    return took


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[Path]:
    """A file system of its own size, in memory.

    Raises:
        CalledProcessError: only root may mount one.
    """
    size = f"size={megabytes}m"
    subprocess.run(["mount", "-t", "tmpfs", "-o", size, "tmpfs", str(folder)], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


async def full_disk(place: Path) -> list[str]:
    """Learners are told in a sentence, readers go on, and all is well once there is room again."""
    disk = place / "disk"
    disk.mkdir()
    bundles = place.parent / "bundles"
    with small_disk(disk, 24):
        os.symlink(bundles, disk / "bundles")
        async with serving(Plan(disk)) as (server,):
            async with Class([server.plan.port], LEARNERS) as everyone:
                await everyone.until(20)
                ballast = disk / "ballast"
                with ballast.open("wb", buffering=0) as file, suppress(OSError):
                    while file.write(b"\0" * 65_536):
                        pass
                refused, deadline = everyone.times.refused, time.monotonic() + 30
                while everyone.times.refused < refused + 20 and time.monotonic() < deadline:
                    await asyncio.sleep(0.05)
                took = await readers(server.plan.port, 1)
                refusals = everyone.times.refused - refused
                ballast.unlink()
                await everyone.until(20)
            wrong = wrong_of(everyone, server.plan.database)
    if refusals < 20:
        wrong.append(f"only {refusals} requests were refused while the disk was full")
    return wrong + _slow(took)


async def read_only_disk(place: Path) -> list[str]:
    """A server that cannot write where it must says so in a sentence and ends."""
    disk = place / "disk"
    disk.mkdir()
    with small_disk(disk, 24):
        os.symlink(place.parent / "bundles", disk / "bundles")
        async with serving(Plan(disk)):
            pass
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        log = place / "server.log"
        server = Server(Plan(disk))
        server.log = log
        server.start().process.join(30)
        ended = server.process.exitcode
        server.kill()
    text = log.read_text(encoding="utf-8")
    if ended == 0 or "Misconfigured" not in text or "cannot be written" not in text:
        return [f"it ended with {ended} and said {text[-300:]}"]
    return []


async def held_database(place: Path) -> list[str]:
    """Another program holds SQLite's file for three seconds: readers go on, nothing is lost."""
    async with serving(Plan(home_at(place))) as (server,):
        async with Class([server.plan.port], LEARNERS) as everyone:
            await everyone.until(20)
            with closing(sqlite3.connect(place / "equipoise.db", isolation_level=None)) as other:
                other.execute("PRAGMA busy_timeout=5000")
                other.execute("BEGIN IMMEDIATE")
                took = await readers(server.plan.port, 3)
                other.execute("ROLLBACK")
            await everyone.until(20)
        return wrong_of(everyone, server.plan.database) + _slow(took)


async def skewed_clocks(place: Path) -> list[str]:
    """Two servers of one database, two hours apart, asked in turn; then both a day earlier."""
    home = home_at(place)
    plans = [Plan(home), Plan(home, clock=-7_200)]
    async with serving(*plans) as servers:
        async with Class([plan.port for plan in plans], LEARNERS) as everyone:
            await everyone.until(60)
            for server in servers:
                server.kill()
                server.plan = replace(server.plan, clock=server.plan.clock - 86_400)
                await server.start().ready()
            await everyone.until(60)
        return wrong_of(everyone, plans[0].database)


async def slow_clients(place: Path) -> list[str]:
    """Two hundred connections that send a byte a second, or nothing: others are served."""
    async with serving(Plan(home_at(place))) as (server,):
        slow = [await asyncio.open_connection("127.0.0.1", server.plan.port) for _ in range(200)]
        head = b"GET / HTTP/1.1\r\nHost: a\r\nX-Slow: "
        for number, (_, writer) in enumerate(slow):
            writer.write(head if number % 2 else b"")
        async with Class([server.plan.port], LEARNERS) as everyone:
            for _ in range(3):
                await everyone.until(20)
                for _, writer in slow:
                    writer.write(b"a")
            took = await readers(server.plan.port, 1)
        for _, writer in slow:
            writer.close()
        return wrong_of(everyone, server.plan.database) + _slow(took)


async def backup_of_sqlite(place: Path) -> list[str]:
    """A copy made while learners work holds what was acknowledged before, and can be served."""
    async with serving(Plan(home_at(place))) as (server,):
        async with Class([server.plan.port], LEARNERS) as everyone:
            await everyone.until(60)
            restored = place / "restored"
            restored.mkdir()
            before = time.monotonic()
            await asyncio.to_thread(
                copy_of, file_of(server.plan.database), restored / "equipoise.db"
            )
            await everyone.until(20)
        wrong = wrong_of(everyone, server.plan.database)
    shutil.copytree(place.parent / "bundles", restored / "bundles")
    return wrong + await _restored(Plan(restored), everyone, before)


async def backup_of_postgresql(place: Path) -> list[str]:
    """The same with ``pg_dump`` and ``pg_restore``, as the operators' page says."""
    home = home_at(place)
    with durable_postgres() as postgres:
        async with serving(Plan(home, address=postgres.fresh())) as (server,):
            async with Class([server.plan.port], LEARNERS) as everyone:
                await everyone.until(60)
                before, dump = time.monotonic(), place / "equipoise.dump"
                words = ["--format=custom", "--no-owner", "--file", str(dump)]
                await _run(postgres.program("pg_dump"), *words, server.plan.database)
                await everyone.until(20)
            wrong = wrong_of(everyone, server.plan.database)
        empty = postgres.fresh()
        words = ["--no-owner", "--exit-on-error", "--dbname", empty]
        await _run(postgres.program("pg_restore"), *words, str(dump))
        return wrong + await _restored(Plan(home, address=empty), everyone, before)


def copy_of(source: Path, target: Path) -> None:
    """Copy a SQLite database that may be in use, a few pages at a time."""
    with closing(sqlite3.connect(source)) as live, closing(sqlite3.connect(target)) as copy:
        live.backup(copy, pages=16)


async def _run(*words: str) -> None:
    process = await asyncio.create_subprocess_exec(*words)
    assert await process.wait() == 0, words[0]


async def _restored(plan: Plan, everyone: Class, before: float) -> list[str]:
    """What is wrong with a backup begun at ``before``, and with a server over it."""
    wrong = list(map(str, everyone.ledger.faults(plan.database, before).items()))
    async with serving(plan):
        async with Class([plan.port], 2) as others:
            await others.until(10)
        return wrong + wrong_of(others, plan.database)


def _slow(took: list[float]) -> list[str]:
    late = quantile(took, 0.95)
    return [f"readers waited {late:.2f} s"] if late > SOON else []


FAULTS: dict[str, Fault] = {
    "full disk": full_disk,
    "read-only disk": read_only_disk,
    "held database": held_database,
    "skewed clocks": skewed_clocks,
    "slow clients": slow_clients,
    "backup of SQLite": backup_of_sqlite,
    "backup of PostgreSQL": backup_of_postgresql,
}
