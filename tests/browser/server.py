"""The server as a process of its own, so that it can crash."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx

ROOT = Path(__file__).resolve().parents[2]


class Server:
    """Equipoise on a free loopback port, over ``home``."""

    def __init__(self, home: Path) -> None:
        self.home = home
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        self.base = f"http://127.0.0.1:{self.port}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start unless it runs, and wait until it answers."""
        if self._process is not None:
            return
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.browser.run", str(self.port)],
            cwd=ROOT,
            env={
                **os.environ,
                "EQUIPOISE_HOME": str(self.home),
                "GRADIO_ANALYTICS_ENABLED": "False",
                "OMP_NUM_THREADS": "1",
            },
            stdout=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + 60
        while not self._answers():
            assert self._process.poll() is None, "the server stopped"
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
            self._process.wait()
            self._process = None
