"""Rules of form, on the built-in pack and where a rule has more than one case."""

from __future__ import annotations

import pytest

from tests.content.packs import copy_of_small, replace
from tutor.content.form.check import check_form
from tutor.content.form.licences import licence_problem
from tutor.content.known_findings import impossible_unit
from tutor.content.loading import built_in, load


def test_the_built_in_pack_is_finished():
    pack, problems = load(built_in())
    assert [*problems, *check_form(pack, strict=True)] == []


@pytest.mark.parametrize(
    "said", ["CC-BY-4.0", "CC0-1.0 OR MIT", "(CC-BY-SA-4.0 AND MIT)", "LicenseRef-Our-School"]
)
def test_what_spdx_names_is_a_licence(said):
    assert licence_problem(said) is None


@pytest.mark.parametrize(
    ("said", "guess"),
    [("cc-by-4.0", "CC-BY-4.0"), ("CC BY-SA 4.0", "CC-BY-SA-4.0"), ("mit licence", ""), ("", "")],
)
def test_another_name_is_answered_with_the_nearest(said, guess):
    what, mend = licence_problem(said)
    assert repr(said) in what
    assert (f"Did you mean {guess}?" in mend) is bool(guess)


def test_a_rate_may_stand_where_it_is_measured_cited_or_explained(tmp_path):
    root = copy_of_small(tmp_path / "pack")
    guide = root / "exercises/throat/guide.md"
    guide.write_text(
        "Of {{figure:share}} half, 50 %.\n\nAs 5 of 9 did [@nobody2020].\n\n"
        "At 40 % one treats.\n\nHere 7 % ran.\n"
    )
    (problem,) = check_form(load(root)[0], strict=True)
    assert (problem.line, "“7 %”" in problem.what) == (7, True)
    with (root / "exercises/throat/exercise.toml").open("a") as manifest:
        manifest.write('\n[[numbers]]\nphrase = "7 % ran"\nbecause = "a setting"\n')
    assert check_form(load(root)[0], strict=True) == []


def test_what_is_unfinished_is_told_only_where_it_is_asked_for(tmp_path):
    root = copy_of_small(tmp_path / "pack")
    replace(root / "pack.toml", '"The Equipoise authors"', '"Your course team"')
    assert check_form(load(root)[0]) == []
    (problem,) = check_form(load(root)[0], strict=True)
    assert (problem.file, problem.where, problem.line) == ("pack.toml", "authors", 5)


@pytest.mark.parametrize(
    ("column", "label", "unit", "span", "wrong"),
    [
        ("temperature", "Temperature", "°C", (36.1, 37.8), False),
        ("temperature", "Temperature", "°C", (97, 100), True),
        ("sats", "Saturation", "%", (95, 104), True),
        ("x", "Weight change", "%", (-20, 20), False),
        ("x", "Anything", "units", (-5, 5000), False),
    ],
)
def test_a_range_must_be_possible_in_its_unit(column, label, unit, span, wrong):
    assert (impossible_unit(column, label, unit, [None, span]) is not None) is wrong
