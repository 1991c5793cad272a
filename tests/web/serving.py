"""Serve an application for real: uvicorn, a loopback port of its own, HTTP over a socket."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any

from starlette.types import ASGIApp

from tutor.web.edge.connections import BoundedServer, Limits, bounded_server
from tutor.web.serve import listening

QUICK = Limits(graceful=1)


@contextmanager
def running(
    app: ASGIApp, limits: Limits = QUICK, **logging: Any
) -> Iterator[tuple[BoundedServer, str]]:
    """The server and its address while the block runs; silent, unless ``logging`` says more."""
    sock = listening("127.0.0.1", 0)
    server = bounded_server(app, limits, **{"log_level": "critical", **logging})
    thread = Thread(target=server.run, kwargs={"sockets": [sock]}, daemon=True)
    thread.start()
    deadline = time.monotonic() + 30
    while not server.started:
        assert thread.is_alive(), "the server stopped before it had started"
        assert time.monotonic() < deadline, "the server did not start"
        time.sleep(0.01)
    base = f"http://127.0.0.1:{sock.getsockname()[1]}"
    try:
        yield server, base
    finally:
        server.should_exit = True
        thread.join(60)
        sock.close()


@contextmanager
def served(app: ASGIApp, limits: Limits = QUICK, **logging: Any) -> Iterator[str]:
    """The application's address while the block runs."""
    with running(app, limits, **logging) as (_, base):
        yield base
