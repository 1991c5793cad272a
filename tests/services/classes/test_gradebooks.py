"""The gradebook of a class: pages of it, orders, who sees whom, and taking it away."""

from __future__ import annotations

import csv
import io
import re
import zipfile

import pytest

from tests.services.rooms import load
from tutor.errors import Forbidden
from tutor.services.classes.gradebook_rows import PAGE, GradebookFilter
from tutor.web.instructor import gradebook as desk
from tutor.web.layout.page_sections import PageRequest


def see(school, caller=None, **wanted):
    return school.services.gradebooks.see(
        caller or school.instructor, school.classroom.id, GradebookFilter(**wanted)
    )


def names(page):
    return [row.member.name for row in page.rows]


@pytest.fixture
def term(school, clock):
    """Two assignments: Al has done both, Bo half of the first, Cy is excused; the first is over."""
    people = [school.learner(name, n) for n, name in enumerate(("Al", "Bo", "Cy"), 1)]
    first = school.set(title="One", due="2026-09-02T09:00")
    second = school.set(title="Two", grading="rubric", rubric="Reasons: 4")
    school.set(title="A draft", publish=False)
    school.play(people[0], first)
    school.play(people[0], second)
    school.play(people[1], first, 1)
    school.services.grades.excuse(school.instructor, first.id, people[2].learner, {})
    clock.forward(days=3)
    return people, first, second


def test_it_holds_all_that_is_published_and_totals_of_what_is_graded(school, term):
    page = see(school)
    assert [work.title for work in page.works] == ["One", "Two"]
    assert [(r.total.points, r.total.possible) for r in page.rows] == [(10, 10), (5, 10), (0, 0)]
    assert (page.found, page.count, page.pages) == (3, 3, 1)


@pytest.mark.parametrize(
    ("wanted", "order"),
    [
        ({}, ["Al", "Bo", "Cy"]),
        ({"descending": True}, ["Cy", "Bo", "Al"]),
        ({"sort": "total"}, ["Bo", "Al", "Cy"]),
        ({"sort": "total", "descending": True}, ["Al", "Bo", "Cy"]),
        ({"sort": "nonsense"}, ["Bo", "Al", "Cy"]),
        ({"ungraded": True}, ["Al"]),
        ({"find": "b"}, ["Bo"]),
        ({"page": 99}, ["Al", "Bo", "Cy"]),
        ({"group": "elsewhere"}, []),
    ],
)
def test_learners_are_found_and_sorted_and_who_has_no_grade_comes_last(school, term, wanted, order):
    assert names(see(school, **wanted)) == order


def test_it_comes_page_by_page(school):
    load(school, "name\n" + "".join(f"L{n:03}\n" for n in range(PAGE + 1)))
    school.set()
    assert names(see(school, page=2)) == [f"L{PAGE:03}"]
    assert len(see(school).rows) == PAGE


def test_an_assistant_sees_their_own_groups_and_takes_nothing_away(school):
    tuesday, friday = school.group("Tuesday"), school.group("Friday")
    school.learner("Cy", 1, tuesday), school.learner("Dee", 2, friday)
    helper = school.assistant(3, [tuesday])
    school.set()
    page = see(school, helper)
    assert (names(page), page.groups) == (["Cy"], ((tuesday, "Tuesday"),))
    assert names(see(school, group=friday)) == ["Dee"]
    with pytest.raises(Forbidden):
        school.services.gradebooks.export(helper, school.classroom.id)


def test_the_next_ungraded_comes_round(school, term):
    people, _, second = term
    al, bo, _ = people
    books, ben, room = school.services.gradebooks, school.instructor, school.classroom.id
    school.play(bo, second)
    assert books.next_ungraded(ben, room) == (second.id, al.learner)
    assert books.next_ungraded(ben, room, second.id, al.learner) == (second.id, bo.learner)
    assert books.next_ungraded(ben, room, second.id, bo.learner) == (second.id, al.learner)
    school.services.grades.give(ben, second.id, al.learner, {"mark:0": "4"})
    assert books.next_ungraded(ben, room, second.id, bo.learner) is None


def test_the_whole_is_taken_away_as_csv_and_for_excel(school, term):
    books, ben, room = school.services.gradebooks, school.instructor, school.classroom.id
    name, text = books.export(ben, room)
    header, al, bo, cy = csv.reader(io.StringIO(text[1:]))
    assert (name, header[5:]) == (
        "Year three",
        ["One (of 10)", "Two (of 10)", "total", "of", "late deduction"],
    )
    assert (al[5:], bo[5:]) == (["10", "", "10", "10", ""], ["5", "", "5", "10", ""])
    assert cy[5:] == ["excused", "", "", "", ""]
    _, data = books.workbook(ben, room)
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert re.findall("<v>(10|5)</v></c>", sheet)


def test_a_refused_grade_keeps_what_was_typed_on_its_page(school, term):
    people, first, _ = term
    here = {"view": "grade", "id": first.id, "learner": people[0].learner}
    typed = {"assignment": first.id, "learner": people[0].learner, "points": "7", "version": "old"}
    part = desk.part(school.services)
    ask = PageRequest(school.instructor, "", "", here, typed)
    school.services.grades.give(school.instructor, first.id, people[0].learner, {"points": "3"})
    with pytest.raises(Exception, match="Ben changed this grade") as refused:
        part.acts["set-grade"](ask)
    page = part.views["grade"](PageRequest(school.instructor, "", "", here, typed, refused.value))
    assert 'value="7"' in page
    assert "Ben changed this grade to “3”" in page
    assert 'value="old"' not in page
