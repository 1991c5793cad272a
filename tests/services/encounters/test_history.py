"""Looking back: only what is closed, only one's own, in the words of what happened."""

from __future__ import annotations

import pytest

from tests.conftest import LEARNER, OTHER
from tests.services.play import DECISION, JUDGMENT, KEY, finish, play_set
from tutor.core.case import Chart, Finding
from tutor.core.verdicts import Verdict, certainty_mark
from tutor.errors import NotFound, NotYours
from tutor.services.encounters.history import leading_finding


@pytest.fixture
def views(practice):
    """A finished set of twelve."""
    return list(play_set(practice, LEARNER))


def test_a_newcomer_sees_the_exercises_with_nothing_done(record, exercise):
    for learner in (None, LEARNER):
        (card,) = record.cards(learner)
        assert card.exercise is exercise
        assert (card.done, card.size, card.finished_sets, card.open) == (0, 0, 0, False)


def test_a_card_says_how_far_the_newest_set_has_come(record, practice):
    attempt = practice.enter(LEARNER, KEY)
    (card,) = record.cards(LEARNER)
    assert (card.done, card.size, card.open) == (0, 12, True)
    finish(practice, LEARNER, attempt)
    (card,) = record.cards(LEARNER)
    assert (card.done, card.finished_sets, card.open) == (1, 0, True)
    assert record.cards(OTHER)[0].open is False


def test_a_finished_set_is_counted_and_not_gone_on_with(record, practice, views):
    (card,) = record.cards(LEARNER)
    assert (card.done, card.finished_sets, card.open) == (12, 1, False)
    practice.enter(LEARNER, KEY)
    (card,) = record.cards(LEARNER)
    assert (card.done, card.finished_sets, card.open) == (0, 1, True)


def test_nothing_is_on_record_before_it_is_closed(record, practice):
    attempt = practice.enter(LEARNER, KEY)
    assert record.encounters(LEARNER) == ()
    practice.commit(LEARNER, attempt, JUDGMENT)
    assert record.encounters(LEARNER) == ()
    practice.decide(LEARNER, attempt, DECISION)
    assert [row.attempt for row in record.encounters(LEARNER)] == [attempt]


def test_the_record_agrees_with_what_was_seen_at_the_closing(record, views):
    rows = record.encounters(LEARNER)
    assert [row.attempt for row in rows] == [view.shown.id for view in views]
    for row, view in zip(rows, views, strict=True):
        assert row.outcome == view.ended.closed.outcome
        scored = row.outcome.scored
        assert row.mark == (certainty_mark(row.outcome.initial_right, 2) if scored else None)
        assert row.touched == view.ended.closed.touched
        assert (row.advice is None) == (not view.shown.aided)
        assert row.suspected == ("none" if view.shown.aided else "")


def test_the_verdict_is_what_happened(record, views, bundle):
    """Sixty, then seventy per cent, with the line at forty: always to act, sound or not."""
    right = {card.case: card.cell.algorithm_right for card in bundle.cards}
    for row, view in zip(record.encounters(LEARNER), views, strict=True):
        case, act = view.shown.ref.case, bundle.closed_case(view.shown.ref.case).truth.chart_risk
        expected = {True: Verdict.ALONE_RIGHT, False: Verdict.ALONE_WRONG}
        if view.shown.aided and right[case]:
            expected = {True: Verdict.AGREED_RIGHT, False: Verdict.KEPT_WRONG}
        elif view.shown.aided:
            expected = {True: Verdict.KEPT_RIGHT, False: Verdict.BOTH_WRONG}
        assert row.outcome.verdict is expected[act >= 0.4]


def test_the_record_of_another_is_empty(record, views):
    assert record.encounters(OTHER) == ()
    assert record.finished(OTHER) == frozenset()


def test_a_summary_counts_reliance_by_its_definition(record, views):
    summary = record.summary(LEARNER, views[0].shown.set_id)
    played = [view.stage.outcome for view in views]
    aided = [outcome for outcome in played if outcome.aided and outcome.scored]
    correctable = sum(o.advice_right and not o.initial_right for o in aided)
    defensible = sum(o.initial_right and not o.advice_right for o in aided)
    rair, rsr = summary.reliance["rair"], summary.reliance["rsr"]
    assert (rair.numerator, rair.denominator) == (0, correctable)
    assert (rsr.numerator, rsr.denominator) == (defensible, defensible)
    assert len(summary.encounters) == 12


def test_a_summary_is_for_a_finished_set_of_ones_own(record, practice, views):
    set_id = views[0].shown.set_id
    with pytest.raises(NotYours):
        record.summary(OTHER, set_id)
    attempt = practice.enter(LEARNER, KEY)
    unfinished = practice.view(LEARNER, attempt).shown.set_id
    with pytest.raises(NotFound, match="not finished"):
        record.summary(LEARNER, unfinished)
    assert record.finished(LEARNER) == {set_id}


@pytest.mark.parametrize("set_id", ["", "none", "é", "' OR 1=1 --"])
def test_a_summary_of_nothing_is_not_found(record, set_id):
    with pytest.raises(NotFound):
        record.summary(LEARNER, set_id)


def test_a_patient_is_recognised_by_a_finding_and_the_diagnosis(record, views):
    for row, view in zip(record.encounters(LEARNER), views, strict=True):
        assert row.diagnosis == view.ended.case.sentence
        assert row.finding == leading_finding(view.case)
        assert row.pictured is (view.case.picture is not None)


@pytest.mark.parametrize(
    ("flags", "told"),
    [(("", "H", "L"), "second 2 units"), (("", "", ""), "first 1 units"), ((), "")],
)
def test_the_leading_finding_is_the_first_out_of_range(flags, told):
    names = ("first", "second", "third")
    findings = [
        Finding(name, name, name, str(at + 1), "units", flag, "", None, "", None)
        for at, (name, flag) in enumerate(zip(names, flags, strict=False))
    ]
    place = Finding("spot", "spot", "spot", "see the picture", "", "H", "", None, "", None)
    assert leading_finding(Chart("", None, (place, *findings))) == told
