"""What stands on every page, and what is one touch away: that patients are synthetic; sources."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.playing import WAIT
from tests.browser.width import widest
from tests.conftest import SECRET
from tests.services.school import Clock, found
from tests.walk.doors import VIEWS
from tests.walk.scene import Scene, furnish
from tests.web.serving import served
from tutor.content.pack import Exercise
from tutor.services.accounts.identity import COOKIE, Identity
from tutor.services.encounters.library import Library
from tutor.store.database import Database, sqlite_url
from tutor.web import words
from tutor.web.app import create_app

pytestmark = [pytest.mark.browser, pytest.mark.long]
# Who is asked to open a view, if they may.
WHO = ("Cy", "instructor", "administrator", "nobody")
FURTHER = {
    "the library": ("nobody", "/"),
    "a link that works once": ("nobody", "/signin/?token={token}"),
    "shown": ("Cy", "/encounter/?attempt={opened}"),
    "revealed": ("Cy", "/encounter/?attempt={revealed}"),
    "closed": ("Cy", "/encounter/?attempt={attempt}"),
    "stored": ("Cy", "/encounter/?attempt={withheld}"),
    "the record": ("Cy", "/record/"),
    "a set summed up": ("Cy", "/record/?set={set}"),
    "behind a figure": ("Cy", "/my/?view=report&of=all"),
    "somebody else's": ("guest", "/encounter/?attempt={attempt}"),
    "no such exercise": ("Cy", "/encounter/?exercise=small/nothing"),
    "no such view": ("Cy", "/my/?view=nothing"),
    "no such address": ("nobody", "/nothing"),
    "a file for others": ("guest", "/download/grades?assignment={work}"),
}


@pytest.fixture(scope="module")
def scene(
    library: Library, exercise: Exercise, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Scene]:
    """A class with everything in it, over the small pack."""
    folder = tmp_path_factory.mktemp("lines")
    database = Database(sqlite_url(folder / "now.db"))
    app = create_app(database, library, Identity(SECRET, days=30))
    made = furnish(
        found(app.state.services, Clock(), exercise.key), folder / "now.db", folder / "kept.db"
    )
    with served(app) as made.base:
        yield made
    database.close()


@pytest.fixture
def opened(browser: Browser, scene: Scene) -> Iterator[Any]:
    """Opens an address as somebody, on a phone that is touched."""
    contexts = []

    def at(who: str, address: str) -> Page:
        context = browser.new_context(viewport={"width": 390, "height": 850}, has_touch=True)
        contexts.append(context)
        caller = scene.people[who].caller
        if caller.learner:
            epoch = caller.account.epoch if caller.account else None
            signed = scene.services.identity.sign(caller.learner, epoch)
            context.add_cookies([{"name": COOKIE, "value": signed, "url": scene.base}])
        page = context.new_page()
        page.goto(scene.base + address.format(**scene.ids))
        expect(page.get_by_role("heading", level=1)).to_be_visible(timeout=WAIT)
        return page

    yield at
    for context in contexts:
        context.close()


def address_of(scene: Scene, view: str) -> tuple[str, str]:
    """Somebody who may open a view, and where it is."""
    door = VIEWS[view]
    may = [w for w in WHO if all(need.met_by(scene.people[w]) for need in door.needs)]
    here, _, _ = door.said(scene)
    return may[0], f"{view.partition('?')[0]}/?{urlencode(here)}"


def ends_with_the_line(page: Page) -> None:
    """That the page says what its patients and algorithms are, at its foot."""
    line = page.locator("footer").get_by_text(words.DISCLAIMER, exact=True)
    expect(line).to_be_visible(timeout=WAIT)


# Tables, or what they scroll in, that stand out of their card; the selected tab, if it is cut off.
OUTSIDE = """() => {
  const found = [];
  for (const table of document.querySelectorAll('.card table')) {
    const card = table.closest('.card');
    let box = table;
    while (box !== card && !['auto', 'scroll'].includes(getComputedStyle(box).overflowX))
      box = box.parentElement;
    if (box === card) box = table;
    if (box.getBoundingClientRect().right > card.getBoundingClientRect().right + 1)
      found.push(`a table of “${card.innerText.slice(0, 40)}”`);
  }
  const tab = document.querySelector('[role=tab][aria-selected=true]')?.getBoundingClientRect();
  if (tab && (tab.left < 0 || tab.right > innerWidth)) found.push('the selected tab');
  return found;
}"""


def stands_within_its_cards(page: Page) -> None:
    """That a page has its tables in their cards, shows its tab, and is no wider than a screen."""
    for width in (320, 390, 768):
        page.set_viewport_size({"width": width, "height": 850})
        assert (width, page.evaluate(OUTSIDE), widest(page) <= width) == (width, [], True)


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_of_every_room_ends_with_the_line(view: str, scene: Scene, opened: Any) -> None:
    page = opened(*address_of(scene, view))
    expect(page.get_by_role("alert")).to_have_count(0)
    ends_with_the_line(page)
    stands_within_its_cards(page)


@pytest.mark.parametrize("name", FURTHER)
def test_every_other_page_ends_with_the_line(name: str, opened: Any) -> None:
    ends_with_the_line(opened(*FURTHER[name]))


def test_a_touch_on_a_source_in_the_debrief_leads_to_its_doi(
    opened: Any, exercise: Exercise
) -> None:
    page = opened("Cy", "/record/?set={set}")
    debrief = page.get_by_role("region", name="What was going on")
    (source,) = exercise.manifest.citations
    page.context.route("https://doi.org/**", lambda route: route.abort())
    link = debrief.get_by_role("link", name="Nobody 2020", exact=True)
    expect(link).to_be_visible()
    with page.context.expect_event("request", lambda request: "doi.org" in request.url) as asked:
        link.tap(no_wait_after=True)
    assert asked.value.url == f"https://doi.org/{source.doi}"
