"""The server as a process of its own, so that it can crash."""

from __future__ import annotations

import os
import socket
import time
from multiprocessing.process import BaseProcess
from pathlib import Path

import httpx

from tests.warm import begin


class Server:
    """Equipoise on a free loopback port, over ``home``."""

    def __init__(self, home: Path) -> None:
        self.home = home
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        self.base = f"http://127.0.0.1:{self.port}"
        self._process: BaseProcess | None = None

    def start(self) -> None:
        """Start unless it runs, and wait until it answers."""
        if self._process is not None:
            return
        environment = {
            **os.environ,
            "EQUIPOISE_HOME": str(self.home),
            "GRADIO_ANALYTICS_ENABLED": "False",
            "OMP_NUM_THREADS": "1",
        }
        self._process = begin("tests.browser.run", str(self.port), environment=environment)
        deadline = time.monotonic() + 60
        while not self._answers():
            assert self._process.is_alive(), "the server stopped"
            assert time.monotonic() < deadline, "the server did not start"
            time.sleep(0.1)

    def _answers(self) -> bool:
        try:
            return httpx.get(f"{self.base}/favicon.ico").is_success
        except httpx.TransportError:
            return False

    def kill(self) -> None:
        """Crash: no farewell, nothing flushed."""
        if self._process is not None:
            self._process.kill()
            self._process.join()
            self._process = None
