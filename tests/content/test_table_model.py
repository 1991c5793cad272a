"""A table that can be taught from loads; one that cannot is told with file, line and remedy."""

from __future__ import annotations

import codecs
import shutil

import numpy as np
import pytest

from tests.content.packs import replace
from tests.content.tables import table_pack
from tutor.content.loading import load
from tutor.content.modules import load_model
from tutor.errors import ContentError
from tutor.kit.tables import HELD_OUT, TRAINING

TABLE, MODEL = "models/throat/cohort.csv", "models/throat/model.toml"


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    """A pack with a table, to be copied before it is spoilt."""
    root = tmp_path_factory.mktemp("packs") / "sound"
    table_pack(root, training=400, held_out=600)
    return root


@pytest.fixture
def root(sound, tmp_path):
    return shutil.copytree(sound, tmp_path / "pack")


def problems_of(root):
    """What is wrong; the exercise is then left out."""
    pack, problems = load(root)
    assert bool(pack.exercises) != bool(problems)
    return problems


def only(root):
    (problem,) = problems_of(root)
    assert problem.mend
    return problem


def lines_of(root):
    return (root / TABLE).read_text(encoding="utf-8").splitlines()


def write(root, lines, encoding="utf-8"):
    (root / TABLE).write_bytes(("\n".join(lines) + "\n").encode(encoding))


def at(root, line, column, cell):
    """Put ``cell`` into a line of the table, counted as an editor does."""
    lines = lines_of(root)
    place = lines[0].split(",").index(column)
    cells = lines[line - 1].split(",")
    cells[place] = cell
    lines[line - 1] = ",".join(cells)
    write(root, lines)


def test_a_table_makes_a_teaching_model_without_python(root):
    assert problems_of(root) == []
    model = load_model(root / MODEL, "small", "throat")
    assert not model.structural
    assert model.twins == ()
    assert model.columns == ("temperature", "pulse", "crp", "age")
    assert [f.column for f in model.findings] == [*model.columns, "tablet", "ran"]
    assert [mode.id for mode in model.failure_modes] == ["masked_fever", "warm_runner"]


def test_a_story_says_the_findings_as_the_chart_does(root):
    model = load_model(root / MODEL, "small", "throat")
    row = model.simulate(1, 0).row(0)
    stories = {model.story(row, np.random.default_rng(seed)) for seed in range(20)}
    assert stories == {
        f"A {row['age']:.0f}-year-old with a sore throat.",
        f"A sore throat, {row['age']:.0f} years old.",
    }


def test_training_learns_from_the_rows_that_say_so(root):
    model = load_model(root / MODEL, "small", "throat")
    learned = model.simulate(model.training_size, 0, **model.training)
    assert not learned["tablet"].any()
    assert model.simulate(model.held_out_size, 0, **model.deployment)["tablet"].any()


# --- how people save tables ----------------------------------------------------------------------


def columns_of(root):
    return dict(load_model(root / MODEL, "small", "throat").simulate(300, 1))


def same(one, other):
    return all(np.array_equal(one[name], other[name]) for name in one)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_byte_order_mark_does_no_harm(root, encoding):
    before = columns_of(root)
    write(root, lines_of(root), encoding)
    assert same(columns_of(root), before)


def test_semicolons_with_decimal_commas_are_the_same_table(root):
    before = columns_of(root)
    write(root, [line.replace(",", ";").replace(".", ",") for line in lines_of(root)])
    assert same(columns_of(root), before)


def test_words_stand_for_their_codes(root):
    before = columns_of(root)
    lines = [line.split(",") for line in lines_of(root)]
    place = lines[0].index("ran")
    for cells in lines[1:]:
        cells[place] = {"0": "no", "1": " Yes"}[cells[place]]
    write(root, [",".join(cells) for cells in lines])
    assert same(columns_of(root), before)


def test_a_column_that_is_not_declared_is_left_alone(root):
    write(root, [f"{line},{at}" for at, line in enumerate(lines_of(root))])
    assert problems_of(root) == []


# --- tables that cannot be used ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("column", "cell"),
    [("part", "train"), ("ran", "TRUE"), ("bacterial", "FALSE"), ("part", "Test")],
)
def test_what_r_writes_is_read(root, column, cell):
    at(root, 7, column, cell)
    assert problems_of(root) == []


