"""A whole set of patients, played three ways: what a learner without a mouse, sight or speed meets.

By the keyboard alone; by roles and names alone, as a screen reader tells them; by touch on a phone
over a slow line. Each play is one line: patients, faults, and the slowest step. A fault is focus
that is lost, unseen or hidden under a pinned bar, a key that does what is not expected, a control
without a name, something not announced, or a step that takes longer than its bound.
"""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from benchmarks.first_load import ARGS
from benchmarks.ratio import Ratio
from benchmarks.reveal import Bench

WIDE, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
LATENCY, BYTES_A_SECOND = 400, 50_000
SOON, SOON_ON_A_SLOW_LINE = 1.0, 2.0
PATIENTS = 12
NAMED = re.compile(
    r"^\s*- '?(button|link|radio|checkbox|textbox|radiogroup|img|region|dialog)\b(?! \")"
)
FOCUS = """() => {
  const e = document.activeElement;
  const drawn = e.matches('.chip input, .switch input') ? e.nextElementSibling
    : e.closest('label.row, label.mode') ?? e;
  const box = drawn.getBoundingClientRect();
  const bars = ['.casebar', '.act'].map((name) => document.querySelector(name))
    .filter((bar) => bar && getComputedStyle(bar).position === 'sticky' && !bar.contains(e));
  const under = bars.some((bar) => {
    const b = bar.getBoundingClientRect();
    return box.width > 1 && b.width && !e.matches('.skip')
      && box.top < b.bottom - 1 && box.bottom > b.top + 1
      && box.left < b.right && box.right > b.left && !bar.contains(drawn);
  });
  return {
    tag: e.tagName, field: e.name || '', value: e.value ?? '',
    name: (e.getAttribute('aria-label') || e.labels?.[0]?.textContent || e.textContent || '')
      .replace(/\\s+/g, ' ').trim().slice(0, 60),
    lost: e === document.body, under, seen: getComputedStyle(drawn).outlineStyle !== 'none',
  };
}"""


class Play:
    """One learner's set; what went wrong and how long its slowest step took."""

    def __init__(self, name: str, page: Page, soon: float) -> None:
        self.name, self.page, self.soon = name, page, soon
        self.faults: list[str] = []
        self.slowest, self.patients = 0.0, 0

    def expect(self, holds: bool, fault: str) -> None:
        """A fault unless ``holds``."""
        if not holds:
            self.faults.append(f"patient {self.patients + 1}: {fault}")

    @contextmanager
    def step(self, name: str, stages: str) -> Iterator[None]:
        """What leads to one of ``stages`` (comma-separated), timed."""
        began = time.monotonic()
        yield
        found = ", ".join(f"[data-stage={stage}]" for stage in stages.split())
        self.page.wait_for_selector(found, timeout=20_000)
        took = time.monotonic() - began
        self.slowest = max(self.slowest, took)
        self.expect(took <= self.soon, f"{name} took {took:.1f} s")

    @property
    def stage(self) -> str:
        """The stage that the page shows."""
        return self.page.locator(".eq").get_attribute("data-stage") or ""

    def line(self) -> str:
        """The play in one line."""
        return (
            f"{self.name}: {self.patients} patients, {len(self.faults)} faults, "
            f"slowest step {self.slowest:.2f} s (bound {self.soon:g} s)"
        )


