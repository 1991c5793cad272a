"""The robot plays what a learner will, and says what is in the way."""

from __future__ import annotations

import copy
from dataclasses import replace

import pytest

from tutor.core.drawing import CELLS
from tutor.core.set_plan import Guidance
from tutor.errors import NotFound
from tutor.lab.bundle import STAGES
from tutor.services.authoring.smoke_play import walk
from tutor.web.encounter.view import encounter


@pytest.fixture
def parts(bundle):
    """The parts of the built small exercise, free to be spoilt."""
    cards = [
        {
            "case": card.case,
            "right": card.cell.algorithm_right,
            "present": card.cell.present,
            "kind": card.kind,
        }
        for card in bundle.cards
    ]
    stages = {stage: dict(getattr(bundle, stage).items()) for stage in STAGES}
    return copy.deepcopy({"cards": cards, "evidence": dict(bundle.evidence), **stages})


class Pages:
    """Draws pages, and keeps the views they were drawn from."""

    def __init__(self):
        self.views = []

    def __call__(self, view):
        self.views.append(view)
        return encounter(view)


def test_a_sound_exercise_is_played_to_the_end_of_every_case(exercise, parts):
    pages = Pages()
    assert walk(exercise, parts, pages) == []
    closed = [view for view in pages.views if view.ended is not None]
    met = {
        (v.shown.guidance, v.stage.outcome.present, v.stage.outcome.advice_right) for v in closed
    }
    assert len({guidance for guidance, *_ in met}) == len(Guidance)
    aided = [view for view in closed if view.shown.aided]
    assert len(aided) == len(Guidance) * len(CELLS)
    assert len(closed) == len(aided) + 1
    assert len(met) >= len(Guidance) * len(CELLS)


def test_a_case_of_luck_is_played_too(exercise, parts):
    parts["cards"][-1]["luck"] = True
    pages = Pages()
    assert walk(exercise, parts, pages) == []
    closed = [view for view in pages.views if view.ended is not None]
    assert [view.stage.outcome.scored for view in closed] == [True] * (len(closed) - 1) + [False]
    assert closed[-1].shown.ref.case == parts["cards"][-1]["case"]


def test_the_truth_on_the_first_page_is_told_once(exercise, parts):
    for case, closed in parts["closed"].items():
        parts["shown"][case]["story"] += closed["sentence"]
    # Pages are kept by fingerprint; these are of another.
    told = walk(replace(exercise, fingerprint="told"), parts, encounter)
    assert told
    assert all("first page" in sentence for sentence in told)


def test_a_page_without_the_truth_at_the_end_is_told(exercise, parts):
    told = walk(exercise, parts, lambda view: "")
    assert told
    assert all("what was true" in sentence for sentence in told)


def test_the_truth_may_stand_in_a_heading_and_be_explained_below(exercise, parts):
    for closed in parts["closed"].values():
        closed["sentence"] = "The culture grew after 3 % of a day. It was the throat's own."
    assert walk(replace(exercise, fingerprint="in two"), parts, encounter) == []


def test_half_of_the_truth_at_the_end_is_too_little(exercise, parts):
    for closed in parts["closed"].values():
        closed["sentence"] += " Nobody has seen this."

    def draw(view):
        return encounter(view).replace("Nobody has seen this.", "")

    told = walk(replace(exercise, fingerprint="half"), parts, draw)
    assert told
    assert all("what was true" in sentence for sentence in told)


def test_a_refusal_is_told_and_not_raised(exercise, parts):
    def refuse(view):
        raise NotFound("There is no such page.")

    (told,) = walk(exercise, parts, refuse)
    assert told.endswith("There is no such page.")


def test_nothing_is_left_behind(exercise, parts, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    walk(exercise, parts, encounter)
    assert list(tmp_path.iterdir()) == []
