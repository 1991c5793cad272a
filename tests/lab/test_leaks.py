"""What is shown before a commitment tells no more than the findings may; each leak is found."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.conftest import SMALL
from tutor.content.loading import load
from tutor.content.modules import load_model
from tutor.core.discrimination import paired_auroc
from tutor.lab.bank import Bank, choose, shown
from tutor.lab.build import SEED
from tutor.lab.leaks import best_possible, leaks
from tutor.lab.study import study


@pytest.fixture(scope="module")
def held_out():
    """The small model on its held-out patients."""
    exercise = load(SMALL)[0].exercises[0]
    return study(load_model(exercise.model_file, exercise.pack, "throat"), SEED)


@pytest.fixture(scope="module")
def chosen(held_out):
    return choose(held_out, 120, "small/throat")


@pytest.fixture
def cases(held_out, chosen):
    """Stage 1 of each case of the bank, free to be spoilt."""
    rows = held_out.patients.take(chosen.rows)
    model = held_out.fitted.model
    return {
        card.case: shown(model, rows.row(at), np.random.default_rng(at))
        for at, card in enumerate(chosen.cards)
    }


def found(held_out, chosen, cases, best=None):
    return [leak.of for leak in leaks(held_out, chosen, cases, best)]


def spoil(cases, chosen, how):
    """Put ``how(whether the condition is present)`` behind each case's story."""
    for card in chosen.cards:
        cases[card.case]["story"] += how(card.cell.present)


def test_a_sound_bank_has_no_leak(held_out, chosen, cases):
    assert found(held_out, chosen, cases) == []


def test_a_word_that_only_the_ill_say_is_found_and_named(held_out, chosen, cases):
    spoil(cases, chosen, lambda present: " Rusty." if present else " Clear.")
    (leak,) = leaks(held_out, chosen, cases)
    assert leak.of == "story"
    assert "“rusty”" in leak.what


def test_a_word_that_one_and_all_say_is_none(held_out, chosen, cases):
    spoil(cases, chosen, lambda _: " Rusty.")
    assert found(held_out, chosen, cases) == []


def test_a_word_that_most_of_the_ill_say_is_found_too(held_out, chosen, cases):
    stream = np.random.default_rng(0)
    spoil(cases, chosen, lambda present: " Rusty." if present ^ (stream.random() < 0.05) else "")
    assert found(held_out, chosen, cases) == ["story"]


def test_a_word_drawn_by_lot_is_none(held_out, chosen, cases):
    stream = np.random.default_rng(0)
    spoil(cases, chosen, lambda _: " Rusty." if stream.random() < 0.5 else "")
    assert found(held_out, chosen, cases) == []


def test_an_order_that_tells_is_found(held_out, chosen, cases):
    at = sorted(range(len(chosen.cards)), key=lambda at: chosen.cards[at].cell.present)
    ordered = Bank(chosen.rows[at], tuple(chosen.cards[place] for place in at))
    assert found(held_out, ordered, cases) == ["order"]


def test_ids_that_tell_are_found(held_out, chosen, cases):
    ids = {c.case: f"{int(c.cell.present)}{c.case[1:]}" for c in chosen.cards}
    named = Bank(chosen.rows, tuple(replace(c, case=ids[c.case]) for c in chosen.cards))
    assert found(held_out, named, {ids[case]: value for case, value in cases.items()}) == ["order"]


def test_an_element_that_only_the_ill_have_is_found(held_out, chosen, cases):
    for card in chosen.cards:
        picture = cases[card.case]["picture"]
        mark = "<g></g>" if card.cell.present else "       "
        picture["svg"] = picture["svg"].replace("</svg>", f"{mark}</svg>")
    assert found(held_out, chosen, cases) == ["picture"]


def test_an_element_is_none_where_the_alternative_says_what_it_shows(held_out, chosen, cases):
    for card in chosen.cards:
        picture = cases[card.case]["picture"]
        if card.cell.present:
            picture["svg"] = picture["svg"].replace("</svg>", "<g></g></svg>")
            picture["alt"] += " A notch."
    assert found(held_out, chosen, cases) == []


@pytest.mark.parametrize(
    ("alt", "leak"),
    [("A Bacterial throat.", True), ("An antibacterial lozenge.", False), ("A red throat.", False)],
)
def test_an_alternative_may_not_name_the_diagnosis(held_out, chosen, cases, alt, leak):
    for case in cases.values():
        case["picture"]["alt"] = alt
    assert found(held_out, chosen, cases) == ["picture"] * leak


def test_a_stated_best_that_is_surpassed_is_told_and_one_that_is_kept_is_not(
    held_out, chosen, cases
):
    assert found(held_out, chosen, cases, best=0.6) == ["best"]
    assert found(held_out, chosen, cases, best=0.95) == []


def test_the_best_possible_is_better_than_the_algorithm_and_is_told_no_truth(held_out, chosen):
    present = np.array([card.cell.present for card in chosen.cards])
    possible = best_possible(held_out, chosen)
    compared = paired_auroc(present, held_out.probability[chosen.rows], possible)
    assert compared.low > 0
    assert compared.second < 0.95


def test_where_the_true_probability_is_known_the_best_possible_uses_it(held_out, chosen):
    model = held_out.fitted.model
    known = replace(held_out, fitted=replace(held_out.fitted, model=replace(model, exact="truth")))
    patients = held_out.patients
    patients.columns["truth"] = patients["bacterial"].astype(float)
    known.__dict__["patients"] = patients
    present = np.array([card.cell.present for card in chosen.cards])
    assert paired_auroc(present, (p := best_possible(known, chosen)), p).first > 0.999


def test_the_same_bank_gives_the_same_leaks(held_out, chosen, cases):
    spoil(cases, chosen, lambda present: " Rusty." if present else "")
    assert list(leaks(held_out, chosen, cases)) == list(leaks(held_out, chosen, cases))
