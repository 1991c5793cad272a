"""A browser may translate a page: no script decides by what is displayed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import tutor.web

SCRIPTS = sorted(Path(tutor.web.__file__).parent.rglob("*.js"))
DECIDES = re.compile(r"(?:textContent|innerText)\s*[!=]==|[!=]==\s*[\w.]*(?:textContent|innerText)")


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_no_script_compares_what_is_displayed(script: Path) -> None:
    assert DECIDES.findall(script.read_text(encoding="utf-8")) == []
