"""No pack stops the loading: a bad exercise is left out and told, the rest loads."""

from __future__ import annotations

import re

import pytest

from tests.content.packs import copy_of_small, replace, second_exercise
from tutor.content.loading import built_in, load
from tutor.errors import ContentError


@pytest.fixture
def root(tmp_path):
    """The small pack with a second exercise, ``cough``, that the tests spoil."""
    root = copy_of_small(tmp_path / "pack")
    second_exercise(root)
    return root


def spoilt(root):
    """The one problem of the pack, after making sure that its other exercise loaded."""
    pack, problems = load(root)
    assert [exercise.manifest.id for exercise in pack.exercises] == ["throat"]
    assert len(problems) == 1, problems
    assert problems[0].mend
    return problems[0]


def test_a_sound_pack_has_no_problem(root):
    pack, problems = load(root)
    assert problems == []
    assert [exercise.key for exercise in pack.exercises] == ["small/cough", "small/throat"]


def test_the_built_in_pack_loads():
    pack, problems = load(built_in())
    assert problems == []
    assert {"ecg", "oximetry", "pneumonia"} <= {e.manifest.id for e in pack.exercises}


@pytest.mark.parametrize(
    "file",
    [
        "exercises/cough/exercise.toml",
        "exercises/cough/intro.md",
        "exercises/cough/debrief.md",
        "exercises/cough/guide.md",
        "models/cough/card.md",
        "models/cough/model.py",
    ],
)
class TestEachFile:
    def test_missing(self, root, file):
        (root / file).unlink()
        problem = spoilt(root)
        assert problem.file == file
        assert "missing" in problem.what

    def test_not_utf_8(self, root, file):
        (root / file).write_bytes((root / file).read_bytes() + b"# caf\xe9")
        problem = spoilt(root)
        assert problem.file == file
        assert "UTF-8" in problem.what
        assert problem.where.startswith("byte ")

    def test_a_directory_in_its_place(self, root, file):
        (root / file).unlink()
        (root / file).mkdir()
        assert spoilt(root).file == file


def test_several_missing_files_are_told_at_once(root):
    for name in ("intro.md", "debrief.md"):
        (root / "exercises" / "cough" / name).unlink()
    _, problems = load(root)
    assert [p.file for p in problems] == ["exercises/cough/intro.md", "exercises/cough/debrief.md"]


@pytest.mark.parametrize("line", ["id = ", 'title = "x', "[bank", "= 1"])
def test_bad_toml_names_its_line(root, line):
    path = root / "exercises" / "cough" / "exercise.toml"
    path.write_text(f"{line}\n{path.read_text()}")
    problem = spoilt(root)
    assert problem.file == "exercises/cough/exercise.toml"
    assert re.search(r"TOML: .*line \d", problem.what)


def test_an_unknown_key_is_named(root):
    replace(root / "exercises/cough/exercise.toml", "minutes = 5", "minutes = 5\ncolour = 'red'")
    assert spoilt(root).where == "colour"


def test_an_unknown_key_of_a_table_is_named_with_its_table(root):
    replace(root / "exercises/cough/exercise.toml", "cases = 120", "cases = 120\nrows = 3")
    assert spoilt(root).where == "bank.rows"


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ('id = "cough"', 'id = "../etc"', "id"),
        ('id = "cough"', 'id = "Cough"', "id"),
        ('model = "cough"', 'model = "../../cough"', "model"),
        ("minutes = 5", "minutes = 0", "minutes"),
        ("minutes = 5", "minutes = 'five'", "minutes"),
        ("cases = 120", "cases = 119", "bank.cases"),
        ("cases = 120", "cases = 2001", "bank.cases"),
        ('principle = "justice"', 'principle = "profit"', "ethics.principle"),
        ('form = "picture"', 'form = "film"', "form"),
        ('title = "The sore throat"', 'title = ""', "title"),
        ('version = "1"\n', "", "version"),
        ('authors = ["The Equipoise authors"]', "authors = []", "authors"),
    ],
)
def test_a_value_that_will_not_do_is_named(root, old, new, where):
    replace(root / "exercises/cough/exercise.toml", old, new)
    assert spoilt(root).where == where


def test_an_address_is_not_a_doi(root):
    replace(root / "exercises/cough/exercise.toml", 'doi = "10.', 'doi = "https://doi.org/10.')
    pack, problems = load(root)
    assert len(pack.exercises) == 1
    assert "citations.0.doi" in {p.where for p in problems}


