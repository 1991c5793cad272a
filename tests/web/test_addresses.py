"""Addresses below a path: every link that a template writes passes through one helper."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import tutor.web
from tutor.web.layout import addresses, notices

TEMPLATES = sorted(Path(tutor.web.__file__).parent.rglob("*.html"))
WRITTEN = re.compile(r"""\b(?:href|action|src|data-address|data-goto)=["']([^"'>]*)""")
# A query alone stays on the page where it is written.
ELSEWHERE = re.compile(r"#|\?view=|https://doi\.org/|data:|\{\{ url\(")


@pytest.fixture
def below():
    """A server that is reached at ``/equipoise``."""
    addresses.serve_below("/equipoise")
    yield
    addresses.serve_below("")


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_every_address_of_ours_is_written_by_the_helper(template):
    written = WRITTEN.findall(template.read_text(encoding="utf-8"))
    assert [address for address in written if not ELSEWHERE.match(address)] == []


def test_without_a_path_an_address_stays_as_it_is():
    assert addresses.url("/my/?view=join") == "/my/?view=join"


def test_below_a_path_an_address_begins_with_it(below):
    assert addresses.url("/my/?view=join") == "/equipoise/my/?view=join"


@pytest.mark.parametrize("other", ["", "#content", "https://doi.org/10.1000/1"])
def test_what_is_no_address_of_ours_is_left_alone(below, other):
    assert addresses.url(other) == other


def test_a_page_that_sends_the_browser_on_names_the_path(below):
    assert 'data-goto="/equipoise/record/?set=s"' in notices.go_to("/record/?set=s")
