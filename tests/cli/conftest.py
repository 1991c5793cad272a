"""A home in which the small pack is built already."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from tests.cli.equipoise import Equipoise, main_here
from tests.conftest import SMALL


@pytest.fixture
def equipoise(installed: Path, bundles: Path, tmp_path: Path) -> Equipoise:
    """The command, with the small pack inside the package and built."""
    home = tmp_path / "home"
    shutil.copytree(bundles, home / "bundles")
    return Equipoise(installed, home)


@pytest.fixture
def here(
    equipoise: Equipoise, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., CompletedProcess[str]]:
    """The command in this process, which saves the imports; it answers to the same home.

    The small pack is built in, and no exercise has a process of its own.
    """
    for name in os.environ:
        if name.startswith("EQUIPOISE"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("EQUIPOISE_HOME", str(equipoise.home))
    for module in ("tutor.cli", "tutor.content.loading"):
        monkeypatch.setattr(f"{module}.built_in", lambda: SMALL)
    monkeypatch.setattr("tutor.lab.process_pool.cores", lambda: 0)
    return main_here
