"""The route through the exercises: filters combine, and work without a mouse."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from playwright.sync_api import Page, expect

from tests.browser import playing
from tests.browser.run import played
from tests.browser.server import Server

pytestmark = pytest.mark.browser
MANIFESTS = [exercise.manifest for exercise in played().exercises]


@pytest.fixture
def library(page: Page, server: Server) -> Page:
    """The exercises, as a newcomer sees them."""
    page.goto(f"{server.base}/")
    expect(playing.heading(page, "Exercises")).to_be_visible(timeout=playing.WAIT)
    return page


def offered(page: Page) -> list[str]:
    """The titles that can be started, in the order they are read."""
    links = page.get_by_role("link", name=re.compile("^Start: ")).all_inner_texts()
    return [link.replace("\n", "").removeprefix("Start: ") for link in links]


def test_the_exercises_are_offered_in_the_suggested_order(library: Page) -> None:
    assert offered(library) == [m.title for m in MANIFESTS]


def test_filters_combine(library: Page) -> None:
    name, _ = Counter(m.discipline for m in MANIFESTS if m.form == "table").most_common()[0]
    playing.button(library, "Findings only").click()
    library.get_by_label("Discipline").select_option(name)
    wanted = [m.title for m in MANIFESTS if (m.form, m.discipline) == ("table", name)]
    assert offered(library) == wanted
    playing.button(library, "With a picture").click()
    assert offered(library) == [
        m.title for m in MANIFESTS if (m.form, m.discipline) == ("picture", name)
    ]


def test_a_filter_is_set_and_taken_back_by_keyboard(library: Page) -> None:
    tables = [m.title for m in MANIFESTS if m.form == "table"]
    playing.button(library, "Findings only").focus()
    library.keyboard.press("Space")
    assert offered(library) == tables
    said = f"{len(tables)} of {len(MANIFESTS)} shown"
    expect(library.get_by_role("status").filter(has_text="shown")).to_have_text(said)
    library.keyboard.press("Space")
    assert len(offered(library)) == len(MANIFESTS)


def test_all_takes_every_filter_back(library: Page) -> None:
    playing.button(library, "Done").click()
    assert offered(library) == []
    playing.button(library, "All").click()
    assert len(offered(library)) == len(MANIFESTS)