def by_keyboard(play: Play) -> None:
    """Tab, arrows, Enter, digits, 1 to 3 and Z; half of the set on a phone's width."""
    page, keys = play.page, play.page.keyboard

    def focus() -> dict[str, Any]:
        found: dict[str, Any] = page.evaluate(FOCUS)
        return found

    def tab_to(field: str = "", name: str = "") -> None:
        for _ in range(80):
            keys.press("Tab")
            at = focus()
            play.expect(
                at["lost"] or not at["under"],
                f"{at['field'] or at['name']!r} has the focus under a bar",
            )
            play.expect(at["lost"] or at["seen"], f"focus on {at['name']!r} cannot be seen")
            if (field and at["field"] == field) or (name and at["name"].startswith(name)):
                return
        raise LookupError(f"Tab does not reach {field or name}")

    def on_heading() -> None:
        at = focus()
        play.expect(at["tag"] == "H1", f"after {play.stage} the focus is on {at['tag']}")

    def shown(by_tab: bool) -> None:
        if by_tab:
            tab_to("drivers")
            keys.press("Space")
            tab_to("probability")
            keys.type("35")
            tab_to("certainty")
            keys.press("ArrowRight")
            tab_to(name="Add a reason")
            keys.press("Enter")
            tab_to("reason")
            keys.type("z 12 keys 3")
            play.expect(focus()["value"] == "z 12 keys 3", "a key in the reason went elsewhere")
            tab_to(name="Commit my judgment")
        else:
            if page.locator("[data-enlarge]").count():
                keys.press("z")
                play.expect(page.get_by_role("dialog").count() == 1, "Z does not enlarge")
                keys.press("Escape")
                play.expect(not focus()["lost"], "after the picture the focus is lost")
                play.expect(not focus()["under"], "after the picture the focus is under a bar")
                page.evaluate("() => document.activeElement.blur()")
            keys.type("35")
            play.expect(focus()["value"] == "35", "digits do not go to the probability")
            keys.press("Enter")
            at = focus()
            play.expect(at["field"] == "certainty", f"Enter leads to {at}, not to certainty")
            keys.press("2")
        with play.step("the commitment", "revealed closed"):
            keys.press("Enter")
        on_heading()

    def revealed(by_tab: bool) -> None:
        tab_to("suspected")
        keys.press("ArrowDown")
        play.expect(focus()["field"] == "suspected", "an arrow leaves the failure modes")
        if by_tab:
            tab_to("keep")
            keys.press("ArrowRight")
            play.expect(focus()["field"] == "final", "Change does not lead to the number")
            keys.type("40")
            tab_to(name="Commit my decision")
        else:
            keys.type("40")
            play.expect(focus()["value"] == "40", "digits do not go to the final probability")
        with play.step("the decision", "closed"):
            keys.press("Enter")
        on_heading()

    for patient in range(PATIENTS):
        page.set_viewport_size(WIDE if patient % 4 < 2 else PHONE)
        shown(by_tab=patient % 2 == 0)
        if play.stage == "revealed":
            revealed(by_tab=patient % 2 == 0)
        play.patients += 1
        if patient + 1 < PATIENTS:
            if patient % 2:
                tab_to(name="Next patient")
            with play.step("the next patient", "shown"):
                keys.press("Enter")
            on_heading()


def by_names(play: Play) -> None:
    """Roles and names alone, in the order that a screen reader tells them."""
    page = play.page

    def told() -> None:
        tree = page.locator("body").aria_snapshot()
        for line in tree.splitlines():
            play.expect(not NAMED.match(line), f"{play.stage}: no name: {line.strip()[:60]}")
        buttons = re.findall(r"^\s*- button \"([^\"]*)\"", tree, re.MULTILINE)
        twice = sorted({b for b in buttons if buttons.count(b) > 1})
        play.expect(not twice, f"{play.stage}: two buttons of one name: {twice}")
        headings = page.get_by_role("heading", level=1).count()
        play.expect(headings == 1, f"{play.stage}: {headings} first headings")

    def group(name: str) -> Any:
        return page.get_by_role("radiogroup", name=name, exact=True)

    for patient in range(PATIENTS):
        page.set_viewport_size(WIDE if patient % 2 else PHONE)
        told()
        stars = page.get_by_role("group", name="What drove your judgment?").get_by_role("checkbox")
        for at in range(min(4, stars.count())):
            stars.nth(at).focus()
            page.keyboard.press("Space")
        limit = page.get_by_role("status").filter(has_text="3 already")
        play.expect(stars.count() < 4 or limit.count() == 1, "the limit of stars is not announced")
        page.get_by_role("textbox", name="Your probability (%)").fill("35")
        group("How sure are you?").get_by_role("radio", name="Fairly sure").check()
        with play.step("the commitment", "revealed closed"):
            page.get_by_role("button", name="Commit my judgment").press("Enter")
        if play.stage == "revealed":
            told()
            heading = page.get_by_role("heading", level=1).inner_text()
            play.expect("you said 35" in heading, f"the heading says {heading!r}")
            final = page.get_by_role("textbox", name="Your final probability (%)")
            final.fill("99")
            use = page.get_by_role("status").filter(has_text=re.compile("Rely|Adjust|Override"))
            play.expect(use.count() == 1, "what the answer does with the advice is not announced")
            changed = group("Keep or change?").get_by_role("radio", name="Change it")
            play.expect(changed.is_checked(), "a number that differs is no change")
            modes = group("Which failure mode is at work?").get_by_role("radio")
            modes.last.check()
            with play.step("the decision", "closed"):
                page.get_by_role("button", name="Commit my decision").press("Enter")
        told()
        play.patients += 1
        if patient + 1 < PATIENTS:
            with play.step("the next patient", "shown"):
                page.get_by_role("button", name="Next patient").press("Enter")


