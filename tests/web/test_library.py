"""The exercises as a route: in the pack's order, and what fails at a stop is sealed until done."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from tests.conftest import LEARNER
from tests.services.play import KEY, play_set
from tutor.services.encounters.history import Card
from tutor.web.learner.library import library as page_of


@pytest.fixture
def kinds(bundle):
    """The kinds of failure that the small exercise holds."""
    return {mode["kind"] for mode in bundle.evidence["modes"]}


def links(html):
    """The links of the stops, as they are read."""
    return [
        re.sub(r"<[^>]+>", "", link) for link in re.findall(r'<a class="go.*?</a>', html, re.DOTALL)
    ]


def test_no_kind_of_failure_is_told_before_a_set_is_finished(record, practice, kinds):
    practice.enter(LEARNER, KEY)
    html = page_of(record.cards(LEARNER))
    assert {kind for kind in kinds if kind in html} == set()
    assert "sealed" in html


def test_once_a_set_is_finished_its_kinds_are_told(record, practice, kinds):
    list(play_set(practice, LEARNER))
    html = page_of(record.cards(LEARNER))
    assert kinds
    assert {kind for kind in kinds if kind in html} == kinds
    assert "What fails here" not in html


def test_a_stop_is_started_or_gone_on_with_by_its_title(record, practice, exercise):
    title = exercise.manifest.title
    assert links(page_of(record.cards(LEARNER))) == [f"Start: {title}"]
    practice.enter(LEARNER, KEY)
    assert links(page_of(record.cards(LEARNER))) == [f"Continue: {title}"]


def test_the_first_that_is_not_done_is_suggested_and_no_other(exercise):
    keys = [replace(exercise, pack=f"pack{at}") for at in range(3)]
    cards = [Card(keys[0], 12, 12, 1), Card(keys[1], 0, 0, 0), Card(keys[2], 0, 0, 0)]
    stops = page_of(tuple(cards)).split("<li class=")[1:4]
    assert ["Suggested next" in stop for stop in stops] == [False, True, False]


def test_what_filters_go_by_stands_at_each_stop(exercise):
    html = page_of((Card(exercise, 12, 12, 1), *(Card(exercise, 0, 0, 0),) * 5))
    assert html.count(f'data-form="{exercise.manifest.form}"') == 6
    assert html.count('data-state="done"') == 1
    assert html.count(f'data-discipline="{exercise.manifest.discipline}"') == 6
    assert f"<option>{exercise.manifest.discipline}</option>" in html
