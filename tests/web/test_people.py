"""The people of a class over HTTP: several at once, what is confirmed, undone, and led on to."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
import segno

from tests.services.school import Clock, School, found
from tests.web.learner import Learner
from tests.web.serving import served
from tutor.content.pack import Exercise
from tutor.services.accounts.identity import Identity
from tutor.services.encounters.library import Library
from tutor.store.database import Database, sqlite_url
from tutor.web.app import create_app
from tutor.web.instructor import people as people_page
from tutor.web.instructor.join_qr import join_address

SECRET = "a secret that only the tests know"


@pytest.fixture(scope="module")
def place(
    library: Library, exercise: Exercise, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[School, str]]:
    """A school, and the address of its server."""
    database = Database(sqlite_url(tmp_path_factory.mktemp("people") / "now.db"))
    app = create_app(database, library, Identity(SECRET, days=30))
    with served(app) as base:
        yield found(app.state.services, Clock(), exercise.key), base
    database.close()


@pytest.fixture
def room(place) -> Iterator[tuple[School, str, Learner]]:
    """A class of one's own with three people on its list, and its instructor's browser."""
    school, base = place
    made = school.services.classrooms.make(school.instructor, "Year four", "UTC")
    roster = "name,group\nCy,Tuesday\nDee,\nEli,\n"
    school.services.people.load(school.instructor, made.id, {"roster": roster})
    ben = school.instructor
    cookie = school.services.identity.sign(ben.learner, ben.account.epoch)
    with Learner(base, cookie) as staff:
        yield school, made.id, staff


def ids(school, class_):
    seen = school.services.people.see(school.instructor, class_)
    return {member.name: member.learner for member in seen.people}


def test_several_are_named_before_they_are_taken_out_and_can_come_back(room):
    school, class_, staff = room
    here, who = {"view": "people", "class": class_}, ids(school, class_)
    form = {"who": [who["Cy"], who["Eli"]], "do": "remove"}
    asked = staff.act("/desk", "select-people", form, **here).html
    assert "Take 2 people out of the class?" in asked
    assert re.findall(r"<li>(\w+)</li>", asked) == ["Cy", "Eli"]
    assert ids(school, class_) == who
    done = staff.act("/desk", "remove-people", form, **here).html
    assert "2 people are out of the class." in done
    assert ids(school, class_).keys() == {"Ben", "Dee"}
    change = re.search(r'name="change" value="([^"]+)"', staff.open("/desk", **here).html)
    undone = staff.act("/desk", "undo-change", {"change": change[1]}, **here).html
    assert "are in the class again" in undone
    assert "taken back by Ben" in undone
    assert ids(school, class_) == who


def test_what_is_missing_is_said_at_once_and_nobody_is_unticked(room):
    school, class_, staff = room
    here, who = {"view": "people", "class": class_}, ids(school, class_)
    nothing = staff.act("/desk", "select-people", {"do": ""}, **here).html
    assert "Select at least one person." in nothing
    assert "Choose what to do" in nothing
    kept = staff.act("/desk", "select-people", {"do": "", "who": [who["Dee"]]}, **here).html
    assert re.findall(r'value="([^"]+)" checked', kept) == [who["Dee"]]


def test_everybody_is_selected_without_a_script_also_over_pages(room, monkeypatch):
    school, class_, staff = room
    monkeypatch.setattr(people_page, "PAGE", 2)
    here, who = {"view": "people", "class": class_}, ids(school, class_)
    page = staff.open("/desk", **here, part="2", select="all").html
    ticked = re.findall(r'value="([^"]+)" checked', page)
    assert ticked == [who["Dee"], who["Eli"]]
    form = {"do": "no-group", "who": ticked, "everyone": "yes"}
    asked = staff.act("/desk", "select-people", form, **here, find="y").html
    assert re.findall(r"<li>(\w+)", asked) == ["Cy"]


def test_a_link_to_a_place_is_confirmed(room):
    school, class_, staff = room
    here = {"view": "people", "class": class_}
    form = {"learner": ids(school, class_)["Cy"]}
    asked = staff.act("/desk", "ask-link", form, **here).html
    assert "no longer opens this place" in asked
    assert "token=" not in asked
    assert "token=" in staff.act("/desk", "link", form, **here).html


def test_the_join_link_is_drawn_for_staff_while_it_lets_people_in(room):
    school, class_, staff = room
    code = school.services.classrooms.see(school.instructor, class_).classroom.join_code
    answer = staff.http.get("/join-qr", params={"class": class_})
    assert answer.headers["content-type"] == "image/svg+xml"
    address = join_address(str(staff.http.base_url), code)
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/my/\?view=join&code=[A-Z2-9]{8}", address)
    side = segno.make(address, error="m", micro=False).symbol_size(border=4)[0]
    assert f'viewBox="0 0 {side} {side}"' in answer.text
    school.services.classrooms.archive(school.instructor, class_, True)
    assert staff.http.get("/join-qr", params={"class": class_}).status_code == 404


def test_whoever_has_joined_is_told_so_and_led_on(place):
    school, base = place
    with Learner(base) as newcomer:
        form = {"code": school.code, "name": "Fay"}
        address = newcomer.act("/my", "join", form, view="join").goto
        asked = dict([address.partition("?")[2].split("=")])
        empty = newcomer.open("/my", **asked).html
        assert "You have joined Year three" in empty
        assert "Nothing is assigned yet" in empty
        work = school.set(cases=1, title="First seminar")
        led = newcomer.open("/my", **asked).html
        assert "You can begin with “First seminar” now." in led
        assert f"/encounter/?assignment={work.id}&amp;part=0" in led
        assert "You have joined" not in newcomer.open("/my").html
        assert "You have joined" not in newcomer.open("/my", joined="another").html
