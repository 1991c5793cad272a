"""One encounter without a mouse: Tab, Space, Enter; the focus goes where something appeared."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from tests.browser import playing
from tests.browser.server import Server

pytestmark = pytest.mark.browser
FOCUS = """() => {
  const e = document.activeElement;
  const drawn = e.matches('.chip input, .switch input') ? e.nextElementSibling
    : e.closest('label.row, label.mode') ?? e;
  const name = e.labels?.[0]?.innerText || e.innerText || '';
  return {
    tag: e.tagName, field: e.name || '', name: name.trim(),
    outlined: getComputedStyle(drawn).outlineStyle !== 'none',
  };
}"""


@dataclass(frozen=True)
class Focus:
    """What has the focus."""

    tag: str
    field: str
    name: str
    outlined: bool


def focus(page: Page) -> Focus:
    """What has the focus now."""
    return Focus(**page.evaluate(FOCUS))


def expect_focus(page: Page, test: str) -> None:
    """Wait until ``test``, a script about ``e``, holds of what has the focus."""
    page.wait_for_function(f"() => {{ const e = document.activeElement; return {test} }}")


def tab_to(page: Page, *, field: str = "", name: str = "") -> list[Focus]:
    """Press Tab until the field or name has the focus; everything met on the way."""
    met: list[Focus] = []
    for _ in range(60):
        page.keyboard.press("Tab")
        met.append(focus(page))
        if (field and met[-1].field == field) or (name and met[-1].name.startswith(name)):
            return met
    raise AssertionError(f"Tab does not reach {field or name}; it met {[m.name for m in met]}")


@pytest.fixture
def title(titles: dict[str, str]) -> str:
    """The exercise that is played."""
    return titles["pneumonia"]


@pytest.fixture
def shown(page: Page, server: Server, title: str) -> Page:
    """The first patient, reached from the library by keyboard."""
    page.goto(f"{server.base}/")
    expect(playing.heading(page, "Exercises")).to_be_visible(timeout=playing.WAIT)
    tab_to(page, name=f"Start: {title}")
    page.keyboard.press("Enter")
    expect(playing.heading(page, "The patient")).to_be_visible(timeout=playing.WAIT)
    playing.listening(page)
    return page


def judge(page: Page) -> list[Focus]:
    """Fill in the first form by keyboard, up to the button."""
    met = tab_to(page, field="drivers")
    page.keyboard.press("Space")
    met += tab_to(page, field="probability")
    page.keyboard.type("60")
    met += tab_to(page, field="certainty")
    page.keyboard.press("Space")
    met += tab_to(page, name="Add a reason")
    page.keyboard.press("Enter")
    met += tab_to(page, field="reason")
    page.keyboard.type("Old and confused")
    return met + tab_to(page, name="Commit my judgment")


@pytest.fixture
def revealed(shown: Page) -> Page:
    """The algorithm's view, reached by keyboard."""
    judge(shown)
    shown.keyboard.press("Enter")
    expect(playing.heading(shown, "The algorithm’s view")).to_be_visible(timeout=playing.WAIT)
    return shown


@pytest.fixture
def closed(revealed: Page) -> Page:
    """What was true, reached by keyboard."""
    tab_to(revealed, field="suspected")
    revealed.keyboard.press("Space")
    tab_to(revealed, field="keep")
    revealed.keyboard.press("ArrowRight")
    expect_focus(revealed, "e.name === 'final'")
    revealed.keyboard.type("70")
    tab_to(revealed, name="Commit my decision")
    revealed.keyboard.press("Enter")
    expect(playing.heading(revealed, "What was true")).to_be_visible(timeout=playing.WAIT)
    return revealed


def test_the_first_stop_skips_to_the_content(page: Page, server: Server) -> None:
    page.goto(f"{server.base}/")
    expect(playing.heading(page, "Exercises")).to_be_visible(timeout=playing.WAIT)
    page.keyboard.press("Tab")
    assert focus(page).name == "Skip to the content"
    page.keyboard.press("Enter")
    expect(page.locator("#content")).to_be_focused()


