"""Are style sheets and scripts formatted? ``python -m tests.prettier``; ``--write`` formats them.

Prettier is npm's: it is installed once, beside what pip installed, where node is there. Elsewhere
one line says that nothing was checked. Nothing of it is in the product.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parents[1]
WEB = ROOT / "tutor" / "web"
PLACE = Path(sys.prefix) / "node"
PRETTIER = PLACE / "node_modules" / ".bin" / "prettier"
PACKAGE = "prettier@3"
QUIET = ("--silent", "--no-save", "--no-package-lock", "--no-audit", "--no-fund")
SKIPPED = "PRETTIER: style sheets and scripts were not checked: {why}."


def files() -> list[Path]:
    """Every style sheet and script of ours."""
    return sorted([*WEB.rglob("*.css"), *WEB.rglob("*.js")])


def missing() -> str:
    """Why Prettier cannot run here; empty if it can. Installs it at first."""
    if not shutil.which("node") or not shutil.which("npm"):
        return "node and npm are not installed"
    if not PRETTIER.exists():
        PLACE.mkdir(parents=True, exist_ok=True)
        install = ["npm", "install", *QUIET, "--prefix", str(PLACE), PACKAGE]
        if subprocess.run(install, cwd=PLACE, check=False).returncode:
            return "npm could not install Prettier"
    return ""


def main(arguments: Sequence[str]) -> int:
    """Check, or with ``--write`` format; the exit status is Prettier's."""
    if why := missing():
        print(SKIPPED.format(why=why))
        return 0
    mode = "--write" if "--write" in arguments else "--check"
    asked = [str(path) for path in files()]
    return subprocess.run(
        [PRETTIER, "--log-level", "warn", mode, *asked], cwd=ROOT, check=False
    ).returncode


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
