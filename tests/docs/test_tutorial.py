"""The tutorial, followed to the letter in an empty directory, until a student has played it.

A block of ``sh`` is run, ``sh fails`` must fail; ``sh previews`` and ``sh serves`` run until the
author's panel is seen or a set is played. A ``title`` names the file that a block is. A block of
``text`` is what the block before it printed.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
import sysconfig
import venv
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from tests.conftest import ROOT
from tests.docs.blocks import blocks, says
from tests.docs.reader import Reader
from tests.web.learner import Learner
from tutor.core.set_plan import PRACTICE_SIZE

TUTORIAL = ROOT / "docs" / "course-teams" / "tutorial.md"
EXERCISE = "my-school/questionnaire"
# As pip would write it, but that a preview takes any free port: tests run side by side.
COMMAND = """#!/bin/sh
test "$1" = preview && set -- "$@" --port 0
exec "{python}" -m tutor "$@"
"""


@pytest.fixture
def reader(tmp_path: Path, installed: Path, bundles: Path) -> Reader:
    """A new environment that sees this one's packages, and Equipoise with the small pack inside."""
    venv.create(tmp_path / "venv", symlinks=True)
    scripts = tmp_path / "venv" / "bin"
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    packages = tmp_path / "venv" / "lib" / version / "site-packages"
    seen = [installed, sysconfig.get_path("purelib"), sysconfig.get_path("platlib")]
    (packages / "seen.pth").write_text("".join(f"{path}\n" for path in seen))
    command = scripts / "equipoise"
    command.write_text(COMMAND.format(python=scripts / "python"))
    command.chmod(0o755)
    shutil.copytree(bundles, tmp_path / "home" / "bundles")
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("EQUIPOISE", "PYTHON"))}
    place = tmp_path / "empty"
    place.mkdir()
    return Reader(
        place,
        kept
        | {
            "PATH": f"{scripts}{os.pathsep}{os.environ['PATH']}",
            "EQUIPOISE_HOME": str(tmp_path / "home"),
            "EQUIPOISE_PORT": "0",
            # No index is asked: what builds a wheel and what the wheel needs are here.
            "PIP_NO_INDEX": "1",
            "PIP_NO_BUILD_ISOLATION": "0",
            "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        },
    )


def play_a_set(address: str) -> list[str]:
    """Play one set over HTTP; what was read at each reveal and closing, and at the end."""
    read = []
    with Learner(address) as learner:
        page = learner.enter(EXERCISE)
        for _ in range(PRACTICE_SIZE):
            attempt = page.attempt
            page = learner.commit(attempt)
            if page.stage == "revealed":
                read.append(page.text)
                page = learner.decide(attempt)
            assert page.stage == "closed", page.text
            read.append(page.text)
            page = learner.next(attempt)
        (done,) = parse_qs(urlsplit(page.goto).query)["set"]
        read.append(learner.open("/record", set=done).text)
    return read


@pytest.mark.long
def test_the_tutorial_ends_in_an_installed_module_that_a_student_plays(reader):
    read: list[str] = []
    output = ""
    for block in blocks(TUTORIAL.read_text(encoding="utf-8")):
        where = f"{TUTORIAL.name}, line {block.line}"
        if block.file:
            reader.write(block.file, block.text)
        elif block.language == "text":
            assert says(block.text, output), f"{where}: it printed\n{output}"
        elif (block.language, block.more) == ("sh", "previews"):
            with reader.serving(block.text) as address:
                panel = httpx.get(address, timeout=30).raise_for_status().text
            assert "Shown as saved. No problem" in panel
        elif (block.language, block.more) == ("sh", "serves"):
            with reader.serving(block.text) as address:
                read = play_a_set(address)
        else:
            assert block.language == "sh", where
            done = reader.run(block.text)
            output = done.stdout
            assert (done.returncode != 0) is (block.more == "fails"), f"{where}:\n{output}"
    site = next((reader.place.parent / "venv" / "lib").glob("*/site-packages"))
    assert (site / "equipoise_my_school" / "pack.toml").is_file()
    everything = "\n".join(read)
    assert "Takes bronchitis for something worse" in everything
    assert "Does not see the shadow" in everything
    assert "the exact probability was" in everything
    # The debrief, its measured numbers filled in and the slip in their name mended.
    assert re.search(r"alerts on \d+\.\d\W%\s+of\s+patients with bronchitis", read[-1])
    # A module that re-creates no published figure has no empty table of them.
    assert "Published, and here" not in read[-1]
