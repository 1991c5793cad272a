"""Find a Chromium: on PATH, Playwright's own, or from Debian's archive when root may install."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from playwright.sync_api import Playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


def find(playwright: Playwright) -> str | None:
    """Where Chromium is, or None."""
    own = playwright.chromium.executable_path
    return _on_path() or (own if Path(own).exists() else None) or _installed()


def _on_path() -> str | None:
    return next((found for name in NAMES if (found := shutil.which(name))), None)


def _installed() -> str | None:
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        return None
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in ("update", "install --yes --no-install-recommends chromium"):
        done = subprocess.run(
            ["apt-get", "--quiet", *command.split()], env=environment, capture_output=True
        )
        if done.returncode:
            return None
    return _on_path()