def test_every_bad_value_is_told_at_once(root):
    path = root / "exercises/cough/exercise.toml"
    replace(path, "minutes = 5", "minutes = 0")
    replace(path, "cases = 120", "cases = 1")
    _, problems = load(root)
    assert {p.where for p in problems} == {"minutes", "bank.cases"}


def test_an_id_that_is_taken_is_told_and_the_first_stays(root):
    replace(root / "exercises/cough/exercise.toml", 'id = "cough"', 'id = "throat"')
    pack, problems = load(root)
    assert len(pack.exercises) == 1
    assert pack.exercises[0].manifest.model == "cough"
    assert [(p.file, p.where) for p in problems] == [("exercises/throat/exercise.toml", "id")]


@pytest.mark.parametrize(
    ("code", "line"),
    [
        ("def broken(:\n", 1),
        ("x = 1\n  y = 2\n", 2),
        ("x = '\n", 1),
    ],
)
def test_a_syntax_error_leaves_the_exercise_out(root, code, line):
    (root / "models/cough/model.py").write_text(code)
    problem = spoilt(root)
    assert (problem.file, problem.line) == ("models/cough/model.py", line)


@pytest.mark.parametrize(
    "code",
    ["x = 1\0", "(" * 5_000 + ")" * 5_000, f"x = {'-' * 90_000}1"],
    ids=["nul", "nested", "deep"],
)
def test_code_that_cannot_even_be_parsed_leaves_the_exercise_out(root, code):
    (root / "models/cough/model.py").write_text(code)
    assert spoilt(root).file == "models/cough/model.py"


def test_loading_does_not_run_the_models(root):
    (root / "models/cough/model.py").write_text("raise RuntimeError('run')\n")
    assert load(root)[1] == []


def test_a_pack_without_exercises_is_told(root):
    for path in (root / "exercises").rglob("*.*"):
        path.unlink()
    for folder in ("cough", "throat"):
        (root / "exercises" / folder).rmdir()
    pack, problems = load(root)
    assert pack.exercises == ()
    assert "no exercise" in problems[0].what


@pytest.mark.parametrize(
    "manifest", [None, b"", b"id = 'x", b"\xff\xfe", b"id = 'x'\ntitle = 'y'\n"], ids=repr
)
def test_without_a_good_pack_toml_it_is_no_pack(root, manifest):
    (root / "pack.toml").unlink()
    if manifest is not None:
        (root / "pack.toml").write_bytes(manifest)
    with pytest.raises(ContentError, match="is not a pack"):
        load(root)


def test_a_directory_that_is_not_there_is_no_pack(tmp_path):
    with pytest.raises(ContentError, match="is not a pack"):
        load(tmp_path / "nowhere")


# --- the fingerprint --------------------------------------------------------------------------


def fingerprint(root):
    return next(e.fingerprint for e in load(root)[0].exercises if e.manifest.id == "cough")


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("models/cough/model.py", "n_estimators=20", "n_estimators=21"),
        ("exercises/cough/exercise.toml", "cases = 120", "cases = 126"),
        ("exercises/cough/exercise.toml", 'version = "1"', 'version = "2"'),
        ("pack.toml", 'id = "small"', 'id = "other"'),
    ],
)
def test_the_fingerprint_changes_with_what_the_bundle_is_computed_from(root, file, old, new):
    before = fingerprint(root)
    replace(root / file, old, new)
    assert fingerprint(root) != before


def test_the_fingerprint_does_not_change_with_the_texts(root):
    before = fingerprint(root)
    replace(root / "exercises/cough/intro.md", "many", "very many")
    replace(root / "exercises/cough/exercise.toml", "minutes = 5", "minutes = 6")
    assert fingerprint(root) == before


def test_the_fingerprint_does_not_depend_on_where_the_pack_lies(root, tmp_path):
    assert fingerprint(root) == fingerprint(root.rename(tmp_path / "elsewhere"))


def test_code_whose_bundle_is_built_is_not_parsed_again(root):
    (root / "models" / "cough" / "model.py").write_text("def broken(:")
    pack, problems = load(root, built=lambda fingerprint: True)
    assert problems == []
    assert [exercise.key for exercise in pack.exercises] == ["small/cough", "small/throat"]


def test_only_the_code_of_built_bundles_is_left_unparsed(root):
    sound = {e.key: e.fingerprint for e in load(root)[0].exercises}
    (root / "models" / "cough" / "model.py").write_text("def broken(:")
    pack, problems = load(root, built=set(sound.values()).__contains__)
    assert [problem.file for problem in problems] == ["models/cough/model.py"]
    assert [exercise.key for exercise in pack.exercises] == ["small/throat"]