def test_the_mark_that_notepad_puts_first_is_passed_over(root):
    for path in (root / "models/throat/model.toml", root / "exercises/throat/exercise.toml"):
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert problems_of(root) == []


@pytest.mark.parametrize(
    ("column", "cell", "says"),
    [
        ("crp", "high", "crp is 'high', which is no number"),
        ("crp", "", "The cell of 'crp' is empty"),
        ("crp", "nan", "no number"),
        ("crp", "inf", "no number"),
        ("pulse", "1000", "pulse is 1000, outside its bounds 45 to 160"),
        ("ran", "2", "ran is '2'; it may be 0 (no), 1 (yes)"),
        ("ran", "perhaps", "it may be 0 (no), 1 (yes)"),
        ("bacterial", "0.5", "bacterial is '0.5'; it may be 0 (no), 1 (yes)"),
        ("part", "both", "part is 'both'; it may be training or held-out"),
    ],
)
def test_a_bad_cell_is_told_with_its_line(root, column, cell, says):
    at(root, 7, column, cell)
    problem = only(root)
    assert (problem.file, problem.line) == (TABLE, 7)
    assert says in problem.what


def test_a_ragged_row_is_told_with_its_line(root):
    lines = lines_of(root)
    lines[11] += ",1"
    write(root, lines)
    problem = only(root)
    assert (problem.file, problem.line) == (TABLE, 12)
    assert problem.what == "This row has 9 cells; the header has 8."


def test_a_missing_column_is_told_with_those_that_are_there(root):
    write(root, [line.partition(",")[2] for line in lines_of(root)])
    problem = only(root)
    assert (problem.file, problem.line) == (TABLE, 1)
    assert "'age' is missing; there is temperature, pulse" in problem.what


def test_a_column_that_stands_twice_is_told(root):
    lines = lines_of(root)
    write(root, [lines[0] + ",age", *(line + ",1" for line in lines[1:])])
    assert "'age' stands 2 times" in only(root).what


def test_many_bad_cells_are_counted_after_the_first_twenty(root):
    lines = lines_of(root)
    write(root, [lines[0], *("x" + line for line in lines[1:101]), *lines[101:]])
    problems = problems_of(root)
    assert [p.line for p in problems[:20]] == list(range(2, 22))
    assert problems[20].what == "There are 80 more problems like these."


@pytest.mark.parametrize("part", [TRAINING, HELD_OUT])
def test_one_class_only_is_told_with_its_part(root, part):
    lines = [line.split(",") for line in lines_of(root)]
    for cells in lines[1:]:
        cells[-2] = "0" if cells[-1] == part else cells[-2]
    write(root, [",".join(cells) for cells in lines])
    assert only(root).what == f"bacterial is 0 for everyone in the {part} part."


def test_a_part_without_rows_is_told(root):
    write(root, [line.replace(HELD_OUT, TRAINING) for line in lines_of(root)])
    assert only(root).what == "No row is in the held-out part."


def test_too_few_rows_are_told(root):
    write(root, lines_of(root)[:500])
    assert only(root).what == "The table has 499 rows; teaching from it needs 500 or more."


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (b"PK\x03\x04", "workbook"),
        (b"a\x00b\n", "not text"),
        (codecs.BOM_UTF16_LE + b"\x00\xd8\x00\x00", "not text"),
        (b'age,crp\n"1,2\n', "is missing"),
    ],
)
def test_what_is_no_table_is_told(root, content, says):
    (root / TABLE).write_bytes(content)
    problems = problems_of(root)
    assert {p.file for p in problems} == {TABLE}
    assert says in problems[0].what


def test_an_open_quotation_mark_is_told_with_its_line(root):
    lines = lines_of(root)
    lines[20] = '"' + lines[20]
    write(root, lines)
    assert "line 21: a quotation mark" in only(root).what


def test_a_table_that_is_not_there_is_told(root):
    (root / TABLE).unlink()
    problem = only(root)
    assert problem.file == TABLE
    assert "There is no file" in problem.what


