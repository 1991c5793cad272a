"""Gradio takes the drawn page over in place; without an answer, a page loses nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from tests.browser import playing
from tests.browser.watch import Watch
from tests.web.serving import served
from tutor.services.accounts.identity import Identity
from tutor.services.encounters.library import Library
from tutor.store.database import Database, sqlite_url
from tutor.web.app import create_app

KEY = "small/throat"
TAKEN_OVER = "() => document.querySelector('gradio-app #page') !== null"
SHIFT = """window.shift = 0;
new PerformanceObserver((list) => { for (const entry of list.getEntries()) shift += entry.value; })
  .observe({ type: 'layout-shift', buffered: true });"""
SCRIPTS_AFTER_PAINT = """() => {
  const [painted] = performance.getEntriesByName('first-contentful-paint');
  const files = performance.getEntriesByType('resource');
  const scripts = files.filter((file) => /gradio.*js$/.test(file.name));
  return scripts.length > 0 && scripts.every((file) => file.startTime > painted.startTime);
}"""
LOST = "The server did not answer. What you entered is still here. Send it again."


@dataclass(frozen=True)
class Site:
    """Where the small pack is served, and its database."""

    base: str
    database: Database

    @property
    def first(self) -> str:
        """The way into the exercise."""
        return f"{self.base}/encounter/?exercise={KEY}"


class Gate:
    """Requests that wait until it is opened."""

    def __init__(self, page: Page, address: str) -> None:
        self._waiting: list[Route] = []
        self._is_open = False
        page.route(address, self._came)

    def _came(self, route: Route) -> None:
        if self._is_open:
            route.continue_()
        else:
            self._waiting.append(route)

    def open(self) -> None:
        """Let all of them on, and who comes later."""
        self._is_open = True
        for route in self._waiting:
            route.continue_()


@pytest.fixture(scope="module")
def site(library: Library, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    home: Path = tmp_path_factory.mktemp("takeover")
    database = Database(sqlite_url(home / "now.db"))
    with served(create_app(database, library, Identity("takeover", days=1))) as base:
        yield Site(base, database)
    database.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    made = browser.new_context(viewport={"width": 1280, "height": 800})
    yield made
    made.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


def test_the_patient_is_read_without_any_script(site: Site, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(site.first)
    expect(page.locator(".patient .story").first).to_be_visible()
    expect(playing.heading(page, "Your judgment")).to_be_visible()
    context.close()


def test_gradio_takes_the_page_over_without_moving_or_drawing_it_anew(
    site: Site, page: Page
) -> None:
    watch = Watch(site.base)
    watch.over(page.context)
    page = page.context.new_page()
    gate = Gate(page, "**/gradio/assets/**")
    page.add_init_script(SHIFT)
    page.goto(site.first, wait_until="domcontentloaded")
    page.get_by_label("Your probability (%)").fill("37")
    page.evaluate("document.querySelector('.eq').dataset.mine = 'yes'")
    before = page.locator(".patient").bounding_box()
    gate.open()
    page.wait_for_function(TAKEN_OVER)
    assert page.locator(".eq").get_attribute("data-mine") == "yes"
    assert page.locator(".patient").bounding_box() == before
    expect(page.get_by_label("Your probability (%)")).to_have_value("37")
    expect(page.get_by_label("Your probability (%)")).to_be_focused()
    assert page.evaluate("window.shift") <= 0.02
    assert page.evaluate(SCRIPTS_AFTER_PAINT)
    assert watch.complaints == []


def test_a_warm_page_is_one_request(site: Site, page: Page) -> None:
    page.goto(site.first)
    page.wait_for_function(TAKEN_OVER)
    wire = page.context.new_cdp_session(page)
    wire.send("Network.enable")
    sent: list[str] = []
    wire.on(
        "Network.loadingFinished",
        lambda e: sent.append(e["requestId"]) if e["encodedDataLength"] > 0 else None,
    )
    page.goto(f"{page.url}")
    page.wait_for_function(TAKEN_OVER)
    page.wait_for_load_state("networkidle")
    assert len(sent) <= 4


def test_what_a_page_asks_for_is_what_the_server_names_at_once(site: Site, page: Page) -> None:
    """A new Gradio that wants other files would ask for them one after another."""
    asked: list[str] = []
    page.on("request", lambda r: asked.append(r.url.removeprefix(site.base)))
    page.goto(site.first)
    page.wait_for_function(TAKEN_OVER)
    page.wait_for_load_state("networkidle")
    named = page.evaluate(
        "[...document.querySelectorAll('link[rel=modulepreload]')].map((l) => l.href)"
    )
    theirs = {url for url in asked if url.startswith("/gradio/")}
    assert theirs == {url.removeprefix(site.base) for url in named}
    assert [url for url in asked if url.endswith(".css") and "/gradio/" in url] == []


def test_what_is_sent_before_gradio_is_there_is_sent_when_it_is(site: Site, page: Page) -> None:
    gate = Gate(page, "**/gradio/assets/**")
    page.goto(site.first, wait_until="domcontentloaded")
    playing.judge(page)
    playing.button(page, "Commit my judgment").click()
    assert playing.stage(page) == "shown"
    gate.open()
    page.wait_for_selector("[data-stage=revealed], [data-stage=closed]")


def lost_once(page: Page, event: str) -> None:
    """The next answer to an event is lost, although the server has stored what it was sent."""

    def lose(route: Route) -> None:
        route.fetch()
        route.abort()

    page.route(f"**/run/{event}*", lose, times=1)


def test_a_lost_answer_is_said_in_our_words_and_sent_again_once(site: Site, page: Page) -> None:
    page.goto(site.first)
    page.wait_for_function(TAKEN_OVER)
    playing.judge(page, "61")
    lost_once(page, "commit")
    playing.button(page, "Commit my judgment").click()
    expect(page.get_by_role("alert")).to_have_text(LOST)
    expect(page.get_by_label("Your probability (%)")).to_have_value("61")
    assert page.locator(".toast-body:visible, .toast-wrap:visible").count() == 0
    attempt = playing.attempt(page)
    playing.button(page, "Send again").click()
    page.wait_for_selector("[data-stage=revealed], [data-stage=closed]")
    assert playing.attempt(page) == attempt


def test_the_patient_stays_the_same_element_when_the_algorithm_speaks(
    site: Site, page: Page
) -> None:
    page.goto(site.first)
    page.wait_for_function(TAKEN_OVER)
    playing.judge(page)
    page.evaluate("document.querySelector('[data-keep]').dataset.mine = 'yes'")
    playing.commit(page)
    assert page.locator("[data-keep]").first.get_attribute("data-mine") == "yes"


def test_the_next_patient_is_there_before_the_server_has_said_so(site: Site, page: Page) -> None:
    page.goto(site.first)
    page.wait_for_function(TAKEN_OVER)
    with page.expect_response("**/encounter/following*"):
        playing.finish(page)
    gate = Gate(page, "**/run/next*")
    playing.button(page, "Next patient").click()
    expect(page.locator("[data-stage=shown]")).to_have_count(1)
    playing.judge(page, "23")
    playing.button(page, "Commit my judgment").click()
    assert playing.stage(page) == "shown"
    gate.open()
    page.wait_for_selector("[data-stage=revealed], [data-stage=closed]")
    assert re.search(r"attempt=[\w-]{22}$", page.url)


def test_who_judges_a_patient_fetched_ahead_stays_in_the_field_when_another_page_comes(
    site: Site, page: Page
) -> None:
    def another(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, headers={**answer.headers, "x-seen": "another"})

    page.goto(site.first)
    page.wait_for_function(TAKEN_OVER)
    page.route("**/encounter/following*", another)
    with page.expect_response("**/encounter/following*"):
        playing.finish(page)
    gate = Gate(page, "**/run/next*")
    playing.button(page, "Next patient").click()
    field = page.get_by_label("Your probability (%)")
    field.fill("23")
    gate.open()
    page.wait_for_selector('[data-stage=shown]:not([data-attempt=""])')
    expect(field).to_be_focused()
    expect(field).to_have_value("23")


def test_a_start_that_was_lost_is_made_up_with_the_judgment(site: Site, page: Page) -> None:
    page.goto(site.first)
    page.wait_for_function(TAKEN_OVER)
    with page.expect_response("**/encounter/following*"):
        playing.finish(page)
    lost_once(page, "next")
    playing.button(page, "Next patient").click()
    expect(page.locator("[data-stage=shown]")).to_have_count(1)
    playing.judge(page, "23")
    playing.button(page, "Commit my judgment").click()
    again = playing.button(page, "Send again")
    if again.is_visible():
        again.click()
    page.wait_for_selector("[data-stage=revealed], [data-stage=closed]")


def test_the_title_follows_the_stage(site: Site, page: Page) -> None:
    page.goto(site.first)
    before = page.title()
    page.wait_for_function(TAKEN_OVER)
    playing.finish(page)
    assert page.title() != before
    assert page.title().endswith("· Equipoise")
