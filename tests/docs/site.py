"""The documentation as a site, in ``build/docs``: ``python -m tests.docs.site``, or ``make docs``.

A link or an anchor that leads nowhere ends it with exit status 1, and so does a page that would
load something from another host.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.conftest import ROOT
from tutor.content.documentation import TOP

BUILD = ROOT / "build"
STATIC = ROOT / "tutor/web/layout/static"
SITE = ROOT / "docs/site"
LOADS = re.compile(
    r"<(?:script|img|iframe|source)\b[^>]*\bsrc=[\"'](?:https?:)?//[^\"']*"
    r"|<link\b(?=[^>]*\brel=[\"'](?:stylesheet|preload|icon)[\"'])[^>]*\bhref=[\"'](?:https?:)?//[^\"']*"
    r"|url\([\"']?(?:https?:)?//[^)]*|@import\s+[\"'](?:https?:)?//[^\"']*"
)
PARTS = {
    "Begin": ("README",),
    "Learn and teach": ("docs/students", "docs/instructors", "docs/reliance"),
    "Write a module": ("docs/course-teams", "docs/course-teams/*"),
    "Run a server": (
        "docs/operators",
        "docs/learning-platforms",
        "docs/settings",
        "docs/commands",
        "SECURITY",
    ),
    "The project": ("CONTRIBUTING", "CHANGELOG", "docs/*"),
}


def source(place: Path) -> None:
    """What Sphinx reads: the pages as they lie in the project, an index, its settings."""
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(ROOT / "docs", place / "docs", ignore=shutil.ignore_patterns("site"))
    for name in (*TOP, "LICENSE", "LICENSE-CONTENT", "pack.toml"):
        shutil.copy(ROOT / name, place / name)
    shutil.copy(SITE / "conf.py", place / "conf.py")
    (place / "_static").mkdir()
    for path in (SITE / "site.css", STATIC / "source-sans-3.woff2", STATIC / "icon.svg"):
        shutil.copy(path, place / "_static")
    (place / "index.md").write_text(index(place), encoding="utf-8")


def index(place: Path) -> str:
    """The first page: every page once, by those who read it."""
    there = [p.relative_to(place).with_suffix("").as_posix() for p in place.glob("**/*.md")]
    listed: set[str] = set()
    parts = ["# Equipoise\n\nWeigh the algorithm; don't lean on it.\n"]
    for title, patterns in PARTS.items():
        found = [
            name
            for pattern in patterns
            for name in sorted(there)
            if name not in listed and (name == pattern or Path(name).match(pattern))
        ]
        found = list(dict.fromkeys(found))
        listed |= {*found}
        names = "\n".join(found)
        parts.append(f"```{{toctree}}\n:caption: {title}\n:maxdepth: 1\n\n{names}\n```\n")
    return "\n".join(parts)


def loaded_elsewhere(site: Path) -> Iterator[str]:
    """What pages and styles would load from another host."""
    for path in sorted([*site.rglob("*.html"), *site.rglob("*.css")]):
        for found in LOADS.findall(path.read_text(encoding="utf-8")):
            yield f"{path.relative_to(site)}: {found}"


def main() -> int:
    """Build the site; 1 if a link leads nowhere or a page loads something from elsewhere."""
    place, site = BUILD / "docs-source", BUILD / "docs"
    source(place)
    words = ["-m", "sphinx", "-W", "--keep-going", "-n", "-q", "-b", "html", str(place)]
    done = subprocess.run([sys.executable, *words, str(site)], check=False)
    outside = list(loaded_elsewhere(site))
    sys.stderr.writelines(f"Loaded from another host: {one}\n" for one in outside)
    return 1 if done.returncode or outside else 0


if __name__ == "__main__":
    sys.exit(main())
