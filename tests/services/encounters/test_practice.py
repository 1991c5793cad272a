"""One learner's way through an encounter: what is stored, what is shown, what is refused."""

from __future__ import annotations

import math

import pytest

from tests.conftest import LEARNER, OTHER
from tests.services.play import DECISION, JUDGMENT, KEY, finish, play_set, slots, stored
from tutor.core.encounter import Closed, Committed, Judgment, Revealed, Shown
from tutor.errors import BadInput, NotFound, NotYours, OutOfOrder
from tutor.services.encounters.practice import Practice
from tutor.store import encounters as store
from tutor.store.database import Database


@pytest.fixture
def attempt(practice):
    """The first case of a set, shown; the first is never unaided."""
    return practice.enter(LEARNER, KEY)


# --- the way through ----------------------------------------------------------------------------


def test_an_aided_encounter(practice, attempt, address, bundle):
    view = practice.view(LEARNER, attempt)
    assert isinstance(view.stage, Shown)
    view = practice.commit(LEARNER, attempt, JUDGMENT)
    assert isinstance(view.stage, Revealed)
    assert view.stage.committed.judgment == Judgment(0.6, 2, ("crp",), "It hurts.")
    assert view.stage.algorithm == bundle.revealed[view.shown.ref.case]["probability"]
    view = practice.decide(LEARNER, attempt, DECISION)
    assert isinstance(view.stage, Closed)
    assert view.stage.outcome.present == bundle.closed[view.shown.ref.case]["present"]
    assert view.ended.closed.outcome.final == 0.7
    assert stored(address, attempt) == {"commitment": 1, "reveal": 1, "decision": 1, "closing": 1}


def test_an_unaided_encounter_is_closed_by_its_commitment(practice, address):
    alone = [view for view in play_set(practice, LEARNER) if not view.shown.aided]
    assert len(alone) == 2
    for view in alone:
        assert isinstance(view.stage.judged, Committed)
        assert view.ended.closed.outcome.advice is None
        rows = stored(address, view.shown.id)
        assert rows == {"commitment": 1, "reveal": 0, "decision": 0, "closing": 1}


def seen(view):
    """All that a view holds; its chart is read when it is asked for."""
    return {**vars(view), "chart": view.case}


def test_whoever_looks_again_sees_the_same(practice, attempt):
    committed = practice.commit(LEARNER, attempt, JUDGMENT)
    assert seen(practice.view(LEARNER, attempt)) == seen(committed)
    decided = practice.decide(LEARNER, attempt, DECISION)
    assert seen(practice.view(LEARNER, attempt)) == seen(decided)


def test_a_set_ends_after_twelve_and_the_next_one_holds_other_cases(practice, address):
    first = [view.shown.ref.case for view in play_set(practice, LEARNER)]
    second = [view.shown.ref.case for view in play_set(practice, LEARNER)]
    assert len(set(first)) == len(set(second)) == 12
    assert not set(first) & set(second)
    assert len(slots(address)) == 2


def test_guests_who_meet_all_of_practice_meet_nobody_of_an_assignment(
    sqlite_database, sqlite_address, library, bundle
):
    practice = Practice(sqlite_database, library)
    everybody = {card.case for card in bundle.cards}
    for guest in range(200):
        practice.enter(f"g_{guest:022d}", KEY)
    met = {case for drawn in slots(sqlite_address).values() for case, *_ in drawn}
    assert met == everybody
    assert met & {card.case for card in bundle.assessment} == set()


def test_entering_goes_on_where_the_learner_was(practice, attempt):
    assert practice.enter(LEARNER, KEY) == attempt
    practice.commit(LEARNER, attempt, JUDGMENT)
    assert practice.enter(LEARNER, KEY) == attempt
    practice.decide(LEARNER, attempt, DECISION)
    following = practice.enter(LEARNER, KEY)
    assert following != attempt
    assert practice.next(LEARNER, attempt) == (following, False)


def test_two_learners_have_sets_of_their_own(practice, attempt, address):
    assert practice.enter(OTHER, KEY) != attempt
    one, two = slots(address).values()
    assert [case for case, *_ in one] != [case for case, *_ in two]


# --- sent twice ---------------------------------------------------------------------------------


def test_a_commitment_sent_twice_is_stored_once_and_the_first_stands(practice, attempt, address):
    first = practice.commit(LEARNER, attempt, JUDGMENT)
    again = practice.commit(LEARNER, attempt, {**JUDGMENT, "probability": "5"})
    assert again.stage == first.stage
    assert stored(address, attempt)["commitment"] == 1


