"""Serve an application for real: uvicorn, a loopback port of its own, HTTP over a socket."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any

import uvicorn
from fastapi import FastAPI

from tutor.web.serve import listening


@contextmanager
def served(app: FastAPI, **logging: Any) -> Iterator[str]:
    """The application's address while the block runs; silent, unless ``logging`` says more."""
    sock = listening("127.0.0.1", 0)
    server = uvicorn.Server(
        uvicorn.Config(app, timeout_graceful_shutdown=1, **{"log_level": "critical", **logging})
    )
    thread = Thread(target=server.run, kwargs={"sockets": [sock]}, daemon=True)
    thread.start()
    deadline = time.monotonic() + 30
    while not server.started:
        assert thread.is_alive(), "the server stopped before it had started"
        assert time.monotonic() < deadline, "the server did not start"
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{sock.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(10)
        sock.close()
