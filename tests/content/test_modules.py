"""A pack's model is run by path, under a private name, and what goes wrong names its line."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.conftest import SMALL
from tutor.content.modules import load_model
from tutor.errors import ContentError
from tutor.kit import TeachingModel


def test_a_model_is_loaded_under_a_private_name():
    model = load_model(SMALL / "models/throat/model.py", "small", "throat")
    assert isinstance(model, TeachingModel)
    assert "_equipoise_pack_small_throat" in sys.modules
    assert "models" not in sys.modules
    assert "throat" not in sys.modules


@pytest.mark.parametrize(
    ("code", "match"),
    [
        ("x = 1\ny = 1 / 0\n", r"line 2: ZeroDivisionError: division by zero"),
        ("import not_a_module_at_all\n", r"line 1: ModuleNotFoundError: No module"),
        ("def broken(:\n", "SyntaxError"),
        ("x = 1\n", "no MODEL"),
        ("MODEL = {}\n", "no MODEL"),
    ],
)
def test_a_model_that_cannot_be_run_is_a_content_error(tmp_path, code, match):
    (tmp_path / "model.py").write_text(code)
    with pytest.raises(ContentError, match=match):
        load_model(tmp_path / "model.py", "small", "bad")


def test_the_line_is_named_when_the_path_is_relative_too(tmp_path, monkeypatch):
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / "model.py").write_text("x = 1\nint('x')\n")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ContentError, match=r"models/bad/model\.py, line 2: ValueError"):
        load_model(Path("bad/model.py"), "small", "bad")


def test_a_model_that_failed_leaves_no_module_behind(tmp_path):
    (tmp_path / "model.py").write_text("1 / 0\n")
    with pytest.raises(ContentError):
        load_model(tmp_path / "model.py", "small", "gone")
    assert "_equipoise_pack_small_gone" not in sys.modules


def test_a_file_that_is_not_there_is_a_content_error(tmp_path):
    with pytest.raises(ContentError):
        load_model(tmp_path / "model.py", "small", "none")
