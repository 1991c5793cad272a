"""One learner plays a set; each kind of page on the way is examined once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Literal
from zlib import crc32

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser import playing
from tests.browser.watch import Watch
from tests.browser.width import widest

REASON = "Looks unwell & <b>tired</b>"
Scheme = Literal["light", "dark"]
Colours = Literal["light", "dark", "forced"]
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"]
VARIANTS: tuple[tuple[int, Scheme], ...] = (
    (1280, "light"),
    (1280, "dark"),
    (390, "dark"),
    (390, "light"),
)
WIDTHS = (1280, 390)
NARROW = (390, 320)
CASE = ("shown", "revealed", "closed")
PAGES = (*CASE, "summary")
WHOLE, FIRST_TWO = 12, 2
FURTHER_PAGES = (
    "library",
    "shown with errors",
    "revealed, unflagged",
    "revealed with errors",
    "closed, unaided",
    "record",
    "notice",
    "nowhere",
)
FIELDS = "() => [...document.querySelectorAll('input[type=text]')].map(e => e.value)"
SCHEME = "() => matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'"
OPENED = """() => document.querySelectorAll("details:not([open])").forEach(d => {
  d.open = true; d.dataset.opened = ""; })"""
CLOSED = """() => document.querySelectorAll("details[data-opened]").forEach(d => {
  d.open = false; delete d.dataset.opened; })"""
CHOSEN = "() => [...document.querySelectorAll('input:checked')].map(e => e.name).sort()"


UNPINNED = """position => {
  for (const bar of document.querySelectorAll('.act, .casebar')) bar.style.position = position;
}"""


class Depth(IntEnum):
    """How far a set is played, and which pages are looked at.

    The first two patients, with the main pages as they are played; or the whole set, with the
    main pages in every variant, or with all pages.
    """

    AS_PLAYED = 1
    MAIN_PAGES = 2
    EVERY_PAGE = 3


@dataclass
class Stop:
    """A kind of page: faults by variant, widths when narrow, headings, what fields hold."""

    violations: dict[tuple[int, str], list[str]] = field(default_factory=dict)
    widths: dict[int, int] = field(default_factory=dict)
    headings: list[str] = field(default_factory=list)
    fields: list[str] = field(default_factory=list)
    chosen: list[str] = field(default_factory=list)
    text: str = ""
    first_headings: int = 0


@dataclass
class Tour:
    """What a set came to, as far as it was played."""

    title: str
    watch: Watch
    stops: dict[str, Stop] = field(default_factory=dict)
    stages: list[list[str]] = field(default_factory=list)
    record: str = ""


def looks_of(name: str) -> tuple[tuple[int, Colours], ...]:
    """Widths and colours in which the page ``name`` is looked at: at every width, in all colours.

    In the light at both widths. Dark and forced colours change colours alone: pages take turns at
    which width they are seen in them.
    """
    at = crc32(name.encode()) % 2
    light: tuple[tuple[int, Colours], ...] = tuple((width, "light") for width in WIDTHS)
    return (*light, (WIDTHS[at], "dark"), (WIDTHS[1 - at], "forced"))


def glance(page: Page) -> Stop:
    """Look at the page on the screen it is played on, and at its width on phones."""
    stop = _read(page)
    with _all_open(page) as (width, scheme):
        stop.violations[width, scheme] = violations(page)
        for narrow in NARROW:
            look(page, narrow, scheme)
            stop.widths[narrow] = widest(page)
    return stop


def examine(page: Page, name: str) -> Stop:
    """Look at the page ``name`` narrow and wide, light, dark and in forced colours."""
    stop = _read(page)
    with _all_open(page):
        for width, colours in looks_of(name):
            look(page, width, colours)
            stop.violations[width, colours] = violations(page, colours)
        for width in NARROW:
            look(page, width, "light")
            stop.widths[width] = widest(page)
    return stop


def _read(page: Page) -> Stop:
    return Stop(
        headings=page.get_by_role("heading").all_inner_texts(),
        fields=page.evaluate(FIELDS),
        chosen=page.evaluate(CHOSEN),
        text=page.locator(".eq").inner_text(),
        first_headings=page.get_by_role("heading", level=1).count(),
    )


@contextmanager
def _all_open(page: Page) -> Iterator[tuple[int, Scheme]]:
    """Unfold what can be unfolded; its width and scheme. Afterwards the page is as it was."""
    size, scheme = page.viewport_size, page.evaluate(SCHEME)
    assert size is not None
    page.evaluate(OPENED)
    yield size["width"], scheme
    look(page, size["width"], scheme)
    page.evaluate(CLOSED)


def look(page: Page, width: int, colours: Colours) -> None:
    """Show the page at a width and in some colours."""
    page.set_viewport_size({"width": width, "height": 850})
    forced = colours == "forced"
    page.emulate_media(
        color_scheme="light" if colours == "forced" else colours,
        forced_colors="active" if forced else "none",
    )


def violations(page: Page, colours: Colours = "light") -> list[str]:
    """What axe-core finds against WCAG 2.0, 2.1 and 2.2, levels A and AA.

    Of a page in other ``colours``, which changes nothing else, its rules of colour are asked.
    """
    if not page.evaluate("() => Boolean(window.axe)"):
        page.evaluate(Axe().axe_script)
    asked = {"type": "tag", "values": WCAG}
    if colours != "light":
        asked = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
    tags = {"runOnly": asked, "resultTypes": ["violations"]}
    # A target half behind a pinned bar is whole once it is scrolled to.
    page.evaluate(UNPINNED, "static")
    found = page.evaluate("tags => axe.run(document, tags).then(r => r.violations)", tags)
    page.evaluate(UNPINNED, "")
    return [
        f"{rule['id']}: {node['html'][:200]}: {node.get('failureSummary')}"
        for rule in found
        for node in rule["nodes"]
    ]


def play(page: Page, watch: Watch, exercise: str, title: str, depth: Depth) -> Tour:
    """From the library to the record, every kind of page looked at once as ``depth`` says."""
    patients = FIRST_TWO if depth is Depth.AS_PLAYED else WHOLE
    tour = Tour(title, watch)

    def at(name: str) -> None:
        if name not in tour.stops and (name in PAGES or depth is Depth.EVERY_PAGE):
            tour.stops[name] = (
                glance(page) if depth is Depth.AS_PLAYED else examine(page, f"{exercise}: {name}")
            )

    page.goto(f"{watch.base}/")
    expect(playing.heading(page, "Exercises")).to_be_visible(timeout=playing.WAIT)
    at("library")
    playing.start(page, watch.base, title)
    at("shown")
    _send_empty(page, "Commit my judgment")
    at("shown with errors")
    for case in range(patients):
        if case:
            playing.next_patient(page)
        tour.stages.append(_case(page, at, depth))
    if patients == WHOLE:
        playing.button(page, "That was the last patient. See your results").click()
        expect(playing.heading(page, "Your set, summed up")).to_be_visible(timeout=playing.WAIT)
        at("summary")
    playing.go_to(page, "My record")
    page.locator(".encounters li").first.wait_for(timeout=playing.WAIT)
    at("record")
    tour.record = page.locator("#content").inner_text()
    if depth is Depth.EVERY_PAGE:
        _refused(page, watch, at)
    return tour


def _refused(page: Page, watch: Watch, at: Callable[[str], None]) -> None:
    """The pages that say no."""
    page.goto(f"{watch.base}/encounter/?exercise=landmarks/nothing")
    expect(playing.heading(page, "That did not work")).to_be_visible(timeout=playing.WAIT)
    at("notice")
    complaints = len(watch.complaints)
    page.goto(f"{watch.base}/nothing")
    del watch.complaints[complaints:]  # the browser notes every 404 in the console
    at("nowhere")


def _case(page: Page, at: Callable[[str], None], depth: Depth) -> list[str]:
    stages = [playing.stage(page)]
    playing.judge(page, reason=REASON)
    stages.append(playing.commit(page))
    if stages[-1] == "closed":
        at("closed, unaided")
        return stages
    if depth is Depth.AS_PLAYED or page.locator(".tag").count():
        at("revealed")
    else:
        at("revealed, unflagged")
        _send_empty(page, "Commit my decision")
        at("revealed with errors")
    playing.choose(page)
    playing.decide(page)
    at("closed")
    return [*stages, playing.stage(page)]


def _send_empty(page: Page, name: str) -> None:
    playing.button(page, name).click()
    page.locator(".error").first.wait_for()
