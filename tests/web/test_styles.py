"""Style sheets: one file overrules Gradio, and no rule is left of a page that is gone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import tutor.web
from tutor.web.layout.assets import STATIC

WEB = Path(tutor.web.__file__).parent
SHEETS = sorted(WEB.rglob("*.css"))
TAMING = STATIC / "styles" / "0-gradio.css"
NOT_SELECTORS = re.compile(r'/\*.*?\*/|url\("[^"]*"\)|"[^"]*"', re.DOTALL)
CLASS = re.compile(r"\.(-?[a-zA-Z_][\w-]*)")
# Some are put together from two parts, as the preview's moods are.
PARTS = {"is-poor": "poor", "is-busy": "busy", "is-bad": "bad"}


def words() -> set[str]:
    """Every word of the templates, the scripts and the code that draws."""
    files = [p for kind in ("*.html", "*.js", "*.py") for p in WEB.rglob(kind)]
    files.append(WEB.parent / "services" / "preview.py")
    text = "\n".join(path.read_text(encoding="utf-8") for path in files if path.is_file())
    return set(re.findall(r"[\w-]+", text))


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda path: path.name)
def test_only_what_tames_gradio_is_marked_as_important(sheet: Path) -> None:
    assert sheet == TAMING or "!important" not in sheet.read_text(encoding="utf-8")


def test_every_class_of_a_style_sheet_is_written_somewhere() -> None:
    known = words()
    dead = {
        f"{sheet.name}: .{name}"
        for sheet in SHEETS
        if sheet != TAMING
        for name in CLASS.findall(NOT_SELECTORS.sub("", sheet.read_text(encoding="utf-8")))
        if PARTS.get(name, name) not in known
    }
    assert dead == set()
