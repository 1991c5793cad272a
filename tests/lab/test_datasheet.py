"""An exported cohort is the very cohort, to the bit, and its sheet says how to make it again."""

from __future__ import annotations

import csv
import hashlib
import io

import numpy as np
import pytest

from tests.conftest import ROOT
from tutor.content.loading import load
from tutor.content.modules import load_model
from tutor.errors import BadInput
from tutor.lab.build import SEED
from tutor.lab.datasheet import Asked, Role, export, role_of
from tutor.lab.training import HELD_OUT_STEP


@pytest.fixture(scope="module")
def of(small_pack, exercise, small_model):
    """The files of one export of the small cohort."""
    return lambda *asked: export(small_pack, exercise, small_model, Asked(*asked)).files


def table(content):
    rows = csv.reader(io.StringIO(content.decode()))
    head = next(rows)
    columns = zip(*rows, strict=True)
    return dict(zip(head, (np.array(c, dtype=float) for c in columns), strict=True))


def test_every_column_of_every_patient_reads_back_as_the_same_number(of, small_model):
    found = table(of(500, 7)["throat-deployment.csv"])
    patients = small_model.simulate(500, 7)
    assert set(found) == set(patients)
    for column in patients:
        assert np.array_equal(found[column], patients[column].astype(float))


def test_the_same_request_gives_the_same_bytes_and_another_seed_others(of):
    assert of(50, 1) == of(50, 1)
    assert of(50, 1)["throat-deployment.csv"] != of(50, 2)["throat-deployment.csv"]


def test_the_checksums_are_those_of_the_files(of):
    files = of(50, 1)
    lines = files["throat-deployment.SHA256SUMS"].decode().splitlines()
    sums = {name: digest for digest, _, name in (line.partition("  ") for line in lines)}
    assert sums == {
        name: hashlib.sha256(data).hexdigest()
        for name, data in files.items()
        if not name.endswith("SUMS")
    }


def test_what_the_sheet_names_as_training_rows_are_the_training_rows(of, small_model, small_study):
    asked = Asked(small_model.training_size, SEED, training=True)
    again = f"--n {asked.n} --seed {asked.seed} --training"
    files = of(asked.n, asked.seed, True)
    assert again in files["throat-training.md"].decode()
    rows = table(files["throat-training.csv"])
    inputs = np.column_stack([rows[column] for column in small_model.columns])
    assert np.array_equal(inputs, small_study.fitted.inputs)
    assert np.array_equal(rows[small_model.label], small_study.fitted.labels)


def test_what_the_sheet_names_as_held_out_are_the_held_out_patients(of, small_model, small_study):
    files = of(small_model.held_out_size, SEED + HELD_OUT_STEP)
    sheet = files["throat-deployment.md"].decode()
    assert f"--n {small_model.held_out_size} --seed {HELD_OUT_STEP}`" in sheet
    rows = table(files["throat-deployment.csv"])
    for column, values in small_study.patients.items():
        assert np.array_equal(rows[column], values.astype(float))


def test_the_sheet_names_every_column_with_its_role_unit_bounds_and_codes(of, small_model):
    sheet = of(50, 1)["throat-deployment.md"].decode()
    rows = {
        line.split("|")[1].strip(" `"): [cell.strip() for cell in line.split("|")[2:-1]]
        for line in sheet.splitlines()
        if line.startswith("| `")
    }
    assert set(rows) == set(small_model.simulate(2, 0))
    label, role, unit, bounds, _, codes = rows["temperature"]
    assert (label, role, unit, bounds, codes) == ("Temperature", Role.BOTH, "°C", "35 to 41", "")
    assert rows["tablet"][1] == Role.SHOWN
    assert rows["tablet"][-1] == "0: no, 1: yes"
    assert rows["bacterial"][1] == Role.TRUTH_AND_LABEL


def test_the_sheet_names_the_sources(of, exercise):
    sheet = of(50, 1)["throat-deployment.md"].decode()
    for source in exercise.manifest.citations:
        assert f"https://doi.org/{source.doi}" in sheet


def test_measured_columns_come_first_then_truth_and_label_then_what_nobody_sees(of, small_model):
    head = of(5, 1)["throat-deployment.csv"].decode().splitlines()[0].split(",")
    places = [list(Role).index(role_of(small_model, column)) for column in head]
    assert places == sorted(places)


def test_a_label_that_is_a_proxy_is_told_from_the_truth():
    pack, _ = load(ROOT)
    exercise = next(e for e in pack.exercises if e.manifest.id == "pneumonia")
    model = load_model(exercise.model_file, pack.manifest.id, "pneumonia")
    assert role_of(model, model.label) is Role.LABEL
    assert role_of(model, model.truth) is Role.TRUTH


@pytest.mark.parametrize("asked", [(0, 1), (-1, 1), (1_000_001, 1), (10, -1)])
def test_what_cannot_be_drawn_is_refused(of, asked):
    with pytest.raises(BadInput):
        of(*asked)
