"""What reports say of robots that play a set of 24 through the services.

On SQLite alone: that both databases give a report the same rows is tested where reports are.
"""

from __future__ import annotations

import pytest

from tests.services.robots import play
from tutor.core.reliance.item_analysis import FEWEST
from tutor.core.reliance.tendencies import Tendency
from tutor.core.robots import HABITS, HOLDING_BACK, LEANING, ChartRisk
from tutor.core.verdicts import Verdict
from tutor.services.reports.learner_report import behind
from tutor.web.reports import report_text

CASES = 24
GUESSING = next(habit for habit in HABITS if habit.name == "guessing")
UNSOUND = (
    *(Verdict.KEPT_WRONG, Verdict.TALKED_OUT, Verdict.MISLED),
    *(Verdict.BOTH_WRONG, Verdict.ALONE_WRONG),
)


@pytest.fixture
def databases(sqlite_databases):
    """SQLite files; it hides the fixture that goes round both kinds."""
    return sqlite_databases


@pytest.fixture
def report(school):
    """The report of a robot after one set."""

    def after(robot, seed=0, **more):
        caller = school.learner(f"{robot.name} {seed}", seed + 1)
        play(school, caller, school.set(cases=CASES, **more), robot, seed)
        return school.services.learner_reports.mine(caller)

    return after


def test_the_ideal_judge_is_calibrated_never_unsound_and_gets_no_advice(report):
    found = report(ChartRisk(), unaided="25")
    assert len(found.entries) == CASES
    assert found.before.left_out == found.after.left_out == 0
    for known in (found.before, found.after):
        assert abs(known.lean.value) < 1e-4
        assert known.distance.value < 1e-8
    assert [found.verdicts[verdict] for verdict in UNSOUND] == [0] * len(UNSOUND)
    assert found.habits.right_first.value == found.habits.right_last.value == 1
    assert found.marks.mean == 3
    assert found.habits.tendencies == ()
    assert report_text.next_steps(found) == [report_text.STEADY]


@pytest.mark.parametrize(
    ("robot", "tendency", "advice"),
    [
        (LEANING, Tendency.RELIES_TOO_MUCH, "Rely less on the algorithm."),
        (HOLDING_BACK, Tendency.RELIES_TOO_LITTLE, "Rely more on the algorithm."),
        (GUESSING, Tendency.GUESSES, "Your answers look like guesses so far."),
    ],
    ids=lambda one: getattr(one, "name", None),
)
def test_a_habit_is_told_within_one_set(report, robot, tendency, advice):
    """Sets differ from run to run here; how often is held in test_tendencies.py."""
    played = [report(robot, seed) for seed in (1, 2, 3, 4)]
    told = [found for found in played if tendency in found.habits.tendencies]
    assert len(told) >= 2
    for found in told:
        assert any(step.startswith(advice) for step in report_text.next_steps(found))


def test_cases_of_luck_are_in_the_report_and_count_for_nothing(report):
    found = report(LEANING)
    luck = [e.closing.attempt for e in behind(found, "luck")]
    assert len(luck) == found.luck > 0
    for figure in ("scored", "aided", "rair", "rsr", "supported", "differed", "noticing"):
        assert not {e.closing.attempt for e in behind(found, figure)} & {*luck}
    assert sum(found.verdicts.values()) == found.marks.n == CASES - found.luck
    assert found.scores.n == CASES - found.luck
    assert f"{found.luck} patients are left out" in report_text.left_out(found.luck)


def test_only_a_failure_that_acts_is_there_to_be_noticed(report):
    found = report(LEANING, guidance="listed")
    acted = [e for e in behind(found, "noticing") if e.closing.acting]
    assert found.detection.hits.denominator == len(acted)
    none_acts = len(behind(found, "noticing")) - len(acted)
    assert found.detection.false_alarms.denominator == none_acts
    # It names nothing that it does not see, and "none" is right wherever none acts.
    assert found.detection.false_alarms.numerator == 0


def test_a_class_of_ideal_judges_is_calibrated_and_never_biased(school):
    work = school.set(cases=CASES)
    for number in range(1, FEWEST + 1):
        play(school, school.learner(f"Robot {number}", number), work, ChartRisk(), number)
    _, found, _ = school.services.class_reports.see(school.instructor, work.id)
    assert abs(found.before.lean.value) < 1e-4
    assert found.scores["accuracy_final"].value == 1
    for bias in ("automation_bias", "revision_bias"):
        assert found.scores[bias].numerator == 0 < found.scores[bias].denominator
    assert found.luck == FEWEST * 2


def test_a_class_that_leans_has_automation_bias_and_no_revision_bias(school):
    work = school.set(cases=CASES)
    for number in range(1, FEWEST + 1):
        play(school, school.learner(f"Robot {number}", number), work, LEANING, number)
    _, found, _ = school.services.class_reports.see(school.instructor, work.id)
    assert found.scores["automation_bias"].value == 1
    assert found.scores["revision_bias"].value == 0
