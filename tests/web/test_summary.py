"""A set summed up: it counts the patients that there were."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from tests.conftest import LEARNER
from tests.services.play import play_set
from tutor.core.set_summary import SecondLook
from tutor.core.verdicts import Outcome
from tutor.web import words
from tutor.web.learner.summary import parted, sentences, summary


@pytest.fixture
def found(practice, record):
    """A finished set of twelve, ten of them with the algorithm."""
    last = list(play_set(practice, LEARNER))[-1]
    return record.summary(LEARNER, last.shown.set_id)


def with_outcomes(found, *outcomes, certainty=2):
    """The set with these outcomes instead of its own."""
    like = found.encounters[0]
    rows = tuple(
        replace(like, attempt=f"a{at}", position=at, outcome=outcome, certainty=certainty)
        for at, outcome in enumerate(outcomes)
    )
    return replace(found, encounters=rows)


def text(html):
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


AGREED = Outcome(0.4, 0.6, 0.7, 0.7, True, 0.8)
CAME_ROUND = replace(AGREED, initial=0.1)
STOOD_FIRM = replace(AGREED, advice=0.1)
MISLED = replace(AGREED, advice=0.1, final=0.1)
KEPT_WRONG = replace(AGREED, initial=0.1, final=0.1)
LUCK = replace(AGREED, present=False, scored=False)
ALONE = replace(AGREED, advice=None, final=None)


def test_a_set_of_twelve_counts_the_scored(found):
    scored = [e.outcome for e in found.encounters if e.outcome.scored]
    aided = sum(o.aided for o in scored)
    said = sentences(found)
    assert len(scored) == 11
    assert said[0].startswith(f"You judged {words.patients(aided)} with the algorithm.")
    assert "1 of 12 patients is not scored" in said[-2]
    assert said[-1].startswith("A set of 12 patients is small")
    assert f"in the {words.times(aided)} scored patients with the algorithm" in summary(found)


def test_a_set_of_one(found):
    alone = with_outcomes(found, AGREED)
    assert sentences(alone)[0].startswith("You judged one patient with the algorithm.")
    assert sentences(alone)[-1].startswith("A set of one patient is small")
    assert "in the one scored patient with the algorithm" in summary(alone)


def test_a_set_of_luck_alone_has_no_score(found):
    unlucky = with_outcomes(found, LUCK)
    page = text(summary(unlucky))
    assert sentences(unlucky)[0].startswith("1 of one patient is not scored")
    assert "marks" not in page
    assert "scored patient" not in page


def test_the_certainty_marks_are_summed_over_scored_patients(found):
    played = with_outcomes(found, AGREED, KEPT_WRONG, LUCK, certainty=3)
    assert "Your certainty earned −3 marks for two first answers. The most was 6." in sentences(
        played
    )


def test_what_came_of_each_disagreement_stands_in_a_table(found):
    played = with_outcomes(
        found, AGREED, CAME_ROUND, KEPT_WRONG, KEPT_WRONG, STOOD_FIRM, MISLED, LUCK, ALONE
    )
    page = text(summary(played))
    assert "The algorithm was right, you were not 3 1" in page
    assert "You were right, the algorithm was not 2 1" in page


def test_without_a_disagreement_the_page_says_so(found):
    assert "never disagreed" in summary(with_outcomes(found, AGREED, ALONE))


def test_three_patients_are_worth_a_second_look(found):
    played = with_outcomes(found, AGREED, LUCK, KEPT_WRONG, MISLED, MISLED, STOOD_FIRM)
    page = summary(played)
    looks = page.partition("Worth a second look")[2].partition("</ul>")[0]
    assert re.findall(r"attempt=(a\d)", looks) == ["a1", "a2", "a3"]
    assert words.SECOND_LOOK[SecondLook.LUCK] in looks


def test_nothing_to_look_at_again_is_not_announced(found):
    assert "Worth a second look" not in summary(with_outcomes(found, AGREED, STOOD_FIRM))


def test_the_next_stop_is_the_exercise_that_follows_or_another_set(found, exercise):
    assert found.following is None
    last = summary(found)
    assert "Start the next exercise" not in last
    assert "Another set of this exercise" in last
    page = summary(replace(found, following=exercise))
    assert f"/encounter/?exercise={exercise.key}" in page
    assert "Start the next exercise" in page


def test_the_two_sides_are_parted_from_the_debrief():
    debrief = "It learned ink.\n\n## The evidence\n\nMuch.\n\n## Justice: two sides\n\nOne, two.\n"
    assert parted(debrief) == ("It learned ink.\n\n## The evidence\n\nMuch.\n", "One, two.")
    assert parted("It learned ink.\n\n## The evidence\n\nMuch.") == (
        "It learned ink.\n\n## The evidence\n\nMuch.",
        "",
    )
