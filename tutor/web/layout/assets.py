"""The style sheet and the script of every page, put together from their parts."""

from __future__ import annotations

from pathlib import Path

STATIC = Path(__file__).parent / "static"


def _joined(parts: str) -> str:
    return "".join(path.read_text(encoding="utf-8") for path in sorted(STATIC.glob(parts)))


SCRIPT = _joined("scripts/*.js")
STYLE = _joined("styles/*.css")
