"""Bad input over HTTP: a clear sentence, what was typed still there, nothing stored."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.web.conftest import Place
from tests.web.learner import DECISION, JUDGMENT, Learner, Page
from tutor.core.encounter import MAX_REASON

WRONG_FIRST = {
    "missing": ("probability", {"probability": ""}, "Type your probability"),
    "too high": ("probability", {"probability": "101"}, "between 0 and 100"),
    "negative": ("probability", {"probability": "-1"}, "a number from 0 to 100"),
    "NaN": ("probability", {"probability": "NaN"}, "a number from 0 to 100"),
    "infinite": ("probability", {"probability": "Infinity"}, "a number from 0 to 100"),
    "text": ("probability", {"probability": "likely"}, "a number from 0 to 100"),
    "two numbers": ("probability", {"probability": "60-70"}, "a number from 0 to 100"),
    "not sure": ("certainty", {"certainty": ""}, "choose one of the three"),
    "surer than sure": ("certainty", {"certainty": "4"}, "choose one of the three"),
    "unknown finding": ("drivers", {"drivers": ["aura"]}, "not on this patient’s chart"),
    "four findings": (
        "drivers",
        {"drivers": ["temperature", "pulse", "crp", "age"]},
        "Choose up to 3",
    ),
    "100 kB of reasons": ("reason", {"reason": "because " * 12_800}, f"{MAX_REASON:,}"),
}
WRONG_LAST = {
    "missing": ("final", {"final": ""}, "Type your probability"),
    "too high": ("final", {"final": "100.5"}, "between 0 and 100"),
    "text": ("final", {"final": "the same"}, "a number from 0 to 100"),
    "kept, and another number": ("keep", {"keep": "keep", "final": "61"}, "Change it"),
    "neither kept nor changed": ("keep", {"keep": "ignore"}, "keep your first answer or change it"),
    "no failure mode": ("suspected", {"suspected": ""}, "Choose the failure mode"),
    "unknown failure mode": ("suspected", {"suspected": "gremlins"}, "Choose the failure mode"),
}


def _plain(text: str) -> str:
    return text.replace("’", "'")


@pytest.mark.parametrize("case", WRONG_FIRST)
def test_a_judgment_that_cannot_be_stored_is_answered_at_its_field(
    case: str, learner: Learner, shown: str
) -> None:
    field, wrong, says = WRONG_FIRST[case]
    page = learner.commit(shown, {**JUDGMENT, **wrong})
    assert list(page.errors) == [field]
    assert _plain(says) in _plain(page.errors[field])


@pytest.mark.parametrize("case", WRONG_FIRST)
def test_a_judgment_that_cannot_be_stored_is_not(
    case: str, place: Place, learner: Learner, shown: str
) -> None:
    learner.commit(shown, {**JUDGMENT, **WRONG_FIRST[case][1]})
    assert place.rows("commitment", shown) == 0


@pytest.mark.parametrize("case", WRONG_FIRST)
def test_what_was_typed_is_still_there(case: str, learner: Learner, shown: str) -> None:
    form = {**JUDGMENT, "drivers": ["pulse"], **WRONG_FIRST[case][1]}
    assert _typed(learner.commit(shown, form)) == _expected(form)


def _typed(page: Page) -> dict[str, Any]:
    return {
        "probability": page.fields["probability"],
        "certainty": page.checked["certainty"],
        "drivers": sorted(page.checked["drivers"]),
        "reason": page.fields["reason"].strip(),
    }


def _expected(form: dict[str, Any]) -> dict[str, Any]:
    return {
        "probability": form["probability"],
        "certainty": [form["certainty"]] if form["certainty"] in ("1", "2", "3") else [],
        "drivers": sorted(set(form["drivers"]) - {"aura"}),
        "reason": form["reason"].strip(),
    }


@pytest.mark.parametrize("case", WRONG_LAST)
def test_a_decision_that_cannot_be_stored_is_answered_at_its_field(
    case: str, learner: Learner, revealed: str
) -> None:
    field, wrong, says = WRONG_LAST[case]
    page = learner.decide(revealed, {**DECISION, **wrong})
    assert list(page.errors) == [field]
    assert says in page.errors[field]


@pytest.mark.parametrize("case", WRONG_LAST)
def test_a_decision_that_cannot_be_stored_is_not(
    case: str, place: Place, learner: Learner, revealed: str
) -> None:
    learner.decide(revealed, {**DECISION, **WRONG_LAST[case][1]})
    assert place.rows("decision", revealed) == 0


def test_what_was_decided_is_still_there(learner: Learner, revealed: str) -> None:
    page = learner.decide(revealed, {"final": "170", "keep": "change", "suspected": "none"})
    kept = page.fields["final"], page.checked["keep"], page.checked["suspected"]
    assert kept == ("170", ["change"], ["none"])


MARKUP = '</textarea><script>alert(1)</script><img src=x onerror="alert(2)">'


def test_markup_in_a_reason_that_comes_back_is_text(learner: Learner, shown: str) -> None:
    page = learner.commit(shown, {**JUDGMENT, "probability": "?", "reason": MARKUP})
    assert page.fields["reason"] == MARKUP
    assert "script" not in page.tags


def test_markup_in_a_reason_that_was_stored_is_text(learner: Learner, shown: str) -> None:
    learner.commit(shown, {**JUDGMENT, "reason": MARKUP})
    page = learner.decide(shown)
    assert MARKUP in page.text
    assert not {"script", "img"} & page.tags


def test_markup_in_the_probability_is_text(learner: Learner, shown: str) -> None:
    page = learner.commit(shown, {**JUDGMENT, "probability": '"><script>alert(1)</script>'})
    assert page.fields["probability"] == '"><script>alert(1)</script>'
    assert "script" not in page.tags


ODD_FORMS: dict[str, Any] = {
    "probability as a list": {**JUDGMENT, "probability": ["60"]},
    "probability as a dict": {**JUDGMENT, "probability": {"60": 1}},
    "certainty as a list": {**JUDGMENT, "certainty": ["2"]},
    "drivers as a number": {**JUDGMENT, "drivers": 7},
    "drivers as a dict": {**JUDGMENT, "drivers": {"age": 1}},
    "drivers as null, and no probability": {"drivers": None},
    "drivers as lists": {**JUDGMENT, "drivers": [["age"], {}]},
    "form as a list": ["60"],
    "form as text": "60",
    "form as null": None,
}


@pytest.mark.parametrize("case", ODD_FORMS)
def test_a_form_of_another_shape_gets_the_page_with_an_error(
    case: str, place: Place, learner: Learner, shown: str
) -> None:
    page = learner.commit(shown, ODD_FORMS[case])
    assert page.stage == "shown"
    assert page.errors
    assert place.rows("commitment", shown) == 0


@pytest.mark.parametrize("event", ["commit", "decide", "next", "open"])
@pytest.mark.parametrize("data", [None, [], ["a"], "text", 7, True, {}, {"attempt": {}}])
def test_event_data_of_another_shape_gets_a_sentence(
    event: str, data: Any, learner: Learner
) -> None:
    page = learner.event(event, data)
    assert page.is_notice
    assert "no such patient" in page.text


def test_half_a_surrogate_pair_in_a_reason_loses_nothing(learner: Learner, shown: str) -> None:
    form = {**JUDGMENT, "reason": "half \ud83d a face"}
    body = json.dumps({"data": [], "event_data": {"attempt": shown, "form": form}})
    kind = {"content-type": "application/json"}
    answer = learner.http.post("/gradio/gradio_api/run/commit", content=body, headers=kind)
    assert Page(answer.json()["data"][0]).stage == "revealed"
