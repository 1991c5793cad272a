"""The units of the United States: one button, every stage, remembered; nothing moves."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser import playing
from tests.browser.server import Server

pytestmark = pytest.mark.browser
SI = re.compile(r"[\d.]+ mmol/L")
US = re.compile(r"\d+ mg/dL$")
PLACES = """() => [...document.querySelectorAll('.findings li, .findings span:not(.sr, .either *)')]
  .map(e => e.getBoundingClientRect()).map(r => [r.x, r.y + scrollY, r.width, r.height])"""


def finding(page: Page, name: str) -> Locator:
    """A row of the chart."""
    return page.locator(".asis").get_by_role("listitem").filter(has_text=re.compile(rf"^\s*{name}"))


def switch(page: Page) -> Locator:
    """The button, by its name."""
    return page.get_by_role("button", name="US units", exact=True)


@pytest.fixture
def shown(page: Page, server: Server, titles: dict[str, str]) -> Page:
    """A patient with pneumonia: glucose and urea."""
    playing.start(page, server.base, titles["pneumonia"])
    return page


def read_out(page: Page) -> str:
    """What a screen reader meets on the page."""
    return page.locator(".eq").aria_snapshot()


def test_the_keyboard_switches_every_finding_and_its_range(shown: Page) -> None:
    expect(switch(shown)).to_have_attribute("aria-pressed", "false")
    row = finding(shown, "Glucose")
    expect(row).to_have_text(re.compile(r"mmol/L[\s\S]*3\.9–7\.8"), use_inner_text=True)
    switch(shown).focus()
    shown.keyboard.press("Enter")
    expect(switch(shown)).to_have_attribute("aria-pressed", "true")
    expect(row).to_have_text(re.compile(r"\d+ mg/dL[\s\S]*70–141"), use_inner_text=True)
    # Sodium is in mmol/L everywhere.
    expect(finding(shown, "Sodium")).to_have_text(re.compile("mmol/L"), use_inner_text=True)
    assert len(set(SI.findall(read_out(shown)))) == 1
    shown.keyboard.press("Space")
    expect(row).to_have_text(re.compile("mmol/L"), use_inner_text=True)
    assert "mg/dL" not in read_out(shown)


def test_nothing_moves(shown: Page) -> None:
    before = shown.evaluate(PLACES)
    switch(shown).click()
    assert shown.evaluate(PLACES) == before


def test_the_choice_is_kept_through_every_stage_and_a_reload(shown: Page) -> None:
    switch(shown).click()
    shown.reload()
    expect(switch(shown)).to_have_attribute("aria-pressed", "true", timeout=playing.WAIT)
    revealed(shown)
    shown.locator("summary", has_text="As a table").click()
    algorithm = shown.get_by_role("region", name="The algorithm’s view")
    urea = algorithm.get_by_role("row", name="Urea")
    for unit, other in (("mg/dL (BUN)", "mmol/L"), ("mmol/L", "mg/dL")):
        expect(urea).to_have_accessible_name(re.compile(re.escape(unit)))
        expect(shown.locator(".bars")).not_to_have_accessible_name(re.compile(other))
        assert {unit} == {said.split(" ", 1)[1] for said in visible(algorithm)}
        switch(shown).click()
    playing.choose(shown)
    playing.decide(shown)
    expect(finding(shown, "Glucose").locator(".either").first).to_have_text(US, use_inner_text=True)
    assert all("mg/dL" in said for said in visible(shown.locator(".eq")) if " " in said)


def revealed(page: Page) -> None:
    """On to the first patient whom the algorithm has seen."""
    playing.judge(page)
    while playing.commit(page) != "revealed":
        playing.next_patient(page)
        playing.judge(page)


def visible(part: Locator) -> list[str]:
    """What is read of the findings with two units."""
    return part.locator(".either > span").filter(visible=True).all_inner_texts()
