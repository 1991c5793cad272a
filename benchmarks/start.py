"""Time from the command to the first page, against an empty Gradio app mounted on FastAPI."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
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
ROUNDS = 5


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def first_page(command: Sequence[str], port: int, home: Path) -> float:
    """Seconds until ``/`` answers 200; the process is ended afterwards."""
    began = time.perf_counter()
    env = {**os.environ, "EQUIPOISE_HOME": str(home)}
    process = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL)
    try:
        while time.perf_counter() - began < 120:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=30) as answer:
                    if answer.status == 200:
                        return time.perf_counter() - began
            except (urllib.error.URLError, ConnectionError):
                time.sleep(0.02)
        raise TimeoutError(" ".join(command))
    finally:
        process.terminate()
        process.wait()


def measure(home: Path) -> list[Ratio]:
    """In turn, after one warm-up of each; medians."""
    ours, empty = [], []
    for _ in range(ROUNDS + 1):
        port = free_port()
        empty.append(first_page([sys.executable, "-c", EMPTY, str(port)], port, home))
        port = free_port()
        command = [sys.executable, "-m", "tutor", "serve", "--port", str(port)]
        ours.append(first_page(command, port, home))
    return [
        Ratio(
            "serve to first page / empty Gradio app", median(ours[1:]), median(empty[1:]), "s", 1.3
        )
    ]
