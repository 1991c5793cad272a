"""Moments as people type them, across changes of clocks."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutor.errors import BadInput
from tutor.services.local_time import moment, said, typed, zone, zones

BERLIN = ZoneInfo("Europe/Berlin")


@given(
    st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),
    st.sampled_from(["Europe/Berlin", "Asia/Kolkata", "America/St_Johns", "Pacific/Chatham"]),
)
def test_a_moment_in_its_field_is_the_moment_or_the_first_of_two(at, name):
    where, at = ZoneInfo(name), at.replace(second=0, microsecond=0)
    again = moment("due", typed(at, where), where)
    assert again is not None
    assert (at - again).total_seconds() in (0, 3600)


@given(st.text())
def test_any_text_is_a_moment_or_refused_at_its_field(text):
    try:
        moment("due", text, BERLIN)
    except BadInput as error:
        refused = error.field
    else:
        refused = "due"
    assert refused == "due"


def test_an_hour_that_comes_twice_is_the_first():
    assert moment("due", "2026-10-25 02:30", BERLIN) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_an_hour_that_clocks_skip_is_refused():
    with pytest.raises(BadInput, match="skip this time"):
        moment("due", "2026-03-29T02:30", BERLIN)


def test_a_moment_is_read_with_its_zone():
    at = datetime(2026, 10, 1, 6, tzinfo=UTC)
    assert said(at, BERLIN) == "Thursday 1 October 2026, 08:00 (CEST)"
    assert said(None, BERLIN) == typed(None, BERLIN) == ""


@pytest.mark.parametrize("name", ["", "Berlin", "../etc/passwd", "Europe/Nowhere"])
def test_a_zone_that_is_none_is_refused(name):
    with pytest.raises(BadInput):
        zone(name)


def test_the_zones_offered_are_all_good():
    assert all(str(zone(name)) == name for name in zones())
