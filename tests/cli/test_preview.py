"""preview: what it refuses is one sentence and exit 1; ended, it leaves nothing behind."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest


def refused(here, *words: object) -> str:
    """The sentence that a preview is refused with."""
    done = here("preview", *words)
    assert done.returncode == 1, done.stderr
    return done.stderr.strip()


def test_an_unknown_exercise_is_told_with_those_there_are(here):
    assert "no exercise 'nose'. There is throat." in refused(here, "nose", "--port", "0")


def test_a_pack_that_is_not_there_is_told(here, tmp_path):
    there = str(tmp_path / "nowhere")
    assert f"{there} is not a pack" in refused(here, "throat", "--pack", there, "--port", "0")


def test_a_port_in_use_is_told_with_another(here):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = refused(here, "throat", "--port", str(port))
    assert f"Port {port} is in use" in said
    assert f"`equipoise preview --port {port + 1}`" in said


@pytest.mark.parametrize("host", ["0.0.0.0", "example.org"])
def test_an_address_that_others_reach_is_refused(here, host):
    assert "A preview is for its author alone" in refused(here, "throat", "--host", host)


@contextmanager
def previewing(equipoise, scratch) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """The panel's address and the process, in a session of its own as in a terminal."""
    scratch.mkdir()
    with (scratch / "stderr").open("w") as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", "tutor", "preview", "throat", "--port", "0"],
            cwd=equipoise.site,
            env={**equipoise.environment, "TMPDIR": str(scratch)},
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            start_new_session=True,
            # Whoever runs the tests in the background may have it ignored.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )
    assert process.stdout is not None
    try:
        address = re.search(r"http://127\.0\.0\.1:\d+/author/", process.stdout.readline())
        assert address, (scratch / "stderr").read_text()
        yield address[0], process
    finally:
        process.terminate()
        process.wait(60)
        process.stdout.close()


def test_it_says_where_the_panel_is_and_leaves_nothing_behind(equipoise, tmp_path):
    scratch = tmp_path / "scratch"
    with previewing(equipoise, scratch) as (address, _):
        page = httpx.get(address, timeout=30, verify=False)
        assert "The sore throat" in page.text
        assert len(list(scratch.glob("equipoise-*"))) == 1
    assert list(scratch.glob("equipoise-*")) == []
    assert not (equipoise.home / "equipoise.db").exists()


def test_ctrl_c_while_claims_are_measured_ends_it_without_a_traceback(equipoise, tmp_path):
    """A terminal sends it to the process that measures too, which is just being born."""
    scratch = tmp_path / "scratch"
    with previewing(equipoise, scratch) as (address, process):
        httpx.get(address, timeout=30, verify=False).raise_for_status()
        os.killpg(process.pid, signal.SIGINT)
        assert process.wait(60) == 130
    assert "Traceback" not in (scratch / "stderr").read_text()
    assert list(scratch.glob("equipoise-*")) == []
