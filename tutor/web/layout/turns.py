"""Who waits for a thread: the addresses take turns, and each may have only so many waiting.

First come, first served would let one address that sends a thousand requests keep everybody else
waiting for all of them.
"""

from __future__ import annotations

from asyncio import CancelledError, Future, get_running_loop
from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable

from anyio import CapacityLimiter, to_thread

MOST_WAITING = 800
MOST_OF_ONE = 400  # a hall of 200 behind one address may ask twice
BUSY = "Too many requests wait already, so this one was not begun. Send it again in a minute."
CROWDED = (
    "Too many requests from your network wait already, so this one was not begun. "
    "Send it again in a minute."
)
LEFT = "You left before it was your turn, so this was not begun."


class TurnedAway(Exception):
    """A request that is not begun; ``status`` and ``str(error)`` are the answer."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


class Turns:
    """``threads`` for one kind of work, and a bounded line before them for each address."""

    def __init__(
        self, threads: int, most: int = MOST_WAITING, most_of_one: int = MOST_OF_ONE
    ) -> None:
        self._limiter = CapacityLimiter(threads)
        self._free = threads
        self._most, self._most_of_one = most, most_of_one
        self._lines: OrderedDict[str, deque[Future[None]]] = OrderedDict()

    @property
    def waiting(self) -> int:
        """How many wait for a thread."""
        return sum(map(len, self._lines.values()))

    async def run(
        self, address: str, work: Callable[[], str], is_gone: Callable[[], Awaitable[bool]]
    ) -> str:
        """Do ``work`` in a thread when it is this request's turn.

        Raises:
            TurnedAway: too many wait already, or whoever asked ``is_gone`` by now.
        """
        waited = await self._wait(address)
        try:
            if waited and await is_gone():
                raise TurnedAway(503, LEFT)
            return await to_thread.run_sync(work, limiter=self._limiter)
        finally:
            self._pass_on()

    async def _wait(self, address: str) -> bool:
        """Take a free thread, or stand in line for one; whether that took time."""
        if self._free:
            self._free -= 1
            return False
        if len(self._lines.get(address, ())) >= self._most_of_one:
            raise TurnedAway(429, CROWDED)
        if self.waiting >= self._most:
            raise TurnedAway(503, BUSY)
        turn: Future[None] = get_running_loop().create_future()
        self._lines.setdefault(address, deque()).append(turn)
        try:
            await turn
        except CancelledError:
            if not turn.cancelled():
                self._pass_on()
            raise
        return True

    def _pass_on(self) -> None:
        """Give a thread that has become free to the next address in turn."""
        while self._lines:
            address, line = self._lines.popitem(last=False)
            turn = line.popleft()
            if line:
                self._lines[address] = line
            if not turn.done():
                turn.set_result(None)
                return
        self._free += 1
