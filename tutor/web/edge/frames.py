"""Which other sites may show our pages in a frame: the settings', and registered platforms."""

from __future__ import annotations

import time
from collections.abc import Callable

from anyio import to_thread

from tutor.errors import Unavailable

REFRESHED_AFTER = 30.0  # seconds
Platforms = Callable[[], tuple[str, ...]]


class Frames:
    """The origins that may; ``platforms`` reads some of them from the database."""

    def __init__(self, fixed: tuple[str, ...], platforms: Platforms | None) -> None:
        self._fixed = fixed
        self._platforms = platforms
        self._read_at = float("-inf")
        self.origins = fixed

    async def refresh(self) -> None:
        """Read the platforms anew, where that is half a minute ago; one request waits for it."""
        if self._platforms is None or time.monotonic() - self._read_at < REFRESHED_AFTER:
            return
        self._read_at = time.monotonic()
        try:
            known = await to_thread.run_sync(self._platforms)
        except Unavailable:
            return
        self.origins = tuple(dict.fromkeys((*self._fixed, *known)))
