"""A learner who plays set after set, whatever happens to the server, and notes each step."""

from __future__ import annotations

import asyncio
import itertools
import random
import re
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from tests.harness.client import Answer, Client
from tests.harness.ledger import Ledger
from tests.harness.server import KEY

STAGE = re.compile(rb'data-stage=\\?"(\w+)')
ATTEMPT = re.compile(rb'data-attempt=\\?"([\w-]+)')
AWAY = re.compile(rb"does not answer just now|cannot store anything just now")
PAUSE = 0.05  # seconds before a request is sent again


@dataclass
class Times:
    """Seconds that each kind of request took until its answer, and what went wrong."""

    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    errors: list[str] = field(default_factory=list)
    refused: int = 0
    encounters: int = 0


class Player:
    """One learner at a time: a new guest after each set. ``ports`` are asked in turn."""

    def __init__(
        self,
        ports: Sequence[int],
        ledger: Ledger,
        times: Times,
        thinking: float = 0,
        seed: int = 0,
    ) -> None:
        self._clients = [Client(port) for port in ports]
        self._turn = itertools.cycle(self._clients)
        self._ledger = ledger
        self._times = times
        self._thinking = thinking
        self._random = random.Random(seed)
        self._number = itertools.count()
        self.stopping = False

    async def play(self) -> None:
        """Play until told to stop."""
        while not self.stopping:
            await self._set()
        for client in self._clients:
            client.close()

    async def _set(self) -> None:
        for client in self._clients:
            client.cookie = ""
        attempt, stage = "", ""
        while not self.stopping:
            if stage == "shown":
                stage = await self._stage("commit", "commitment", attempt)
            elif stage == "revealed":
                stage = await self._stage("decide", "decision", attempt)
            elif stage:
                self._times.encounters += 1
                answer = await self._ask("next", attempt)
                if b"data-goto" in answer.body:
                    return
                attempt, stage = self._read(answer)
            else:
                path = f"attempt={attempt}" if attempt else f"exercise={KEY}"
                attempt, stage = self._read(await self._ask("enter", path))
            await self._think()

    async def _stage(self, event: str, stage: str, attempt: str) -> str:
        """Send a judgment or a decision until it is acknowledged; the stage that follows.

        Each try says something else, so that what is stored tells which one it was.
        """
        answer = await self._ask(event, attempt, stage)
        _, found = self._read(answer)
        if found in ("", "shown"):
            self._times.errors.append(f"{event} answered {answer.status} {answer.body[:300]!r}")
            return ""
        self._ledger.acknowledge(stage, attempt)
        if self._random.random() < 0.05:  # a second click, with another answer
            await self._ask(event, attempt, stage)
        return found

    def _form(self, stage: str, attempt: str) -> dict[str, str]:
        percent, reason = self._random.randrange(1, 100), f"Try {next(self._number)}."
        self._ledger.send(stage, attempt, reason if stage == "commitment" else percent / 100)
        if stage == "commitment":
            return {"probability": str(percent), "certainty": "2", "reason": reason}
        return {"final": str(percent), "suspected": "none", "keep": "change"}

    async def _ask(self, kind: str, what: str, stage: str = "") -> Answer:
        """A request, sent again until the server answers and its database does."""
        while True:
            client = next(self._turn)
            form = self._form(stage, what) if stage else {}
            began = time.monotonic()
            try:
                if kind == "enter":
                    answer = await client.get(f"/encounter/?{what}")
                else:
                    answer = await client.event(kind, {"attempt": what, "form": form})
            except OSError:
                self._times.refused += 1
            else:
                for other in self._clients:
                    other.cookie = client.cookie
                if not AWAY.search(answer.body):
                    self._times.seconds[kind].append(time.monotonic() - began)
                    if answer.status != 200:
                        self._times.errors.append(f"{kind} answered {answer.status}")
                    return answer
                self._times.refused += 1
            if self.stopping:
                return Answer(0, {}, b"")
            await asyncio.sleep(PAUSE)

    def _read(self, answer: Answer) -> tuple[str, str]:
        """The attempt and the stage of a page; what was acknowledged must not be gone."""
        attempt, stage = ATTEMPT.search(answer.body), STAGE.search(answer.body)
        if not attempt or not stage:
            return "", ""
        named, found = attempt[1].decode(), stage[1].decode()
        if found == "shown" and self._ledger.is_acknowledged("commitment", named):
            self._ledger.live_faults["lost"] += 1
        if found == "revealed" and self._ledger.is_acknowledged("decision", named):
            self._ledger.live_faults["lost"] += 1
        return named, found

    async def _think(self) -> None:
        if self._thinking:
            await asyncio.sleep(self._random.uniform(0.5, 1.5) * self._thinking)


class Class:
    """Players who play at the same time."""

    def __init__(
        self, ports: Sequence[int], learners: int, thinking: float = 0, start: int = 0
    ) -> None:
        self.ledger, self.times = Ledger(), Times()
        self.players = [
            Player(ports, self.ledger, self.times, thinking, start + number)
            for number in range(learners)
        ]
        self._tasks: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Class:
        self._tasks = [asyncio.create_task(player.play()) for player in self.players]
        return self

    async def __aexit__(self, *_: object) -> None:
        for player in self.players:
            player.stopping = True
        await asyncio.gather(*self._tasks)

    async def until(self, acknowledged: int, seconds: float = 120) -> None:
        """Until so many more judgments and decisions have been acknowledged.

        Raises:
            TimeoutError: they were not, within ``seconds``.
        """
        wanted, deadline = self.ledger.acknowledged + acknowledged, time.monotonic() + seconds
        while self.ledger.acknowledged < wanted:
            for task in self._tasks:
                if task.done():
                    task.result()
            if time.monotonic() > deadline:
                raise TimeoutError(f"{self.times.errors[-3:]}")
            await asyncio.sleep(0.02)


def quantile(values: Iterable[float], share: float) -> float:
    """The value below which a share of them lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else float("nan")
