"""One command for each: ``python -m tests.harness crash --kills 200 --database postgresql``."""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from collections.abc import Callable, Coroutine
from contextlib import nullcontext
from pathlib import Path

from tests.harness.crash import crash, durable_postgres
from tests.harness.leaks import leaks
from tests.harness.server import build_small

Outcome = Coroutine[None, None, tuple[str, bool]]


async def _crash(home: Path, chosen: argparse.Namespace) -> tuple[str, bool]:
    with durable_postgres() if chosen.database == "postgresql" else nullcontext() as postgres:
        return await crash(home, chosen.kills, chosen.learners, chosen.seconds, postgres)


async def _leaks(home: Path, chosen: argparse.Namespace) -> tuple[str, bool]:
    return await leaks(home, chosen.requests, chosen.seconds, chosen.seed)


def parser() -> argparse.ArgumentParser:
    """The command line."""
    whole = argparse.ArgumentParser(prog="python -m tests.harness", description=__doc__)
    commands = whole.add_subparsers(required=True)
    one = commands.add_parser("crash", help="SIGKILL of servers and databases under load")
    one.add_argument("--kills", type=int, default=20)
    one.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    one.add_argument("--learners", type=int, default=12)
    one.add_argument("--seconds", type=float, default=2400, help="end after so long")
    one.set_defaults(command=_crash)
    one = commands.add_parser("leaks", help="two servers that differ in their truths alone")
    one.add_argument("--requests", type=int, default=2_000)
    one.add_argument("--seed", type=int, default=0)
    one.add_argument("--seconds", type=float, default=2400, help="end after so long")
    one.set_defaults(command=_leaks)
    return whole


def main() -> int:
    """Run what the command line asks for; 0 if it found no fault."""
    chosen = parser().parse_args()
    command: Callable[[Path, argparse.Namespace], Outcome] = chosen.command
    with tempfile.TemporaryDirectory(prefix="equipoise-harness-") as folder:
        home = Path(folder)
        build_small(home)
        line, good = asyncio.run(command(home, chosen))
    print(f"{'good' if good else 'BAD'}: {line}", flush=True)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
