"""An exercise on a table is built and proved like any other, and says that it has no twins."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from tests.content.tables import table_pack
from tutor.cli import app
from tutor.content.loading import load
from tutor.content.modules import load_model
from tutor.kit.tables import NO_DO
from tutor.lab.build import build
from tutor.lab.bundle import Bundle
from tutor.lab.check import check_pack
from tutor.lab.datasheet import Asked, export
from tutor.lab.process_pool import quiet


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    root = tmp_path_factory.mktemp("table") / "pack"
    table_pack(root)
    return root


@pytest.fixture(scope="module")
def bundle(root, tmp_path_factory):
    (built,) = build(load(root)[0], tmp_path_factory.mktemp("bundles"), quiet)
    assert built.problem is None
    return Bundle(built.directory)


def test_it_keeps_its_promises_on_three_seeds(root):
    assert check_pack(root, quiet) == []


def test_check_says_that_there_are_no_twins(root, monkeypatch):
    monkeypatch.setattr("tutor.lab.process_pool.cores", lambda: 0)
    done = CliRunner().invoke(app, ["check", str(root)])
    assert done.exit_code == 0
    assert NO_DO in done.stdout


def test_no_case_has_a_twin_or_a_lesson_that_needs_one(bundle):
    for closed in bundle.closed.values():
        assert closed["twin"] is None
        assert "not_patient" not in closed["more"]


def test_its_datasheet_does_not_call_the_patients_simulated(root):
    pack, _ = load(root)
    (exercise,) = pack.exercises
    model = load_model(exercise.model_file, exercise.pack, "throat")
    files = export(pack, exercise, model, Asked(100, 0)).files
    sheet = files["throat-deployment.md"].decode()
    assert "rows of the `cohort.csv`" in sheet
    assert "simulated" not in sheet