def test_a_replay_is_answered_even_if_its_form_is_spoilt(practice, attempt):
    first = practice.commit(LEARNER, attempt, JUDGMENT)
    assert practice.commit(LEARNER, attempt, {}).stage == first.stage


def test_a_decision_sent_twice_is_stored_once_and_the_first_stands(practice, attempt, address):
    practice.commit(LEARNER, attempt, JUDGMENT)
    first = practice.decide(LEARNER, attempt, DECISION)
    again = practice.decide(LEARNER, attempt, {**DECISION, "final": "5"})
    assert again.stage == first.stage
    assert stored(address, attempt)["decision"] == 1


def test_next_asked_twice_is_the_same_patient(practice, attempt):
    finish(practice, LEARNER, attempt)
    assert practice.next(LEARNER, attempt) == practice.next(LEARNER, attempt)


def test_a_closed_patient_is_kept_and_released(practice, record, attempt):
    with pytest.raises(OutOfOrder):
        practice.keep(LEARNER, attempt, True)
    finish(practice, LEARNER, attempt)
    assert practice.view(LEARNER, attempt).ended.kept is False
    for kept in (True, True, False):
        assert practice.keep(LEARNER, attempt, kept).ended.kept is kept
        assert [row.kept for row in record.encounters(LEARNER)] == [kept]
    with pytest.raises(NotYours):
        practice.keep(OTHER, attempt, True)


def test_a_patient_fetched_ahead_cannot_be_committed_to(practice, attempt):
    finish(practice, LEARNER, attempt)
    ahead = practice.following(LEARNER, attempt)
    assert (ahead.shown.id, ahead.compared) == ("", None)
    for send in (practice.commit, practice.decide):
        with pytest.raises(NotFound):
            send(LEARNER, "", {**JUDGMENT, **DECISION})


def test_a_picture_is_its_learners_own(practice, attempt):
    assert practice.picture(LEARNER, attempt) == practice.view(LEARNER, attempt).case.picture
    with pytest.raises(NotYours):
        practice.picture(OTHER, attempt)


# --- refused ------------------------------------------------------------------------------------


def test_a_decision_before_the_commitment_is_out_of_order(practice, attempt, address):
    with pytest.raises(OutOfOrder):
        practice.decide(LEARNER, attempt, DECISION)
    assert set(stored(address, attempt).values()) == {0}


def test_the_next_patient_before_this_one_is_closed_is_out_of_order(practice, attempt):
    with pytest.raises(OutOfOrder):
        practice.next(LEARNER, attempt)
    practice.commit(LEARNER, attempt, JUDGMENT)
    with pytest.raises(OutOfOrder):
        practice.next(LEARNER, attempt)


@pytest.mark.parametrize("move", ["view", "commit", "decide", "next"])
@pytest.mark.parametrize("stage", ["shown", "revealed", "closed"])
def test_anothers_attempt_is_refused_at_every_stage(practice, attempt, address, move, stage):
    if stage != "shown":
        practice.commit(LEARNER, attempt, JUDGMENT)
    if stage == "closed":
        practice.decide(LEARNER, attempt, DECISION)
    before = stored(address, attempt)
    form = {"commit": [JUDGMENT], "decide": [DECISION]}.get(move, [])
    with pytest.raises(NotYours) as caught:
        getattr(practice, move)(OTHER, attempt, *form)
    assert attempt not in str(caught.value)
    assert stored(address, attempt) == before


@pytest.mark.parametrize("id_", ["", "x", "\x00", "\ud800", "é", "' OR 1=1 --", "a" * 100_000])
@pytest.mark.parametrize("move", ["view", "commit", "decide", "next"])
def test_an_attempt_that_is_not_there(practice, attempt, id_, move):
    form = {"commit": [JUDGMENT], "decide": [DECISION]}.get(move, [])
    with pytest.raises(NotFound):
        getattr(practice, move)(LEARNER, id_, *form)


@pytest.mark.parametrize("key", ["", "small", "small/none", "other/throat", "../throat", "\ud800"])
def test_an_exercise_that_is_not_there(practice, key):
    with pytest.raises(NotFound):
        practice.enter(LEARNER, key)


# --- bad input ----------------------------------------------------------------------------------

