"""What the tests run with, a line each: ``python -m tests.versions``."""

from __future__ import annotations

import platform
import shutil
import sqlite3
import subprocess
import sys
from importlib.metadata import version

from tests import postgres
from tests.browser import chromium
from tests.replicas import nginx

LIBRARIES = ("numpy", "scipy", "scikit-learn", "shap", "gradio", "playwright")


def system() -> str:
    """The operating system by its own name, and the machine."""
    try:
        name = platform.freedesktop_os_release()["PRETTY_NAME"]
    except (OSError, KeyError):
        name = platform.platform()
    return f"{name}, {platform.machine()}"


def said(program: object, *words: str) -> str:
    """The first line that a program says of its version."""
    if program is None:
        return "none"
    done = subprocess.run(
        [str(program), *words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    return done.stdout.strip().partition("\n")[0] or "none"


def versions() -> dict[str, str]:
    """The version of each, by name; "none" where there is none."""
    binaries = postgres.find()
    return {
        "system": system(),
        "Python": platform.python_version(),
        **{name: version(name) for name in LIBRARIES},
        "SQLite": sqlite3.sqlite_version,
        "PostgreSQL": said(binaries and binaries / "postgres", "--version"),
        "Chromium": said(chromium.locate(), "--version"),
        "nginx": said(nginx.find(), "-v"),
        "OpenSSL": said(shutil.which("openssl"), "version"),
    }


if __name__ == "__main__":
    for name, found in versions().items():
        sys.stdout.write(f"{name}: {found}\n")
