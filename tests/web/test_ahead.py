"""What is fetched ahead, and what the browser holds already: nothing stored, nothing told early."""

from __future__ import annotations

import pytest

from tests.databases import ask
from tests.web.conftest import Place
from tests.web.learner import Learner, Page
from tutor.web.layout.keeping import without_held


@pytest.fixture
def closed(learner: Learner, shown: str) -> str:
    """The learner's first patient, closed."""
    assert learner.finish(shown).stage == "closed"
    return shown


def following(learner: Learner, attempt: str) -> tuple[Page, str]:
    answer = learner.http.get("/encounter/following", params={"attempt": attempt})
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    return Page(answer.text), answer.headers.get("x-seen", "")


def attempts(place: Place) -> list[tuple[object, ...]]:
    return ask(place.address, "SELECT id FROM attempt ORDER BY id")


def test_the_next_patient_is_the_one_that_begins(learner: Learner, closed: str) -> None:
    ahead, _ = following(learner, closed)
    begun = learner.next(closed)
    assert (ahead.stage, ahead.attempt) == ("shown", "")
    assert begun.html.replace(begun.attempt, "") == ahead.html


def test_fetching_ahead_begins_nothing(place: Place, learner: Learner, closed: str) -> None:
    before = attempts(place)
    for _ in range(3):
        following(learner, closed)
    assert attempts(place) == before


def test_nothing_of_the_algorithm_or_the_truth_comes_ahead(
    place: Place, learner: Learner, closed: str
) -> None:
    for _ in range(4):
        ahead, _ = following(learner, closed)
        assert place.world.found(ahead.html) == []
        closed = learner.finish(learner.next(closed).attempt).attempt


@pytest.mark.parametrize("stage", ["shown", "revealed"])
def test_before_the_end_of_a_patient_none_comes_ahead(
    stage: str, learner: Learner, request: pytest.FixtureRequest
) -> None:
    ahead, _ = following(learner, request.getfixturevalue(stage))
    assert ahead.is_notice
    assert "Finish this patient first" in ahead.text


def test_of_anothers_patient_none_comes_ahead(place: Place, closed: str) -> None:
    with place.learner() as other:
        ahead, _ = following(other, closed)
    assert ahead.is_notice


def test_after_the_last_patient_nothing_is_there(place: Place, learner: Learner) -> None:
    attempt = learner.enter(place.exercise.key).attempt
    for _ in range(12):
        learner.finish(attempt)
        last, attempt = attempt, learner.next(attempt).attempt
        if not attempt:
            break
    answer = learner.http.get("/encounter/following", params={"attempt": last})
    assert (answer.status_code, answer.content) == (204, b"")


def test_a_patient_who_is_seen_already_begins_with_an_id_alone(
    place: Place, learner: Learner, closed: str
) -> None:
    _, seen = following(learner, closed)
    answer = learner.event("next", {"attempt": closed, "seen": seen})
    ((began,),) = ask(
        place.address,
        "SELECT id FROM attempt WHERE set_id = (SELECT set_id FROM attempt WHERE id = ?) "
        "ORDER BY position DESC LIMIT 1",
        closed,
    )
    assert answer.html == f'<div data-begun="{began}"></div>'
    assert learner.commit(str(began)).stage in ("revealed", "closed")


def test_another_patient_than_was_seen_comes_whole(learner: Learner, closed: str) -> None:
    answer = learner.event("next", {"attempt": closed, "seen": "0" * 24})
    assert answer.stage == "shown"


# --- what the browser holds ----------------------------------------------------------------------


def test_a_patient_whom_the_browser_holds_is_not_sent_again(learner: Learner, shown: str) -> None:
    form = {"probability": "60", "certainty": "2", "reason": ""}
    whole = learner.look(shown)
    assert f'data-keep="{shown}"' in whole.html
    answer = learner.event("commit", {"attempt": shown, "form": form, "held": [shown]})
    assert f'<div data-kept="{shown}"></div>' in answer.html
    assert "data-keep=" not in answer.html
    assert len(answer.html) < len(learner.look(shown).html)


def test_a_refused_form_comes_whole(learner: Learner, shown: str) -> None:
    answer = learner.event("commit", {"attempt": shown, "form": {}, "held": [shown]})
    assert answer.errors
    assert f'data-keep="{shown}"' in answer.html


@pytest.mark.parametrize("held", [None, "text", 7, {}, [None, 7, {}], ["another"]])
def test_what_is_not_held_comes_whole(held: object, learner: Learner, shown: str) -> None:
    answer = learner.event("open", {"attempt": shown, "held": held})
    assert answer.html == learner.look(shown).html


def test_an_element_is_left_out_to_its_own_end() -> None:
    html = '<p>a</p><div data-keep="k"><div>b</div><div data-keep="k2">c</div></div><div>d</div>'
    left = '<p>a</p><div data-kept="k"></div><div>d</div>'
    assert without_held(html, ["k", "k2"]) == left
    assert without_held(html, ["k2"]) == html.replace(
        '<div data-keep="k2">c</div>', '<div data-kept="k2"></div>'
    )


def test_an_element_without_an_end_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="has no end"):
        without_held('<div data-keep="k">', ["k"])
