"""A pack by its path or by the name under which pip installed it, and no other way."""

from __future__ import annotations

import sys

import pytest

from tests.conftest import SMALL
from tutor.content.entry_points import installed, locate
from tutor.errors import ContentError

METADATA = "Metadata-Version: 2.1\nName: my-school\nVersion: 1\n"


@pytest.fixture
def site(tmp_path, monkeypatch):
    """A directory on the path where a distribution with a pack is installed."""
    package = tmp_path / "my_school"
    package.mkdir()
    (package / "__init__.py").write_text("raise RuntimeError('pack code ran')\n")
    (package / "pack.toml").write_text("")
    info = tmp_path / "my_school-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(METADATA)
    (info / "entry_points.txt").write_text(
        "[equipoise.packs]\nmy-school = my_school\nempty = json\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    return tmp_path


def test_a_path_is_a_pack():
    assert locate(str(SMALL)) == SMALL


def test_an_installed_pack_is_found_by_name_without_running_it(site):
    assert locate("my-school") == site / "my_school"
    assert "my_school" not in sys.modules


def test_what_is_neither_is_refused_with_what_there_is(site):
    with pytest.raises(ContentError, match="Installed are empty, my-school"):
        locate("your-school")


def test_an_entry_point_without_a_pack_says_what_it_must_carry(site):
    with pytest.raises(ContentError, match="must carry"):
        locate("empty")


def test_nothing_is_installed_by_default():
    assert installed() == {}
