"""The page on written cases, followed to the letter in an empty directory."""

from __future__ import annotations

import shlex

from typer.testing import CliRunner

from tests.conftest import ROOT
from tests.docs.blocks import blocks
from tutor.cli import app

PAGE = ROOT / "docs" / "course-teams" / "ten-cases.md"


def test_ten_cases_become_an_exercise(tmp_path, monkeypatch, contract):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "home" / "bundles").mkdir(parents=True)
    for built in contract.bundles.iterdir():  # `build` makes what is not there yet
        (tmp_path / "home" / "bundles" / built.name).symlink_to(built)
    monkeypatch.setenv("EQUIPOISE_HOME", str(tmp_path / "home"))
    typed = [
        line
        for block in blocks(PAGE.read_text(encoding="utf-8"))
        if block.language == "sh"
        for line in block.text.splitlines()
    ]
    said = {}
    for line in typed:
        command, *words = shlex.split(line)
        assert command == "equipoise"
        done = CliRunner().invoke(app, words)
        assert done.exit_code == 0, f"{line}: {done.output}"
        said[words[0]] = done.output
    assert "No problem found." in said["check"]
    assert "10 cases" in said["evidence"]
    made = [one for one in (tmp_path / "home" / "bundles").iterdir() if not one.is_symlink()]
    assert [one for one in made if (one / "complete.json").exists()]
