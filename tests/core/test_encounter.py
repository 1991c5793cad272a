"""Each stage holds the one before; a form becomes a judgment or a sentence, never anything else."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core import encounters as e
from tutor.core import encounter
from tutor.core.case import Truth
from tutor.core.encounter import MAX_REASON, Advice, Decision, Judgment, advice_use
from tutor.errors import BadForm, BadInput, OutOfOrder

OFFERED = frozenset({"age", "crp", "pulse", "temperature"})
MODES = frozenset({"masked_fever"})


def judged(**changed):
    form = {"probability": "60", "certainty": "2", "drivers": ["crp"], "reason": "fever"}
    return encounter.judgment(**{**form, **changed}, offered=OFFERED)


def decided(**changed):
    form = {"keep": "change", "final": "40", "suspected": "none"}
    return encounter.decision(**{**form, **changed}, modes=MODES, revealed=e.revealed())


# --- the order --------------------------------------------------------------------------------


def test_the_aided_way_leads_from_shown_to_closed():
    given_ = Judgment(0.6, 2, ("crp",), "")
    committed = encounter.commit(e.shown(), given_, e.AT)
    revealed = encounter.reveal(committed, 0.3, 0.5, e.AT)
    decision = encounter.decide(revealed, Decision(0.4, Advice.RELY, "none"), e.AT)
    closed = encounter.close(decision, Truth(True), e.AT)
    assert closed.outcome.present
    assert {stage.commitment for stage in (committed, revealed, decision, closed)} == {committed}
    assert {stage.shown for stage in (committed, revealed, decision, closed)} == {committed.shown}
    assert closed.commitment.judgment is given_
    assert closed.decision is decision.decision


def test_no_stage_is_dated_before_the_one_it_follows():
    """The clock of another server may be behind, and any clock may be set back."""
    earlier = e.AT - timedelta(hours=2)
    committed = encounter.commit(e.shown(), Judgment(0.6, 2, ("crp",), ""), earlier)
    revealed = encounter.reveal(committed, 0.3, 0.5, earlier)
    decision = encounter.decide(revealed, Decision(0.4, Advice.RELY, "none"), earlier)
    closed = encounter.close(decision, Truth(True), earlier)
    unaided = encounter.close_unaided(e.committed(aided=False), Truth(False), 0.4, earlier)
    stages = (committed, revealed, decision, closed, unaided)
    assert {stage.at for stage in stages} == {e.AT}


def test_the_failures_of_a_closing_are_those_that_acted_or_else_could_have():
    truth = Truth(True, 0.8, True, ("masked",), ("masked", "young"))
    assert encounter.close(e.decided(), truth, e.AT).failures == ("masked",)
    assert encounter.close(e.decided(), replace(truth, acting=()), e.AT).failures == ()
    older = encounter.close(e.decided(), replace(truth, acting=None), e.AT)
    assert older.failures == ("masked", "young")


def test_the_unaided_way_closes_on_the_commitment():
    committed = e.committed(aided=False)
    closed = encounter.close_unaided(committed, Truth(False), 0.4, e.AT)
    assert (closed.judged, closed.commitment) == (committed, committed)
    assert (closed.shown, closed.decision) == (committed.shown, None)


def test_an_unaided_case_has_nothing_to_reveal():
    with pytest.raises(OutOfOrder):
        encounter.reveal(e.committed(aided=False), 0.3, 0.5, e.AT)


def test_an_aided_case_is_not_closed_without_a_decision():
    with pytest.raises(OutOfOrder):
        encounter.close_unaided(e.committed(), Truth(True), 0.4, e.AT)


# --- a percentage -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("0", 0.0),
        ("100", 1.0),
        ("60", 0.6),
        (" 60 % ", 0.6),
        ("60%", 0.6),
        ("7,5", 0.075),
        ("7.5", 0.075),
        ("007", 0.07),
        ("\uff16\uff10", 0.6),
        (60, 0.6),
        (12.5, 0.125),
    ],
)
def test_a_percentage_is_read_as_it_is_typed(typed, value):
    assert encounter.parse_percent("probability", typed) == pytest.approx(value)


@pytest.mark.parametrize(
    "typed",
    [
        None,
        "",
        "   ",
        "%",
        "nan",
        "NaN",
        math.nan,
        "inf",
        math.inf,
        "-1",
        -1,
        "100.01",
        "101",
        "1e1",
        "0x10",
        "sixty",
        "50-60",
        "٥٠",
        "½",
        "60 %%",
        "1,000",
        "7,500",
        "100,000",
        "6 0",
        "1,000,000",
        True,
        [60],
        {"a": 1},
        "<script>alert(1)</script>",
        "9" * 100_000,
    ],
    ids=lambda value: repr(value)[:20],
)
def test_anything_else_gets_a_sentence_and_names_its_field(typed):
    with pytest.raises(BadInput) as caught:
        encounter.parse_percent("final", typed)
    assert caught.value.field == "final"
    assert str(caught.value).endswith((".", "?"))
    assert "0 " in str(caught.value)
    assert len(str(caught.value)) < 200


@given(st.text() | st.floats() | st.integers() | st.lists(st.text()) | st.none())
def test_whatever_arrives_is_a_probability_or_bad_input(typed):
    try:
        value = encounter.parse_percent("probability", typed)
    except BadInput:
        return
    assert 0 <= value <= 1


# --- the first form ---------------------------------------------------------------------------


def test_a_good_form_is_a_judgment():
    assert judged() == Judgment(0.6, 2, ("crp",), "fever")


@pytest.mark.parametrize("certainty", ["1", 2, "3"])
def test_three_certainties(certainty):
    assert judged(certainty=certainty).certainty == int(certainty)


@pytest.mark.parametrize(
    "certainty", [None, "", 0, 4, "2.0", "two", True, [], "nan", "-1", "12"], ids=repr
)
def test_no_or_another_certainty_is_asked_for_again(certainty):
    with pytest.raises(BadInput) as caught:
        judged(certainty=certainty)
    assert caught.value.field == "certainty"


@pytest.mark.parametrize(
    ("drivers", "kept"),
    [
        (None, ()),
        ("", ()),
        ([], ()),
        ("crp", ("crp",)),
        (["crp", "age"], ("crp", "age")),
        (["crp", "crp", "age", "age", "pulse"], ("crp", "age", "pulse")),
    ],
)
def test_drivers_are_kept_in_order_each_once(drivers, kept):
    assert judged(drivers=drivers).drivers == kept


@pytest.mark.parametrize(
    "drivers",
    [
        ["crp", "age", "pulse", "temperature"],
        ["bacterial"],
        ["crp", "<b>"],
        "CRP",
        [None],
        [["crp"]],
        {"crp": 1},
        7,
        ["x"] * 100_000,
    ],
    ids=lambda value: repr(value)[:30],
)
def test_unknown_or_too_many_findings_are_refused(drivers):
    with pytest.raises(BadInput) as caught:
        judged(drivers=drivers)
    assert caught.value.field == "drivers"


def test_no_reason_is_needed_unless_it_is_asked_for():
    assert judged(reason=None).reason == ""
    with pytest.raises(BadInput) as caught:
        judged(reason="  \n", reason_required=True)
    assert caught.value.field == "reason"


def test_a_reason_of_100_kb_is_refused_with_its_length_and_the_limit():
    with pytest.raises(BadInput) as caught:
        judged(reason="a" * 100_000)
    assert caught.value.field == "reason"
    assert "100,000" in str(caught.value)
    assert f"{MAX_REASON:,}" in str(caught.value)


def test_a_reason_of_the_full_length_is_kept():
    assert len(judged(reason="é" * MAX_REASON).reason) == MAX_REASON


def test_markup_in_a_reason_is_kept_as_it_was_typed():
    typed = "<script>alert(1)</script> & **bold** 'quoted' {{figure:x}}"
    assert judged(reason=typed).reason == typed


@pytest.mark.parametrize("reason", ["a\x00b", "a\ud800b"], ids=["nul", "half a surrogate"])
def test_what_no_database_can_hold_is_taken_out_of_a_reason(reason):
    assert judged(reason=reason).reason == "ab"


# --- the second form --------------------------------------------------------------------------


@pytest.mark.parametrize("suspected", ["none", "masked_fever"])
def test_a_changed_answer_is_a_decision(suspected):
    made = decided(suspected=suspected)
    assert (made.probability, made.suspected) == (0.4, suspected)


@pytest.mark.parametrize("final", ["", None, "60", "60 %"])
def test_a_kept_answer_is_the_first_one(final):
    assert decided(keep="keep", final=final).probability == 0.6


def test_who_only_sends_a_number_means_a_change():
    assert decided(keep=None, final="41").probability == 0.41


def test_all_that_is_wrong_with_a_form_is_told_at_once():
    with pytest.raises(BadForm) as caught:
        judged(probability="likely", certainty=None, drivers=["bacterial"], reason="a" * 10_000)
    assert list(caught.value.errors) == ["probability", "certainty", "drivers", "reason"]
    with pytest.raises(BadForm) as caught:
        decided(final="101", suspected=None)
    assert list(caught.value.errors) == ["final", "suspected"]
    assert (caught.value.field, str(caught.value)) == ("final", caught.value.errors["final"])


@pytest.mark.parametrize(
    ("final", "algorithm", "use"),
    [
        (0.30, 0.80, Advice.OVERRIDE),
        (0.80, 0.30, Advice.OVERRIDE),
        (0.49, 0.51, Advice.OVERRIDE),
        (0.75, 0.80, Advice.RELY),
        (0.85, 0.80, Advice.RELY),
        (0.10, 0.12, Advice.RELY),
        (0.74, 0.80, Advice.ADJUST),
        (0.50, 0.80, Advice.ADJUST),
        (0.49, 0.10, Advice.ADJUST),
    ],
)
def test_what_was_done_with_the_advice_follows_from_the_answers(final, algorithm, use):
    assert advice_use(final, algorithm, 0.5) is use


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"final": "NaN"}, "final"),
        ({"final": ""}, "final"),
        ({"final": "120"}, "final"),
        ({"keep": "keep", "final": "61"}, "keep"),
        ({"keep": "keep", "final": "much"}, "final"),
        ({"keep": "trust"}, "keep"),
        ({"keep": ["keep"]}, "keep"),
        ({"keep": None, "final": ""}, "final"),
        ({"suspected": None}, "suspected"),
        ({"suspected": ""}, "suspected"),
        ({"suspected": "warm_runner"}, "suspected"),
        ({"suspected": {"a": 1}}, "suspected"),
    ],
    ids=str,
)
def test_a_bad_second_form_names_its_field(changed, field):
    with pytest.raises(BadInput) as caught:
        decided(**changed)
    assert caught.value.field == field
