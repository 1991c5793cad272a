"""One command for each: ``python -m tests.harness crash --kills 200 --database postgresql``.

``python -m tests.harness hold`` runs all of them in their long form.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from collections.abc import Callable, Coroutine
from contextlib import nullcontext
from pathlib import Path

from tests.harness.abuse import PROBES, abuse
from tests.harness.crash import crash, durable_postgres
from tests.harness.faults import FAULTS, faults
from tests.harness.hold import hold
from tests.harness.leaks import leaks
from tests.harness.load import idle, load
from tests.harness.server import build_small

Outcome = Coroutine[None, None, tuple[str, bool]]


async def _crash(home: Path, chosen: argparse.Namespace) -> tuple[str, bool]:
    with durable_postgres() if chosen.database == "postgresql" else nullcontext() as postgres:
        return await crash(home, chosen.kills, chosen.learners, chosen.seconds, postgres)


async def _faults(home: Path, chosen: argparse.Namespace) -> tuple[str, bool]:
    return await faults(home, chosen.names)


async def _abuse(home: Path, chosen: argparse.Namespace) -> tuple[str, bool]:
    return await abuse(home, chosen.names)


async def _leaks(home: Path, chosen: argparse.Namespace) -> tuple[str, bool]:
    return await leaks(home, chosen.requests, chosen.seconds, chosen.seed)


async def _load(home: Path, chosen: argparse.Namespace) -> tuple[str, bool]:
    return await load(home, chosen.learners, chosen.thinking, chosen.encounters, chosen.seconds)


async def _idle(home: Path, chosen: argparse.Namespace) -> tuple[str, bool]:
    return await idle(home, chosen.seconds)


def _scale(typed: str) -> float:
    scale = float(typed)
    if not 0 < scale <= 1:
        raise argparse.ArgumentTypeError("type a number above 0, at most 1")
    return scale


def parser() -> argparse.ArgumentParser:
    """The command line."""
    whole = argparse.ArgumentParser(prog="python -m tests.harness", description=__doc__)
    commands = whole.add_subparsers(required=True)

    def command(run: Callable[..., Outcome], words: str, seconds: float) -> argparse.ArgumentParser:
        one = commands.add_parser(run.__name__.removeprefix("_"), help=words)
        one.add_argument("--seconds", type=float, default=seconds, help="end after so long")
        one.set_defaults(command=run)
        return one

    one = command(_crash, "SIGKILL of servers and databases under load", 2_400)
    one.add_argument("--kills", type=int, default=20)
    one.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    one.add_argument("--learners", type=int, default=12)
    one = command(_faults, "disks, clocks, clients and backups", 2_400)
    one.add_argument("names", nargs="*", metavar="NAME", help=", ".join(FAULTS))
    one = command(_abuse, "what hostile callers try at the edges", 2_400)
    one.add_argument("names", nargs="*", metavar="NAME", help=", ".join(PROBES))
    one = command(_leaks, "two servers that differ in their truths alone", 2_400)
    one.add_argument("--requests", type=int, default=2_000)
    one.add_argument("--seed", type=int, default=0)
    one = command(_load, "many learners, and memory that stays flat", 60)
    one.add_argument("--learners", type=int, default=32)
    one.add_argument("--thinking", type=float, default=0, help="mean seconds before each step")
    one.add_argument("--encounters", type=int, default=0, help="end after so many are closed")
    command(_idle, "processor time of a server that nobody uses", 60)
    one = commands.add_parser("hold", help="everything above in its long form, for two hours")
    one.add_argument("--scale", type=_scale, default=1.0, help="a share of it, as 0.1")
    one.set_defaults(command=None)
    return whole


def main() -> int:
    """Run what the command line asks for; 0 if it found no fault."""
    chosen = parser().parse_args()
    if chosen.command is None:
        return 0 if hold(chosen.scale, say=lambda line: print(line, flush=True)) else 1
    command: Callable[[Path, argparse.Namespace], Outcome] = chosen.command
    with tempfile.TemporaryDirectory(prefix="equipoise-harness-") as folder:
        home = Path(folder)
        build_small(home)
        line, good = asyncio.run(command(home, chosen))
    print(f"{'good' if good else 'BAD'}: {line}", flush=True)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
