"""Failure modes are proposed for a table by what is measured on it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.content.chest_table import write_table
from tutor.content.cohort_csvs import Made
from tutor.content.importers.table import Drawn, WantedLabel, cohort_of, read_table_file
from tutor.errors import BadFile
from tutor.lab.table_proposal import _training, propose

EMPTY = Made("x", "X", "x", (), np.zeros(0, dtype=bool), (), "A patient.")


@pytest.fixture(scope="module")
def cohort(tmp_path_factory):
    table = read_table_file(write_table(tmp_path_factory.mktemp("t") / "c.csv", 5_000))
    return cohort_of(table, WantedLabel("pneumonia"), "chest", Drawn())[0]


def test_a_shortcut_is_made_one_and_both_claims_are_measured(cohort):
    proposal = propose(cohort, shortcut="portable_film")
    made = proposal.made
    assert proposal.lacking == ()
    assert [(mode.id, mode.kind.value) for mode in made.modes] == [
        ("miss", "shortcut"), ("false-alarm", "shortcut"),
    ]  # fmt: skip
    film = next(c.values for c in made.columns if c.name == "portable_film")
    agrees = (film == 1) == made.outcome
    assert agrees[made.training].mean() > 0.8
    assert agrees[~made.training].mean() == pytest.approx(0.5, abs=0.05)
    assert len(proposal.measured) == 2


def test_a_finding_that_is_not_read_is_undone_by_reading_it(cohort):
    made = propose(cohort, unseen="crackles").made
    (crackles,) = (column for column in made.columns if column.use == "learner")
    assert crackles.name == "crackles"
    assert {mode.also_reads for mode in made.modes} == {("crackles",)}
    assert {mode.kind.value for mode in made.modes} == {"blind to a decisive finding"}


def test_what_the_table_lacks_is_said(tmp_path):
    table = read_table_file(write_table(tmp_path / "c.csv", 600))
    few = cohort_of(table, WantedLabel("pneumonia"), "chest", Drawn())[0]
    assert any("Only" in line for line in propose(few, shortcut="portable_film").lacking)


def test_a_table_drawn_from_a_usual_seed_does_not_go_with_the_parts():
    """The same numbers would else decide who is ill and who is learned from."""
    for seed in range(5):
        ill = np.random.default_rng(seed).random(2_000) < 0.03
        made = replace(EMPTY, outcome=ill)
        assert 0.01 < ill[_training(made)].mean() < 0.06


def test_a_part_without_the_condition_is_told():
    ill, training = np.arange(1_000) < 50, np.arange(1_000) >= 500
    with pytest.raises(BadFile, match="training part has 500 rows, 0 of them with the condition"):
        propose(replace(EMPTY, outcome=ill, training=training))
