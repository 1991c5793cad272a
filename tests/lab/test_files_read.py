"""Files that a model reads: told if no fingerprint covers them, wherever libraries lie."""

from __future__ import annotations

import sys

import pytest

from tutor.lab.files_read import uncovered


@pytest.mark.parametrize("prefix", [".venv", ".."])
def test_an_environment_in_the_packs_folder_and_a_pack_in_an_environment(
    exercise, monkeypatch, prefix
):
    root = exercise.folder.parents[1].resolve()
    monkeypatch.setattr(sys, "prefix", str((root / prefix).resolve()))
    library = root / ".venv" / "lib" / "library.txt"
    found = {str(root / "table.csv")} | ({str(library)} if prefix == ".venv" else set())
    (problem,) = uncovered(exercise, found)
    assert problem.what.startswith("It reads table.csv, so a change")
