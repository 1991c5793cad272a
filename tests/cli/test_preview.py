"""preview: what it refuses is one sentence and exit 1; ended, it leaves nothing behind."""

from __future__ import annotations

import re
import socket
import subprocess
import sys

import httpx
import pytest


def refused(equipoise, *words: str) -> str:
    """The sentence that a preview is refused with."""
    done = equipoise.run("preview", *words)
    assert done.returncode == 1, done.stderr
    assert "Traceback" not in done.stderr
    return done.stderr.strip()


def test_an_unknown_exercise_is_told_with_those_there_are(equipoise):
    assert "no exercise 'nose'. There is throat." in refused(equipoise, "nose", "--port", "0")


def test_a_pack_that_is_not_there_is_told(equipoise, tmp_path):
    there = str(tmp_path / "nowhere")
    assert f"{there} is not a pack" in refused(equipoise, "throat", "--pack", there, "--port", "0")


def test_a_port_in_use_is_told_with_another(equipoise):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = refused(equipoise, "throat", "--port", str(port))
    assert f"Port {port} is in use" in said
    assert f"`equipoise preview --port {port + 1}`" in said


@pytest.mark.parametrize("host", ["0.0.0.0", "example.org"])
def test_an_address_that_others_reach_is_refused(equipoise, host):
    assert "A preview is for its author alone" in refused(equipoise, "throat", "--host", host)


def test_it_says_where_the_panel_is_and_leaves_nothing_behind(equipoise, tmp_path):
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    process = subprocess.Popen(
        [sys.executable, "-m", "tutor", "preview", "throat", "--port", "0"],
        cwd=equipoise.site,
        env={**equipoise.environment, "TMPDIR": str(scratch)},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        address = re.search(r"http://127\.0\.0\.1:\d+/author/", process.stdout.readline())
        assert address
        page = httpx.get(address[0], timeout=30, verify=False)
        assert "The sore throat" in page.text
        assert len(list(scratch.glob("equipoise-*"))) == 1
    finally:
        process.terminate()
        process.wait(30)
        process.stdout.close()
    assert list(scratch.glob("equipoise-*")) == []
    assert not (equipoise.home / "equipoise.db").exists()
