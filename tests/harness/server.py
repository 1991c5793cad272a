"""A server process over the small pack, which can be killed and started again in a moment."""

from __future__ import annotations

import asyncio
import gc
import multiprocessing
import os
import resource
import time
from dataclasses import dataclass, field, replace
from multiprocessing import parent_process
from pathlib import Path
from threading import Thread

from benchmarks.memory import resident
from benchmarks.start import free_port
from tests.harness.client import Client
from tests.warm import ROOT, WARM
from tutor.content.loading import load
from tutor.lab.build import build
from tutor.lab.process_pool import quiet
from tutor.settings import Settings
from tutor.store.database import sqlite_url
from tutor.web.serve import listening, serve

SMALL = ROOT / "tests" / "packs" / "small"
KEY = "small/throat"
COLD = multiprocessing.get_context("spawn")
SECRET = "the same long secret for every server of one database"


@dataclass(frozen=True)
class Plan:
    """What a server is started with.

    ``fingerprint`` names another bundle than the pack's own; ``clock`` is how many seconds its
    clock is ahead; ``files`` is how many it may open, 0 for as many as usual.
    """

    home: Path
    port: int = field(default_factory=free_port)
    address: str = ""
    fingerprint: str = ""
    per_minute: float = 0
    clock: float = 0
    files: int = 0

    @property
    def database(self) -> str:
        """The address of the database."""
        return self.address or sqlite_url(self.home / "equipoise.db")


def build_small(home: Path) -> None:
    """Build the small pack's bundle into a home."""
    pack, problems = load(SMALL)
    assert problems == []
    assert [made.problem for made in build(pack, home / "bundles", quiet)] == [None]


class Server:
    """A server process of a plan; its messages are in ``log``.

    A ``cold`` one is a new interpreter, which holds in memory what a server holds and no more.
    """

    def __init__(self, plan: Plan, cold: bool = False) -> None:
        self.plan = plan
        self._begun_from = COLD if cold else WARM
        self.log = plan.home / f"server-{plan.port}.log"

    def start(self) -> Server:
        """Start; it may not answer yet."""
        self.process = self._begun_from.Process(target=run, args=(self.plan, self.log), daemon=True)
        self.process.start()
        return self

    async def ready(self, seconds: float = 60) -> None:
        """Until it is ready to serve.

        Raises:
            TimeoutError: it is not, within ``seconds``.
        """
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            client = Client(self.plan.port)
            try:
                if (await client.get("/readyz")).status == 200:
                    return
            except OSError:
                pass
            finally:
                client.close()
            await asyncio.sleep(0.02)
        raise TimeoutError(self.log.read_text(encoding="utf-8"))

    def kill(self) -> None:
        """Crash."""
        self.process.kill()
        self.process.join()

    def end(self) -> float:
        """Ask it to end, and kill it if it has not after 20 s; the seconds it took."""
        began = time.monotonic()
        self.process.terminate()
        self.process.join(20)
        self.kill()
        return time.monotonic() - began

    @property
    def pid(self) -> int:
        """Its process id."""
        assert self.process.pid is not None
        return self.process.pid

    def megabytes(self) -> float:
        """Its resident set, now."""
        return resident(self.pid)

    def descriptors(self) -> int:
        """How many files and sockets it holds open."""
        return len(os.listdir(f"/proc/{self.pid}/fd"))

    def cpu_seconds(self) -> float:
        """The processor time it has used."""
        fields = Path(f"/proc/{self.pid}/stat").read_text(encoding="ascii").rpartition(")")[2]
        user, system = fields.split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def run(plan: Plan, log: Path) -> None:
    """The process: everything that is printed goes to ``log``."""
    out = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(out, 1)
    os.dup2(out, 2)
    gc.enable()  # the process it is forked from may do without
    Thread(target=_end_with_parent, daemon=True).start()
    if plan.files:
        resource.setrlimit(resource.RLIMIT_NOFILE, (plan.files, plan.files))
    if plan.clock:
        _set_clock(plan.clock)
    pack, _ = load(SMALL)
    if plan.fingerprint:
        exercise = replace(pack.exercises[0], fingerprint=plan.fingerprint)
        pack = replace(pack, exercises=(exercise,))
    settings = Settings(
        home=plan.home,
        database_url=plan.address or None,
        secret_key=SECRET,
        commitments_per_minute=plan.per_minute,
    )
    serve([pack], settings, listening("127.0.0.1", plan.port))


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _set_clock(ahead: float) -> None:
    """Set the clock that cookies and stages are dated by."""
    from datetime import datetime, timedelta, tzinfo

    from tutor.services.encounters import practice

    true_time = time.time
    time.time = lambda: true_time() + ahead

    class Shifted(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:
            return datetime.now(tz) + timedelta(seconds=ahead)

    practice.datetime = Shifted  # type: ignore[misc]
