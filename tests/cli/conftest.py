"""A home in which the small pack is built already."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.cli.equipoise import Equipoise


@pytest.fixture
def equipoise(installed: Path, bundles: Path, tmp_path: Path) -> Equipoise:
    """The command, with the small pack inside the package and built."""
    home = tmp_path / "home"
    shutil.copytree(bundles, home / "bundles")
    return Equipoise(installed, home)
