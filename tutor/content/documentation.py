"""The documentation: in the wheel beside the code, or in a clone as it lies there.

Pages are Markdown, named by their path from the root of the project, as ``docs/students.md``.
"""

from __future__ import annotations

import re
from difflib import get_close_matches
from pathlib import Path

from tutor.content.rules import Rule
from tutor.errors import NotFound

OURS = Path(__file__).resolve().parents[1]
PROBLEMS = "docs/course-teams/problems.md"
TOP = ("README.md", "SECURITY.md", "CONTRIBUTING.md", "CHANGELOG.md")


def root() -> Path:
    """Where the pages lie: inside the wheel, or the root of a clone."""
    inside = OURS / "_docs"
    return inside if inside.is_dir() else OURS.parent


def pages() -> tuple[str, ...]:
    """The names of all pages, those of the project's root first."""
    found = sorted(path.relative_to(root()).as_posix() for path in root().glob("docs/**/*.md"))
    return (*(name for name in TOP if (root() / name).is_file()), *found)


def page(name: str) -> str:
    """The Markdown of a page.

    Raises:
        NotFound: there is none of this name.
    """
    if name not in pages():
        raise NotFound(f"There is no page {name} in the documentation.")
    return (root() / name).read_text(encoding="utf-8")


def section(text: str, name: str) -> str:
    """The section under the heading ``### name`` of a page; "" where there is none."""
    found = re.search(rf"^### {re.escape(name)}\n(.*?)(?=^##|\Z)", text, re.MULTILINE | re.DOTALL)
    return found[1].strip() if found else ""


def remedy(name: str) -> str:
    """What the documentation says of a rule of ``check``: what a problem means, and what to do.

    Raises:
        NotFound: no rule has this name.
    """
    if name not in list(Rule):
        near = get_close_matches(name, list(Rule), 1)
        hint = f" Did you mean '{near[0]}'?" if near else " `equipoise help` lists all names."
        raise NotFound(f"No problem is called {name!r}.{hint}")
    return section(page(PROBLEMS), name)
