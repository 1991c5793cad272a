"""How often somebody may fail or take a new place: free tries, then waits that double.

The count is the same on every replica.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network

from tutor.errors import TooOften
from tutor.store import accounts as store
from tutor.store.accounts import Tries
from tutor.store.database import Database

FREE_TRIES = 5
FIRST_WAIT = 15
LONGEST_WAIT = 900


@dataclass(frozen=True)
class Rate:
    """What is counted, how many failures are free, and after how many seconds one is forgotten."""

    kind: str
    free: int = FREE_TRIES
    forgotten_after: float = 600


# Each failure counts twice: narrowly, for who tries what from where, so that nobody keeps a name or
# a class from others; and for the address alone, from which a whole class may come, at a bound that
# only a program reaches.
SIGN_IN = Rate("sign-in")  # of a login, from an address
ADDRESS = Rate("address", free=200, forgotten_after=60)
JOIN = Rate("join")  # wrong class codes of a learner, from an address
JOIN_ADDRESS = Rate("join-address", free=200, forgotten_after=60)
NAMES = Rate("names", free=10, forgotten_after=120)  # taken logins, of a learner from an address
NAMES_ADDRESS = Rate("names-address", free=100, forgotten_after=120)
# New places in classes from one address: a full hall at once, and 200 an hour after that.
PLACES = Rate("places", free=250, forgotten_after=18)
# Each making of an account, also one that succeeds: it takes a tenth of a second. A hall of 200
# behind one address may make theirs in one lesson, and twice.
MADE = Rate("made", free=400, forgotten_after=5)


def network_of(address: str) -> str:
    """What counts as one address: of IPv6 the first 64 bits, which one subscriber has for itself.

    What is no address stays as it is.
    """
    try:
        read = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if read.version == 4:
        return str(read)
    if read.ipv4_mapped:
        return str(read.ipv4_mapped)
    return str(ip_network((read, 64), strict=False))


class Throttle:
    """Counts failures at a rate by value (a name, an address); time forgets them one by one."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._now = clock

    def check(self, rate: Rate, *value: str) -> None:
        """Refuse somebody who must wait.

        Raises:
            TooOften: says how long.
        """
        if wait := self.wait(rate, *value):
            raise TooOften(f"Too many tries. Wait {wait}, then try again.")

    def wait(self, rate: Rate, *value: str) -> str:
        """How long somebody must wait, in words; empty if they need not."""
        with self._database.read() as connection:
            tries = store.find_tries(connection, key(rate, value))
        left = (tries.until - self._now()).total_seconds() if tries else 0.0
        return _said(left) if left > 0 else ""

    def take(self, rate: Rate, *value: str) -> None:
        """Count one more, whatever comes of it.

        Raises:
            TooOften: somebody must wait; says how long.
        """
        self.check(rate, *value)
        self.failed(rate, *value)

    def failed(self, rate: Rate, *value: str) -> None:
        """Count a failure."""
        counted, now = key(rate, value), self._now()
        with self._database.write() as connection:
            before = store.find_tries(connection, counted)
            failures = 1 + (left_of(before, rate, now) if before else 0)
            until = now + timedelta(seconds=wait_after(failures, rate.free))
            store.set_tries(connection, counted, Tries(failures, until, now))

    def forgive(self, rate: Rate, *value: str) -> None:
        """Forget the failures of somebody who has succeeded."""
        with self._database.write() as connection:
            store.forget_tries(connection, key(rate, value))


def left_of(tries: Tries, rate: Rate, now: datetime) -> int:
    """How many failures still count: one less for each span since the wait was over."""
    since = (now - max(tries.until, tries.at)).total_seconds()
    return max(0, tries.failures - max(0, int(since // rate.forgotten_after)))


def wait_after(failures: int, free: int = FREE_TRIES) -> float:
    """Seconds to wait after so many failures: none at first, then doubling to a bound."""
    if failures < free:
        return 0.0
    return float(min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(failures - free, 10)))


def _said(seconds: float) -> str:
    if seconds < 90:
        whole = max(1, round(seconds))
        return "1 second" if whole == 1 else f"{whole} seconds"
    return f"{round(seconds / 60)} minutes"


def key(rate: Rate, value: tuple[str, ...]) -> str:
    """Under what the failures of a value are kept; the value itself is not."""
    return hashlib.sha256("\n".join([rate.kind, *value]).encode()).hexdigest()
