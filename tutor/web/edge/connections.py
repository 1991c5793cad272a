"""Connections: how many, how slow, and how they end.

uvicorn waits for ever for a request that does not come whole, for a client that does not read, and
for connections beyond what the process may open. Here each has a bound. A sweep looks at all of
them once a second, so a request in time costs nothing.
"""

from __future__ import annotations

import resource
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

RESERVED_FILES = 200  # descriptors for the database, bundles and what Python itself opens
TICK = 0.1  # seconds between uvicorn's looks at its own state


@dataclass(frozen=True)
class Limits:
    """Seconds and counts; ``rate`` in bytes a second, beyond which a slow line gets more time."""

    headers: float = 10
    body: float = 20
    rate: float = 10_000
    reading: float = 60
    graceful: int = 5
    connections: int = 1_000
    sweep: float = 1


DEFAULT = Limits()


def affordable(limits: Limits) -> int:
    """How many connections the process may hold: the limit, or fewer where files are few."""
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return max(16, min(limits.connections, files - RESERVED_FILES))


class Connection(H11Protocol):
    """A connection that knows what it waits for, and since when."""

    limits = DEFAULT
    most = DEFAULT.connections

    def connection_made(self, transport: Any) -> None:
        """Take a new connection; where there are too many, at another's cost."""
        super().connection_made(transport)
        self.received = 0
        self._phase: tuple[str, int] = ("", 0)
        self._since = self.loop.time()
        self._received_before = 0
        if len(self.connections) > self.most:
            (_to_drop(self.connections) or self).transport.abort()

    def data_received(self, data: bytes) -> None:
        """Count what comes."""
        self.received += len(data)
        super().data_received(data)

    @property
    def waits_for(self) -> str:
        """What this connection waits for: ``headers``, ``body``, ``reading``, or nothing."""
        if self.transport.is_closing() or self.flow.write_paused:
            return "reading"
        if self.cycle is None or self.cycle.response_complete:
            return "headers"
        return "body" if self.cycle.more_body else ""

    @property
    def seconds(self) -> float:
        """How long it has waited for that, as far as a sweep has seen."""
        return self.loop.time() - self._since

    def is_late(self) -> bool:
        """Whether it has waited for longer than it may; called by the sweep."""
        phase = (self.waits_for, id(self.cycle))
        if phase != self._phase:
            self._phase, self._since = phase, self.loop.time()
            self._received_before = self.received
        if phase[0] == "headers":
            return self.seconds > self.limits.headers
        if phase[0] == "body":
            came = self.received - self._received_before
            return self.seconds > self.limits.body + came / self.limits.rate
        return phase[0] == "reading" and self.seconds > self.limits.reading


def _to_drop(connections: Iterable[Any]) -> Connection | None:
    """Of those that wait for a client, the longest waiting of the address that holds the most."""
    known = [one for one in connections if isinstance(one, Connection)]
    held = Counter(one.client[0] if one.client else "" for one in known)
    waiting = [one for one in known if one.waits_for and not one.transport.is_closing()]
    return max(
        waiting,
        key=lambda one: (held[one.client[0] if one.client else ""], one.seconds),
        default=None,
    )


class BoundedServer(uvicorn.Server):
    """uvicorn, with a sweep over its connections."""

    def __init__(self, config: uvicorn.Config, limits: Limits) -> None:
        super().__init__(config)
        self._every = max(1, round(limits.sweep / TICK))

    async def on_tick(self, counter: int) -> bool:
        """Close the connections that are late."""
        if counter % self._every == 0:
            for connection in list(self.server_state.connections):
                if isinstance(connection, Connection) and connection.is_late():
                    connection.transport.abort()
        return await super().on_tick(counter)


def bounded_server(app: ASGIApp, limits: Limits = DEFAULT, **more: Any) -> BoundedServer:
    """A server of ``app`` within ``limits``; ``more`` are uvicorn's own settings."""
    bounded = type("Bounded", (Connection,), {"limits": limits, "most": affordable(limits)})
    settings: dict[str, Any] = {"log_level": "warning", "lifespan": "on", **more}
    config = uvicorn.Config(
        app,
        http=bounded,
        ws="none",
        server_header=False,
        timeout_graceful_shutdown=limits.graceful,
        **settings,
    )
    return BoundedServer(config, limits)