# --- manifests that cannot be used ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ("threshold = 0.4", "threshold = 40", "threshold"),
        ('column = "part"', 'column = "part"\nheld_out = 0.4', "split"),
        ('column = "part"', "", "split"),
        ("bounds = [35, 41]", "bounds = [41, 35]", "columns.0"),
        ('kind = "artefact"', 'kind = "bad luck"', "failure_modes.1.kind"),
        ('metric = "misses"', 'metric = "mistakes"', "failure_modes.0.metric"),
        ('name = "pulse"', 'name = "bacterial"', "columns.1"),
        ('name = "pulse"', 'name = "crp"', "columns.2"),
        ("{age} years", "{weight} years", "stories.1"),
        ('ran == "yes"', 'ran == "fast"', "groups.0.where"),
        ("tablet == 0 and", "dose == 0 and", "groups.1.where"),
        ('id = "runners"', 'id = "pulse"', "groups.0.id"),
        ('compared_with = "resting"', 'compared_with = "all"', "failure_modes.0.compared_with"),
        ("threshold = 0.4", 'threshold = 0.4\nscope = "fever"', "scope"),
        ("trees = 20", "trees = 2000", "estimator.trees"),
    ],
)
def test_a_value_that_will_not_do_is_told_with_its_place(root, old, new, where):
    replace(root / MODEL, old, new)
    problems = problems_of(root)
    assert {p.file for p in problems} == {MODEL}
    assert where in {p.where for p in problems}


def test_bad_toml_names_its_line(root):
    replace(root / MODEL, "threshold = 0.4", "threshold =")
    assert "line 7" in only(root).what


def test_a_model_py_beside_it_is_told(root):
    (root / "models/throat/model.py").write_text("MODEL = None\n")
    assert only(root).file == MODEL


def test_a_table_that_was_spoilt_after_loading_is_a_content_error(root):
    at(root, 7, "crp", "high")
    with pytest.raises(ContentError, match=r"cohort\.csv:7: crp is 'high'"):
        load_model(root / MODEL, "small", "throat")


# --- the split -----------------------------------------------------------------------------------


def by_chance(root, more=""):
    replace(root / MODEL, 'column = "part"', f"held_out = 0.4\n{more}")
    return load_model(root / MODEL, "small", "throat").simulate


def test_a_share_is_held_out_by_chance(root):
    cohort = by_chance(root)
    assert (~cohort.training).mean() == pytest.approx(0.4, abs=0.06)


def test_another_seed_of_the_split_is_another_split(root, sound, tmp_path):
    other = shutil.copytree(sound, tmp_path / "other")
    one, two = by_chance(root).training, by_chance(other, "seed = 1\n").training
    assert not np.array_equal(one, two)


def test_rows_of_one_person_stay_together(root):
    lines = lines_of(root)
    people = [f"p{number // 4}" for number in range(len(lines))]
    write(
        root,
        [
            "person," + lines[0],
            *(f"{p},{line}" for p, line in zip(people, lines[1:], strict=False)),
        ],
    )
    parts = by_chance(root, 'by = "person"\n').training
    people_of = {}
    for person, part in zip(people, parts.tolist(), strict=False):
        people_of.setdefault(person, set()).add(part)
    assert {len(found) for found in people_of.values()} == {1}
    assert 0 < parts.mean() < 1


def test_a_person_in_both_parts_is_told_with_the_line(root):
    lines = lines_of(root)
    write(root, ["person," + lines[0], *(f"p1,{line}" for line in lines[1:])])
    replace(root / MODEL, 'column = "part"', 'column = "part"\nby = "person"')
    problems = problems_of(root)
    assert problems[0].line == 402
    assert "in the training part and in the held-out part" in problems[0].what


# --- the fingerprint -----------------------------------------------------------------------------


@pytest.mark.parametrize("file", ["model.toml", "cohort.csv"])
def test_the_fingerprint_changes_with_table_and_manifest(root, file):
    before = load(root)[0].exercises[0].fingerprint
    path = root / "models/throat" / file
    path.write_bytes(path.read_bytes() + b"\n")
    assert load(root)[0].exercises[0].fingerprint != before


def test_a_table_that_is_built_is_not_read_again(root):
    """A spoilt one would be told, were it read."""
    at(root, 7, "crp", "high")
    assert load(root)[1] != []
    assert load(root, lambda _: True)[1] == []
