"""build, check and evidence: what they print, and what they say to the shell."""

from __future__ import annotations

import json
import platform
import re

import pytest

from tests.cli.equipoise import Equipoise
from tests.conftest import SMALL
from tests.content.packs import copy_of_small, replace, second_exercise
from tests.lab.test_evidence import CASE_KEYS, FIGURE_KEYS, MODE_KEYS
from tutor.content.rules import Rule
from tutor.lab.check import RIGHTS


@pytest.fixture
def root(tmp_path):
    """The small pack with a second exercise, to be spoilt."""
    root = copy_of_small(tmp_path / "pack")
    replace(root / "pack.toml", 'id = "small"', 'id = "more"')
    second_exercise(root)
    return root


def test_of_two_packs_of_one_id_the_second_is_left_out_and_both_are_named(here, tmp_path):
    twin = copy_of_small(tmp_path / "twin")
    done = here("build", "--pack", twin, "--pack", twin)
    assert done.returncode == 0
    assert f"Left out. {twin}/pack.toml, id: The pack in " in done.stderr
    assert "has the same id, 'small'" in done.stderr
    assert done.stderr.count("Left out") == 1


# --- help and about -----------------------------------------------------------------------------


def test_help_explains_a_problem_and_lists_them_all(here):
    assert here("help", "twin").stdout.startswith("The twin changes so much")
    every = here("help").stdout
    assert all(f"\n  {rule}\n" in every for rule in Rule)
    assert "equipoise about" in here("help", "asking").stdout
    done = here("help", "twins")
    assert (done.returncode, done.stdout) == (1, "")
    assert "Did you mean 'twin'?" in done.stderr


def test_about_names_versions_and_nobody(here, monkeypatch, tmp_path):
    monkeypatch.setenv("EQUIPOISE_HOME", str(tmp_path))
    said = here("about").stdout
    assert re.search(r"^equipoise \d", said)
    assert re.search(r"^numpy \d", said, re.MULTILINE)
    assert not any(word in said for word in (str(tmp_path), "/", platform.node() or "/"))


# --- check --------------------------------------------------------------------------------------


def test_check_of_a_sound_pack_says_so_and_exits_0(here):
    done = here("check", SMALL)
    assert (done.returncode, done.stdout) == (0, f"No problem found.\n{RIGHTS}\n")


def test_check_prints_every_problem_with_its_place_and_what_to_do_and_exits_1(here, root):
    manifest = root / "exercises/cough/exercise.toml"
    replace(manifest, "minutes = 5", "minutes = 0\ncolour = 'red'")
    replace(root / "models/throat/model.py", "published=0.35", "published=0.39")
    with (root / "exercises/throat/guide.md").open("a") as text:
        text.write("\n[@nobody1999] {{figure:none}}\n")
    done = here("check", root)
    assert done.returncode == 1
    lines = done.stdout.splitlines()
    assert lines[-3:-1] == ["5 problems.", RIGHTS]
    assert lines[-1].endswith("`equipoise help asking`.")
    for place in (
        "exercises/cough/exercise.toml:9, minutes: ",
        "exercises/cough/exercise.toml:10, colour: ",
        "exercises/throat/guide.md:3: The text cites",
        "exercises/throat/guide.md:3: The text names",
        "models/throat/model.py:158, figure share: ",
    ):
        (at,) = [n for n, line in enumerate(lines) if line.startswith(place)]
        assert lines[at].endswith(".")
        assert lines[at + 1].startswith("    ")
    assert "Traceback" not in done.stderr


def test_check_of_a_pack_with_a_syntax_error_names_the_line_and_exits_1(here, root):
    (root / "models/cough/model.py").write_text("x = (\n")
    done = here("check", root)
    assert done.returncode == 1
    assert "models/cough/model.py:1: " in done.stdout


@pytest.mark.parametrize("where", ["nowhere", "."])
def test_check_of_what_is_no_pack_exits_1(here, tmp_path, where):
    (tmp_path / "empty").mkdir()
    done = here("check", tmp_path / "empty" / where)
    assert done.returncode == 1
    assert "not a pack" in done.stdout


# --- evidence -----------------------------------------------------------------------------------


def test_evidence_json_is_one_object_with_the_keys_that_clients_read(here, root):
    done = here("evidence", "--json", "--pack", root)
    assert done.returncode == 0, done.stderr
    rows = json.loads(done.stdout)
    assert set(rows) == {"figures", "failure_modes", "cases"}
    assert [row["model"] for row in rows["figures"]] == ["cough", "throat"]
    assert [row["id"] for row in rows["failure_modes"]] == ["masked_fever", "warm_runner"] * 2
    assert [row["exercise"] for row in rows["cases"]] == ["cough", "throat"]
    assert all(set(row) == CASE_KEYS for row in rows["cases"])
    assert all(set(row) >= FIGURE_KEYS for row in rows["figures"])
    assert all(set(row) >= MODE_KEYS for row in rows["failure_modes"])


def test_evidence_for_people_shows_every_claim(here):
    done = here("evidence")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(
        "1 exercise: the sound decision was the right one in 192 of 192 scored patients, a known "
        "failure explains 64 of the algorithm's 64 errors, and 1 of 1 published figures"
    )
    for said in ("Share of sore throats", "masked_fever", "warm_runner", "doi:10.5555"):
        assert said in done.stdout
    assert done.stdout.count("✓") == 3 + 2  # two in the headings
    assert "✗" not in done.stdout


# --- build --------------------------------------------------------------------------------------


def test_build_builds_and_says_where(installed, tmp_path):
    fresh = Equipoise(installed, tmp_path / "home")
    done = fresh.run("build")
    assert done.returncode == 0, done.stderr
    assert str(tmp_path / "home" / "bundles") in done.stdout
    assert len(list((tmp_path / "home" / "bundles").iterdir())) == 1


def test_build_of_a_pack_that_fails_says_why_builds_the_rest_and_exits_1(here, equipoise, root):
    replace(root / "models/cough/model.py", "return world.patients()", "return 1 / 0")
    replace(root / "exercises/throat/exercise.toml", 'version = "1"', 'version = "2"')
    before = set((equipoise.home / "bundles").iterdir())
    done = here("build", "--pack", root)
    assert done.returncode == 1
    assert "models/cough/model.py" in done.stderr
    assert "ZeroDivisionError" in done.stderr
    assert "Traceback" not in done.stderr
    made = set((equipoise.home / "bundles").iterdir()) - before
    assert len([path for path in made if path.name[0] != "."]) == 1


def test_build_keeps_a_corrected_text_with_its_version(here, equipoise, root):
    here("build", "--pack", root)
    kept = sorted((equipoise.home / "bundles").glob("*/exercise.json"))
    (root / "exercises/throat/debrief.md").write_text("Corrected [@nobody2020].")
    done = here("build", "--pack", root)
    assert "Building" not in done.stderr
    assert sorted((equipoise.home / "bundles").glob("*/exercise.json")) == kept
    assert sum("Corrected" in path.read_text("utf-8") for path in kept) == 1


def test_a_pack_that_is_not_there_is_one_sentence_and_exit_1(here, tmp_path):
    done = here("serve", "--port", "0", "--pack", tmp_path / "nowhere")
    assert done.returncode == 1
    (sentence,) = done.stderr.splitlines()
    assert "is not a pack" in sentence


def test_the_small_pack_is_what_the_installed_command_carries(installed):
    """Else the tests above would try the wrong pack."""
    carried = installed / "tutor" / "_pack" / "models" / "throat" / "model.py"
    assert carried.read_bytes() == (SMALL / "models" / "throat" / "model.py").read_bytes()
