"""Words for a story: the person with the right article and pronouns, and a fair choice."""

from __future__ import annotations

import numpy as np
import pytest

from tutor.kit import MAN, SEX, WOMAN, Feature, Person, choose


def test_each_option_is_chosen_about_equally_often():
    rng = np.random.default_rng(1)
    drawn = [choose(("a", "b", "c"), rng) for _ in range(3_000)]
    assert all(900 < drawn.count(option) < 1_100 for option in "abc")


def test_a_choice_uses_one_draw():
    """Else a longer list of phrases would change the rest of the story."""
    few, many = np.random.default_rng(5), np.random.default_rng(5)
    choose(("a", "b", "c", "d"), few)
    choose("abcdefgh", many)
    assert few.random() == many.random()


def test_no_options_is_an_error():
    with pytest.raises(ValueError, match="at least one option"):
        choose((), np.random.default_rng(0))


@pytest.mark.parametrize(
    ("age", "sex", "words"),
    [
        (57, WOMAN, "A 57-year-old woman"),
        (81.0, MAN, "An 81-year-old man"),
        (80, WOMAN, "An 80-year-old woman"),
        (79.6, WOMAN, "An 80-year-old woman"),
        (90, MAN, "A 90-year-old man"),
        (18, MAN, "An 18-year-old man"),
        (11, WOMAN, "An 11-year-old woman"),
        (8, MAN, "An 8-year-old man"),
        (100, WOMAN, "A 100-year-old woman"),
    ],
)
def test_a_person_is_introduced(age, sex, words):
    assert Person(age, sex).introduced == words


def test_pronouns_follow_the_sex():
    woman, man = Person(40, WOMAN), Person(40, MAN)
    assert (woman.noun, woman.they, woman.them, woman.their) == ("woman", "she", "her", "her")
    assert (man.noun, man.they, man.them, man.their) == ("man", "he", "him", "his")


def test_a_person_is_read_from_a_row_as_a_feature_says_it():
    row = {"age": 63.0, "sex": 1.0, "pain": 3.0}
    assert Person.of(row) == Person(63.0, MAN)
    assert Feature("sex", "Sex", words=SEX).say(row["sex"]) == Person.of(row).noun == "man"


@pytest.mark.parametrize("sex", [2, -1, 0.4, float("nan")])
def test_another_code_is_an_error(sex):
    with pytest.raises(ValueError, match=r"0 \(woman\), 1 \(man\)"):
        Person(40, sex)