def test_the_focus_goes_through_the_form_in_the_order_it_is_read(shown: Page) -> None:
    fields = [f.field for f in judge(shown) if f.field]
    order = list(dict.fromkeys(fields))
    assert order == ["drivers", "probability", "certainty", "reason"]


def test_whatever_has_the_focus_is_outlined(shown: Page) -> None:
    assert [f for f in judge(shown) if not f.outlined] == []


def test_arrows_choose_within_a_group(shown: Page) -> None:
    tab_to(shown, field="certainty")
    shown.keyboard.press("ArrowRight")
    expect(shown.get_by_role("radio", name="Fairly sure")).to_be_checked()


def test_an_error_takes_the_focus_to_its_field(shown: Page) -> None:
    tab_to(shown, name="Commit my judgment")
    shown.keyboard.press("Enter")
    expect_focus(shown, "e.name === 'probability'")


@pytest.mark.parametrize("width", [1280, 390])
def test_an_error_comes_into_view(width: int, shown: Page) -> None:
    shown.set_viewport_size({"width": width, "height": 700})
    playing.button(shown, "Commit my judgment").click()
    expect(shown.get_by_text("Type your probability")).to_be_in_viewport()


def test_a_field_with_an_error_is_described_by_it(shown: Page) -> None:
    playing.button(shown, "Commit my judgment").click()
    field = shown.get_by_label("Your probability (%)")
    expect(field).to_have_attribute("aria-invalid", "true")
    assert "e-probability" in (field.get_attribute("aria-describedby") or "")


def test_a_missing_choice_takes_the_focus_into_its_group(shown: Page) -> None:
    tab_to(shown, field="probability")
    shown.keyboard.type("60")
    shown.keyboard.press("Enter")
    expect_focus(shown, "e.name === 'certainty'")


def test_a_fourth_star_is_taken_back_and_said_and_stays_within_reach(shown: Page) -> None:
    boxes = playing.drivers(shown)
    for at in range(3):
        boxes.nth(at).check()
    boxes.nth(3).click()
    expect(boxes.nth(3)).not_to_be_checked()
    expect(boxes.nth(3)).to_be_enabled()
    limit = shown.get_by_role("status").filter(has_text="You have starred 3 already")
    expect(limit).to_have_count(1)
    boxes.nth(0).uncheck()
    boxes.nth(3).check()
    expect(limit).to_have_count(0)


def test_digits_letters_and_enter_do_the_work(shown: Page) -> None:
    shown.evaluate("() => document.activeElement.blur()")
    shown.keyboard.type("45")
    expect(shown.get_by_label("Your probability (%)")).to_have_value("45")
    shown.keyboard.press("Enter")
    expect_focus(shown, "e.name === 'certainty'")
    shown.keyboard.press("2")
    expect(shown.get_by_role("radio", name="Fairly sure")).to_be_checked()
    shown.keyboard.press("Enter")
    shown.wait_for_selector("[data-stage=revealed]")


def test_a_number_that_differs_is_a_change_and_the_first_one_is_kept_again(revealed: Page) -> None:
    keep, change = (
        revealed.get_by_role("radiogroup", name=playing.KEEP).get_by_role("radio", name=name)
        for name in ("Keep 60", "Change it")
    )
    final = revealed.get_by_label("Your final probability (%)")
    expect(final).to_have_value("60")
    expect(keep).to_be_checked()
    final.fill("99")
    expect(change).to_be_checked()
    keep.check()
    expect(final).to_have_value("60")


def test_the_reveal_takes_the_focus(revealed: Page) -> None:
    expect_focus(revealed, "e.tagName === 'H1' && /you said 60\\u202f%$/.test(e.innerText)")


def test_the_truth_takes_the_focus(closed: Page) -> None:
    expect_focus(closed, "e.tagName === 'H1'")


def test_the_next_patient_takes_the_focus(closed: Page) -> None:
    before = playing.attempt(closed)
    tab_to(closed, name="Next patient")
    closed.keyboard.press("Enter")
    closed.wait_for_selector("[data-stage=shown]")
    expect_focus(closed, "e.tagName === 'H1'")
    assert playing.attempt(closed) != before
