"""Bytes of the first load of the encounter page, against an empty Gradio page, in Chromium."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from benchmarks.ratio import Ratio
from benchmarks.reveal import Bench

ARGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


def loaded(browser: Any, address: str, ready: str) -> int:
    """Bytes over the wire until ``ready`` is there and the network is quiet."""
    context = browser.new_context()
    page = context.new_page()
    wire = context.new_cdp_session(page)
    wire.send("Network.enable")
    total = 0

    def count(event: dict[str, Any]) -> None:
        nonlocal total
        total += int(event["encodedDataLength"])

    wire.on("Network.loadingFinished", count)
    page.goto(address)
    page.wait_for_selector(ready, state="attached")
    page.wait_for_load_state("networkidle")
    context.close()
    return total


def measure(home: Path) -> list[Ratio]:
    """Both pages of one server, each in a fresh browser profile."""
    bench = Bench(home)
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=shutil.which("chromium") or None, args=ARGS
            )
            base = f"http://127.0.0.1:{bench.port}"
            empty = loaded(browser, f"{base}/empty/", ".gradio-container")
            exercise = bench.library.exercises[0].key
            ours = loaded(browser, f"{base}/encounter/?exercise={exercise}", "[data-stage=shown]")
            browser.close()
    finally:
        bench.close()
    return [Ratio("first load of the encounter / empty page", ours, empty, "bytes", 1.2)]
