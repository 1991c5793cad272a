"""The threat model names, for each threat, tests that are there."""

from __future__ import annotations

import re

from tests.conftest import ROOT

ROW = re.compile(r"^\| [^|]+ \| [^|]+ \| ([^|]+) \|$", re.MULTILINE)


def test_each_threat_is_held_by_tests_that_are_there() -> None:
    page = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
    held = [re.findall(r"`(tests/[\w/]+\.py)`", cell) for cell in ROW.findall(page)[1:]]
    assert len(held) >= 15
    assert all(held)
    assert [path for paths in held for path in paths if not (ROOT / path).is_file()] == []
