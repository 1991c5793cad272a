"""Course teams' commands as a person runs them."""

from __future__ import annotations

import json
import os

import httpx
import pytest

from tests.content.packs import copy_of_small, replace
from tutor.lab.check import RIGHTS


def test_a_module_is_started_and_proved(equipoise, tmp_path):
    pack = str(tmp_path / "my-school")
    for words in (
        ("new", "pack", pack),
        ("new", "model", "copd", "--pack", pack),
        ("new", "exercise", "copd-triage", "--model", "copd", "--pack", pack),
    ):
        done = equipoise.run(*words)
        assert done.returncode == 0, done.stderr
        assert "Next: equipoise" in done.stdout
    done = equipoise.run("check", pack)
    assert (done.returncode, done.stdout) == (0, f"No problem found.\n{RIGHTS}\n")


def test_a_bad_name_is_a_sentence_and_not_a_traceback(equipoise, tmp_path):
    done = equipoise.run("new", "pack", str(tmp_path / "My School"))
    assert done.returncode == 1
    assert done.stderr.strip().endswith("Try 'my-school'.")


def test_the_schema_is_printed_as_json(equipoise):
    done = equipoise.run("schema", "pack")
    assert done.returncode == 0
    assert "sequence" in json.loads(done.stdout)["properties"]


def test_a_pack_named_in_the_settings_must_be_there(equipoise):
    done = equipoise.run("evidence", EQUIPOISE_PACKS="nowhere-to-be-found")
    assert done.returncode == 1
    assert "nowhere-to-be-found is not a pack" in done.stderr


@pytest.mark.parametrize(("named", "there"), [("", False), ("my-school", True)])
def test_an_installed_pack_is_served_where_it_is_named_and_nowhere_else(
    equipoise, tmp_path, named, there
):
    """Being installed is not being named: none of its code has run."""
    site, ran = tmp_path / "more", tmp_path / "ran"
    root = copy_of_small(site / "school")
    replace(root / "pack.toml", 'id = "small"', 'id = "my-school"')
    with (root / "models" / "throat" / "model.py").open("a") as model:
        model.write(f"\nfrom pathlib import Path\nPath({str(ran)!r}).touch()\n")
    info = site / "school-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: school\nVersion: 1\n")
    (info / "entry_points.txt").write_text("[equipoise.packs]\nmy-school = school\n")
    path = f"{equipoise.site}{os.pathsep}{site}"
    with equipoise.serving("--port", "0", EQUIPOISE_PACKS=named, PYTHONPATH=path) as server:
        library = httpx.get(f"{server.address}/", timeout=30).text
    assert ("my-school/throat" in library) is there
    assert ran.exists() is there
