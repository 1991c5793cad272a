"""A real Chromium, a real server with the built-in exercises, and watched pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Protocol

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.playing import WAIT
from tests.browser.run import played
from tests.browser.server import Server
from tests.browser.tour import VARIANTS, Depth, Scheme, Tour, play
from tests.browser.watch import Watch

pytest.register_assert_rewrite("tests.browser.every_set")
expect.set_options(timeout=WAIT)  # five seconds are too few on a busy machine
EXERCISES = tuple(exercise.manifest.id for exercise in played().exercises)
THOROUGH = "oximetry"
EXAMINED = ("oximetry", "pneumonia", "ecg")


@pytest.fixture(scope="session")
def home(
    browser: Browser, tmp_path_factory: pytest.TempPathFactory, built_in_bundles: Path
) -> Path:
    """A home in which the exercises are built; nothing is built if there is no browser."""
    place = tmp_path_factory.mktemp("equipoise")
    (place / "bundles").symlink_to(built_in_bundles)
    return place


@pytest.fixture(scope="session")
def server(home: Path) -> Iterator[Server]:
    """The server that most tests share, each as a learner of its own."""
    running = Server(home)
    running.start()
    yield running
    running.kill()


class OpenPage(Protocol):
    """Opens a page for a new learner; its context carries a ``Watch``."""

    def __call__(
        self, width: int = 1280, scheme: str = "light", base: str | None = None
    ) -> tuple[Page, Watch]: ...


@pytest.fixture(scope="session")
def open_page(browser: Browser, server: Server) -> Iterator[OpenPage]:
    """New learners, one context each; all are closed in the end."""
    contexts: list[BrowserContext] = []

    def opened(
        width: int = 1280, scheme: Any = "light", base: str | None = None
    ) -> tuple[Page, Watch]:
        context = browser.new_context(
            viewport={"width": width, "height": 850}, color_scheme=scheme, reduced_motion="reduce"
        )
        contexts.append(context)
        watch = Watch(base or server.base)
        watch.over(context)
        return context.new_page(), watch

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture
def page(open_page: OpenPage) -> Iterator[Page]:
    """A page of a learner who has just come."""
    fresh, _ = open_page()
    yield fresh
    fresh.context.close()


@pytest.fixture(scope="session")
def titles() -> dict[str, str]:
    """The exercises' titles by id."""
    return {e.manifest.id: e.manifest.title for e in played().exercises}


def played_at(exercise: str) -> tuple[int, Scheme]:
    """Width and scheme: the exercises take turns, so that each kind of screen meets several."""
    return VARIANTS[EXERCISES.index(exercise) % len(VARIANTS)]


def depth_of(exercise: str) -> Depth:
    """How closely its pages are looked at."""
    if exercise == THOROUGH:
        return Depth.EVERY_PAGE
    return Depth.MAIN_PAGES if exercise in EXAMINED else Depth.AS_PLAYED


@pytest.fixture(scope="session")
def tours(open_page: OpenPage, titles: dict[str, str]) -> Callable[[str], Tour]:
    """A set of an exercise, played once as :func:`depth_of` says, when it is first asked for."""
    played: dict[str, Tour | Exception] = {}

    def tour(exercise: str) -> Tour:
        if exercise not in played:
            page, watch = open_page(*played_at(exercise))
            try:
                depth = depth_of(exercise)
                played[exercise] = play(page, watch, exercise, titles[exercise], depth)
            except Exception as error:  # noqa: BLE001 raised again for whoever asks
                played[exercise] = error
            finally:
                page.context.close()  # an open page keeps the server and the browser busy
        found = played[exercise]
        if isinstance(found, Exception):
            raise found
        return found

    return tour
