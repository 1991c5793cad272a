"""All commands in their long form, one after another; all run, whatever one of them finds."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

GOOD, BAD = "good: ", "BAD: "
TAIL = 20  # lines of what a command that failed had written
LEAST = 900  # seconds that a short form has, too, where other work keeps the machine busy
STARTING = 600.0  # seconds to build the pack, to start and to end


@dataclass(frozen=True)
class Step:
    """One command, and when it is stopped, in seconds; a scale shortens it if it is ``scaled``."""

    words: tuple[str, ...]
    seconds: float
    scaled: bool = True

    def __str__(self) -> str:
        return " ".join(self.words)


@dataclass(frozen=True)
class Result:
    """How a command ended: its summary line, and the end of what else it wrote if it failed."""

    line: str
    more: str = ""

    @property
    def good(self) -> bool:
        """Whether it found no fault."""
        return self.line.startswith(GOOD)


def steps(scale: float) -> tuple[Step, ...]:
    """The long forms, shortened to a share of their kills, requests, encounters or seconds."""

    def part(whole: int, least: int) -> str:
        return str(max(least, round(whole * scale)))

    def bounded(seconds: float, *words: str) -> Step:
        given = max(LEAST, round(seconds * scale))
        return Step((*words, "--seconds", str(given)), given + STARTING)

    def load(*words: str) -> Step:
        return Step(("load", *words, "--seconds", part(60, 15)), 60 + STARTING)

    return (
        bounded(4_800, "crash", "--kills", part(200, 4)),
        bounded(4_800, "crash", "--kills", part(100, 4), "--database", "postgresql"),
        Step(("faults",), 2_400 + STARTING, scaled=False),
        bounded(4_800, "leaks", "--requests", part(100_000, 400)),
        Step(("abuse",), 2_400 + STARTING, scaled=False),
        Step(("idle", "--seconds", part(60, 15)), 60 + STARTING),
        load("--learners", "32"),
        load("--learners", "32", "--thinking", "5"),
        load("--learners", "256"),
        load("--learners", "256", "--thinking", "5"),
        bounded(10_800, "load", "--encounters", part(100_000, 1_000)),
    )


def run(step: Step, command: Sequence[str] = (sys.executable, "-m", "tests.harness")) -> Result:
    """Run a command with all its processes, which are ended where it does not end by itself."""
    process = subprocess.Popen(
        [*command, *step.words],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        written, _ = process.communicate(timeout=step.seconds)
    except subprocess.TimeoutExpired:
        return Result(f"{BAD}{step}: it did not end within {step.seconds:.0f} s")
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    lines = written.splitlines()
    summary = [line for line in lines if line.startswith((GOOD, BAD))]
    more = "\n".join(line for line in lines[-TAIL:] if line not in summary)
    if process.returncode == 0 and summary:
        return Result(summary[-1])
    if summary and summary[-1].startswith(BAD):
        return Result(summary[-1], more)
    return Result(f"{BAD}{step}: it ended with {process.returncode} and no result", more)


def hold(
    scale: float, one: Callable[[Step], Result] = run, say: Callable[[str], None] = print
) -> bool:
    """Run everything, with one line for each command and one at the end; whether all is good."""
    whole, failed, began = steps(scale), [], time.monotonic()
    for number, step in enumerate(whole, 1):
        busy, since = os.getloadavg()[0], time.monotonic()
        result = one(step)
        took = time.monotonic() - since
        say(f"{number}/{len(whole)} {result.line} [{step}; {took:.0f} s; load {busy:.1f} before]")
        if not result.good:
            failed.append(str(step))
            if result.more:
                say(result.more)
    same = ", ".join(str(step) for step in whole if not step.scaled)
    form = "in the long form" if scale == 1 else f"SHORTENED to {scale:g} of the long form"
    form += "" if scale == 1 else f" ({same} are whole)"
    found = f"{len(failed)} failed: {'; '.join(failed)}" if failed else "0 failed"
    minutes = (time.monotonic() - began) / 60
    say(
        f"{BAD if failed else GOOD}hold {form}: {len(whole)} commands in {minutes:.0f} min, {found}"
    )
    return not failed
