"""Seconds from a save to the new text in an open page of a preview, in Chromium."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from statistics import median

from playwright.sync_api import sync_playwright

from benchmarks.first_load import ARGS
from benchmarks.ratio import Ratio
from benchmarks.start import answers, free_port

SMALL = Path(__file__).resolve().parents[1] / "tests" / "packs" / "small"
ROUNDS = 10
BOUND = 2.0
PAUSE = 700  # milliseconds: an author reads before the next save


def measure(home: Path) -> list[Ratio]:
    """The median and the slowest of some saves of the small pack's introduction, beside 1 s."""
    pack = home / "previewed"
    shutil.copytree(SMALL, pack, ignore=shutil.ignore_patterns("__pycache__"))
    port = free_port()
    words = ("preview", "throat", "--pack", str(pack), "--port", str(port))
    process = subprocess.Popen(
        [sys.executable, "-m", "tutor", *words],
        env={**os.environ, "EQUIPOISE_HOME": str(home)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        base = f"http://127.0.0.1:{port}"
        while not answers(f"{base}/author/"):
            if process.poll() is not None:
                raise RuntimeError("the preview stopped")
            time.sleep(0.1)
        _at_rest(base)
        seconds = _saves(base, pack / "exercises" / "throat" / "intro.md")
    finally:
        process.terminate()
        process.wait()
        shutil.rmtree(pack)
    return [
        Ratio("preview: save to new text, median / 1 s", median(seconds), 1.0, "s", BOUND),
        Ratio("preview: save to new text, slowest / 1 s", max(seconds), 1.0, "s", BOUND),
    ]


def _at_rest(base: str) -> None:
    """Until the claims are measured, which happens once and takes the cores."""
    while True:
        with urllib.request.urlopen(f"{base}/author/", timeout=30) as answer:
            if b"first seed only" not in answer.read():
                return
        time.sleep(0.5)


def _saves(base: str, text: Path) -> list[float]:
    seconds = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium") or None, args=ARGS
        )
        page = browser.new_page()
        page.goto(f"{base}/author/")
        page.locator("button[value=right-present]").click()
        page.wait_for_selector("[data-stage=shown]")
        for number in range(ROUNDS):
            sentence = f"This was saved as number {number}."
            began = time.perf_counter()
            text.write_text(f"{sentence}\n", encoding="utf-8")
            page.get_by_text(sentence).wait_for()
            seconds.append(time.perf_counter() - began)
            page.wait_for_timeout(PAUSE)
        browser.close()
    return seconds
