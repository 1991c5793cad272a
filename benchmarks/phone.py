"""What one case costs on a phone: screens of scrolling, words to read, and taps.

Counted at 390 × 844 on the second and third patient of every exercise that are shown with the
algorithm, from the patient to the tap on "Next patient". Words are those that can be seen at each
stage without a further touch, units and numbers too; the patient's chart is counted apart.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from benchmarks.first_load import ARGS
from benchmarks.ratio import Ratio
from benchmarks.reveal import Bench

SIZE = {"width": 390, "height": 844}
CASES = 3
MOST_SCREENS, MOST_WORDS, MOST_TAPS = 2, 350, 9
SEEN = """() => {
  const clipped = (one) => one && (getComputedStyle(one).clipPath === 'inset(50%)'
    || clipped(one.parentElement));
  const count = { all: 0, chart: 0 };
  const walker = document.createTreeWalker(document.querySelector('.case'), NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const holder = node.parentElement;
    // What is clipped to nothing is for screen readers.
    if (holder.closest('svg') || clipped(holder) || !holder.checkVisibility({
      opacityProperty: true, visibilityProperty: true, contentVisibilityAuto: true })) continue;
    const words = node.textContent.split(/\\s+/).filter((word) => /[\\p{L}\\p{N}]/u.test(word));
    count.all += words.length;
    if (holder.closest('.findings, .places')) count.chart += words.length;
  }
  return count;
}"""
SCREENS = "() => Math.max(0, document.documentElement.scrollHeight / innerHeight - 1)"


@dataclass
class Cost:
    """What one case came to: screens of scrolling over its stages, words, and taps."""

    screens: float = 0.0
    words: int = 0
    chart: int = 0
    taps: int = 0


class Reader:
    """Somebody with a phone, who counts."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self.cost = Cost()

    def look(self) -> None:
        """Read what the stage shows."""
        seen = self._page.evaluate(SEEN)
        self.cost.words += seen["all"]
        self.cost.chart += seen["chart"]
        self.cost.screens += self._page.evaluate(SCREENS)

    def tap(self, selector: str) -> None:
        """Touch the first that ``selector`` finds."""
        self._page.locator(selector).first.tap()
        self.cost.taps += 1

    def case(self, last: bool) -> Cost | None:
        """Play the patient on the page; None where the algorithm was not shown."""
        self.cost, page = Cost(), self._page
        self.look()
        self.tap("[data-sets=p]")
        self.tap(".chip:has([name=certainty])")
        self.tap("label:has([name=drivers])")
        self.tap(".act .go")
        page.wait_for_selector("[data-stage=revealed], [data-stage=closed]")
        aided = page.locator("[data-stage=revealed]").count() == 1
        if aided:
            self.look()
            self.tap("label:has([name=suspected])")
            self.tap(".act .go")
            page.wait_for_selector("[data-stage=closed]")
        self.look()
        if not last:
            self.tap(".act .go")
            page.wait_for_selector("[data-stage=shown]")
        return self.cost if aided else None


def measure(home: Path) -> list[Ratio]:
    """Every exercise, three patients each; the dearest case is told beside its bound."""
    bench = Bench(home)
    dearest = Cost()
    print("| exercise | screens | words | of these, in the chart | taps |\n|---|---|---|---|---|")
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=shutil.which("chromium") or None, args=ARGS
            )
            for exercise in bench.library.exercises:
                context = browser.new_context(viewport=SIZE, has_touch=True, is_mobile=True)
                page = context.new_page()
                page.goto(f"http://127.0.0.1:{bench.port}/encounter/?exercise={exercise.key}")
                page.wait_for_selector("[data-stage=shown]")
                reader = Reader(page)
                costs = [reader.case(at == CASES - 1) for at in range(CASES)][1:]
                for cost in filter(None, costs):
                    print(
                        f"| {exercise.manifest.id} | {cost.screens:.1f} | {cost.words} "
                        f"| {cost.chart} | {cost.taps} |"
                    )
                    dearest.screens = max(dearest.screens, cost.screens)
                    dearest.words = max(dearest.words, cost.words)
                    dearest.chart = max(dearest.chart, cost.words - cost.chart)
                    dearest.taps = max(dearest.taps, cost.taps)
                context.close()
            browser.close()
    finally:
        bench.close()
    return [
        Ratio("screens of scrolling a case on a phone", dearest.screens, MOST_SCREENS, "", 1.0),
        Ratio("words a case on a phone", dearest.words, MOST_WORDS, "", 1.0),
        Ratio("words a case besides the chart's", dearest.chart, MOST_WORDS, "", 1.0),
        Ratio("taps a case on a phone", dearest.taps, MOST_TAPS, "", 1.0),
    ]
