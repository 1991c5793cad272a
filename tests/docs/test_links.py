"""Every link from one page of ours to another leads to a file that is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.conftest import ROOT

PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
FENCED = re.compile(r"^```.*?^```$", re.M | re.S)
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)\s]*)?\)")


def links(page: Path) -> set[str]:
    """The relative targets of a page's links, without those in code."""
    text = FENCED.sub("", page.read_text(encoding="utf-8"))
    return {target for target in LINK.findall(text) if ":" not in target}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page):
    assert {target for target in links(page) if not (page.parent / target).exists()} == set()


def test_every_page_for_course_teams_is_linked_from_their_index():
    index = ROOT / "docs" / "course-teams.md"
    linked = {(index.parent / target).resolve() for target in links(index)}
    pages = {*ROOT.glob("docs/course-teams/*.md"), *ROOT.glob("docs/course-teams/schema/*.json")}
    assert pages - linked == set()
