"""Two places that one person has joined become one: all work moves, and what counts is asked."""

from __future__ import annotations

import pytest
from sqlalchemy import insert

from tests.services.rooms import people, room
from tutor.core.merged_rounds import ASIDE, PlacedSet, doubled, merged_rounds
from tutor.errors import BadForm, BadInput, NotFound
from tutor.services.classes.selection import MERGE
from tutor.store.lti_tables import lti_deployment, lti_person, lti_platform


def rounds(school, work):
    seen = school.services.assignments.see(school.instructor, work.id)
    return {(b.learner, b.round): (b.set_id, b.closed) for b in seen.begun}


def merge(school, kept, into, **counts):
    services = school.services
    services.people.merge(school.instructor, room(school), kept.learner, into.learner, counts)


def undo(school):
    newest = school.services.changes.recent(school.instructor, room(school))[0]
    return school.services.changes.undo(school.instructor, room(school), newest.entry.id)


@pytest.fixture
def twice(school):
    """Dee joined on a phone and at a desk, and answered patients of one assignment in both."""
    phone, desk = school.learner("Dee", 1), school.learner("Dee Doe", 2)
    both, one = school.set(cases=2), school.set(cases=1, title="Week two")
    school.play(phone, both, 1)
    (school.play(desk, both), school.play(phone, one))
    return phone, desk, both, one


def test_what_counts_is_asked_and_everything_moves(school, twice):
    phone, desk, both, one = twice
    before, held = rounds(school, both), people(school)
    asked = school.services.people.select(
        school.instructor, room(school), MERGE, [phone.learner, desk.learner]
    )
    (double,) = asked.merging.doubles
    assert (double.title, double.answered, double.cases) == (
        both.title,
        {phone.learner: 1, desk.learner: 2},
        2,
    )
    with pytest.raises(BadForm) as refused:
        merge(school, phone, desk)
    assert refused.value.errors.keys() == {double.field}
    assert rounds(school, both) == before

    merge(school, phone, desk, **{both.id: desk.learner})
    assert people(school).keys() == held.keys() - {"Dee"}
    assert rounds(school, both) == {
        (desk.learner, 1): before[desk.learner, 1],
        (desk.learner, ASIDE): before[phone.learner, 1],
    }
    assert rounds(school, one)[desk.learner, 1][1] == 1
    review = school.services.feedback.review(school.instructor, both.id, desk.learner)
    assert (len(review.submission.work), len(review.submission.aside)) == (2, 1)
    assert len(school.services.feedback.mine(desk, both.id).aside) == 1

    undo(school)
    assert people(school) == held
    assert rounds(school, both) == before
    assert rounds(school, one).keys() == {(phone.learner, 1)}


def test_a_link_to_the_place_that_goes_ends(school, twice):
    phone, desk, both, _ = twice
    token, _ = school.services.people.link(school.instructor, room(school), phone.learner)
    merge(school, phone, desk, **{both.id: desk.learner})
    with pytest.raises(NotFound):
        school.services.accounts.invited(token)


def test_the_work_of_the_place_that_goes_can_be_what_counts(school, twice):
    phone, desk, both, _ = twice
    before = rounds(school, both)
    merge(school, phone, desk, **{both.id: phone.learner})
    assert rounds(school, both)[desk.learner, 1] == before[phone.learner, 1]
    # What counts is not done yet, so it goes on; what was set aside does not.
    school.play(desk, both, 1)
    assert rounds(school, both)[desk.learner, 1] == (before[phone.learner, 1][0], 2)
    with pytest.raises(BadInput, match="answered since"):
        undo(school)


def test_what_was_set_aside_waits_for_the_due_date_like_what_counts(school):
    phone, desk = school.learner("Dee", 1), school.learner("Dee Doe", 2)
    work = school.set(cases=1, outcomes="due", due="2026-10-20T08:00")
    (school.play(phone, work), school.play(desk, work))
    merge(school, phone, desk, **{work.id: desk.learner})
    assert school.services.feedback.mine(desk, work.id).all_work == ()
    school.clock.forward(days=60)
    assert len(school.services.feedback.mine(desk, work.id).all_work) == 2


def test_a_place_that_somebody_joined_is_not_made_part_of_one_that_nobody_did(school):
    school.services.people.load(school.instructor, room(school), {"roster": "name\nDeirdre\n"})
    dee, listed = school.learner("Dee", 1), people(school)["Deirdre"]
    with pytest.raises(BadInput, match="Nobody has joined"):
        merge(school, dee, listed)


def test_rounds_of_practice_follow_on_and_earlier_asides_stay():
    def placed(id_, learner, round_):
        return PlacedSet(id_, learner, "w", 0, round_, 1, 1, 3)

    sets = [
        *(placed("a1", "a", 1), placed("a2", "a", 2), placed("aa", "a", ASIDE)),
        *(placed("b1", "b", 1), placed("b2", "b", 2), placed("ba", "b", ASIDE)),
    ]
    assert doubled(sets) == ("w",)
    after = {one.id: one.to_round for one in merged_rounds(sets, "b", {"w": "b"})}
    assert after == {"a1": ASIDE + 1, "a2": 3, "aa": ASIDE + 2}
    after = {one.id: one.to_round for one in merged_rounds(sets, "b", {"w": "a"})}
    assert after == {"a1": 1, "a2": 2, "aa": ASIDE, "b1": ASIDE + 1, "b2": 3, "ba": ASIDE + 2}


def test_the_place_that_a_platform_knows_stays(school, database, twice):
    """The platform would open the other one again at the next launch."""
    phone, desk, both, _ = twice
    with database.write() as connection:
        for table in (lti_platform, lti_deployment, lti_person):
            row = {column.name: "p" for column in table.columns}
            known = {"at": school.clock(), "learner_id": phone.learner, "allowed": True}
            connection.execute(insert(table), row | {k: v for k, v in known.items() if k in row})
    with pytest.raises(BadInput, match="learning platform knows"):
        merge(school, phone, desk, **{both.id: desk.learner})
    chosen = [phone.learner, desk.learner]
    asked = school.services.people.select(school.instructor, room(school), MERGE, chosen)
    assert asked.into.learner == phone.learner
