"""The texts of an exercise are held to its citations and to what its model measures."""

from __future__ import annotations

import pytest

from tests.content.packs import copy_of_small, replace
from tutor.content.check import check_texts
from tutor.content.loading import load


@pytest.fixture
def root(tmp_path):
    return copy_of_small(tmp_path / "pack")


def problems_of(root, bundle):
    pack, problems = load(root)
    assert problems == []
    return check_texts(pack.exercises[0], bundle.evidence)


def test_the_small_pack_is_sound(root, bundle):
    assert problems_of(root, bundle) == []


@pytest.mark.parametrize(
    "file",
    [
        "exercises/throat/debrief.md",
        "exercises/throat/guide.md",
        "models/throat/card.md",
    ],
)
@pytest.mark.parametrize("name", ["[@nobody1999]", "{{figure:none}}", "{{mode:none:inside}}"])
def test_a_name_that_does_not_exist_is_told_with_its_file(root, bundle, file, name):
    with (root / file).open("a") as text:
        text.write(f"\nMore {name}.\n")
    problems = problems_of(root, bundle)
    assert [p.file for p in problems] == [file]
    assert name in problems[0].what


def test_the_introduction_may_cite_and_names_no_measured_number(root, bundle):
    intro = root / "exercises/throat/intro.md"
    intro.write_text("As is known [@nobody2020].\n")
    assert problems_of(root, bundle) == []
    intro.write_text("It is wrong in {{figure:share}}.\n")
    assert [p.file for p in problems_of(root, bundle)] == ["exercises/throat/intro.md"]


def test_a_benchmark_needs_its_source(root, bundle):
    manifest = root / "exercises/throat/exercise.toml"
    replace(manifest, 'citation = "nobody2020"', 'citation = "somebody"')
    problems = problems_of(root, bundle)
    assert [p.where for p in problems] == ["benchmarks"]
    assert "somebody" in problems[0].what


def test_a_source_that_is_never_cited_is_told(root, bundle):
    manifest = root / "exercises/throat/exercise.toml"
    text = manifest.read_text()
    entry = text[text.index("[[citations]]") : text.index("[[benchmarks]]")]
    manifest.write_text(text + "\n" + entry.replace("nobody2020", "idle2021"))
    problems = problems_of(root, bundle)
    assert [p.where for p in problems] == ["citations"]
    assert "idle2021" in problems[0].what


def test_a_problem_says_where_what_and_how_to_mend(root, bundle):
    with (root / "exercises/throat/intro.md").open("a") as text:
        text.write("\n[@nobody1999]\n")
    (problem,) = problems_of(root, bundle)
    said = str(problem)
    assert said.startswith("exercises/throat/intro.md:3: ")
    assert "nobody1999" in said
    assert said.count("\n    ") == 2
    assert said.endswith(f"\n    More: equipoise help {problem.rule}")
