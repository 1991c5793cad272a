"""The types make the wrong order unwritable: a strict checker refuses it before it can run."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

HEAD = """\
from datetime import datetime
from tutor.core.case import Truth
from tutor.core.verdicts import Outcome
from tutor.core.encounter import (
    Closed, Committed, Decided, Decision, Judgment, Revealed, Shown,
    close, close_unaided, commit, decide, reveal,
)

def step(
    shown: Shown, committed: Committed, revealed: Revealed, decided: Decided, closed: Closed,
    judgment: Judgment, decision: Decision, truth: Truth, came_to: Outcome, at: datetime,
) -> object:
    return """
RIGHT = {
    "commit": "commit(shown, judgment, at)",
    "reveal": "reveal(committed, 0.5, 0.5, at)",
    "decide": "decide(revealed, decision, at)",
    "close": "close(decided, truth, at)",
    "close_unaided": "close_unaided(committed, truth, 0.5, at)",
    "all": "close(decide(reveal(commit(shown, judgment, at), 0, 0, at), decision, at), truth, at)",
}
WRONG = {
    "reveal_of_shown": "reveal(shown, 0.5, 0.5, at)",
    "reveal_of_revealed": "reveal(revealed, 0.5, 0.5, at)",
    "reveal_of_closed": "reveal(closed, 0.5, 0.5, at)",
    "decide_on_shown": "decide(shown, decision, at)",
    "decide_on_committed": "decide(committed, decision, at)",
    "decide_on_decided": "decide(decided, decision, at)",
    "close_of_shown": "close(shown, truth, at)",
    "close_of_committed": "close(committed, truth, at)",
    "close_of_revealed": "close(revealed, truth, at)",
    "close_unaided_of_shown": "close_unaided(shown, truth, 0.5, at)",
    "close_unaided_of_revealed": "close_unaided(revealed, truth, 0.5, at)",
    "commit_of_committed": "commit(committed, judgment, at)",
    "commit_of_a_decision": "commit(shown, decision, at)",
    "revealed_made_of_shown": "Revealed(shown, 0.5, 0.5, at)",
    "decided_made_of_committed": "Decided(committed, decision, at)",
    "closed_made_of_revealed": "Closed(revealed, came_to, (), (), at)",
    "closed_made_of_shown": "Closed(shown, came_to, (), (), at)",
    "all_but_the_commitment": "close(decide(reveal(shown, 0.5, 0.5, at), decision, at), truth, at)",
    "truth_of_revealed": "revealed.outcome",
    "algorithm_of_committed": "committed.algorithm",
}


@pytest.fixture(scope="module")
def complaints(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """What mypy --strict says of each snippet, from one run."""
    folder: Path = tmp_path_factory.mktemp("snippets")
    for name, expression in {**RIGHT, **WRONG}.items():
        (folder / f"{name}.py").write_text(f"{HEAD}{expression}\n")
    options = ["--strict", "--no-error-summary", "--config-file=", "--hide-error-context"]
    run = subprocess.run(
        [sys.executable, "-m", "mypy", *options, str(folder)],
        cwd=ROOT,
        env={"PATH": "", "MYPYPATH": str(ROOT), "MYPY_CACHE_DIR": str(folder / ".cache")},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert run.returncode in (0, 1), run.stdout + run.stderr
    said: dict[str, list[str]] = {name: [] for name in {**RIGHT, **WRONG}}
    for line in run.stdout.splitlines():
        found = re.match(r".*/(\w+)\.py:\d+: error: (.*)", line)
        assert found, run.stdout
        said[found[1]].append(found[2])
    return said


@pytest.mark.parametrize("name", RIGHT)
def test_the_right_order_type_checks(complaints, name):
    assert complaints[name] == []


@pytest.mark.parametrize("name", WRONG)
def test_the_wrong_order_does_not(complaints, name):
    (complaint,) = complaints[name]
    assert re.search(r"\[(arg-type|attr-defined)\]$", complaint)
