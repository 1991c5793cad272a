"""Every page says that nothing on it is for care."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tutor.web import templating, views, words

PAGES = sorted(
    path.name
    for path in (Path(templating.__file__).parent / "templates").glob("[!_]*.html")
    if re.search(r"base\.top\(|{{ top }}", path.read_text("utf-8"))
)


def test_the_pages_are_found() -> None:
    assert {"encounter.html", "library.html", "record.html", "summary.html"} <= set(PAGES)


@pytest.mark.parametrize("page", PAGES)
def test_a_page_ends_with_the_line(page: str) -> None:
    path = Path(templating.__file__).parent / "templates" / page
    assert len(re.findall(r"base\.foot\(\)|{{ foot }}", path.read_text("utf-8"))) == 1


@pytest.mark.parametrize(
    "html",
    [
        views.loading("Exercises"),
        views.notice("It did not work."),
        views.nowhere(""),
        views.record((), frozenset()),
        templating.fill("_foot.html"),
    ],
    ids=["loading", "notice", "nowhere", "record", "foot of a case"],
)
def test_the_line_is_read(html: str) -> None:
    assert words.DISCLAIMER in html


def test_the_line_says_synthetic_teaching_and_no_care() -> None:
    for word in ("synthetic", "teaching", "clinical care"):
        assert word in words.DISCLAIMER
