"""An author at work: a page beside an editor, found by names, followed without a hand on it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Error, Page, Route, expect

from tests.browser.playing import WAIT, attempt, button, heading, judge
from tests.browser.test_keyboard import focus, tab_to
from tests.browser.tour import look, looks_of, violations
from tests.browser.watch import Watch
from tests.browser.width import widest
from tests.content.packs import replace
from tests.web.serving import served
from tutor.services.authoring.preview import Preview
from tutor.store.database import Database
from tutor.web.author.app import create_preview

pytestmark = [pytest.mark.browser, pytest.mark.long]
INTRO = "exercises/throat/intro.md"
MANIFEST = "exercises/throat/exercise.toml"
FIRST = "Open the next case (algorithm right, bacterial)"
BUILT = 120_000


@dataclass(frozen=True)
class Desk:
    """A pack to edit, and the browser beside it."""

    root: Path
    base: str
    page: Page
    watch: Watch

    def save(self, file: str, old: str, new: str) -> None:
        """Edit a file of the pack."""
        replace(self.root / file, old, new)


@pytest.fixture
def measuring(
    browser: Browser, draft: Path, preview: Preview, sqlite_database: Database
) -> Iterator[Desk]:
    """The author's panel, open in a browser, following what is saved."""
    with served(create_preview(preview, sqlite_database)) as base:
        preview.follow()
        context = browser.new_context(viewport={"width": 1280, "height": 850})
        context.set_default_timeout(WAIT)
        watch = Watch(base)
        watch.over(context)
        page = context.new_page()
        page.goto(f"{base}/author/")
        yield Desk(draft, base, page, watch)
        context.close()


@pytest.fixture
def desk(claims_unmeasured: None, measuring: Desk) -> Desk:
    """The same, where no claim is measured meanwhile."""
    return measuring


def opened(desk: Desk, until: str = "The patient", name: str = FIRST) -> Page:
    """A case, opened from the panel."""
    desk.page.get_by_role("radiogroup", name="Open it at").get_by_role("radio", name=until).check()
    button(desk.page, name).click()
    desk.page.locator("[data-stage]").wait_for()
    return desk.page


def test_a_saved_text_appears_in_the_open_page_with_its_patient(desk: Desk) -> None:
    page = opened(desk)
    before = attempt(page)
    desk.save(INTRO, "**many** causes", "a new sentence")
    expect(page.get_by_text("a new sentence")).to_be_visible(timeout=WAIT)
    assert attempt(page) == before


def test_a_text_saved_before_the_page_first_looks_appears(desk: Desk) -> None:
    waiting: list[Route] = []
    desk.page.route("**/author/version", lambda route: waiting.append(route))
    page = opened(desk)
    page.wait_for_function("() => document.querySelector('gradio-app #page') !== null")
    desk.save(INTRO, "**many** causes", "a new sentence")
    page.wait_for_timeout(1500)  # until it has been read: nobody tells this page of it
    page.unroute("**/author/version")
    for route in waiting:
        with suppress(Error):  # those of the panel have gone with it
            route.continue_()
    expect(page.get_by_text("a new sentence")).to_be_visible(timeout=WAIT)


def test_what_was_typed_outlives_a_saved_text(desk: Desk) -> None:
    page = opened(desk)
    judge(page, "35", "Because it hurts")
    desk.save(INTRO, "**many** causes", "a new sentence")
    expect(page.get_by_text("a new sentence")).to_be_visible(timeout=WAIT)
    expect(page.get_by_label("Your probability (%)")).to_have_value("35")
    expect(page.get_by_label("Your reasons")).to_have_value("Because it hurts")


def test_a_broken_save_is_told_on_the_page_and_led_to_where_it_is(desk: Desk) -> None:
    page = opened(desk)
    desk.save(MANIFEST, 'title = "The', "title = The")
    strip = page.get_by_role("complementary", name="Preview")
    expect(strip.get_by_role("status")).to_contain_text("The last good version is shown")
    expect(heading(page, "The patient")).to_be_visible()
    strip.get_by_role("link", name="Author’s panel").click()
    expect(heading(page, "To correct")).to_be_visible()
    expect(page.get_by_text(MANIFEST)).to_be_visible()
    desk.save(MANIFEST, "title = The", 'title = "The')
    expect(page.get_by_text("Shown as saved.")).to_be_visible(timeout=WAIT)
    expect(heading(page, "To correct")).to_have_count(0)


def test_changed_code_is_built_while_the_page_stays_and_then_follows(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As an author's builds begin: long enough to be seen.
    monkeypatch.setattr("tutor.lab.process_pool.START", "spawn")
    page = opened(desk)
    before = attempt(page)
    desk.save("models/throat/model.py", "with a sore throat", "whose throat is sore")
    # Both at one moment: a quick build may follow before a second look.
    page.wait_for_function(
        """() => document.querySelector('aside [role=status]')?.innerText.includes('Building')
          && document.querySelector('p.story')?.innerText.includes('with a sore throat')"""
    )
    story = page.locator("p.story")
    expect(story.filter(has_text="whose throat is sore")).to_be_visible(timeout=BUILT)
    assert attempt(page) != before


def test_the_panel_follows_the_seeds_by_itself(measuring: Desk) -> None:
    expect(measuring.page.get_by_text("holds on every seed").first).to_be_visible(timeout=BUILT)


def test_a_case_is_opened_at_what_was_true_by_the_keyboard_alone(desk: Desk) -> None:
    tab_to(desk.page, field="until")
    for _ in range(2):
        desk.page.keyboard.press("ArrowRight")
    met = tab_to(desk.page, name="Open the next case")
    assert [stop for stop in met if not stop.outlined] == []
    desk.page.keyboard.press("Enter")
    expect(heading(desk.page, "What was true")).to_be_visible(timeout=WAIT)


def test_the_panel_skips_to_its_content(desk: Desk) -> None:
    desk.page.keyboard.press("Tab")
    assert focus(desk.page).name == "Skip to the content"


@pytest.mark.parametrize("until", ["", "The patient", "What was true"])
def test_axe_finds_nothing_and_nothing_is_wider_than_a_phone(until: str, desk: Desk) -> None:
    """Of the panel with a problem in it, and of a learner's page with the strip below it."""
    if until:
        opened(desk, until)
    desk.save(MANIFEST, "minutes = 5", "minutes = ")
    expect(desk.page.get_by_text("The last good version is shown").first).to_be_visible()
    faults: dict[Any, Any] = {}
    for width, colours in looks_of(until):
        look(desk.page, width, colours)
        wide = widest(desk.page)
        if (found := violations(desk.page, colours)) or wide > width:
            faults[width, colours] = (found, wide)
    assert faults == {}


def test_no_page_complains_or_calls_outside(desk: Desk) -> None:
    page = opened(desk)
    desk.save(INTRO, "**many** causes", "a new sentence")
    expect(page.get_by_text("a new sentence")).to_be_visible(timeout=WAIT)
    assert desk.watch.complaints == []
    assert desk.watch.outside == []
