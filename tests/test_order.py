"""The files that begin first are there, and every run begins with them."""

from __future__ import annotations

import pytest

from tests.order import AFTER, ALONE, FIRST, PLACES, TESTS, place_of


@pytest.mark.parametrize("path", PLACES, ids=lambda path: path.name)
def test_a_file_that_is_named_is_there(path):
    assert path.is_file()


def test_no_file_is_named_twice():
    assert len(PLACES) == len(FIRST) + len(ALONE) + len(AFTER)


def test_a_file_that_is_not_named_comes_last():
    assert place_of(TESTS / "core" / "test_access.py") == len(PLACES)


def test_files_are_collected_in_the_order(request):
    """Of this very run, whichever of the files are in it."""
    places = [place_of(item.path) for item in request.session.items]
    assert places == sorted(places)
