"""The files that begin first are there, and every run begins with them."""

from __future__ import annotations

import pytest

from tests import order
from tests.conftest import TESTS


@pytest.mark.parametrize("file", order.LONG)
def test_a_file_that_is_named_is_there(file):
    assert (TESTS / file).is_file()


def test_no_file_is_named_twice():
    assert len(set(order.LONG)) == len(order.LONG)


def test_a_file_that_is_not_named_comes_last():
    assert order.place_of("core/test_access.py") == len(order.LONG)


def test_files_are_collected_in_the_order(request):
    """Of this very run, whichever of the files are in it."""
    files = [item.path.relative_to(TESTS).as_posix() for item in request.session.items]
    places = [order.place_of(file) for file in files]
    assert places == sorted(places)
