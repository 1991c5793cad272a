"""A page on a neighbouring host name, in a real browser, is never a visitor, nor they another."""

from __future__ import annotations

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import playing
from tests.web.conftest import Place
from tutor.services.accounts.identity import COOKIE

SEND = """async ([address, attempt]) => {
  const form = { probability: '60', certainty: '2', reason: 'Forged.' };
  const body = JSON.stringify({ data: [], event_data: { attempt, form } });
  const tried = { method: 'POST', credentials: 'include', body };
  const said = [];
  for (const more of [
    { headers: { 'content-type': 'application/json' } },
    { headers: { 'content-type': 'text/plain' } },
    { mode: 'no-cors' },
  ]) {
    said.push(await fetch(address, { ...tried, ...more }).then((r) => r.text(), () => 'refused'));
  }
  return said;
}"""
PLANT = """([cookie, path]) => {
  document.cookie = `${cookie}; Domain=example.test; Path=${path}; Max-Age=9999`;
}"""
READ = """(address) => fetch(address, { credentials: 'include' })
  .then((answer) => answer.text(), () => 'refused')"""


class Plain(BaseHTTPRequestHandler):
    """A page of one word."""

    def do_GET(self) -> None:
        """Answer."""
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"Hello.")

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def neighbour() -> Iterator[str]:
    """A page of somebody else's, at a host name beside ours."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Plain) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://evil.example.test:{server.server_port}/"
        server.shutdown()


def visiting(browser: Browser, place: Place) -> tuple[str, Page, str]:
    """A visitor at one of two neighbouring names: its address, their page and their attempt."""
    base = f"http://tutor.example.test:{urlsplit(place.base).port}"
    page = browser.new_context().new_page()
    page.goto(f"{base}/encounter/?exercise={place.exercise.key}")
    attempt = page.locator(".eq").get_attribute("data-attempt")
    assert attempt
    return base, page, attempt


@pytest.mark.browser
def test_a_page_on_a_neighbouring_host_name_neither_reads_nor_sends_as_the_visitor(
    browser: Browser, place: Place, neighbour: str
) -> None:
    base, page, attempt = visiting(browser, place)
    context = page.context
    evil = context.new_page()
    evil.goto(neighbour)
    event = f"{base}/gradio/gradio_api/run/commit"
    # Both names belong to one site, to which such a cookie is sent.
    assert context.cookies(base)[0]["sameSite"] == "Lax"
    assert evil.evaluate(SEND, [event, attempt]) == ["refused"] * 3
    assert evil.evaluate(READ, f"{base}/encounter/?attempt={attempt}") == "refused"
    assert place.rows("commitment", attempt) == 0
    # The visitor's own page still works at that name.
    playing.judge(page)
    playing.commit(page)
    assert place.rows("commitment", attempt) == 1
    context.close()


@pytest.mark.browser
@pytest.mark.parametrize("path", ["/", "/encounter"])
def test_a_cookie_that_a_neighbour_plants_makes_nobody_somebody_else(
    browser: Browser, place: Place, neighbour: str, path: str
) -> None:
    base, page, attempt = visiting(browser, place)
    context = page.context
    (own,) = context.cookies(base)
    with place.learner() as attacker:
        planted = f"{COOKIE}={attacker.cookie}"
    evil = context.new_page()
    evil.goto(neighbour)
    evil.evaluate(PLANT, [planted, path])
    here = f"{base}/encounter/?attempt={attempt}"
    assert len(context.cookies(here)) == 2
    page.goto(here)
    expect(page.get_by_role("alert")).to_contain_text("two cookies of Equipoise")
    # The planted one is deleted, and the visitor's place is there as it was.
    assert [one["value"] for one in context.cookies(here)] == [own["value"]]
    page.get_by_role("link", name="Reload this page").click()
    expect(page.locator(".eq")).to_have_attribute("data-attempt", str(attempt))
    context.close()
