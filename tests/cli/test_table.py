"""data table: asks what was not said where somebody can answer, and says what is missing else."""

from __future__ import annotations

import sys

import pytest

from tests.content.chest_table import write_table
from tutor.cli import table as command
from tutor.cli.table import Choices, completed
from tutor.content.importers.table import read_table_file
from tutor.errors import BadInput


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    return read_table_file(write_table(tmp_path_factory.mktemp("t") / "c.csv", 600))


def test_at_a_terminal_label_and_shortcut_are_asked_for(table, monkeypatch):
    answers = iter(["pneumonia", "portable film"])
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
    monkeypatch.setattr(command.typer, "prompt", lambda *_, **__: next(answers))
    assert completed(table, Choices()) == Choices("pneumonia", shortcut="portable film")


def test_elsewhere_the_columns_that_may_be_the_label_are_named(table, monkeypatch):
    monkeypatch.setattr(sys.stdin, "isatty", lambda: False)
    with pytest.raises(BadInput, match=r"--label NAME.*Crackles, portable film, sex, pneumonia"):
        completed(table, Choices())
    assert completed(table, Choices("pneumonia")) == Choices("pneumonia")


def test_a_shortcut_and_an_unseen_finding_are_one_too_many(table):
    with pytest.raises(BadInput, match="not both"):
        completed(table, Choices("pneumonia", shortcut="sex", unseen="Crackles"))
