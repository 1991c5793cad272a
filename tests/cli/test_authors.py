"""Course teams' commands as a person runs them."""

from __future__ import annotations

import json
import os

import httpx

from tests.content.packs import copy_of_small, replace
from tutor.lab.check import RIGHTS


def test_a_module_is_started_and_proved(here, tmp_path):
    pack = str(tmp_path / "my-school")
    for words in (
        ("new", "pack", pack),
        ("new", "model", "copd", "--pack", pack),
        ("new", "exercise", "copd-triage", "--model", "copd", "--pack", pack),
    ):
        done = here(*words)
        assert done.returncode == 0, done.stderr
        assert "Next: equipoise" in done.stdout
    done = here("check", pack)
    assert (done.returncode, done.stdout) == (0, f"No problem found.\n{RIGHTS}\n")


def test_a_bad_name_is_a_sentence_and_not_a_traceback(here, tmp_path):
    done = here("new", "pack", str(tmp_path / "My School"))
    assert done.returncode == 1
    assert done.stderr.strip().endswith("Try 'my-school'.")


def test_the_schema_is_printed_as_json(here):
    done = here("schema", "pack")
    assert done.returncode == 0
    assert "sequence" in json.loads(done.stdout)["properties"]


def test_a_pack_named_in_the_settings_must_be_there(here):
    done = here("evidence", EQUIPOISE_PACKS="nowhere-to-be-found")
    assert done.returncode == 1
    assert "nowhere-to-be-found is not a pack" in done.stderr


def install(site, pack: str):
    """A distribution that brings a pack of this id, which touches a file when its code runs."""
    root, ran = copy_of_small(site / pack), site / f"{pack} ran"
    replace(root / "pack.toml", 'id = "small"', f'id = "{pack}"')
    with (root / "models" / "throat" / "model.py").open("a") as model:
        model.write(f"\nfrom pathlib import Path\nPath({str(ran)!r}).touch()\n")
    info = site / f"{pack}-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {pack}\nVersion: 1\n")
    (info / "entry_points.txt").write_text(f"[equipoise.packs]\n{pack} = {pack}\n")
    return ran


def test_an_installed_pack_is_served_where_it_is_named_and_nowhere_else(equipoise, tmp_path):
    """Being installed is not being named: none of its code has run."""
    site = tmp_path / "more"
    named, unnamed = install(site, "myschool"), install(site, "another")
    path = f"{equipoise.site}{os.pathsep}{site}"
    with equipoise.serving("--port", "0", EQUIPOISE_PACKS="myschool", PYTHONPATH=path) as server:
        library = httpx.get(f"{server.address}/", timeout=30).text
    assert ("myschool/throat" in library, named.exists()) == (True, True)
    assert ("another/throat" in library, unnamed.exists()) == (False, False)
