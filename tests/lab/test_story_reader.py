"""A robot that reads the stories alone: right where they give the answer, else at chance."""

from __future__ import annotations

import numpy as np

from tutor.lab.bundle import Bundle
from tutor.lab.story_reader import read_stories, reading

PRESENT = np.arange(120) % 2 == 0
PLACES = ("at work", "at home", "in the garden", "on the bus", "in a shop")


def told(words):
    """Stories with the word that ``words`` gives for each patient, and any place."""
    streams = np.random.default_rng(0)
    return [f"A woman, {word}, {PLACES[streams.integers(5)]}." for word in words]


def test_a_word_that_goes_with_the_answer_is_learned_and_named():
    found = reading(told("breathless" if ill else "well" for ill in PRESENT), PRESENT)
    assert found.tells
    assert found.right.value == 1
    assert any("breathless" in mark or "well" in mark for mark in found.marks)


def test_words_that_say_nothing_leave_it_at_chance():
    words = np.random.default_rng(1).choice(["tired", "hungry"], len(PRESENT))
    found = reading(told(words), PRESENT)
    assert not found.tells
    assert found.right.low < found.chance < found.right.high


def test_stories_that_are_all_the_same_tell_nothing():
    found = reading(["A woman."] * 60, PRESENT[:60])
    assert (found.right.value, found.marks, found.tells) == (0.5, (), False)


def test_it_reads_a_bank_that_was_built(bundle: Bundle):
    found = read_stories(bundle)
    scored = [card for card in (*bundle.cards, *bundle.assessment) if not card.luck]
    assert found is not None
    assert found.right.n == len(scored)
