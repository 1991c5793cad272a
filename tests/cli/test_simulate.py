"""``equipoise simulate``: what it prints, and what it says of what it cannot do."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from tests.conftest import ROOT
from tutor.cli import simulation, simulation_json
from tutor.core.case import Cell
from tutor.core.robots import HABITS
from tutor.lab.simulate import Simulation, simulate

PAGE = (ROOT / "docs/course-teams/simulate.md").read_text(encoding="utf-8")


@pytest.fixture
def simulated(here):
    """The command on the small pack, which is built already."""
    return lambda *words: here("simulate", *words)


@pytest.fixture(scope="module")
def played(bundle):
    """Twenty-five robots of each habit."""
    return simulate(bundle, 25, 0.4)


def text_of(played, exercise):
    """The page, its lines joined."""
    return " ".join("".join(simulation.as_text(played, exercise)).split())


def test_the_page_names_every_habit_and_says_what_to_do(simulated, played, monkeypatch):
    """Of robots that have played already; those of the next test play for the command."""
    monkeypatch.setattr("tutor.lab.simulate.simulate", lambda *_: played)
    done = simulated("throat", "--learners", 25, "--effect", 0.4)
    assert done.returncode == 0, done.stderr
    for habit in HABITS:
        assert f"  {habit.name} " in done.stdout
    headings = (
        "What to do\n- ",
        "Reliance",
        "Does one set tell",
        "How many cases",
        "stories alone",
    )
    places = [done.stdout.index(heading) for heading in headings]
    assert places == sorted(places)
    assert max(map(len, done.stdout.splitlines())) <= 100


def test_json_is_one_object_that_the_page_documents(simulated, played, exercise):
    """The same robots print the same, whoever lets them play."""
    done = simulated("throat", "--learners", 25, "--effect", 0.4, "--json")
    assert done.stdout == "".join(simulation_json.as_json(played, exercise))
    found = json.loads(done.stdout)
    assert found["exercise"] == "small/throat"
    assert [habit["name"] for habit in found["habits"]] == [habit.name for habit in HABITS]
    assert found["next"]
    for name in {*_keys(found)} - {*found["habits"][0]["cases_in_a_set"]}:
        assert f"`{name}`" in PAGE, name


def _keys(value):
    if isinstance(value, dict):
        for key, inside in value.items():
            yield key
            yield from _keys(inside)
    elif isinstance(value, list):
        for inside in value:
            yield from _keys(inside)


def test_page_and_json_say_the_same_things_to_do(played, exercise):
    (text,) = {text_of(played, exercise)}
    found = json.loads("".join(simulation_json.as_json(played, exercise)))
    for sentence in found["next"]:
        assert sentence in text


def test_a_bank_without_wrong_advice_is_told_to_add_it(exercise):
    lacking = (Cell(False, True), Cell(False, False))
    none = Simulation(25, 0, 12, 80, lacking, (), None, None)
    text = text_of(none, exercise)
    assert "No set of 12 can be drawn from the 80 cases" in text
    assert "hold their ground (RSR) cannot be told" in text
    assert "RAIR" not in text
    assert "add cases in which the algorithm is wrong" in text
    assert json.loads("".join(simulation_json.as_json(none, exercise)))["demand"] is None


def test_sets_that_cannot_show_over_reliance_are_said_to_be_so(played, exercise):
    text = text_of(replace(played, demand=None), exercise)
    assert "That cannot be told" in text
    assert "Over-reliance cannot be told: add cases in which the algorithm is wrong" in text


def test_a_pair_that_is_not_told_apart_is_named_with_its_reason(played, exercise):
    pair = replace(played.separation.pairs[0], figure="rsr")
    auc = replace(pair.auc, value=0.6)
    poor = replace(played.separation, pairs=(replace(pair, auc=auc),))
    text = text_of(replace(played, separation=poor), exercise)
    assert "Not told apart: well calibrated from over-reliant" in text
    assert "cases of a set: too few" in text
    assert "do not tell a learner which of these they are" in text


def test_an_unknown_exercise_is_answered_with_those_there_are(simulated):
    done = simulated("nowhere")
    assert (done.returncode, done.stdout) == (1, "")
    assert "it has throat" in done.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--learners", "0"), "from 1 to 2,000"),
        (("--effect", "1.5"), "cannot be lower by"),
        (("--effect", "0.95"), "cannot be lower by"),
    ],
)
def test_a_refusal_goes_to_the_error_channel_and_exits_1(simulated, words, said):
    done = simulated("throat", "--learners", "1", *words)
    assert (done.returncode, done.stdout) == (1, "")
    assert said in done.stderr
