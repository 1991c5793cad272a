"""Every page says that nothing on it is for care."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tutor.web import words
from tutor.web.layout import notices, templating
from tutor.web.learner import record

WEB = Path(templating.__file__).parents[1]
DOCUMENT = "layout/document.html"


def frame(page: str) -> str:
    """The template that a page's frame comes from: its own, or what it extends in the end."""
    found = re.search(r'{% extends "([^"]*)" %}', (WEB / page).read_text("utf-8"))
    return frame(found[1]) if found and found[1] != DOCUMENT else page


PAGES = sorted(
    str(path.relative_to(WEB))
    for path in WEB.glob("*/[!_]*.html")
    if re.search(r"base\.top\(|{{ top }}", (WEB / frame(str(path))).read_text("utf-8"))
)


def test_the_pages_are_found() -> None:
    assert {"encounter/encounter.html", "learner/library.html", "learner/summary.html"} <= set(
        PAGES
    )


@pytest.mark.parametrize("page", PAGES)
def test_a_page_ends_with_the_line(page: str) -> None:
    text = (WEB / frame(page)).read_text("utf-8")
    assert len(re.findall(r"base\.foot\(\)|{{ foot }}", text)) == 1


@pytest.mark.parametrize(
    "html",
    [
        notices.notice("It did not work."),
        notices.nowhere(""),
        record.archive((), frozenset()),
        templating.fill("layout/_foot.html"),
    ],
    ids=["notice", "nowhere", "record", "foot of a case"],
)
def test_the_line_is_read(html: str) -> None:
    assert words.DISCLAIMER in html


def test_the_line_says_synthetic_teaching_and_no_care() -> None:
    for word in ("synthetic", "teaching", "clinical care"):
        assert word in words.DISCLAIMER
