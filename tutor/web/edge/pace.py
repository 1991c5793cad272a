"""A human pace: how many judgments a person, and an address, may commit in a row.

A class behind one address commits at once, so an address may commit much more than a person; a
program that meets a bank's cases as one guest after another reaches that bound within seconds.
"""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

JUDGMENT = "equipoise.judgment"  # in a request's scope: its Judgment
IN_A_ROW = 24  # two sets, however fast
PER_ADDRESS = 100  # so 200 learners behind one address may each finish a set at any speed
MOST_KNOWN = 20_000
_TOO_FAST = (
    "This is faster than a patient can be read. Wait {}, then send it again. "
    "What you entered is still here."
)


@dataclass
class Judgment:
    """Whether a request has stored a judgment: one that has not is given back to the pace."""

    learner: str
    address: str
    stored: bool = False


@dataclass
class _Bucket:
    left: float
    at: float


class Pace:
    """Counts what a name takes of ``burst``, which fills up again at ``rate`` a second."""

    def __init__(
        self, burst: float, rate: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._burst = burst
        self._rate = rate
        self._clock = clock
        self._known: OrderedDict[str, _Bucket] = OrderedDict()

    def take(self, name: str) -> float:
        """Take one; 0, or the seconds until there is one again."""
        now = self._clock()
        bucket = self._known.pop(name, None) or _Bucket(self._burst, now)
        bucket.left = min(self._burst, bucket.left + (now - bucket.at) * self._rate)
        bucket.at = now
        self._known[name] = bucket
        while len(self._known) > MOST_KNOWN:
            self._known.popitem(last=False)
        if bucket.left < 1:
            return (1 - bucket.left) / self._rate
        bucket.left -= 1
        return 0.0

    def give_back(self, name: str) -> None:
        """Give back one that was taken and not used."""
        bucket = self._known.get(name)
        if bucket is not None:
            bucket.left = min(self._burst, bucket.left + 1)


class HumanPace:
    """For each learner ``per_minute`` commitments, after :data:`IN_A_ROW` at any speed."""

    def __init__(self, per_minute: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._learners = Pace(IN_A_ROW, per_minute / 60, clock)
        self._addresses = Pace(IN_A_ROW * PER_ADDRESS, PER_ADDRESS * per_minute / 60, clock)

    def too_fast(self, learner: str, address: str) -> str:
        """What to tell somebody who is too fast, or an empty text."""
        wait = self._learners.take(learner)
        if not wait:
            wait = self._addresses.take(address)
            if not wait:
                return ""
            self._learners.give_back(learner)
        seconds = math.ceil(wait)
        return _TOO_FAST.format("1 second" if seconds == 1 else f"{seconds} seconds")

    def give_back(self, learner: str, address: str) -> None:
        """Do not count a request that stored nothing: it was no judgment."""
        self._learners.give_back(learner)
        self._addresses.give_back(address)
