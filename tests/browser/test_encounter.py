"""One patient on one screen: what stays, what is pinned, what opens, and what is kept."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from benchmarks.phone import SEEN
from tests.browser import playing
from tests.browser.conftest import OpenPage
from tests.browser.server import Server
from tests.browser.tour import violations
from tests.browser.width import widest

pytestmark = [pytest.mark.browser, pytest.mark.long]
WIDE, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
STAGES = ("shown", "revealed", "closed")
BOXES = """() => Object.fromEntries(['.patient', '.ask', '.stage', '.act'].map((name) => {
  const { x, y, right, bottom } = document.querySelector(name).getBoundingClientRect();
  return [name.slice(1), { x, y, right, bottom }];
}))"""
SCROLLS = """() => [document.documentElement, ...document.querySelectorAll('.pane:not(.patient)')]
  .filter((e) => e.scrollHeight > e.clientHeight).map((e) => e.className)"""
# Beside the chart's; a whole case may cost 350, as `python -m benchmarks phone` counts.
MOST_WORDS = {"shown": 95, "revealed": 150}
CLIPPED = """() => [...document.querySelectorAll('.act button, .act label, h1')]
  .filter((e) => e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).clipPath === 'none')
  .map((e) => e.innerText)"""


@pytest.fixture(scope="module")
def stages(open_page: OpenPage, server: Server, titles: dict[str, str]) -> Iterator[dict[str, str]]:
    """A learner's addresses: two patients closed, one revealed, one shown, with a picture each."""
    page, _ = open_page()
    found: dict[str, str] = {}
    playing.start(page, server.base, titles["dermoscopy"])
    while set(found) != set(STAGES):
        if "closed" in found and "revealed" not in found:
            playing.judge(page)
            if playing.commit(page) == "revealed":
                found["revealed"] = page.url
                break
        else:
            playing.finish(page)
            if page.locator("[name=twin]").count():
                found["closed"] = page.url
        playing.next_patient(page)
    playing.start(page, server.base, titles["skin_tone"])
    playing.finish(page)
    playing.next_patient(page)
    found["shown"] = page.url
    found["_"] = str(page.context.browser is not None)
    stages_page[server.base] = page
    yield found
    page.context.close()


stages_page: dict[str, Page] = {}


@pytest.fixture
def at(stages: dict[str, str], server: Server, request: pytest.FixtureRequest) -> Page:
    """That learner's page at the stage that a test names."""
    page = stages_page[server.base]
    page.set_viewport_size(WIDE)
    page.emulate_media(color_scheme="light", forced_colors="none")
    page.goto(stages[request.param])
    expect(page.locator(".eq")).to_have_attribute("data-stage", request.param, timeout=playing.WAIT)
    playing.listening(page)
    return page


every_stage = pytest.mark.parametrize("at", STAGES, indirect=True)


@every_stage
def test_at_1280_by_800_three_columns_stand_side_by_side_and_the_page_does_not_scroll(
    at: Page,
) -> None:
    boxes = at.evaluate(BOXES)
    assert boxes["patient"]["right"] <= boxes["ask"]["x"]
    assert boxes["stage"]["right"] <= boxes["act"]["x"]
    assert not at.evaluate(SCROLLS)


@every_stage
def test_on_a_phone_the_action_is_pinned_to_the_foot_of_the_screen(at: Page) -> None:
    at.set_viewport_size(PHONE)
    for position in (0, 10_000):
        at.evaluate("y => scrollTo(0, y)", position)
        button = at.locator(".act .go")
        expect(button).to_be_in_viewport(ratio=1)
    assert at.evaluate(BOXES)["act"]["bottom"] <= PHONE["height"]


@pytest.mark.parametrize("at", MOST_WORDS, indirect=True)
def test_after_the_first_patient_few_words_are_left_on_a_phone(at: Page) -> None:
    at.set_viewport_size(PHONE)
    seen = at.evaluate(SEEN)
    assert seen["all"] - seen["chart"] <= MOST_WORDS[playing.stage(at)]


