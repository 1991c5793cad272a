"""A bundle's JSON becomes a case at each stage; what an older bundle lacks is None or computed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tutor.core.case import PossibleAnswers, Truth
from tutor.errors import NotFound
from tutor.lab import case_codec

LATER = ("chart_risk", "acting", "luck", "frequency_headline", "against_alert", "grey_zone")


def older(value):
    """JSON as an Equipoise wrote it that knew none of what was added since."""
    if isinstance(value, dict):
        return {key: older(inner) for key, inner in value.items() if key not in LATER}
    return [older(inner) for inner in value] if isinstance(value, list) else value


@pytest.fixture
def cases(bundle):
    return [card.case for card in bundle.cards]


def test_every_case_of_the_bank_is_read_at_every_stage(bundle, cases):
    lucky = {card.case for card in bundle.cards if card.luck}
    assert lucky
    for case in cases:
        shown, revealed, closed = bundle.shown[case], bundle.revealed[case], bundle.closed[case]
        chart, view, end = bundle.chart(case), bundle.algorithm_view(case), bundle.closed_case(case)
        assert (chart.story, len(chart.findings)) == (shown["story"], len(shown["findings"]))
        assert (view.probability, view.base) == (revealed["probability"], revealed["base"])
        assert [c.share for c in view.contributions] == [
            part["share"] for part in revealed["contributions"]
        ]
        assert bundle.candidates(case) == tuple(revealed["touched"])
        assert end.truth == Truth(
            closed["present"],
            closed["chart_risk"],
            case not in lucky,
            tuple(closed["acting"]),
            tuple(closed["touched"]),
        )
        assert (end.sentence, end.twin is None) == (closed["sentence"], closed["twin"] is None)


def test_the_twin_is_read_with_its_differences(bundle, cases):
    case = next(case for case in cases if bundle.closed[case]["twin"])
    twin, told = bundle.closed_case(case).twin, bundle.closed[case]["twin"]
    assert twin is not None
    assert [d.said for d in twin.differences] == [
        (f["before"], f["after"]) for f in told["findings"]
    ]
    assert (list(twin.algorithm), list(twin.present)) == (told["algorithm"], told["present"])


def test_what_was_measured_is_read(bundle):
    measured, told = bundle.measured, bundle.evidence
    assert [mode.id for mode in measured.modes] == [mode["id"] for mode in told["modes"]]
    assert measured.modes[0].inside.value == told["modes"][0]["inside"]["value"]
    assert measured.grey_zone == told["grey_zone"]
    assert measured.coverage is not None
    assert measured.coverage.present.n == told["coverage"]["present"]["n"]


def test_an_older_bundle_knows_no_risk_and_no_acting_mode(bundle, cases):
    for case in cases[:20]:
        told = case_codec.truth(older(bundle.closed[case]), True)
        assert (told.chart_risk, told.acting) == (None, None)
        assert told.touched == tuple(bundle.closed[case]["touched"])
    assert case_codec.evidence(older(bundle.evidence)) == replace(bundle.measured, grey_zone=None)


def test_an_older_card_is_no_luck(bundle):
    row = {"case": "c", "right": True, "present": False, "kind": ""}
    assert not case_codec.card(row).luck
    assert case_codec.card({**row, "luck": True}).luck


def test_what_an_older_bundle_leaves_out_of_the_view_is_computed(bundle, cases):
    line = bundle.measured.threshold
    for case in cases:
        assert case_codec.algorithm_view(older(bundle.revealed[case]), line) == (
            bundle.algorithm_view(case)
        )


@pytest.mark.parametrize(
    ("probability", "events", "headline"),
    [(0.2, 90, True), (0.2, 70, False), (0.5, 70, True), (0.5, 90, False)],
)
def test_the_frequency_leads_where_it_lies_across_the_line(
    bundle, cases, probability, events, headline
):
    told = older(bundle.revealed[cases[0]])
    told |= {"probability": probability, "like": {"events": events, "n": 200, "low": 0, "high": 1}}
    assert case_codec.algorithm_view(told, 0.4).frequency_headline is headline


@pytest.mark.parametrize(
    ("probability", "present", "absent", "against"),
    [
        (0.5, True, False, False),
        (0.5, False, True, True),
        (0.2, True, False, True),
        (0.2, False, True, False),
        (0.5, True, True, False),
        (0.5, False, False, False),
    ],
)
def test_the_one_answer_left_may_contradict_the_alert(
    bundle, cases, probability, present, absent, against
):
    told = older(bundle.revealed[cases[0]])
    told |= {"probability": probability, "answers": {"present": present, "absent": absent}}
    answers = case_codec.algorithm_view(told, 0.4).answers
    assert answers == PossibleAnswers(present, absent, against)


def test_a_bundle_of_the_first_edition_has_neither_answers_nor_units(bundle, cases):
    told = older(bundle.revealed[cases[0]])
    del told["answers"], told["unlike"]
    told["contributions"] = [
        {k: v for k, v in part.items() if k != "us"} for part in told["contributions"]
    ]
    view = case_codec.algorithm_view(told, 0.4)
    assert (view.answers, view.unlike) == (None, None)
    assert {part.us for part in view.contributions} == {None}


def test_a_case_that_the_bank_does_not_hold(bundle):
    for read in (bundle.chart, bundle.algorithm_view, bundle.candidates, bundle.closed_case):
        with pytest.raises(NotFound):
            read("nobody")
