"""Rooms are made of parts; the door leads on to addresses of ours only."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutor.services.accounts.access import NOBODY
from tutor.web.account.signin import AFTER, safe_address
from tutor.web.layout.page_sections import PageRequest, Part, room_of

BARE = PageRequest(NOBODY, None, "", {})


@pytest.mark.parametrize(
    "wanted",
    ["//evil.example", "/\\evil.example", "https://evil.example", "evil", "", "/a\r\nSet-Cookie:x"],
)
def test_an_address_of_others_leads_home(wanted):
    assert safe_address(wanted) == AFTER


@given(st.text())
def test_wherever_the_door_leads_it_stays_here(wanted):
    after = safe_address(wanted)
    assert after[0] == "/"
    assert after[1:2] not in ("/", "\\")
    assert after.isprintable()


def test_two_parts_of_one_name_make_no_room():
    with pytest.raises(ValueError, match="comment"):
        room_of("/x", "X", "X", [Part({}, {"comment": str}), Part({}, {"comment": str})])


def test_an_unknown_view_is_a_notice_with_a_way_back():
    room = room_of("/x", "X", "X", [Part({"": lambda ask: "bare"})])
    assert room.show(BARE) == "bare"
    elsewhere = room.show(PageRequest(NOBODY, None, "", {"view": "nowhere"}))
    assert 'href="/x/"' in elsewhere


@pytest.mark.parametrize("sent", [None, 3, ["a", 3], {"x": 1}])
def test_a_field_of_any_shape_is_read_as_text(sent):
    ask = PageRequest(NOBODY, None, "", {}, {"field": sent})
    assert ask.said("field") == ""
    assert all(isinstance(one, str) for one in ask.chosen("field"))
