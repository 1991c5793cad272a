"""Known weaknesses of what is installed, where they can be asked for: ``python -m tests.audit``."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

SECONDS = 120
ASK = [sys.executable, "-m", "pip_audit", "--format", "json", "--progress-spinner", "off"]


def asked() -> list[dict[str, Any]]:
    """Each package that is installed, as pip-audit tells it; none where it finds no answer."""
    try:
        done = subprocess.run(
            [*ASK, "--skip-editable", "--timeout", "5"],
            capture_output=True,
            text=True,
            timeout=SECONDS,
        )
        found: list[dict[str, Any]] = json.loads(done.stdout)["dependencies"]
    except (subprocess.TimeoutExpired, ValueError, KeyError):
        return []
    return found


def weaknesses(packages: list[dict[str, Any]]) -> Iterator[str]:
    """A line for each known weakness, with the versions that are free of it."""
    for package in packages:
        for known in package.get("vulns", ()):
            mended = ", ".join(known["fix_versions"]) or "no version yet"
            yield f"{package['name']} {package['version']}: {known['id']}, mended in {mended}"


def report(packages: list[dict[str, Any]]) -> tuple[str, bool]:
    """What is to be said, and whether it is bad news."""
    looked_up = [package for package in packages if "vulns" in package]
    lines = list(weaknesses(looked_up))
    if lines:
        return "\n".join(["KNOWN WEAKNESSES:", *lines]), True
    if not looked_up:
        return "AUDIT LEFT OUT: the list of known weaknesses cannot be reached from here.", False
    left_out = len(packages) - len(looked_up)
    rest = f"; not in the list: {left_out}" if left_out else ""
    return f"Audit: packages without a known weakness: {len(looked_up)}{rest}.", False


if __name__ == "__main__":
    said, is_bad = report(asked())
    sys.stdout.write(f"{said}\n")
    sys.exit(1 if is_bad else 0)
