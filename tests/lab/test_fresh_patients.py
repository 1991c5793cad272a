"""Fresh patients: the same algorithm, nobody from a bank, no chart that somebody may have met."""

from __future__ import annotations

import shutil
from dataclasses import replace

import numpy as np
import pytest

from tutor.content.modules import load_model
from tutor.core.drawing import CELLS
from tutor.errors import BuildError
from tutor.lab import bank, fresh_patients
from tutor.lab.bundle import Bundle, fresh_fingerprint
from tutor.lab.fresh_patients import build_fresh
from tutor.lab.process_pool import quiet
from tutor.lab.training import HeldOut

SEED = 11


@pytest.fixture(scope="module")
def root(bundle, tmp_path_factory):
    """A directory of bundles of its own, with the exercise's."""
    made = tmp_path_factory.mktemp("bundles")
    shutil.copytree(bundle.directory, made / bundle.directory.name)
    return made


@pytest.fixture(scope="module")
def fresh(root, exercise):
    return Bundle(build_fresh(exercise, SEED, root, quiet))


def charts(bundle, cards):
    return {
        repr(bundle.chart(card.case).findings) + bundle.chart(card.case).story for card in cards
    }


def test_there_are_as_many_as_an_assignment_may_ask_for(fresh, exercise):
    cells = bank.count_cells(bank.Bank(np.zeros(0, dtype=int), fresh.assessment))
    assert cells == {cell: bank.wanted(exercise.manifest.bank.assessment, cell) for cell in CELLS}
    assert fresh.cards == ()


def test_nobody_has_the_id_or_the_chart_of_a_patient_of_the_exercise(fresh, bundle):
    known = (*bundle.cards, *bundle.assessment)
    assert {c.case for c in fresh.assessment}.isdisjoint(c.case for c in known)
    assert charts(fresh, fresh.assessment).isdisjoint(charts(bundle, known))


def test_two_assignments_share_nobody(fresh, root, exercise):
    other = Bundle(build_fresh(exercise, SEED + 1, root, quiet))
    assert charts(fresh, fresh.assessment).isdisjoint(charts(other, other.assessment))


def test_the_algorithm_is_the_same_and_so_is_what_was_measured_of_it(fresh, bundle):
    same = {**fresh.evidence, "chart_risk": bundle.evidence["chart_risk"]}
    assert same == bundle.evidence
    assert fresh.evidence["chart_risk"] != bundle.evidence["chart_risk"]
    models = [
        {m for case in built.revealed for m in [built.algorithm_view(case).base]}
        for built in (fresh, bundle)
    ]
    assert models[0] == models[1]


def test_a_second_build_finds_the_first(fresh, root, exercise, monkeypatch):
    monkeypatch.setattr(fresh_patients, "study", None)
    assert build_fresh(exercise, SEED, root, quiet) == fresh.directory
    assert fresh.directory.name == fresh_fingerprint(exercise.fingerprint, SEED)


def test_rows_of_a_table_and_charts_that_repeat_are_refused(
    root, exercise, small_rated, monkeypatch
):
    model = replace(
        load_model(exercise.model_file, exercise.pack, exercise.manifest.model), structural=False
    )
    monkeypatch.setattr(fresh_patients, "load_model", lambda *_: model)
    with pytest.raises(BuildError, match="rows of a table, so there are no others"):
        build_fresh(exercise, SEED + 2, root, quiet)
    nobody = np.zeros(small_rated.held_out.patients.n, dtype=bool)
    with pytest.raises(BuildError, match="Only 0 fresh patients have"):
        bank.choose_fresh(small_rated, exercise.manifest.bank, exercise.key, nobody)


def test_the_cohort_is_no_study_s(small_study):
    """Neither the held-out patients of a seed that claims are measured on, nor training's."""
    other = HeldOut(small_study.fitted, fresh_patients.FIRST_SEED)
    for column, values in other.patients.columns.items():
        if len(np.unique(values)) > 100:
            assert not np.array_equal(values, small_study.patients[column])
