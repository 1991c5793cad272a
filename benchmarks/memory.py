"""Memory of the serving process, every exercise opened, against an empty Gradio app's."""

from __future__ import annotations

import urllib.request
from http.cookiejar import CookieJar
from pathlib import Path
from statistics import median

from benchmarks.ratio import Ratio
from benchmarks.start import EMPTY_APP, SERVE, free_port, serving
from tutor.content.loading import built_in, load

ROUNDS = 3


def resident(process: int) -> float:
    """Megabytes of a process's resident set, now."""
    for line in Path(f"/proc/{process}/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise OSError(f"Process {process} has no resident set.")


def browse(address: str, exercises: list[str]) -> None:
    """Load the library, and as one guest the encounter page of each exercise with its case."""
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
    opened(browser, f"{address}/", "Exercises")
    for key in exercises:
        opened(browser, f"{address}/encounter/?exercise={key}", "Commit my judgment")


def opened(browser: urllib.request.OpenerDirector, address: str, expect: str) -> None:
    """A page, which holds its content already."""
    answer = browser.open(address, timeout=30).read().decode()
    assert expect in answer, answer[:300]


def measure(home: Path) -> list[Ratio]:
    """In turn; medians. The empty app's page is loaded as often as our pages are."""
    pack, _ = load(built_in())
    keys = [exercise.key for exercise in pack.exercises]
    ours, empty = [], []
    for _ in range(ROUNDS):
        port = free_port()
        with serving([*EMPTY_APP, str(port)], port, home) as (process, _):
            for _ in range(len(keys) + 1):
                urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=30).read()
            empty.append(resident(process))
        port = free_port()
        with serving([*SERVE, str(port)], port, home) as (process, _):
            browse(f"http://127.0.0.1:{port}", keys)
            ours.append(resident(process))
    what = f"memory of serving, {len(keys)} exercises opened / empty Gradio app"
    return [Ratio(what, median(ours), median(empty), "MB", 1.3)]
