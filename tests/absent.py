"""Programs that the tests use and cannot bring along: missed loudly, and under CI a failure."""

from __future__ import annotations

import os
from typing import Any, NoReturn

import pytest

LOUD = "NO "


def absent(what: str) -> NoReturn:
    """A program is not there: a failure where ``CI`` is set, elsewhere a skip and a loud line.

    ``what`` begins with "NO " and the program's name.
    """
    if os.environ.get("CI"):
        pytest.fail(what, pytrace=False)
    pytest.skip(what)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say once each, and loudly, what was not there.

    Reports are asked, and not the configuration: with tests in several processes only they arrive
    in the one that prints.
    """
    said = [report.longrepr[2] for report in terminalreporter.stats.get("skipped", ())]
    for what in dict.fromkeys(reason.removeprefix("Skipped: ") for reason in said):
        if what.startswith(LOUD):
            terminalreporter.write_line(what, red=True, bold=True)
