"""Time from the command to the first page, against an empty Gradio app mounted on FastAPI."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from benchmarks.ratio import Ratio

EMPTY = """
import sys, fastapi, gradio as gr, uvicorn
app = fastapi.FastAPI()
with gr.Blocks() as blocks:
    gr.HTML("")
gr.mount_gradio_app(app, blocks, path="/")
uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_level="warning")
"""
EMPTY_APP = (sys.executable, "-c", EMPTY)
SERVE = (sys.executable, "-m", "tutor", "serve", "--port")
ROUNDS = 5


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


@contextmanager
def serving(command: Sequence[str], port: int, home: Path) -> Iterator[tuple[int, float]]:
    """A server's process id, and the seconds until its ``/`` answered 200; ended on leaving."""
    began = time.perf_counter()
    env = {**os.environ, "EQUIPOISE_HOME": str(home)}
    process = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL)
    try:
        while not answers(f"http://127.0.0.1:{port}/"):
            if time.perf_counter() - began > 120:
                raise TimeoutError(" ".join(command))
            time.sleep(0.02)
        yield process.pid, time.perf_counter() - began
    finally:
        process.terminate()
        process.wait()


def answers(address: str) -> bool:
    """Whether a page is there."""
    try:
        with urllib.request.urlopen(address, timeout=30) as answer:
            return int(answer.status) == 200
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


def measure(home: Path) -> list[Ratio]:
    """In turn, after one warm-up of each; medians."""
    ours, empty = [], []
    for _ in range(ROUNDS + 1):
        port = free_port()
        with serving([*EMPTY_APP, str(port)], port, home) as (_, seconds):
            empty.append(seconds)
        port = free_port()
        with serving([*SERVE, str(port)], port, home) as (_, seconds):
            ours.append(seconds)
    return [
        Ratio(
            "serve to first page / empty Gradio app", median(ours[1:]), median(empty[1:]), "s", 1.3
        )
    ]
