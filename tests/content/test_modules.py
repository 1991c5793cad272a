"""A pack's model is run by path, under a private name, and what goes wrong names its line."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.conftest import SMALL
from tests.content.packs import copy_of_small, replace
from tutor.content.modules import load_model, private_name
from tutor.content.scaffold import IDENTIFIER
from tutor.errors import ContentError
from tutor.kit import TeachingModel


def test_a_model_is_loaded_under_a_private_name():
    model = load_model(SMALL / "models/throat/model.py", "small", "throat")
    assert isinstance(model, TeachingModel)
    assert private_name("small", "throat") in sys.modules
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
    assert private_name("small", "gone") not in sys.modules


def test_a_file_that_is_not_there_is_a_content_error(tmp_path):
    with pytest.raises(ContentError):
        load_model(tmp_path / "model.py", "small", "none")


NAMES = st.from_regex(IDENTIFIER, fullmatch=True)


@given(one=st.tuples(NAMES, NAMES), other=st.tuples(NAMES, NAMES))
@example(one=("my-school", "fever"), other=("my_school", "fever"))
@example(one=("my", "school_fever"), other=("my_school", "fever"))
@example(one=("my-", "fever"), other=("my", "d__fever"))
def test_no_two_models_share_a_private_name(one, other):
    assert (private_name(*one) == private_name(*other)) is (one == other)


def test_models_of_the_same_name_in_two_packs_do_not_meet(tmp_path):
    """Each keeps its own globals, whichever was loaded last."""
    models = {}
    for pack in ("my-school", "my_school"):
        root = copy_of_small(tmp_path / pack)
        replace(root / "models/throat/model.py", 'title="The sore', f'title="{pack}: the sore')
        models[pack] = load_model(root / "models/throat/model.py", pack, "throat")
    assert {pack: model.title.split(":")[0] for pack, model in models.items()} == {
        pack: pack for pack in models
    }
    one, other = (sys.modules[model.simulate.__module__] for model in models.values())
    assert one is not other
    assert tuple(models.values()) == (one.MODEL, other.MODEL)


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """A model that imports a sibling, which imports from a folder of the model's folder."""
    folder = copy_of_small(tmp_path / "pack") / "models" / "throat"
    replace(folder / "model.py", 'title="The sore throat"', "title=f'{FIRST} {SECOND} {THIRD}'")
    future = "from __future__ import annotations\n"
    words = "from .words import SECOND, THIRD\nFIRST = 'one'\n"
    replace(folder / "model.py", future, future + words)
    (folder / "words.py").write_text("from .parts.last import THIRD\nSECOND = 'one'\n")
    (folder / "parts").mkdir()
    (folder / "parts" / "last.py").write_text("THIRD = 'one'\n")
    return folder / "model.py"


def test_loading_a_model_adds_no_file_to_its_pack(model, monkeypatch):
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    before = sorted(model.parent.rglob("*"))
    assert load_model(model, "small", "throat").title == "one one one"
    assert sorted(model.parent.rglob("*")) == before


def test_files_saved_twice_in_one_second_at_the_same_length_are_read_anew(model, monkeypatch):
    """Python takes the cache of such a file for fresh."""
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    load_model(model, "small", "throat")
    for name in ("model.py", "words.py", "parts/last.py"):
        file = model.parent / name
        before = file.stat()
        file.write_text(file.read_text(encoding="utf-8").replace("'one'", "'two'"))
        os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert load_model(model, "small", "throat").title == "two two two"
