"""A learner's report: what is in it, what waits, who may see it, and what each figure opens to."""

from __future__ import annotations

import pytest

from tutor.core.verdicts import Verdict
from tutor.errors import Forbidden, NotFound
from tutor.services.accounts.access import NOBODY
from tutor.services.reports.learner_report import behind


def report(school, caller, **narrowed):
    return school.services.learner_reports.mine(caller, **narrowed)


def test_every_closed_encounter_is_in_it(school):
    work, mine = school.set(cases=3), school.learner("Cy", 1)
    played = school.play(mine, work)
    found = report(school, mine)
    assert [e.closing.attempt for e in found.entries] == played
    assert found.scores.n == 3
    assert [line.n for line in found.sets] == [3]


def test_without_anything_nothing_is_measurable(school):
    found = report(school, school.learner("Cy", 1))
    assert found.entries == ()
    assert found.scores["rair"].value is None
    assert found.marks.mean is None


def test_outcomes_that_wait_are_left_out_until_the_date(school, clock):
    work = school.set(cases=2, outcomes="due", due="2026-09-02T12:00")
    mine = school.learner("Cy", 1)
    school.play(mine, work)
    waiting = report(school, mine)
    assert (len(waiting.entries), waiting.waiting) == (0, 2)
    assert (waiting.before.bins, waiting.marks.n) == ((), 0)
    clock.forward(days=3)
    assert len(report(school, mine).entries) == 2


def test_it_narrows_to_an_assignment(school):
    first, second = school.set(cases=2), school.set(cases=3, title="Week two")
    mine = school.learner("Cy", 1)
    school.play(mine, first)
    school.play(mine, second)
    assert len(report(school, mine).entries) == 5
    assert len(report(school, mine, assignment=second.id).entries) == 3
    assert len(report(school, mine, exercise=school.exercise).entries) == 5
    assert report(school, mine, exercise="small/nothing").entries == ()


def test_another_learners_work_is_not_in_it(school):
    work = school.set(cases=2)
    school.play(school.learner("Cy", 1), work)
    assert report(school, school.learner("Dee", 2)).entries == ()


def test_nobody_has_no_report(school):
    with pytest.raises(Forbidden):
        report(school, NOBODY)


@pytest.fixture
def played(school):
    """Eight patients, two of them without the algorithm."""
    mine = school.learner("Cy", 1)
    school.play(mine, school.set(cases=8, unaided="25"))
    return report(school, mine)


def test_the_counts_of_verdicts_open_to_as_many_encounters(played):
    for verdict in Verdict:
        assert len(behind(played, f"verdict:{verdict}")) == played.verdicts[verdict]


def test_the_denominators_open_to_as_many_encounters(played):
    for figure, measure in (("rair", "rair"), ("rsr", "rsr"), ("differed", "switch")):
        assert len(behind(played, figure)) == played.scores[measure].denominator
    assert len(behind(played, "aided")) == played.scores.n
    assert len(behind(played, "alone")) == played.scores["accuracy_unaided"].denominator == 2


def test_a_bin_opens_to_its_encounters(played):
    for when, known in (("before", played.before), ("after", played.after)):
        for one in known.bins:
            assert len(behind(played, f"{when}:{one.low:g}")) == one.risk.n


def test_a_kind_opens_to_its_encounters(played):
    assert played.kinds
    for kind in played.kinds:
        n = kind.hits.denominator + kind.alarms.denominator
        assert len(behind(played, f"kind:{kind.kind}")) == n


@pytest.mark.parametrize("figure", ["", "nothing", "before:0.3", "before:", "rair:x"])
def test_no_such_figure(played, figure):
    with pytest.raises(NotFound):
        behind(played, figure)


def test_marked_failures_are_not_noticed(school):
    mine = school.learner("Cy", 1)
    school.play(mine, school.set(cases=4, guidance="flagged"))
    found = report(school, mine)
    assert found.kinds == ()
    assert found.detection.hits.value is None


def test_staff_see_counted_work_of_the_class_alone(school):
    work, mine = school.set(cases=2), school.learner("Cy", 1)
    school.play(mine, work)
    school.play(mine, work)
    practice = school.services.practice
    attempt = practice.enter(mine.learner, school.exercise)
    practice.commit(mine.learner, attempt, {"probability": "60", "certainty": "2"})
    seen = school.services.learner_reports.of_learner(
        school.instructor, school.classroom.id, mine.learner
    )
    assert (len(seen.entries), seen.name) == (2, "Cy")


def test_an_assistant_sees_their_groups_learners_only(school):
    ours, theirs = school.group("Ours"), school.group("Theirs")
    one, other = school.learner("Cy", 1, ours), school.learner("Dee", 2, theirs)
    assistant = school.assistant(3, [ours])
    see = school.services.learner_reports.of_learner
    assert see(assistant, school.classroom.id, one.learner).name == "Cy"
    with pytest.raises(Forbidden):
        see(assistant, school.classroom.id, other.learner)
    with pytest.raises(Forbidden):
        see(one, school.classroom.id, other.learner)
