"""Many learners at once, with and without time to think; and whether a server stays as it was."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

from tests.harness.player import Class, quantile
from tests.harness.server import Plan, Server

ENTERING = 2.0  # seconds, for nineteen of twenty who enter
SPREAD = 3.0  # how many medians nineteen of twenty commitments may take
GROWTH = 0.05
IDLE = 0.2  # seconds of processor time in a minute without requests
SAMPLES = 50


async def load(
    home: Path, learners: int, thinking: float, encounters: int, seconds: float
) -> tuple[str, bool]:
    """Learners play until so many encounters are closed, or for ``seconds`` if none are asked for.

    ``thinking`` is the mean number of seconds before each step.
    """
    server = Server(Plan(home), cold=True).start()
    samples: list[tuple[float, int]] = []
    try:
        await server.ready()
        began = time.monotonic()
        async with Class([server.plan.port], learners, thinking) as everyone:
            while time.monotonic() - began < seconds:
                await asyncio.sleep(0.2)
                done = everyone.times.encounters / encounters if encounters else 0.0
                if len(samples) < SAMPLES * max(done, (time.monotonic() - began) / seconds):
                    samples.append((server.megabytes(), server.descriptors()))
                if done >= 1:
                    break
            took = time.monotonic() - began
        faults = everyone.ledger.faults(server.plan.database)
    finally:
        server.kill()
    times = everyone.times
    line, good = _spread(times.seconds, learners, thinking)
    line = (
        f"load: {learners} learners, {f'{thinking:g} s' if thinking else 'no'} thinking time, "
        f"{times.encounters} encounters in {took:.0f} s; {line}; "
        f"{len(times.errors)} wrong answers {times.errors[:2] or ''}, {faults.total()} faults"
    )
    if encounters:
        grown, flat = _growth(samples)
        line += f"; {grown}"
        good = good and flat and times.encounters >= encounters
    return line, good and not times.errors and not faults


def _spread(seconds: dict[str, list[float]], learners: int, thinking: float) -> tuple[str, bool]:
    """How long entering and committing took, and whether that is within bounds."""
    first = quantile(seconds["enter"][:learners], 0.95)
    middle, late = quantile(seconds["commit"], 0.5), quantile(seconds["commit"], 0.95)
    line = (
        f"entering at once p95 {first:.2f} s; commit p50 {1000 * middle:.0f} ms, "
        f"p95 {1000 * late:.0f} ms ({late / middle:.1f} medians)"
    )
    return line, first <= ENTERING and (late <= SPREAD * middle or (thinking > 0 and late < 0.25))


def _growth(samples: list[tuple[float, int]]) -> tuple[str, bool]:
    """Memory and descriptors after a tenth of the encounters and at the end."""
    tenth = max(1, len(samples) // 10)
    early, late = samples[tenth : 2 * tenth], samples[-tenth:]
    memory = [quantile([one[0] for one in part], 0.5) for part in (early, late)]
    files = [quantile([one[1] for one in part], 0.5) for part in (early, late)]
    line = (
        f"memory {memory[0]:.1f} → {memory[1]:.1f} MB, descriptors {files[0]:.0f} → {files[1]:.0f}"
    )
    return line, memory[1] <= (1 + GROWTH) * memory[0] and files[1] <= (1 + GROWTH) * files[0]


async def idle(home: Path, seconds: float) -> tuple[str, bool]:
    """Processor time of a server that nobody asks anything, after it has served a few pages."""
    server = Server(Plan(home), cold=True).start()
    try:
        await server.ready()
        async with Class([server.plan.port], 2) as everyone:
            await everyone.until(10)
        await asyncio.sleep(2)
        before = server.cpu_seconds()
        await asyncio.sleep(seconds)
        used = (server.cpu_seconds() - before) * 60 / seconds
    finally:
        server.kill()
    return f"idle: {used:.2f} s of processor time a minute, over {seconds:.0f} s", used <= IDLE
