"""The tutorial on a table, followed to the letter in an empty directory."""

from __future__ import annotations

import os
import sys

import pytest

from tests.conftest import ROOT
from tests.docs.blocks import blocks, says
from tests.docs.reader import Reader

TUTORIAL = ROOT / "docs" / "course-teams" / "table-in-an-hour.md"


@pytest.fixture
def reader(tmp_path):
    """Equipoise and Python as in an active environment."""
    scripts, place = tmp_path / "bin", tmp_path / "empty"
    for folder in (scripts, place):
        folder.mkdir()
    for name, command in (("equipoise", "-m tutor"), ("python", "")):
        (scripts / name).write_text(f'#!/bin/sh\nexec "{sys.executable}" {command} "$@"\n')
        (scripts / name).chmod(0o755)
    kept = {k: v for k, v in os.environ.items() if not k.startswith("EQUIPOISE")}
    more = {
        "PATH": f"{scripts}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "EQUIPOISE_HOME": str(tmp_path / "home"),
    }
    return Reader(place, kept | more)


@pytest.mark.long
def test_a_table_becomes_an_exercise_that_passes_as_it_stands_and_as_it_is_written(reader):
    output = ""
    for block in blocks(TUTORIAL.read_text(encoding="utf-8")):
        where = f"{TUTORIAL.name}, line {block.line}"
        if block.file:
            reader.write(block.file, block.text)
        elif block.language == "text":
            assert says(block.text, output), f"{where}: it printed\n{output}"
        else:
            assert block.language == "sh", where
            done = reader.run(block.text)
            output = done.stdout
            assert (done.returncode != 0) is (block.more == "fails"), f"{where}:\n{output}"
    model = (reader.place / "my-school/models/chest/model.toml").read_text(encoding="utf-8")
    assert 'label = "Portable chest X-ray"' in model
    assert "record_no" not in (reader.place / "my-school/models/chest/cohort.csv").read_text()
