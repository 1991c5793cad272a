"""Course teams' commands as a person runs them."""

from __future__ import annotations

import json


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
    assert (done.returncode, done.stdout) == (0, "No problem found.\n")


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
