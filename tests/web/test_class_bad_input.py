"""What instructors send by mistake: two on one form, a wrong or huge file, a class that is gone."""

from __future__ import annotations

import base64
import re

import pytest

from tests.web.test_people import ids, place, room

__all__ = ["place", "room"]  # fixtures
NOT_A_TABLE = {
    "a picture": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
    "a workbook": b"PK\x03\x04" + bytes(40),
}


def file(data: bytes, name: str = "list.csv") -> dict[str, str]:
    """A form with a chosen file."""
    return {"roster_file": base64.b64encode(data).decode(), "roster_name": name}


def hidden(page: str, act: str, name: str) -> str:
    """A hidden field of the form of an act."""
    form = page[page.index(f'data-act="{act}"') :]
    found = re.search(rf'name="{name}" value="([^"]*)"', form)
    assert found
    return found[1]


@pytest.mark.parametrize("kind", NOT_A_TABLE)
def test_a_file_that_is_no_table_is_refused_by_name_and_changes_nobody(room, kind):
    school, class_, staff = room
    before = ids(school, class_)
    form = file(NOT_A_TABLE[kind], "map.bin")
    answer = staff.act("/desk", "load-roster", form, **{"view": "people", "class": class_})
    assert "map.bin" in " ".join(answer.errors.values())
    assert ids(school, class_) == before


def test_a_file_that_is_too_large_is_refused_with_its_bound(room):
    school, class_, staff = room
    here, large = {"view": "people", "class": class_}, file(b"name\n" + b"x" * 6_100_000)
    answer = staff.act("/desk", "load-roster", large, **here)
    assert "larger than 6 MB" in " ".join(answer.errors.values())
    huge = staff.send_act("/desk", "load-roster", file(bytes(10_000_000)), **here)
    assert (huge.status_code, "so it was not read" in huge.text) == (413, True)
    assert ids(school, class_).keys() == {"Ben", "Cy", "Dee", "Eli"}


def test_the_second_of_two_on_the_settings_is_told_and_keeps_what_was_typed(room):
    school, class_, staff = room
    here = {"view": "class", "class": class_}
    revision = hidden(staff.open("/desk", **here).html, "change-class", "revision")
    form = {"name": "Year four A", "time_zone": "UTC", "revision": revision}
    staff.act("/desk", "change-class", form, **here)
    second = form | {"name": "Year four B"}
    told = staff.act("/desk", "change-class", second, **here)
    assert "Somebody else changed this class" in " ".join(told.errors.values())
    assert told.fields["name"] == "Year four B"
    seen = school.services.classrooms.see
    assert seen(school.instructor, class_).classroom.name == "Year four A"
    second["revision"] = hidden(told.html, "change-class", "revision")
    staff.act("/desk", "change-class", second, **here)
    assert seen(school.instructor, class_).classroom.name == "Year four B"


def test_the_second_of_two_on_a_person_is_told_and_keeps_what_was_typed(room):
    school, class_, staff = room
    cy = ids(school, class_)["Cy"]
    here = {"view": "people", "class": class_, "person": cy}
    version = hidden(staff.open("/desk", **here).html, "place", "version")
    form = {"learner": cy, "version": version, "name": "Cyprian"}
    staff.act("/desk", "place", form | {"email": "cy@x.example"}, **here)
    told = staff.act("/desk", "place", form | {"email": "", "number": "S1"}, **here)
    assert "Somebody else changed this person" in " ".join(told.errors.values())
    assert told.fields["number"] == "S1"
    member = next(
        one
        for one in school.services.people.see(school.instructor, class_).people
        if one.learner == cy
    )
    assert (member.email, member.number) == ("cy@x.example", "")
    again = form | {"number": "S1", "version": hidden(told.html, "place", "version")}
    assert "Saved." in staff.act("/desk", "place", again, **here).html


@pytest.mark.parametrize(
    ("view", "act", "form"),
    [
        ("class", "change-class", {"name": "Other"}),
        ("people", "load-roster", {"roster": "name\nFay\n"}),
        ("people", "add-group", {"group": "Friday"}),
        ("messages", "announce", {"announced": "Bring a pen."}),
        ("assignment", "save-assignment", {"title": "Week one"}),
    ],
)
def test_a_class_that_was_deleted_meanwhile_is_said_to_be_gone(room, view, act, form):
    school, class_, staff = room
    school.services.classrooms.delete(school.instructor, class_, "Year four")
    answer = staff.act("/desk", act, form, **{"view": view, "class": class_})
    assert answer.is_notice
    assert "There is no such class here. Choose one from your classes." in answer.text
    assert "My classes" in answer.text
