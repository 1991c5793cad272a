"""data: writes what it says, says what it wrote, and overwrites nothing unasked."""

from __future__ import annotations

import hashlib

import pytest
from typer.testing import CliRunner

from tests.conftest import ROOT, SMALL
from tests.content.exports import write_ddxplus, write_synthea
from tutor.cli import app
from tutor.content.modules import load_model
from tutor.errors import BadInput, NotFound


@pytest.fixture
def run():
    """The command in this process; a failure is raised."""

    def data(*words):
        done = CliRunner().invoke(app, ["data", *map(str, words)])
        if done.exception and not isinstance(done.exception, SystemExit):
            raise done.exception
        return done

    return data


@pytest.fixture
def small(run, tmp_path):
    """An export of the small pack's cohort."""
    return lambda *words: run(
        "export", "throat", "--pack", SMALL, "--n", 20, "--out", tmp_path / "out", *words
    )


def test_export_writes_table_sheet_and_checksums_and_says_so(small, tmp_path):
    done = small()
    written = sorted((tmp_path / "out").iterdir())
    assert [path.name for path in written] == [
        "throat-deployment.SHA256SUMS",
        "throat-deployment.csv",
        "throat-deployment.md",
    ]
    assert {*done.stdout.split()} == {str(path) for path in written}


def test_a_file_that_is_there_is_kept_and_nothing_else_written(small, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "throat-deployment.md").write_text("mine")
    with pytest.raises(BadInput, match=r"throat-deployment\.md already; nothing was written"):
        small()
    assert [path.read_text() for path in (tmp_path / "out").iterdir()] == ["mine"]


def test_overwrite_overwrites(small, tmp_path):
    small("--seed", 1)
    before = (tmp_path / "out" / "throat-deployment.csv").read_bytes()
    small("--seed", 2, "--overwrite")
    assert (tmp_path / "out" / "throat-deployment.csv").read_bytes() != before


def test_an_exercise_that_is_not_there_is_told_with_those_that_are(run):
    with pytest.raises(NotFound, match=r"no exercise 'oxymetry'.*oximetry"):
        run("export", "oxymetry")


BIF = ("bif", ROOT / "docs/course-teams/asia.bif", "--target", "lung")


def test_bif_makes_a_model_that_loads(run, tmp_path):
    out = tmp_path / "models" / "asia"
    run(*BIF, "--show", "smoke", "xray", "dysp", "--out", out)
    model = load_model(out / "model.py", "mine", "asia")
    assert model.columns == ("smoke", "xray", "dysp")
    assert model.structural
    assert {path.name for path in out.iterdir()} == {
        "model.py", "network.bif", "card.md", "datasheet.md", "SHA256SUMS",
    }  # fmt: skip


def test_the_checksum_is_of_the_network_and_of_nothing_that_is_edited(run, tmp_path):
    run(*BIF, "--show", "smoke", "xray", "--out", tmp_path / "asia")
    network = (tmp_path / "asia" / "network.bif").read_bytes()
    said = (tmp_path / "asia" / "SHA256SUMS").read_text()
    assert said == f"{hashlib.sha256(network).hexdigest()}  network.bif\n"


def test_in_a_pack_the_next_step_is_said(run, tmp_path):
    (tmp_path / "pack.toml").write_text("")
    done = run(*BIF, "--show", "smoke", "xray", "--out", tmp_path / "models" / "asia")
    assert done.stdout.splitlines()[-1].startswith("Next: equipoise new exercise EXERCISE --model ")


def test_shown_nodes_are_listed_in_any_of_the_usual_ways(run, tmp_path):
    models = []
    for at, words in enumerate((["smoke,xray"], ["smoke", "xray"], ["smoke", "--show", "xray"])):
        run(*BIF, "--show", *words, "--out", tmp_path / f"m{at}")
        models.append(load_model(tmp_path / f"m{at}" / "model.py", "mine", f"m{at}").columns)
    assert models == [("smoke", "xray")] * 3


@pytest.mark.parametrize("name", ["A", "as ia", "1st", "x" * 41])
def test_a_directory_that_cannot_name_a_model_is_refused(run, tmp_path, name):
    with pytest.raises(BadInput, match=r"will not do"):
        run(*BIF, "--show", "smoke,xray", "--out", tmp_path / name)


def test_a_target_without_a_plain_yes_is_asked_for_its_state(run, tmp_path):
    text = BIF[1].read_text()
    for old, new in (
        ("lung { type discrete [ 2 ] { yes, no }", "lung { type discrete [ 2 ] { small, large }"),
        ("(yes, yes) 1.0", "(small, yes) 1.0"),
        ("(no, yes) 1.0", "(large, yes) 1.0"),
        ("(yes, no) 1.0", "(small, no) 1.0"),
        ("(no, no) 0.0", "(large, no) 0.0"),
    ):
        assert old in text
        text = text.replace(old, new)
    (tmp_path / "sizes.bif").write_text(text)
    words = ("bif", tmp_path / "sizes.bif", "--show", "smoke,xray", "--out", tmp_path / "sizes")
    with pytest.raises(BadInput, match=r"Say --target lung=small; there is small, large"):
        run(*words, "--target", "lung")
    run(*words, "--target", "lung=large")


def test_synthea_makes_a_table_model_that_loads(run, tmp_path):
    write_synthea(tmp_path / "csv", 900)
    out = tmp_path / "models" / "diabetes"
    run("synthea", tmp_path / "csv", "--target", "Diabetes mellitus type 2", "--out", out)
    assert not load_model(out / "model.toml", "mine", "diabetes").structural


def test_ddxplus_makes_a_table_model_that_loads(run, tmp_path):
    write_ddxplus(tmp_path / "ddx")
    out = tmp_path / "models" / "airways"
    words = ("--pathology", "Pneumonia", "Bronchitis", "--out", out, "--propose")
    done = run("ddxplus", tmp_path / "ddx", *words)
    model = load_model(out / "model.toml", "mine", "airways")
    assert model.condition == "Bronchitis or Pneumonia"
    assert len(model.failure_modes) == done.stdout.count("Measured, ")
    assert [step for step in done.stdout.splitlines() if step.startswith("- model.toml, threshold")]


def test_no_import_writes_over_what_is_there(run, tmp_path):
    out = tmp_path / "models" / "airways"
    words = ("ddxplus", write_ddxplus(tmp_path / "ddx"), "--pathology", "GERD", "--out", out)
    run(*words)
    (out / "card.md").write_text("mine")
    with pytest.raises(BadInput, match=r"card\.md"):
        run(*words)
    assert (out / "card.md").read_text() == "mine"
    run(*words, "--overwrite")
    assert (out / "card.md").read_text() != "mine"
