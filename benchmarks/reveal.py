"""Commit → revealed at 32 concurrent learners, against an empty Gradio event, in one process.

A class on one exercise, after each of its cases has been met about four times: what a case says
to everyone is then drawn already.
"""

from __future__ import annotations

import cProfile
import json
import pstats
import subprocess
import sys
import threading
import time
from pathlib import Path
from statistics import median

import gradio as gr
import uvicorn

from benchmarks.beside import Beside
from benchmarks.ratio import Ratio
from tutor.content.loading import built_in, load
from tutor.services.accounts.identity import COOKIE, Identity
from tutor.services.encounters.library import Library
from tutor.services.encounters.practice import Practice
from tutor.store.database import Database, sqlite_url
from tutor.web.app import create_app
from tutor.web.encounter.view import encounter
from tutor.web.serve import listening

LEARNERS = 32
ROUNDS = 5
PER_ROUND = 480
WARM = 960


def empty_page() -> gr.Blocks:
    """One panel and one event that does nothing."""
    with gr.Blocks(analytics_enabled=False) as blocks:
        panel = gr.HTML("")
        blocks.load(lambda: "", outputs=panel, api_name="nothing", queue=False, inputs=None)
    return blocks


class Bench:
    """The application with an empty page beside it, served on loopback."""

    def __init__(self, home: Path) -> None:
        self.library = Library([load(built_in())[0]], home / "bundles")
        self.library.warm()
        self.database = Database(sqlite_url(home / "bench.db"))
        self.identity = Identity("bench", 1)
        whole = Beside(create_app(self.database, self.library, self.identity), empty_page())
        self.practice = Practice(self.database, self.library)
        sock = listening("127.0.0.1", 0)
        self.port = int(sock.getsockname()[1])
        self.server = uvicorn.Server(uvicorn.Config(whole, log_level="warning"))
        self.thread = threading.Thread(target=self.server.run, kwargs={"sockets": [sock]})
        self.thread.start()
        while not self.server.started:
            time.sleep(0.05)

    def close(self) -> None:
        """Stop serving."""
        self.server.should_exit = True
        self.thread.join()

    def shown(self, count: int) -> list[tuple[str, str]]:
        """So many new learners, each before a first patient: (cookie, attempt)."""
        key = self.library.exercises[0].key
        made = []
        for _ in range(count):
            guest = self.identity.new_guest()
            attempt = self.practice.enter(guest, key)
            made.append((f"{COOKIE}={self.identity.sign(guest)}", attempt))
        opening = [request("open", *pair, expect="Commit my judgment") for pair in made]
        self.load(opening)
        return made

    def load(self, requests: list[dict[str, str]]) -> float:
        """Requests per second, from a process of its own."""
        job = {"port": self.port, "connections": LEARNERS, "requests": requests}
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.load"],
            input=json.dumps(job),
            capture_output=True,
            text=True,
            check=True,
            timeout=300,
        )
        result = json.loads(done.stdout)
        assert not result["failed"], result["failed"]
        return float(result["rate"])


def request(event: str, cookie: str, attempt: str, expect: str) -> dict[str, str]:
    """The request that the page's script sends."""
    form = {"probability": "60", "certainty": "2", "reason": "Looks unwell."}
    sent = {"data": [], "event_data": {"attempt": attempt, "form": form}, "session_hash": "b"}
    return {
        "path": f"/gradio/gradio_api/run/{event}",
        "cookie": cookie,
        "body": json.dumps(sent),
        "expect": expect,
    }


def commit_request(cookie: str, attempt: str) -> dict[str, str]:
    """A commitment, as the page sends it."""
    return request("commit", cookie, attempt, expect="Commit my decision")


EMPTY = {
    "path": "/empty/gradio_api/run/nothing",
    "cookie": "",
    "body": json.dumps({"data": [], "session_hash": "b"}),
    "expect": "data",
}


def measure(home: Path) -> list[Ratio]:
    """Rounds of both in turn; the medians are compared. Prints where the time goes."""
    bench = Bench(home)
    try:
        bench.load([EMPTY] * 200)
        bench.load([commit_request(*pair) for pair in bench.shown(WARM)])
        empty, ours = [], []
        for _ in range(ROUNDS):
            empty.append(bench.load([EMPTY] * PER_ROUND))
            ours.append(bench.load([commit_request(*p) for p in bench.shown(PER_ROUND)]))
        profile(bench)
    finally:
        bench.close()
    return [
        Ratio(
            f"commit → revealed / empty event, {LEARNERS} learners",
            median(ours),
            median(empty),
            "a second",
            0.75,
            "at least",
        )
    ]


def profile(bench: Bench) -> None:
    """Where a commitment's own time goes, without HTTP and Gradio."""
    form = {"probability": "60", "certainty": "2", "reason": "Looks unwell."}
    pairs = bench.shown(300)
    learners = [bench.identity.read(cookie.split("=", 1)[1]) for cookie, _ in pairs]
    profiler = cProfile.Profile()
    began = time.perf_counter()
    for learner, (_, attempt) in zip(learners[:150], pairs[:150], strict=True):
        encounter(bench.practice.commit(learner, attempt, form))
    each = (time.perf_counter() - began) / 150
    profiler.enable()
    for learner, (_, attempt) in zip(learners[150:], pairs[150:], strict=True):
        encounter(bench.practice.commit(learner, attempt, form))
    profiler.disable()
    print(f"\ncommit and render, alone: {1000 * each:.2f} ms; by function (with profiler):")
    pstats.Stats(profiler).strip_dirs().sort_stats("cumulative").print_stats(
        r"practice|views|encounters|database|charts|render|commit"
    )
