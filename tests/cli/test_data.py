"""data: writes what it says, says what it wrote, and overwrites nothing unasked."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from tests.conftest import SMALL
from tutor.cli import app
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
