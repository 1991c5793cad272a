"""How soon a page is there, in Chromium: on a slow line from an empty cache, and on a fast one.

A page is readable when the patient's story has been painted, and usable when an event that it sends
has been answered on it; beside it stands an empty Gradio page whose event has been answered.
"""

from __future__ import annotations

import shutil
import threading
import time
from pathlib import Path
from statistics import median
from typing import Any

import gradio as gr
import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from benchmarks.beside import BARE, Beside
from benchmarks.first_load import ARGS
from benchmarks.ratio import Ratio
from tutor.content.loading import built_in, load
from tutor.services.accounts.identity import Identity
from tutor.services.encounters.library import Library
from tutor.store.database import Database, sqlite_url
from tutor.web.app import create_app
from tutor.web.serve import listening

ROUNDS = 3
LATENCY, BYTES_A_SECOND = 400, 50_000
THINKING = 4.0
WINDOW_OPEN = 1.5
# When the story (or the empty page's answer) was first there after something had been painted.
WATCH = """
window.seen = {};
window.look = (name, selector) => {
  delete seen[name];
  const began = performance.now();
  const look = () => {
    const found = document.querySelector(selector);
    const painted = performance.getEntriesByName('first-contentful-paint').length;
    if (found && painted && found.getBoundingClientRect().height) seen[name] = performance.now();
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
  return began;
};
look('readable', '.patient .story');
look('answered', '#answer');
window.shift = 0;
new PerformanceObserver((list) => { for (const e of list.getEntries()) shift += e.value; })
  .observe({ type: 'layout-shift', buffered: true });
new PerformanceObserver((list) => { window.largest = list.getEntries().at(-1).startTime; })
  .observe({ type: 'largest-contentful-paint', buffered: true });
"""
JUDGE = """() => {
  document.querySelector('[name=probability]').value = '60';
  document.querySelector('[name=certainty]').checked = true;
  look('revealed', '[data-stage=revealed], [data-stage=closed]');
  document.querySelector('form[data-event=commit]').requestSubmit();
}"""


def empty_page() -> gr.Blocks:
    """A line of text, and an event that changes it once the page is loaded."""
    with gr.Blocks(analytics_enabled=False) as blocks:
        panel = gr.HTML("<p>An empty page of Gradio's, with one line of text.</p>")
        told = '<p id="answer">An empty page of Gradio\'s, with another line of text.</p>'
        blocks.load(lambda: told, outputs=panel, queue=False, inputs=None)
    return blocks


class Served:
    """The application with an empty page beside it, on loopback."""

    def __init__(self, home: Path) -> None:
        library = Library([load(built_in())[0]], home / "bundles")
        library.warm()
        self.key = next(e.key for e in library.exercises if "pneumonia" in e.key)
        ours = create_app(Database(sqlite_url(home / "pages.db")), library, Identity("bench", 1))
        whole = Beside(ours, empty_page())
        sock = listening("127.0.0.1", 0)
        self.base = f"http://127.0.0.1:{sock.getsockname()[1]}"
        self._server = uvicorn.Server(uvicorn.Config(whole, log_level="warning"))
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [sock]})
        self._thread.start()
        while not self._server.started:
            time.sleep(0.05)

    def close(self) -> None:
        """Stop serving."""
        self._server.should_exit = True
        self._thread.join()


class Visitor:
    """A browser with an empty cache, on a slow or a fast line; what is sent to it is counted."""

    def __init__(self, browser: Browser, slow: bool) -> None:
        self.context: BrowserContext = browser.new_context(viewport={"width": 1280, "height": 800})
        self.page: Page = self.context.new_page()
        # A new window loads pages of the browser's own; a learner's has been open for a while.
        time.sleep(WINDOW_OPEN)
        self.page.add_init_script(WATCH)
        self.sizes: list[int] = []
        wire = self.context.new_cdp_session(self.page)
        wire.send("Network.enable")
        wire.on("Network.loadingFinished", self._count)
        if slow:
            line = {"offline": False, "latency": LATENCY, "downloadThroughput": BYTES_A_SECOND}
            wire.send("Network.emulateNetworkConditions", {**line, "uploadThroughput": 50_000})

    def _count(self, event: dict[str, Any]) -> None:
        if event["encodedDataLength"] > 0:
            self.sizes.append(int(event["encodedDataLength"]))

    def seen(self, name: str, since: float = 0) -> float:
        """Seconds from the page's beginning, or from ``since``, until something was seen."""
        self.page.wait_for_function(f"() => seen[{name!r}] !== undefined", timeout=60_000)
        return (float(self.page.evaluate(f"seen[{name!r}]")) - since) / 1000

    def load(self, address: str, name: str = "readable") -> float:
        """Load a page; seconds until something on it is seen."""
        self.page.goto(address, wait_until="commit")
        return self.seen(name)

    def judge(self) -> float:
        """Commit a judgment; seconds from the page's beginning until it is answered."""
        self.page.wait_for_selector("form[data-event=commit] button[type=submit]")
        self.page.evaluate(JUDGE)
        return self.seen("revealed")

    def close_case(self) -> None:
        """Judge and decide, as far as the case asks."""
        if self.page.locator("[data-stage=shown]").count():
            self.judge()
        if self.page.locator("[data-stage=revealed]").count():
            self.page.evaluate(
                """() => {
                  document.querySelector('[name=suspected]').checked = true;
                  document.querySelector('form[data-event=decide]').requestSubmit();
                }"""
            )
        self.page.wait_for_selector("[data-stage=closed]", timeout=60_000)

    def next_patient(self) -> float:
        """Seconds from the press of the button until the next patient's story is there."""
        before = self.page.locator(".eq").get_attribute("data-attempt")
        began = self.page.evaluate(
            f"""() => {{
              const began = look('next', '.eq:not([data-attempt="{before}"]) .patient .story');
              document.querySelector('form[data-event=next]').requestSubmit();
              return began;
            }}"""
        )
        return self.seen("next", float(began))


