"""What is compared with what, and that no small rest can be worked out."""

from __future__ import annotations

import csv
import io

import pytest

from tutor.core.reliance.item_analysis import FEWEST
from tutor.services.reports.report_export import COLUMNS, export


def played(school, people, work=None, group="", first=1):
    work = work or school.set(cases=2, same_cases="yes")
    for number in range(first, first + people):
        caller = school.learner(f"Learner {number}", number, group)
        school.play(caller, work)
    return work


def names(lines):
    return [line.name for line in lines]


@pytest.mark.parametrize(("rest", "shown"), [(0, 2), (1, 1), (FEWEST - 1, 1), (FEWEST, 2)])
def test_groups_are_compared_unless_a_small_rest_could_be_worked_out(school, rest, shown):
    tuesday, friday = school.group("Tuesday"), school.group("Friday")
    work = played(school, FEWEST, group=tuesday)
    played(school, FEWEST + 1, work, friday, first=20)
    played(school, rest, work, first=40)
    found = school.services.comparisons.see(school.instructor, work.id)
    assert names(found.groups) == ["Friday", "Tuesday"][:shown]
    assert sum(line.people for line in found.groups) == (FEWEST + 1, 2 * FEWEST + 1)[shown - 1]


def test_assignments_and_terms_stand_side_by_side(school):
    work = played(school, FEWEST)
    school.clock.forward(minutes=1)
    again = school.set(cases=2, title="Week two")
    for number in range(1, FEWEST + 1):
        school.play(school.guest(number), again)
    played(school, 1, school.set(cases=1, title="Too few"), first=30)
    found = school.services.comparisons.see(school.instructor, work.id)
    assert names(found.assignments) == ["Week one", "Week two"]
    assert names(found.terms) == [school.classroom.name]
    assert found.assignments[0].before.denominator == 2 * FEWEST


def test_the_report_as_a_table_holds_what_the_page_tells(school):
    work = played(school, FEWEST)
    _, report, _ = school.services.class_reports.see(school.instructor, work.id)
    title, text = export(school.services.class_reports, school.instructor, work.id)
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    assert title == work.title
    assert tuple(rows[0]) == COLUMNS
    told = report.scores["accuracy_final"]
    (row,) = [row for row in rows if row["measure"] == "accuracy_final"]
    assert (int(row["count"]), int(row["denominator"])) == (told.numerator, told.denominator)
