"""How often somebody may fail: free tries, then waits that double, the same on every replica."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta

from tutor.errors import TooOften
from tutor.store import accounts as store
from tutor.store.accounts import Tries
from tutor.store.database import Database

FREE_TRIES = 5
FIRST_WAIT = 15
LONGEST_WAIT = 900


class Throttle:
    """Counts failures by kind (signing in, joining) and value (a name, an address)."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._now = clock

    def check(self, kind: str, value: str) -> None:
        """Refuse somebody who must wait.

        Raises:
            TooOften: says how long.
        """
        with self._database.read() as connection:
            tries = store.find_tries(connection, _key(kind, value))
        left = (tries.until - self._now()).total_seconds() if tries else 0.0
        if left > 0:
            raise TooOften(f"Too many tries. Wait {_said(left)}, then try again.")

    def failed(self, kind: str, value: str) -> None:
        """Count a failure."""
        key = _key(kind, value)
        with self._database.write() as connection:
            before = store.find_tries(connection, key)
            failures = 1 + (before.failures if before else 0)
            until = self._now() + timedelta(seconds=wait_after(failures))
            store.set_tries(connection, key, Tries(failures, until), self._now())

    def forgive(self, kind: str, value: str) -> None:
        """Forget the failures of somebody who has succeeded."""
        with self._database.write() as connection:
            store.forget_tries(connection, _key(kind, value))


def wait_after(failures: int) -> float:
    """Seconds to wait after so many failures in a row: none at first, then doubling to a bound."""
    if failures < FREE_TRIES:
        return 0.0
    return float(min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(failures - FREE_TRIES, 10)))


def _said(seconds: float) -> str:
    if seconds < 90:
        return f"{max(1, round(seconds))} seconds"
    return f"{round(seconds / 60)} minutes"


def _key(kind: str, value: str) -> str:
    return hashlib.sha256(f"{kind}:{value}".encode()).hexdigest()
