"""Nothing is lost: reloads, the back button, another tab, a server that crashes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser import playing
from tests.browser.conftest import OpenPage
from tests.browser.server import Server

pytestmark = pytest.mark.browser
EXERCISE = "pneumonia"


@pytest.fixture
def title(titles: dict[str, str]) -> str:
    """The exercise that these tests play: the one without pictures."""
    return titles[EXERCISE]


@pytest.fixture
def shown(page: Page, server: Server, title: str) -> Page:
    """A learner before their first patient."""
    playing.start(page, server.base, title)
    return page


def bring_to(page: Page, stage: str) -> None:
    """From Shown on to ``stage``."""
    if stage != "shown":
        playing.judge(page)
        playing.commit(page)
    if stage == "closed":
        playing.choose(page)
        playing.decide(page)


def expect_stage(page: Page, stage: str) -> None:
    """Wait until the page shows ``stage``."""
    expect(page.locator(".eq")).to_have_attribute("data-stage", stage, timeout=playing.WAIT)


@pytest.mark.parametrize("stage", ["shown", "revealed", "closed"])
def test_a_reload_comes_back_to_the_same_stage(stage: str, shown: Page) -> None:
    bring_to(shown, stage)
    before = playing.attempt(shown)
    shown.reload()
    expect_stage(shown, stage)
    assert playing.attempt(shown) == before


def test_the_library_offers_to_continue(shown: Page, server: Server, title: str) -> None:
    before = playing.attempt(shown)
    shown.goto(f"{server.base}/")
    shown.get_by_role("link", name=f"Continue: {title}", exact=True).click()
    expect_stage(shown, "shown")
    assert playing.attempt(shown) == before


def test_a_draft_outlives_a_reload(shown: Page) -> None:
    playing.judge(shown, "37", "Breathing hard")
    shown.reload()
    expect_stage(shown, "shown")
    expect(shown.get_by_label("Your probability (%)")).to_have_value("37")
    expect(shown.get_by_label("Your reasons")).to_have_value("Breathing hard")
    expect(shown.get_by_role("radio", name="Fairly sure")).to_be_checked()
    assert shown.get_by_role("checkbox", checked=True).count() == 2


def test_a_draft_does_not_reach_the_next_patient(shown: Page) -> None:
    bring_to(shown, "closed")
    playing.next_patient(shown)
    expect(shown.get_by_label("Your probability (%)")).to_have_value("")


def test_back_shows_the_last_patient_closed_and_forward_this_one(shown: Page) -> None:
    bring_to(shown, "closed")
    first = playing.attempt(shown)
    playing.next_patient(shown)
    shown.go_back()
    expect_stage(shown, "closed")
    assert playing.attempt(shown) == first
    shown.go_forward()
    expect_stage(shown, "shown")


def test_back_out_of_a_reveal_and_forward_again_finds_the_reveal(shown: Page) -> None:
    bring_to(shown, "revealed")
    shown.go_back()
    expect(playing.heading(shown, "Exercises")).to_be_visible(timeout=playing.WAIT)
    shown.go_forward()
    expect_stage(shown, "revealed")


def test_a_second_tab_that_commits_late_sees_the_first_ones_commitment(shown: Page) -> None:
    other = shown.context.new_page()
    other.goto(shown.url)
    expect_stage(other, "shown")
    playing.judge(shown, "81")
    playing.commit(shown)
    playing.judge(other, "12")
    playing.commit(other)
    expect(other.get_by_role("img", name="you 81 percent")).to_be_visible()


@pytest.fixture(scope="module")
def own_server(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server to be crashed, with a database of its own over the same bundles."""
    place = tmp_path_factory.mktemp("fragile")
    (place / "bundles").symlink_to(home / "bundles")
    running = Server(place)
    yield running
    running.kill()


@pytest.fixture
def fragile(own_server: Server) -> Server:
    """That server, up; the test before may have left it down."""
    own_server.start()
    return own_server


@pytest.fixture
def fragile_page(open_page: OpenPage, fragile: Server, title: str) -> Iterator[Page]:
    """A learner at that server who has judged the first patient and not committed."""
    page, _ = open_page(base=fragile.base)
    playing.start(page, fragile.base, title)
    playing.judge(page, "44")
    yield page
    page.context.close()


def restart(server: Server) -> None:
    """The server crashes, and another is started over the same home."""
    server.kill()
    server.start()


def test_after_a_crash_of_the_server_a_reload_resumes(fragile: Server, fragile_page: Page) -> None:
    bring_to(fragile_page, "revealed")
    before = playing.attempt(fragile_page)
    restart(fragile)
    fragile_page.reload()
    expect_stage(fragile_page, "revealed")
    assert playing.attempt(fragile_page) == before


def test_after_a_crash_of_the_server_a_page_left_open_goes_on(
    fragile: Server, fragile_page: Page
) -> None:
    restart(fragile)
    assert playing.commit(fragile_page) == "revealed"


def test_while_the_server_is_away_the_page_says_so_and_keeps_what_was_typed(
    fragile: Server, fragile_page: Page
) -> None:
    fragile.kill()
    fragile_page.clock.install()
    with fragile_page.expect_event("requestfailed"):  # the page's clock begins with the request
        playing.button(fragile_page, "Commit my judgment").click()
    fragile_page.clock.fast_forward(20_000)
    expect(fragile_page.get_by_text("The server did not answer")).to_be_visible()
    expect(fragile_page.get_by_label("Your probability (%)")).to_have_value("44")
