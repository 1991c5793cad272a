"""What pip cannot install is installed as root on Debian, and elsewhere missed in one line."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from types import SimpleNamespace

import numpy as np
import pytest

from tests import postgres, system
from tests.browser import chromium
from tests.conftest import ROOT
from tests.replicas import nginx
from tests.system import Need
from tests.versions import versions


class Debian:
    """An apt that knows some packages; each brings the program of its name."""

    def __init__(self, archive: set[str], there: set[str]) -> None:
        self.archive, self.there = archive, there
        self.asked: list[tuple[str, ...]] = []
        self.policies: list[bool] = []

    def run(self, command, **_):
        words = tuple(word for word in command if word not in system.APT)
        self.asked.append(words)
        self.policies.append(system.POLICY.exists())
        packages = {word for word in words[1:] if not word.startswith("-")}
        known = packages <= self.archive
        if known:
            self.there |= packages
        return SimpleNamespace(returncode=0 if known else 100, stdout="", stderr="no such package")

    def need(self, name: str) -> Need:
        return Need(lambda: name in self.there, (name,), f"NO {name.upper()}: get one.")


@pytest.fixture
def debian(monkeypatch, tmp_path):
    """As root on Debian, whose archive has abacus and quipu; there is a quill already."""
    made = Debian({"abacus", "quipu"}, {"quill"})
    monkeypatch.setattr(system.os, "geteuid", lambda: 0)
    monkeypatch.setattr(system.shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(system.subprocess, "run", made.run)
    monkeypatch.setattr(system, "POLICY", tmp_path / "policy-rc.d")
    return made


def needs(debian: Debian, *names: str) -> list[Need]:
    return [debian.need(name) for name in names]


def test_when_all_is_there_nothing_is_run_or_said(debian, capsys):
    assert system.prepare(needs(debian, "quill")) == []
    assert debian.asked == []
    assert capsys.readouterr() == ("", "")


def test_only_what_is_missing_is_installed_and_said(debian, capsys):
    assert system.prepare(needs(debian, "abacus", "quill", "quipu")) == []
    install = ("install", "--yes", "--no-install-recommends", "abacus", "quipu")
    assert debian.asked == [("update",), install]
    assert capsys.readouterr().out == "Installing for the tests: abacus, quipu\n"


def test_no_service_starts_by_being_installed_and_the_policy_is_gone_afterwards(debian):
    system.prepare(needs(debian, "abacus"))
    assert debian.policies == [True, True]
    assert not system.POLICY.exists()


def test_a_policy_of_the_machine_stays_as_it_is(debian):
    system.POLICY.write_text("theirs")
    system.prepare(needs(debian, "abacus"))
    assert system.POLICY.read_text() == "theirs"


def test_a_package_that_two_needs_name_is_asked_for_once(debian):
    system.prepare(needs(debian, "abacus", "abacus"))
    assert debian.asked[1][-1:] == ("abacus",)
    assert debian.asked[1].count("abacus") == 1


def test_a_package_that_the_archive_lacks_leaves_out_no_other(debian, capsys):
    (missing,) = system.prepare(needs(debian, "sextant", "abacus"))
    assert missing.without == "NO SEXTANT: get one."
    assert "abacus" in debian.there
    assert "no such package" in capsys.readouterr().err


@pytest.mark.parametrize("lacking", ["root", "apt"])
def test_elsewhere_nothing_is_run(debian, monkeypatch, lacking):
    if lacking == "root":
        monkeypatch.setattr(system.os, "geteuid", lambda: 1000)
    else:
        monkeypatch.setattr(system.shutil, "which", lambda name: None)
    (missing,) = system.prepare(needs(debian, "abacus", "quill"))
    assert missing.packages == ("abacus",)
    assert debian.asked == []


@pytest.mark.parametrize(
    ("ci", "code", "said"), [("true", 1, "NO SEXTANT: get one.\n"), ("", 0, "")]
)
def test_under_ci_what_cannot_be_installed_is_a_failure(
    debian, monkeypatch, capsys, ci, code, said
):
    monkeypatch.setenv("CI", ci)
    monkeypatch.setattr(system, "prepare", lambda: needs(debian, "sextant"))
    assert system.main() == code
    assert capsys.readouterr().err == said


def test_what_only_makes_the_tests_faster_is_missed_without_a_word(monkeypatch, capsys):
    monkeypatch.setenv("CI", "true")
    monkeypatch.setattr(system, "prepare", lambda: [Need(lambda: None, ("wings",))])
    assert system.main() == 0
    assert capsys.readouterr().err == ""


BROWSES = "def test_one(browser): pass\ndef test_two(browser): pass\ndef test_three(): pass\n"


@pytest.fixture
def browse(tmp_path):
    """Runs three tests of which two need a browser whose driver does not start."""
    (tmp_path / "conftest.py").write_text("from tests.conftest import *\n")
    (tmp_path / "test_pages.py").write_text(BROWSES)
    kept = {k: v for k, v in os.environ.items() if k != "CI" and not k.startswith("PYTEST")}
    more = {"PYTHONPATH": str(ROOT), "PLAYWRIGHT_NODEJS_PATH": "/bin/false"}

    def done(**ci: str) -> str:
        argv = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
        env = kept | more | ci
        return subprocess.run(argv, cwd=tmp_path, env=env, capture_output=True, text=True).stdout

    return done


def test_a_driver_that_does_not_start_is_missed_in_one_line(browse):
    printed = browse()
    assert "1 passed, 2 skipped" in printed
    assert printed.count("NO BROWSER DRIVER: ") == 1


def test_a_driver_that_does_not_start_is_a_failure_under_ci(browse):
    printed = browse(CI="true")
    assert "1 passed, 2 errors" in printed
    assert "NO BROWSER DRIVER: " in printed


def test_a_chromium_that_does_not_start_is_none(tmp_path, monkeypatch):
    stub = tmp_path / "chromium"
    stub.write_text("#!/bin/sh\necho 'Install the snap.' >&2\nexit 1\n")
    stub.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PLAYWRIGHT_NODEJS_PATH", "/bin/false")
    assert chromium.locate() is None
    stub.write_text("#!/bin/sh\necho Chromium 1.0\n")
    assert chromium.locate() == str(stub)
    assert chromium.light() is None
    light = shutil.copy(stub, tmp_path / "chromium-headless-shell")
    assert chromium.locate() == chromium.light() == str(light)


def test_the_versions_are_those_that_run():
    found = versions()
    assert found["Python"] == ".".join(map(str, sys.version_info[:3]))
    assert found["numpy"] == np.__version__
    for name, program in {"PostgreSQL": postgres.find(), "nginx": nginx.find()}.items():
        assert bool(re.search(r"\d+\.\d+", found[name])) is (program is not None)
