"""The question of ethics: one's own answer, who reads it, and that it goes with its author."""

from __future__ import annotations

import json

import pytest

from tests.databases import ask
from tutor.errors import BadInput, Forbidden


@pytest.fixture
def answered(school):
    """A learner who has finished an assignment's set and shared an answer; the set's id."""
    work, caller = school.set(cases=1), school.learner("Cy", 1)
    school.play(caller, work)
    seen = school.services.assignments.see(school.instructor, work.id)
    set_id = seen.begun[0].set_id
    school.services.reflections.write(caller, set_id, " I would ask first. ", True)
    return caller, work, set_id


def shared(school, work, caller):
    review = school.services.feedback.review(school.instructor, work.id, caller.learner)
    return [one.text for one in review.submission.reflections]


def test_a_shared_answer_is_read_by_staff_until_it_is_no_longer_shared(school, answered):
    caller, work, set_id = answered
    assert shared(school, work, caller) == ["I would ask first."]
    school.services.reflections.write(caller, set_id, "I would wait.", False)
    assert shared(school, work, caller) == []
    assert school.services.reflections.mine(caller, set_id).text == "I would wait."
    school.services.reflections.delete(caller, set_id)
    assert school.services.reflections.mine(caller, set_id) is None


def test_it_is_in_ones_own_data_and_goes_with_the_person(school, answered, address):
    caller, _, _ = answered
    whole = json.loads(school.services.personal_data.everything(caller))
    assert [one["text"] for one in whole["reflections"]] == ["I would ask first."]
    school.services.personal_data.forget(caller, "delete")
    assert ask(address, "SELECT count(*) FROM reflection") == [(0,)]


def test_it_is_its_authors_alone(school, answered):
    _, _, set_id = answered
    for other in (school.learner("Dee", 2), school.instructor):
        with pytest.raises(Forbidden):
            school.services.reflections.mine(other, set_id)
        with pytest.raises(Forbidden):
            school.services.reflections.write(other, set_id, "Mine", False)


@pytest.mark.parametrize("text", ["", "  ", "x" * 4_001])
def test_nothing_and_too_much_are_refused(school, answered, text):
    caller, _, set_id = answered
    with pytest.raises(BadInput):
        school.services.reflections.write(caller, set_id, text, False)
    assert school.services.reflections.mine(caller, set_id).text == "I would ask first."