def by_touch(play: Play) -> None:
    """A phone over a line of 400 ms and 400 kbit/s, read for four seconds a patient."""
    page = play.page

    def tap(selector: str) -> None:
        page.locator(selector).first.tap()

    for patient in range(PATIENTS):
        tap("[data-sets=p]")
        tap(".chip:has([name=certainty])")
        tap("label:has([name=drivers])")
        with play.step("the commitment", "revealed closed"):
            tap(".act .go")
        if play.stage == "revealed":
            tap("label:has([name=suspected])")
            with play.step("the decision", "closed"):
                tap(".act .go")
        wide = page.evaluate("() => document.documentElement.scrollWidth > innerWidth")
        play.expect(not wide, f"{play.stage} is wider than the screen")
        play.patients += 1
        if patient + 1 < PATIENTS:
            time.sleep(4)
            with play.step("the next patient", "shown"):
                tap(".act .go")


def slow(context: BrowserContext, page: Page) -> None:
    """The line of the third play."""
    wire = context.new_cdp_session(page)
    wire.send("Network.enable")
    line = {"latency": LATENCY, "downloadThroughput": BYTES_A_SECOND}
    sent = {"uploadThroughput": BYTES_A_SECOND, "offline": False}
    wire.send("Network.emulateNetworkConditions", line | sent)


def played(browser: Browser, bench: Bench, number: int, how: Callable[[Play], None]) -> Play:
    """One play by a new learner; each of another exercise."""
    touched = how is by_touch
    context = browser.new_context(
        viewport=PHONE if touched else WIDE, has_touch=touched, is_mobile=touched
    )
    page = context.new_page()
    name = {by_keyboard: "keyboard", by_names: "roles and names"}.get(how, "phone, slow line")
    play = Play(name, page, SOON_ON_A_SLOW_LINE if touched else SOON)
    page.on("pageerror", lambda error: play.expect(False, f"script: {error}"))
    if touched:
        slow(context, page)
    exercise = bench.library.exercises[number].key
    try:
        page.goto(f"http://127.0.0.1:{bench.port}/encounter/?exercise={exercise}")
        page.wait_for_selector("[data-stage=shown]")
        page.wait_for_load_state("networkidle")
        how(play)
    except Exception as error:  # noqa: BLE001 whatever stops a play is what is wrong with it
        play.expect(False, f"stopped: {str(error).splitlines()[0]}")
    context.close()
    return play


def measure(home: Path) -> list[Ratio]:
    """Three sets; faults and the slowest step of each."""
    bench = Bench(home)
    ratios: list[Ratio] = []
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=shutil.which("chromium") or None, args=ARGS
            )
            for number, how in enumerate((by_keyboard, by_names, by_touch)):
                play = played(browser, bench, number, how)
                print(play.line())
                for fault in play.faults:
                    print(f"  {fault}")
                complete = len(play.faults) + PATIENTS - play.patients
                ratios.append(Ratio(f"faults in a set: {play.name}", complete, 1, "", 0))
            browser.close()
    finally:
        bench.close()
    return ratios
