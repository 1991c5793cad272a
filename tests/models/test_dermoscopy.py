"""The dermoscopy cohort: ink fools the algorithm through pixels, and erasing it undoes that."""

from __future__ import annotations

import re

import numpy as np
import pytest

from tests.models.loading import load_model
from tests.studies import Trained
from tutor.kit.pictures.lesion.alt_text import describe
from tutor.lab.training import HELD_OUT_STEP, HeldOut

MODEL = load_model("dermoscopy")


@pytest.fixture(scope="module")
def held_out(trained: Trained) -> HeldOut:
    return trained("dermoscopy")


@pytest.fixture(scope="module")
def cohort():
    return MODEL.simulate(10_000, 5)


@pytest.mark.parametrize(
    ("cause", "effect"),
    [
        ("age", "melanoma"),
        ("family", "melanoma"),
        ("melanoma", "atypia"),
        ("melanoma", "changed"),
        ("melanoma", "bleeds"),
        ("fast", "firm"),
        ("atypia", "worry"),
        ("atypia", "veil"),
    ],
)
def test_causes_push_the_clinical_way(cohort, cause, effect):
    assert np.corrcoef(cohort[cause], cohort[effect])[0, 1] > 0.03


def test_marking_follows_worry_where_it_learned_and_nothing_where_it_serves(cohort):
    learned = MODEL.simulate(10_000, 5, **MODEL.training)
    assert np.corrcoef(learned["melanoma"], learned["ink"])[0, 1] > 0.4
    assert abs(np.corrcoef(cohort["melanoma"], cohort["ink"])[0, 1]) < 0.04


def test_erasing_the_ink_undoes_the_alarm(held_out):
    patients = held_out.patients
    erased = next(twin for twin in MODEL.twins if twin.id == "erased")
    wrong = (patients["ink"] > 0.6) & (patients["pale"] == 0) & held_out.alert & ~held_out.truth
    rows = np.flatnonzero(wrong)[:100]
    other = MODEL.simulate(MODEL.held_out_size, HELD_OUT_STEP, **dict(erased.do)).take(rows)
    clean = MODEL.measured(other)
    assert np.median(clean["m_violet"]) == 0
    assert (held_out.predict(clean) < MODEL.threshold).mean() > 0.6


def signs(p):
    """What anyone can count in the picture: outline, colours, structures; vessels count thrice."""
    brown = p["brown"] >= 0.25
    others = sum((p[name] > 0.2).astype(int) for name in ("pink", "blotch", "veil", "scar"))
    colours = brown.astype(int) + (brown & (p["mottle"] > 0.35)) + others
    asymmetry = (p["lopsided"] >= 0.11).astype(int) + (p["lopsided"] >= 0.18)
    border = (p["ragged"] >= 0.035).astype(int) + (p["ragged"] >= 0.06)
    return asymmetry + border + (colours >= 3) + (p["disorder"] > 0.5) + 3 * (p["vessels"] > 0.2)


def test_counting_signs_beats_the_algorithm_on_ink_and_on_pink(held_out):
    patients, truth, inked = held_out.patients, held_out.truth, held_out.patients["ink"] > 0
    advised = signs(patients) >= 3
    assert advised[truth].mean() > 0.9
    harmless = inked & ~truth
    assert (~advised[harmless]).mean() > (~held_out.alert[harmless]).mean() + 0.2
    pink = (patients["pale"] == 1) & truth
    assert advised[pink].mean() > held_out.alert[pink].mean() + 0.2


def test_not_every_melanoma_can_be_told_and_asking_tells_more_than_looking(cohort):
    truth = cohort["melanoma"] == 1
    seen = signs(cohort)
    told = seen + cohort["changed"] + cohort["bleeds"]
    looking, asking = seen >= 3, told >= 4
    assert 0.01 < (~asking[truth]).mean() < 0.1
    assert asking[~truth].mean() < looking[~truth].mean() - 0.02
    assert asking[truth].mean() > looking[truth].mean() - 0.02


def test_no_chart_says_two_things_that_cannot_both_be_so(cohort):
    for index in range(2_500):
        row = cohort.row(index)
        told = MODEL.story(row, np.random.default_rng(index))
        alt = describe(row)
        assert not ("last year" in told and "months" in told.split(" and ")[0]), told
        assert ("no change" in told or "always looked" in told) == (row["changed"] == 0), told
        assert ("bled" in told or "bleeds" in told) == (row["bleeds"] == 1), told
        assert row["known_for"] <= row["age"], told
        assert not ("irregular" in alt and "regular network" in alt.replace("irregular", "")), alt
        if row["pale"] == 1:
            assert "network" not in alt, alt
            assert "pink" in alt, alt
        if row["network"] == 0 and row["globules"] == 0:
            assert row["disorder"] == 0
        nothing = row["ink"] == 0 and row["ruler"] == 0
        assert ("nothing but skin" in alt) == nothing


def test_story_and_words_never_name_the_diagnosis(cohort):
    for index in range(200):
        row = cohort.row(index)
        told = MODEL.story(row, np.random.default_rng(index)) + MODEL.picture(row).alt
        assert not re.search(r"melanom|naev|benign|malign|cancer", told, re.IGNORECASE)
        assert ("red dots" in told) == (row["vessels"] > 0.2)


def test_the_truth_sentence_names_the_lesion(cohort):
    row = {**cohort.row(0), "melanoma": 1.0, "pale": 1.0}
    assert MODEL.truth_sentence(row) == "Histology: amelanotic melanoma."
    assert MODEL.truth_sentence({**row, "melanoma": 0.0}) == "Histology: dermal naevus, benign."
