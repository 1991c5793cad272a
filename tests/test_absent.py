"""A program that is missing is told once and loudly, however many processes run the tests."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.conftest import ROOT

CONFTEST = """
import pytest
from tests.absent import absent
from tests.absent import pytest_terminal_summary

@pytest.fixture(scope="session")
def abacus():
    absent("NO ABACUS: put one on PATH.")
"""
TESTS = "def test_one(abacus): pass\ndef test_two(abacus): pass\ndef test_three(): pass\n"


@pytest.fixture
def run(tmp_path):
    """Runs three tests of which two need an abacus."""
    (tmp_path / "conftest.py").write_text(CONFTEST)
    (tmp_path / "test_sums.py").write_text(TESTS)
    plain = {k: v for k, v in os.environ.items() if k != "CI" and not k.startswith("PYTEST")}

    def done(*words: str, **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *words],
            cwd=tmp_path,
            env={**plain, "PYTHONPATH": str(ROOT), **more},
            capture_output=True,
            text=True,
            check=False,
        )

    return done


@pytest.mark.parametrize("processes", ["0", "2"])
def test_it_is_said_in_one_line_and_the_rest_runs(run, processes):
    done = run("--numprocesses", processes)
    assert done.returncode == 0, done.stdout
    assert done.stdout.count("NO ABACUS: put one on PATH.") == 1
    assert "1 passed, 2 skipped" in done.stdout


def test_under_ci_it_is_a_failure(run):
    done = run(CI="true")
    assert done.returncode == 1
    assert "NO ABACUS: put one on PATH." in done.stdout
