"""Find a Chromium that starts, on PATH or Playwright's own, and the driver that steers it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Sequence

from playwright.sync_api import Playwright, sync_playwright

# The same engine without windows. Whole browsers open one for every new learner, at six times the
# cost; they are used where there is nothing else.
LIGHT = ("chromium-headless-shell", "chrome-headless-shell")
NAMES = (*LIGHT, "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-background-networking"),
    "--in-process-gpu",  # a tenth less processor time than with a process that draws nothing
    # Two host names of one machine, to be neighbours.
    "--host-resolver-rules=MAP *.example.test 127.0.0.1",
]
NO_DRIVER = (
    "NO BROWSER DRIVER: the browser tests did not run. Playwright's own Node.js does not start; "
    "`python -m playwright --version` says why. On Debian and Ubuntu it needs `apt install "
    "libatomic1`."
)
NO_CHROMIUM = (
    "NO CHROMIUM: the browser tests did not run. Put a chromium that starts on PATH (best is "
    "chromium-headless-shell), or run "
    "`python -m playwright install --with-deps chromium`."
)


def driver_starts() -> bool:
    """Whether Playwright's Node.js runs; it misses libraries on a minimal system."""
    return _starts(sys.executable, "-m", "playwright")


def find(playwright: Playwright) -> str | None:
    """Where a Chromium is that starts, or None."""
    return _on_path() or _own(playwright)


def locate() -> str | None:
    """The same, where Playwright is not started and may not start."""
    if path := _on_path():
        return path
    if not driver_starts():
        return None
    with sync_playwright() as playwright:
        return _own(playwright)


def light() -> str | None:
    """Where a Chromium without windows is on PATH, or None."""
    return _on_path(LIGHT)


def _on_path(names: Sequence[str] = NAMES) -> str | None:
    # Ubuntu's may only say that there is a snap.
    paths = (path for name in names if (path := shutil.which(name)))
    return next((path for path in paths if _starts(path)), None)


def _own(playwright: Playwright) -> str | None:
    path = playwright.chromium.executable_path
    return path if _starts(path) else None


def _starts(*command: str) -> bool:
    try:
        tried = subprocess.run([*command, "--version"], capture_output=True, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return tried.returncode == 0