@every_stage
def test_with_text_at_200_percent_nothing_is_cut_or_wider_than_the_screen(at: Page) -> None:
    at.add_style_tag(content="html { font-size: 200% !important }")
    for size in (WIDE, PHONE):
        at.set_viewport_size(size)
        assert widest(at) <= size["width"]
        assert at.evaluate(CLIPPED) == []


@every_stage
@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["1280", "390"])
def test_in_forced_colours_axe_finds_nothing(at: Page, size: dict[str, int]) -> None:
    at.set_viewport_size(size)
    at.emulate_media(forced_colors="active")
    assert violations(at) == []


@pytest.mark.parametrize("at", ["revealed"], indirect=True)
def test_on_a_phone_the_patient_is_a_strip_that_opens_on_touch(at: Page) -> None:
    at.set_viewport_size(PHONE)
    chart = at.locator(".asis .findings")
    expect(chart).to_be_hidden()
    strip = at.get_by_role("button", name="Picture and chart")
    strip.click()
    expect(chart).to_be_visible()
    expect(strip).to_have_attribute("aria-expanded", "true")


@pytest.mark.parametrize("at", ["shown"], indirect=True)
def test_z_enlarges_the_picture_and_escape_returns_to_where_one_was(at: Page) -> None:
    at.keyboard.press("z")
    dialog = at.get_by_role("dialog", name="The picture, enlarged")
    expect(dialog.get_by_role("button", name="Close")).to_be_focused()
    picture = dialog.locator(".sheet svg")
    before = picture.bounding_box()
    at.keyboard.press("+")
    after = picture.bounding_box()
    assert before is not None
    assert after is not None
    assert after["width"] > 1.2 * before["width"]
    assert violations(at) == []
    at.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(at.get_by_role("button", name="Enlarge")).to_be_focused()


@pytest.mark.parametrize("at", ["closed"], indirect=True)
def test_the_patients_pane_switches_to_the_one_with_one_thing_changed(at: Page) -> None:
    switch = at.get_by_role("radiogroup", name="Which patient is shown")
    expect(at.locator(".asis .story")).to_be_visible()
    switch.get_by_role("radio").nth(1).check()
    expect(at.locator(".asis .story")).to_be_hidden()
    changed = at.locator(".twin .differs")
    expect(changed.first).to_contain_text("was ")
    assert violations(at) == []


@pytest.mark.parametrize("at", ["closed"], indirect=True)
def test_a_kept_patient_is_found_in_the_record(at: Page) -> None:
    keep = playing.button(at, "Keep this patient")
    keep.click()
    expect(keep).to_have_attribute("aria-pressed", "true")
    expect(keep).to_be_focused()
    truth = at.get_by_role("heading", level=1).inner_text()
    playing.go_to(at, "My record")
    rows = at.locator(".archive li")
    rows.first.wait_for(timeout=playing.WAIT)
    everyone = rows.count()
    at.get_by_label("Only those I keep").check()
    expect(rows.filter(visible=True)).to_have_count(1)
    expect(at.get_by_role("status").filter(has_text="One patient found.")).to_have_count(1)
    expect(rows.filter(visible=True)).to_contain_text(truth)
    at.get_by_label("Only those I keep").uncheck()
    at.get_by_label("Find a patient").fill("no such words")
    expect(at.get_by_role("status").filter(has_text="No patients found.")).to_have_count(1)
    at.get_by_label("Find a patient").fill("ink around")
    expect(rows.filter(visible=True)).to_have_count(everyone - 1)  # one is of another exercise


def test_a_strip_can_be_looked_at_as_it_lies_on_the_paper(
    page: Page, server: Server, titles: dict[str, str]
) -> None:
    playing.start(page, server.base, titles["ecg"])
    playing.button(page, "Enlarge").click()
    dialog = page.get_by_role("dialog", name="The picture, enlarged")
    dialog.get_by_role("button", name="True size").click()
    drawn = dialog.locator(".sheet svg").bounding_box()
    assert drawn is not None
    assert abs(drawn["width"] - 135 * 96 / 25.4) < 1
