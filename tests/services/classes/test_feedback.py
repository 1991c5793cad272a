"""Comments: in whose order, under which name, on whose work, and answered."""

from __future__ import annotations

import re

import pytest

from tutor.errors import BadInput, Forbidden, NotFound
from tutor.services.classes.feedback import MOST_SAVED
from tutor.services.classes.messages import LONGEST_COMMENT


@pytest.fixture
def group(school):
    return school.group("Tuesday")


@pytest.fixture
def work(school):
    return school.set(cases=1)


@pytest.fixture
def learners(school, group, work):
    made = [school.learner(f"Learner called {n}", n, group) for n in range(1, 7)]
    for one in made:
        school.play(one, work)
    return made


def order(school, reader, work):
    """The learners as the reader meets them, from the first to the last."""
    met, at = [], ""
    while at is not None:
        found = school.services.feedback.review(reader, work.id, at)
        met.append(found.member.learner)
        assert (found.number, found.of) == (len(met), 6)
        at = found.after
    return met


def test_each_reader_has_an_order_of_their_own_that_stays(school, group, work, learners):
    readers = [school.instructor, *(school.assistant(n, [group]) for n in (11, 12, 13))]
    orders = [order(school, reader, work) for reader in readers]
    assert [order(school, reader, work) for reader in readers] == orders
    assert len({tuple(met) for met in orders}) > 1
    assert all(set(met) == {one.learner for one in learners} for met in orders)


def test_hidden_names_are_numbers(school, work, learners):
    form = {"name": "Year three", "time_zone": "UTC", "hide_names": "yes"}
    school.services.classrooms.change(school.instructor, school.classroom.id, form)
    found = school.services.feedback.review(school.instructor, work.id)
    assert re.fullmatch("Learner [A-Z2-9]{5}", found.shown_as)


def test_a_comment_is_seen_and_answered(school, clock, work, learners):
    cy, mentoring = learners[0], school.services.feedback
    attempt = mentoring.mine(cy, work.id).work[0].attempt
    mentoring.comment(school.instructor, work.id, cy.learner, attempt, "Why so sure?")
    assert mentoring.unseen(cy) == {work.id: 1}
    (said,) = mentoring.mine(cy, work.id).work[0].comments
    assert said.text == "Why so sure?"
    assert not mentoring.unseen(cy).get(work.id)
    clock.forward(minutes=1)
    mentoring.comment(cy, work.id, cy.learner, attempt, "The pulse.")
    found = mentoring.review(school.instructor, work.id, cy.learner)
    assert [c.text for c in found.submission.work[0].comments] == ["Why so sure?", "The pulse."]


def test_a_learner_answers_on_their_own_work_only(school, work, learners):
    cy, dee = learners[:2]
    with pytest.raises(Forbidden):
        school.services.feedback.comment(cy, work.id, dee.learner, "", "Look at mine")


def test_an_encounter_of_somebody_else_takes_no_comment(school, work, learners):
    cy, dee = learners[:2]
    theirs = school.services.feedback.mine(dee, work.id).work[0].attempt
    with pytest.raises(NotFound):
        school.services.feedback.comment(school.instructor, work.id, cy.learner, theirs, "Hm")


def test_an_open_encounter_takes_no_comment(school, work):
    cy = school.learner("Cy", 9)
    attempt = school.services.learner_assignments.begin(cy, work.id, 0)
    with pytest.raises(NotFound):
        school.services.feedback.comment(school.instructor, work.id, cy.learner, attempt, "Hm")


def test_what_waits_is_not_among_ones_own_work(school):
    cy = school.learner("Cy", 9)
    work = school.set(cases=1, outcomes="due", due="2026-09-02T08:00")
    school.play(cy, work)
    mine = school.services.feedback.mine(cy, work.id)
    assert (mine.work, mine.waits) == ((), True)
    assert len(school.services.feedback.review(school.instructor, work.id).submission.work) == 1


def test_before_anybody_has_finished_there_is_nothing_to_review(school, work):
    with pytest.raises(NotFound, match="Nobody has finished"):
        school.services.feedback.review(school.instructor, work.id)


@pytest.mark.parametrize("text", ["", " \n", "\x00", "x" * (LONGEST_COMMENT + 1)])
def test_an_empty_or_endless_comment_is_refused(school, work, learners, text):
    with pytest.raises(BadInput) as refused:
        school.services.feedback.comment(school.instructor, work.id, learners[0].learner, "", text)
    assert refused.value.field == "text"


def test_saved_comments_are_the_readers_own_once_and_bounded(school, group, work, learners):
    mentoring, helper = school.services.feedback, school.assistant(11, [group])
    for n in (0, 0, *range(1, MOST_SAVED)):
        mentoring.save(school.instructor, work.id, f"Kept {n}")
    with pytest.raises(BadInput, match="Forget one first"):
        mentoring.save(school.instructor, work.id, "One more")
    saved = mentoring.review(school.instructor, work.id).saved
    assert len(saved) == MOST_SAVED
    mentoring.forget(helper, saved[0][0])
    assert mentoring.review(school.instructor, work.id).saved == saved
    mentoring.forget(school.instructor, saved[0][0])
    assert mentoring.review(school.instructor, work.id).saved == saved[1:]
    assert mentoring.review(helper, work.id).saved == ()