BAD_JUDGMENTS = [
    ({"probability": None}, "probability"),
    ({"probability": "NaN"}, "probability"),
    ({"probability": math.nan}, "probability"),
    ({"probability": "101"}, "probability"),
    ({"probability": "-1"}, "probability"),
    ({"probability": "likely"}, "probability"),
    ({"probability": {"$gt": 0}}, "probability"),
    ({"certainty": None}, "certainty"),
    ({"certainty": "4"}, "certainty"),
    ({"drivers": ["bacterial"]}, "drivers"),
    ({"drivers": ["age", "crp", "pulse", "ran"]}, "drivers"),
    ({"reason": "a" * 100_000}, "reason"),
]
BAD_DECISIONS = [
    ({"final": ""}, "final"),
    ({"final": "NaN"}, "final"),
    ({"keep": "obey"}, "keep"),
    ({"keep": "keep", "final": "1"}, "keep"),
    ({"suspected": None}, "suspected"),
    ({"suspected": "no_such_mode"}, "suspected"),
]


@pytest.mark.parametrize(("changed", "field"), BAD_JUDGMENTS, ids=lambda v: str(v)[:40])
def test_a_bad_judgment_names_its_field_and_stores_nothing(
    practice, attempt, address, changed, field
):
    with pytest.raises(BadInput) as caught:
        practice.commit(LEARNER, attempt, {**JUDGMENT, **changed})
    assert caught.value.field == field
    assert set(stored(address, attempt).values()) == {0}
    view = practice.view(LEARNER, attempt)
    assert isinstance(view.stage, Shown)
    assert view.compared is None
    assert isinstance(practice.commit(LEARNER, attempt, JUDGMENT).stage, Revealed)


@pytest.mark.parametrize(("changed", "field"), BAD_DECISIONS, ids=lambda v: str(v)[:40])
def test_a_bad_decision_names_its_field_and_stores_nothing(
    practice, attempt, address, changed, field
):
    practice.commit(LEARNER, attempt, JUDGMENT)
    with pytest.raises(BadInput) as caught:
        practice.decide(LEARNER, attempt, {**DECISION, **changed})
    assert caught.value.field == field
    assert stored(address, attempt) == {"commitment": 1, "reveal": 1, "decision": 0, "closing": 0}
    assert practice.view(LEARNER, attempt).ended is None
    assert isinstance(practice.decide(LEARNER, attempt, DECISION).stage, Closed)


def test_markup_in_a_reason_is_stored_as_it_was_typed(practice, attempt):
    typed = "<script>alert('x')</script>\n\"; DROP TABLE commitment; -- 🌡 &amp;"
    practice.commit(LEARNER, attempt, {**JUDGMENT, "reason": typed})
    assert practice.view(LEARNER, attempt).stage.committed.judgment.reason == typed


def test_a_form_with_more_than_was_asked_for_is_read_without_it(practice, attempt):
    view = practice.commit(LEARNER, attempt, {**JUDGMENT, "present": True, "aided": False})
    assert isinstance(view.stage, Revealed)


# --- after a crash ------------------------------------------------------------------------------


def test_everything_is_where_it_was_after_a_restart(practice, database, attempt, library, address):
    before = practice.commit(LEARNER, attempt, JUDGMENT)
    database.close()
    reopened = Database(address)
    after = Practice(reopened, library)
    assert after.enter(LEARNER, KEY) == attempt
    assert seen(after.view(LEARNER, attempt)) == seen(before)
    assert isinstance(after.decide(LEARNER, attempt, DECISION).stage, Closed)
    reopened.close()


@pytest.mark.parametrize("aided", [True, False])
def test_a_commitment_whose_answer_was_lost_is_answered_now(practice, database, address, aided):
    """As after a crash between two writes; our own code stores the two together."""
    attempt, done = practice.enter(LEARNER, KEY), False
    while practice.view(LEARNER, attempt).shown.aided != aided:
        finish(practice, LEARNER, attempt)
        attempt, done = practice.next(LEARNER, attempt)
        assert not done
    shown = practice.view(LEARNER, attempt).shown
    with database.write() as connection:
        judgment = Judgment(0.6, 2, (), "")
        store.add_commitment(connection, Committed(shown, judgment, shown.at))
    view = practice.view(LEARNER, attempt)
    assert isinstance(view.stage, Revealed if aided else Closed)
    assert stored(address, attempt)["reveal" if aided else "closing"] == 1
    assert practice.view(LEARNER, attempt).stage == view.stage