def slow_line(browser: Browser, served: Served) -> dict[str, float]:
    """One learner on the slow line, from an empty cache, and one who opens an empty page."""
    other = Visitor(browser, slow=True)
    found = {"empty usable": other.load(f"{served.base}/empty/", "answered")}
    other.context.close()
    one = Visitor(browser, slow=True)
    found["readable"] = one.load(f"{served.base}/encounter/?exercise={served.key}")
    found["usable"] = one.judge()
    time.sleep(1)
    found["reload"] = one.load(one.page.url)
    one.page.wait_for_function("() => document.querySelector('gradio-app #page')")
    one.close_case()
    time.sleep(THINKING)
    found["next"] = one.next_patient()
    one.context.close()
    another = Visitor(browser, slow=True)
    another.page.goto(f"{served.base}/", wait_until="load")
    time.sleep(THINKING)
    another.page.locator(f'a[href*="{served.key.rpartition("/")[2]}"]').first.click()
    another.page.wait_for_url("**/encounter/**")
    found["from the library"] = another.seen("readable")
    another.context.close()
    return found


def fast_line(browser: Browser, served: Served) -> dict[str, float]:
    """The same on the machine's own line: the largest paint, what moves, and what is sent."""
    found = {}
    ours = f"/encounter/?exercise={served.key}"
    for name, address in (("", ours), ("empty ", "/empty/"), ("bare ", BARE)):
        one = Visitor(browser, slow=False)
        one.load(served.base + address, "readable" if not name else "answered")
        one.page.wait_for_load_state("networkidle")
        found[f"{name}largest"] = float(one.page.evaluate("window.largest")) / 1000
        found[f"{name}shift"] = float(one.page.evaluate("window.shift"))
        if not name:
            found |= _on_the_wire(one)
        one.context.close()
    return found


def _on_the_wire(one: Visitor) -> dict[str, float]:
    one.sizes.clear()
    one.load(one.page.url)
    one.page.wait_for_load_state("networkidle")
    found = {"requests": float(len(one.sizes))}
    one.close_case()
    one.page.wait_for_load_state("networkidle")
    one.sizes.clear()
    one.page.goto(one.page.url)
    one.page.wait_for_selector("[data-stage=closed]")
    return found | {"closed": float(max(one.sizes))}


def measure(home: Path) -> list[Ratio]:
    """Rounds of all of it; medians."""
    served = Served(home)
    slow: list[dict[str, float]] = []
    fast: list[dict[str, float]] = []
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=shutil.which("chromium") or None, args=ARGS
            )
            fast_line(browser, served)  # what is compressed once is compressed now
            for _ in range(ROUNDS):
                slow.append(slow_line(browser, served))
                fast.append(fast_line(browser, served))
            browser.close()
    finally:
        served.close()
    at = {name: median(one[name] for one in slow) for name in slow[0]}
    at |= {name: median(one[name] for one in fast) for name in fast[0]}
    line = "slow line"
    return [
        Ratio(f"{line}: patient readable", at["readable"], 1, "s", 2.5),
        Ratio(f"{line}: usable / empty page", at["usable"], at["empty usable"], "s", 1.2),
        Ratio(f"{line}: next patient", at["next"], 1, "s", 0.8),
        Ratio(f"{line}: reload", at["reload"], 1, "s", 1.5),
        Ratio(f"{line}: library to first patient", at["from the library"], 1, "s", 1.5),
        Ratio("largest paint / empty page", at["largest"], at["empty largest"], "s", 0.3),
        Ratio("of these, a bare page of HTML", at["bare largest"], at["empty largest"], "s", None),
        Ratio(
            "what is above it",
            at["largest"] - at["bare largest"],
            at["empty largest"] - at["bare largest"],
            "s",
            None,
        ),
        Ratio("layout shift", at["shift"], 1, "", 0.02),
        Ratio("requests of a warm page", at["requests"], 1, "", 4),
        Ratio("a closed page on the wire", at["closed"] / 1000, 1, "kB", 30),
    ]
