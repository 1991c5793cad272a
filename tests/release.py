"""What goes with a release: ``python -m tests.release``, once the wheel is built.

``dist/constraints.txt`` holds the versions that the tests ran with, ``dist/equipoise.cdx.json`` is
the bill of materials (CycloneDX), ``dist/SHA256SUMS`` the digest of every file.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
from importlib.metadata import distributions
from pathlib import Path

DIST = Path(__file__).parents[1] / "dist"
BILL = "equipoise.cdx.json"
SUMS = "SHA256SUMS"
OWN = "equipoise"


def constraints() -> str:
    """A line ``name==version`` for each installed package, without addresses."""
    found = {d.metadata["Name"].lower(): d.version for d in distributions()}
    return "".join(f"{name}=={found[name]}\n" for name in sorted(found) if name != OWN)


def sums(folder: Path) -> str:
    """The digest of every file in a folder but this list itself, as ``sha256sum`` writes it."""
    files = sorted(path for path in folder.iterdir() if path.is_file() and path.name != SUMS)
    return "".join(f"{hashlib.sha256(p.read_bytes()).hexdigest()}  {p.name}\n" for p in files)


def bill(path: Path) -> None:
    """Write the bill of materials of this environment."""
    words = ["-m", "cyclonedx_py", "environment", sys.prefix, "--output-format", "JSON"]
    pyproject = Path(__file__).parents[1] / "pyproject.toml"
    subprocess.run(
        [sys.executable, *words, "--pyproject", str(pyproject), "--output-file", str(path)],
        check=True,
    )


if __name__ == "__main__":
    DIST.mkdir(exist_ok=True)
    (DIST / "constraints.txt").write_text(constraints(), encoding="utf-8")
    bill(DIST / BILL)
    (DIST / SUMS).write_text(sums(DIST), encoding="utf-8")
    sys.stdout.write((DIST / SUMS).read_text(encoding="utf-8"))
