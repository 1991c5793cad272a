"""What is shown before a commitment tells no more than the findings may; each leak is found."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.conftest import SMALL
from tutor.content.loading import load
from tutor.content.manifest import Bank as BankManifest
from tutor.content.modules import load_model
from tutor.lab.bank import Bank, Banks, choose
from tutor.lab.build import SEED
from tutor.lab.case_parts import shown
from tutor.lab.leaks import Sample, leaks
from tutor.lab.rated_cohort import RatedCohort
from tutor.lab.row_reads import NotedRow
from tutor.lab.story_leaks import telling_stories
from tutor.lab.training import study

NOBODY = Bank(np.zeros(0, dtype=int), ())


@pytest.fixture(scope="module")
def held_out():
    """The small model on its held-out patients."""
    exercise = load(SMALL)[0].exercises[0]
    return study(load_model(exercise.model_file, exercise.pack, "throat"), SEED)


@pytest.fixture(scope="module")
def rated(held_out):
    return RatedCohort.of(held_out)


@pytest.fixture(scope="module")
def chosen(rated):
    return choose(rated, BankManifest(cases=120), "small/throat")


@pytest.fixture
def cases(held_out, chosen):
    """Stage 1 of each case of the bank, free to be spoilt."""
    rows = held_out.patients.take(chosen.rows)
    model = held_out.fitted.model
    return {
        card.case: shown(model, rows.row(at), np.random.default_rng(at))
        for at, card in enumerate(chosen.cards)
    }


def told_of(rated, chosen, cases, best=None):
    return leaks(rated, Banks(chosen, NOBODY), cases, best)


def found(rated, chosen, cases, best=None):
    return [leak.of for leak in told_of(rated, chosen, cases, best)]


def spoilt(rated, how):
    """The same patients, with ``how(whether the condition is present)`` behind each story."""
    model = rated.held_out.fitted.model

    def story(row, stream):
        return model.story(row, stream) + how(row["bacterial"] == 1)

    fitted = replace(rated.held_out.fitted, model=replace(model, story=story))
    return replace(rated, held_out=replace(rated.held_out, fitted=fitted))


def test_a_sound_bank_has_no_leak(rated, chosen, cases):
    assert found(rated, chosen, cases) == []


def test_a_word_that_only_the_ill_say_is_found_and_named(rated, chosen, cases):
    told = spoilt(rated, lambda present: " Rusty." if present else " Clear.")
    (leak,) = told_of(told, chosen, cases)
    assert leak.of == "story"
    assert "“rusty”" in leak.what


def test_a_word_that_one_and_all_say_is_none(rated, chosen, cases):
    assert found(spoilt(rated, lambda _: " Rusty."), chosen, cases) == []


def test_a_word_that_most_of_the_ill_say_is_found_too(rated, chosen, cases):
    stream = np.random.default_rng(0)
    told = spoilt(rated, lambda present: " Rusty." if present ^ (stream.random() < 0.05) else "")
    assert found(told, chosen, cases) == ["story"]


def test_a_word_drawn_by_lot_is_none(rated, chosen, cases):
    stream = np.random.default_rng(0)
    told = spoilt(rated, lambda _: " Rusty." if stream.random() < 0.5 else "")
    assert found(told, chosen, cases) == []


def test_an_order_that_tells_is_found(rated, chosen, cases):
    at = sorted(range(len(chosen.cards)), key=lambda at: chosen.cards[at].cell.present)
    ordered = Bank(chosen.rows[at], tuple(chosen.cards[place] for place in at))
    assert found(rated, ordered, cases) == ["order"]
    in_either = leaks(rated, Banks(chosen, ordered), cases)
    assert [leak.of for leak in in_either] == ["order"]


def test_ids_that_tell_are_found(rated, chosen, cases):
    ids = {c.case: f"{int(c.cell.present)}{c.case[1:]}" for c in chosen.cards}
    named = Bank(chosen.rows, tuple(replace(c, case=ids[c.case]) for c in chosen.cards))
    assert found(rated, named, {ids[case]: value for case, value in cases.items()}) == ["order"]


def test_an_element_that_only_the_ill_have_is_found(rated, chosen, cases):
    for card in chosen.cards:
        picture = cases[card.case]["picture"]
        mark = "<g></g>" if card.cell.present else "       "
        picture["svg"] = picture["svg"].replace("</svg>", f"{mark}</svg>")
    assert found(rated, chosen, cases) == ["picture"]


def test_an_element_is_none_where_the_alternative_says_what_it_shows(rated, chosen, cases):
    pulses = rated.held_out.patients.take(chosen.rows)["pulse"]
    for card, pulse in zip(chosen.cards, pulses, strict=True):
        picture = cases[card.case]["picture"]
        if pulse > 90:
            picture["svg"] = picture["svg"].replace("</svg>", "<g></g></svg>")
            picture["alt"] += " A notch."
    assert found(rated, chosen, cases) == []


@pytest.mark.parametrize(
    ("alt", "leak"),
    [("A Bacterial throat.", True), ("An antibacterial lozenge.", False), ("A red throat.", False)],
)
def test_an_alternative_may_not_name_the_diagnosis(rated, chosen, cases, alt, leak):
    for case in cases.values():
        case["picture"]["alt"] = alt
    assert found(rated, chosen, cases) == ["picture"] * leak


def test_a_stated_best_that_is_surpassed_is_told_and_one_that_is_kept_is_not(rated, chosen, cases):
    assert found(rated, chosen, cases, best=0.6) == ["best"]
    assert found(rated, chosen, cases, best=0.95) == []


def test_the_sample_holds_as_many_with_the_condition_as_without(rated):
    sample = Sample.of(rated)
    assert sample.present.sum() == 400
    assert (~sample.present).sum() == 400
    assert len(set(sample.rows.tolist())) == 800


def test_the_same_bank_gives_the_same_leaks(rated, chosen, cases):
    told = spoilt(rated, lambda present: " Rusty." if present else "")
    first, second = (list(told_of(told, chosen, cases)) for _ in range(2))
    assert first == second
    assert len(first) == 1


@pytest.mark.parametrize(
    ("ill", "well", "name"),
    [
        (" Coughs.", " Sneezes.", "the word “coughs”"),
        (" Bed 3.", " Bed 4.", "the number 3"),
        (" Well then!", " Well then.", "the sign “!”"),
        (" Seen TODAY.", " Seen today.", "the capitals “TODAY”"),
        (" Tea, not milk.", " Milk, not tea.", "the last word “milk”"),
        (" Very very ill.", " Very ill.", "the order “very very”"),
    ],
)
def test_each_kind_of_mark_is_found_though_three_in_ten_are_turned(rated, ill, well, name):
    model, sample = rated.held_out.fitted.model, Sample.of(rated)
    turned = np.random.default_rng(0).random(len(sample.rows)) < 0.3
    stories = tuple(
        story + (ill if shown else well)
        for story, shown in zip(sample.stories, sample.present ^ turned, strict=True)
    )
    told = replace(sample.told, stories=stories)
    assert name in [mark.name for mark in telling_stories(model, told, sample.present)]


def test_a_weak_mark_does_not_hide_behind_findings_that_settle_the_matter(rated):
    """The story does not read the culture that stands in the chart."""
    model, sample = rated.held_out.fitted.model, Sample.of(rated)
    culture = replace(model.findings[0], column="bacterial", label="Culture")
    sure = replace(model, findings=(*model.findings, culture))
    turned = np.random.default_rng(0).random(len(sample.rows)) < 0.3
    ends = [" Rusty." if shown else "" for shown in sample.present ^ turned]
    stories = tuple(map(str.__add__, sample.stories, ends))
    told = replace(sample.told, stories=stories)
    assert "the word “rusty”" in [m.name for m in telling_stories(sure, told, sample.present)]


def test_a_word_for_a_finding_is_explained_by_it(rated):
    model, sample = rated.held_out.fitted.model, Sample.of(rated)
    warm = sample.told.patients["temperature"] >= 38
    stories = tuple(s + (" Warm." if w else "") for s, w in zip(sample.stories, warm, strict=True))
    told = replace(sample.told, stories=stories, reads=sample.told.reads | {"temperature"})
    assert list(telling_stories(model, told, sample.present)) == []
    unread = replace(told, reads=sample.told.reads)
    assert "the word “warm”" in [m.name for m in telling_stories(model, unread, sample.present)]


@pytest.mark.parametrize(
    "read",
    [
        lambda row: row["bacterial"],
        lambda row: row.get("bacterial"),
        lambda row: {**row}["bacterial"],
        lambda row: dict(row)["bacterial"],
        lambda row: (row | {"now": 1.0})["bacterial"],
        lambda row: dict(row.items())["bacterial"],
        lambda row: row.copy()["bacterial"],
    ],
)
def test_every_way_to_read_a_column_is_noted(read):
    names: set[str] = set()
    assert read(NotedRow({"age": 40.0, "bacterial": 1.0}, names)) == 1
    assert "bacterial" in names
