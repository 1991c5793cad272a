"""Grades by work and by hand, and the class's data under pseudonyms."""

from __future__ import annotations

import base64
import csv
import io
import re
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from tests.services.robots import play
from tests.services.school import BEGAN, DECISION, JUDGMENT
from tutor.core.encounter import advice_use
from tutor.core.grade_rules import GradeState, Tally
from tutor.core.progress import State
from tutor.core.reliance.counts import MEASURES
from tutor.core.reliance.item_analysis import FEWEST
from tutor.core.robots import LEANING
from tutor.core.spreadsheet import CsvStyle
from tutor.core.verdicts import certainty_mark
from tutor.errors import BadInput, Changed, Forbidden, NotFound
from tutor.services.reports.reliance_file import score_file
from tutor.store.outcomes import closings_of
from tutor.store.tallies import late_cases, tallies
from tutor.web.instructor import grades as desk
from tutor.web.layout.page_sections import PageRequest


def row_of(school, work, caller):
    _, rows = school.services.grades.see(school.instructor, work.id)
    return next(row for row in rows if row.member.learner == caller.learner)


def test_there_is_no_grade_before_work_is_finished_or_over(school, clock):
    """Never a 0 that is none: not before the due date, nor within the grace after it."""
    cy, dee = school.learner("Cy", 1), school.learner("Dee", 2)
    work = school.set(cases=4, due="2026-09-02T09:00", grace="60")
    school.play(cy, work, 1)
    for _ in range(2):
        assert [row_of(school, work, one).points for one in (cy, dee)] == [None, None]
        assert row_of(school, work, dee).cell.state is GradeState.NOT_DUE
        _, text = school.services.grades.export(school.instructor, work.id)
        assert {row["status"] for row in csv.DictReader(io.StringIO(text[1:]))} == {"not yet due"}
        clock.at = datetime(2026, 9, 2, 7, 30, tzinfo=UTC)  # in Berlin within the hour of grace
    clock.forward(hours=1)
    assert [row_of(school, work, one).points for one in (cy, dee)] == [2.5, 0]


def test_other_dates_keep_a_grade_open_and_the_end_of_the_class_closes_it(school, clock):
    cy, work = school.learner("Cy", 1), school.set(due="2026-09-02T09:00")
    other = {"due": "2026-09-09T09:00"}
    school.services.assignments.give_dates(
        school.instructor, work.id, f"learner:{cy.learner}", other
    )
    clock.forward(days=3)
    assert row_of(school, work, cy).points is None
    school.services.classrooms.archive(school.instructor, school.classroom.id, True)
    assert row_of(school, work, cy).points == 0


def test_who_is_excused_has_no_grade_and_no_0(school, clock):
    cy, work = school.learner("Cy", 1), school.set(due="2026-09-02T09:00")
    school.services.grades.excuse(school.instructor, work.id, cy.learner, {"note": "Ill"})
    clock.forward(days=3)
    row = row_of(school, work, cy)
    assert (row.points, row.cell.state) == (None, GradeState.EXCUSED)
    text = "Student,ID\nCy,7\n"
    looked = school.services.grades.fill(school.instructor, work.id, {"export": text})
    assert [one.left for one in looked.changes] == ["excused"]


def test_what_is_closed_late_loses_what_the_rule_says(school, clock):
    cy = school.learner("Cy", 1)
    work = school.set(due="2026-09-02T09:00", grace="4320", late="10")
    school.play(cy, work, 1)
    clock.forward(days=2)
    school.play(cy, work, 1)
    row = row_of(school, work, cy)
    assert (row.points, row.cell.deducted, row.cell.computed.late) == (9, 1, 1)


def test_the_database_sums_marks_as_the_rules_do(school, database):
    """A property of ours is written twice, in Python and in SQL: the two must agree."""
    work = school.set(cases=24, grading="certainty")
    for number in range(1, 4):
        play(school, school.learner(f"Robot {number}", number), work, LEANING, number)
    with database.read() as connection:
        summed = tallies(connection, [work.id])
        closings = list(closings_of(connection, assignment=work.id))
        late = late_cases(connection, {work.id: BEGAN - timedelta(days=1)})
    for (_, learner), tally in summed.items():
        mine = [one for one in closings if one.learner == learner]
        marks = [certainty_mark(o.outcome.initial_right, o.certainty) for o in mine]
        scored = [mark for mark, one in zip(marks, mine, strict=True) if one.outcome.scored]
        last = max(one.at for one in mine)
        assert tally == Tally(len(mine), len(scored), sum(scored), last)
        assert sorted(one.mark for one in late[work.id, learner]) == sorted(marks)
    assert len(summed) == 3


def test_practice_earns_nothing(school):
    cy, work = school.learner("Cy", 1), school.set(cases=1)
    school.play(cy, work, 3)
    assert (row_of(school, work, cy).closed, row_of(school, work, cy).points) == (1, 10)


def test_a_grade_by_hand_is_never_overwritten_by_work(school):
    cy, work = school.learner("Cy", 1), school.set(cases=2)
    school.services.grades.give(school.instructor, work.id, cy.learner, {"points": "3,5"})
    school.play(cy, work)
    form = school.setting(work, grading="certainty")
    school.services.assignments.change(school.instructor, work.id, form)
    row = row_of(school, work, cy)
    assert row.points == 3.5
    assert row.earned is not None
    school.services.grades.take_back(school.instructor, work.id, cy.learner)
    assert row_of(school, work, cy).points == row.earned


@pytest.mark.parametrize("typed", ["", "ten", "-1", "11", "nan", "inf", "1e999"])
def test_points_that_cannot_be_earned_are_refused(school, typed):
    cy, work = school.learner("Cy", 1), school.set()
    form = {"points": typed, "note": "x" * 2_001}
    with pytest.raises(BadInput) as refused:
        school.services.grades.give(school.instructor, work.id, cy.learner, form)
    assert set(refused.value.errors) == {"points", "note"}
    assert row_of(school, work, cy).given is None


def test_a_change_says_who_when_from_what_to_what(school, clock):
    cy, work = school.learner("Cy", 1), school.set(cases=1)
    helper = school.assistant(3, [])
    school.play(cy, work)
    grades, ben = school.services.grades, school.instructor
    grades.give(ben, work.id, cy.learner, {"points": "3", "note": "Too short"})
    clock.forward(hours=1)
    grades.excuse(ben, work.id, cy.learner, {})
    clock.forward(hours=1)
    grades.take_back(ben, work.id, cy.learner)
    grades.take_back(ben, work.id, cy.learner)
    changes = grades.cell(ben, work.id, cy.learner).changes
    assert [
        (one.before_state, one.before_points, one.after_state, one.after_points, one.note)
        for one in changes
    ] == [
        ("excused", None, "computed", 10, ""),
        ("by hand", 3, "excused", None, ""),
        ("computed", 10, "by hand", 3, "Too short"),
    ]
    assert {one.author_name for one in changes} == {"Ben"}
    assert changes[0].at == clock.at
    with pytest.raises(Forbidden):
        grades.cell(helper, work.id, cy.learner)


def test_the_second_of_two_on_one_form_is_told(school):
    cy, work = school.learner("Cy", 1), school.set(cases=1)
    grades, ben = school.services.grades, school.instructor
    opened = grades.cell(ben, work.id, cy.learner).version
    form = {"points": "3", "version": opened}
    grades.give(ben, work.id, cy.learner, form)
    for change in (grades.give, grades.excuse, grades.take_back):
        with pytest.raises(BadInput, match="Ben changed this grade to “3”"):
            change(ben, work.id, cy.learner, form)
    assert row_of(school, work, cy).points == 3
    form["version"] = grades.cell(ben, work.id, cy.learner).version
    grades.give(ben, work.id, cy.learner, form | {"points": "4"})
    assert row_of(school, work, cy).points == 4


def test_nobody_who_has_left_is_given_a_grade(school):
    cy, work = school.learner("Cy", 1), school.set(cases=1)
    grades, ben = school.services.grades, school.instructor
    form = {"points": "3", "version": grades.cell(ben, work.id, cy.learner).version}
    grades.give(ben, work.id, cy.learner, {"points": "2"})
    school.services.people.remove(ben, school.classroom.id, [cy.learner])
    for change in (grades.give, grades.excuse):
        with pytest.raises(NotFound, match="has left the class since you opened the form"):
            change(ben, work.id, cy.learner, form)
    grades.take_back(ben, work.id, cy.learner)  # or the assignment could never be discarded


@pytest.mark.parametrize(
    ("outcomes", "before", "after"),
    [("each", True, True), ("end", True, True), ("due", False, True)],
)
def test_a_learner_sees_a_computed_grade_when_outcomes_are_shown(
    school, clock, outcomes, before, after
):
    cy, work = school.learner("Cy", 1), school.set(outcomes=outcomes, due="2026-09-02T09:00")
    school.play(cy, work)
    assert school.services.grades.mine(cy)[work.id].shown is before
    clock.forward(days=2)
    mine = school.services.grades.mine(cy)[work.id]
    assert (mine.shown, mine.points) == (after, 10)


def test_a_rubrics_marks_make_the_points(school):
    cy, work = school.learner("Cy", 1), school.set(grading="rubric", rubric="Reasons: 4\nMode: 1")
    form = {"mark:0": "2", "mark:1": "1"}
    school.services.grades.give(school.instructor, work.id, cy.learner, form)
    row = row_of(school, work, cy)
    assert (row.earned, row.points, row.given.marks) == (None, 6, {"Reasons": 2, "Mode": 1})


def test_an_assistant_grades_their_own_group_and_exports_nothing(school):
    tuesday, friday = school.group("Tuesday"), school.group("Friday")
    cy, dee = school.learner("Cy", 1, tuesday), school.learner("Dee", 2, friday)
    helper, work = school.assistant(3, [tuesday]), school.set()
    school.services.grades.give(helper, work.id, cy.learner, {"points": "1"})
    with pytest.raises(Forbidden):
        school.services.grades.give(helper, work.id, dee.learner, {"points": "1"})
    _, rows = school.services.grades.see(helper, work.id)
    assert [row.member.name for row in rows] == ["Cy"]
    with pytest.raises(Forbidden):
        school.services.grades.export(helper, work.id)


def test_a_gradebook_holds_everybody(school):
    cy, _, work = school.learner("Cy", 1), school.learner("=Dee", 2), school.set(cases=1)
    school.play(cy, work)
    title, text = school.services.grades.export(school.instructor, work.id)
    rows = list(csv.reader(io.StringIO(text[1:])))
    assert title == "Week one"
    assert [(row[0], row[4]) for row in rows[1:]] in (
        [("Cy", "10"), ("'=Dee", "")],
        [("'=Dee", ""), ("Cy", "10")],
    )


def test_a_platforms_gradebook_is_looked_at_before_it_is_taken(school):
    ada, _, work = school.learner("Ada Lovelace", 1), school.learner("Cy", 2), school.set(cases=1)
    school.play(ada, work)
    text = 'Student,ID,Week one (7)\n    Points Possible,,10\n"Lovelace, Ada",7,\n'
    grades, form = school.services.grades, {"export": text}
    looked = grades.fill(school.instructor, work.id, form)
    assert [one.name for one in looked.missing] == ["Cy"]
    form |= {"column": looked.chosen, "digest": looked.digest}
    assert grades.fill(school.instructor, work.id, form).data.endswith(b'Ada",7,10\n')
    grades.give(school.instructor, work.id, ada.learner, {"points": "3"})
    with pytest.raises(Changed):
        grades.fill(school.instructor, work.id, form)


@pytest.mark.parametrize(("row", "downloads"), [("Lovelace, Ada", True), ("Byron, Anne", False)])
def test_a_file_of_another_class_is_told_and_there_is_nothing_to_download(school, row, downloads):
    school.learner("Ada Lovelace", 1)
    work = school.set(cases=1)
    text = f'Student,ID,Week one (7)\n    Points Possible,,10\n"{row}",7,\n'
    typed = {"assignment": work.id, "export": text}
    here = {"class": school.classroom.id, "id": work.id}
    fill_in = desk.part(school.services).acts["fill-gradebook"]
    page = fill_in(PageRequest(school.instructor, "", "", here, typed))
    assert ("Download the filled gradebook" in page) is downloads
    assert ("Is it the export of another class?" in page) is not downloads


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"export": "a,b\n"},
        {"export_file": "PK", "export_name": "x.xlsx"},
        {"export_file": base64.b64encode(b"PK\x03\x04").decode(), "export_name": "x.xlsx"},
        {"export": "Student,ID\n" + "x" * 6_000_000},
    ],
    ids=["nothing", "no people", "not base 64", "a workbook", "too large"],
)
def test_another_file_is_refused(school, form):
    with pytest.raises(BadInput) as refused:
        school.services.grades.fill(school.instructor, school.set().id, form)
    assert refused.value.field == "export"


def test_a_workbook_holds_numbers_as_numbers_and_text_as_text(school):
    school.services.people.load(
        school.instructor, school.classroom.id, {"roster": "name,number\nDee,00417\n"}
    )
    cy, work = school.learner("=1+1", 1), school.set(cases=1, title="Week 1/2: [a]?")
    school.play(cy, work)
    _, data = school.services.grades.workbook(school.instructor, work.id)
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
        text = book.read("xl/sharedStrings.xml").decode()
    assert "<v>10</v>" in sheet
    assert "<f>" not in sheet
    assert {"<t>=1+1</t>", "<t>00417</t>"} <= set(re.findall("<t>[^<]*</t>", text))


# --- progress -----------------------------------------------------------------------------------


def test_who_is_stuck_stands_first(school, clock):
    work = school.set(cases=1)
    done, stuck, _ = (school.learner(name, n) for n, name in enumerate(("Al", "Bo", "Cy"), 1))
    school.play(done, work)
    school.services.learner_assignments.begin(stuck, work.id, 0)
    clock.forward(days=2)
    seen = school.services.progress.see(school.instructor, work.id)
    assert [(r.member.name, r.state) for r in seen.rows] == [
        ("Bo", State.STUCK),
        ("Cy", State.WAITING),
        ("Al", State.DONE),
    ]


# --- the class's data ---------------------------------------------------------------------------


def exported(school, room):
    pieces = school.services.exports.encounters(school.instructor, room.id)
    assert isinstance(pieces, Iterator)
    return list(csv.DictReader(io.StringIO("".join(pieces)[1:])))


def test_pseudonyms_stay_within_a_class_and_differ_between_two(school):
    other = school.services.classrooms.make(school.instructor, "Year four", "UTC")
    cy, work = school.learner("Cy", 1), school.set(cases=2)
    school.services.joining.join(cy, other.join_code, "Cy", "1")
    form = school.setting(work)
    there = school.services.assignments.make(school.instructor, other.id, form)
    school.services.assignments.publish(school.instructor, there.id)
    school.play(cy, work)
    school.play(cy, there)
    here = {row["person"] for row in exported(school, school.classroom)}
    assert here == {row["person"] for row in exported(school, school.classroom)}
    assert len(here) == 1
    assert here.isdisjoint({row["person"] for row in exported(school, other)})


def test_encounters_come_for_excel_and_in_the_signs_of_a_country(school):
    cy, work = school.learner("Cy", 1), school.set(cases=2, title="=1+1")
    school.play(cy, work)
    ben, room = school.instructor, school.classroom.id
    text = "".join(school.services.exports.encounters(ben, room, CsvStyle(";", ",")))
    (row, _) = csv.DictReader(io.StringIO(text[1:]), delimiter=";")
    assert row["initial_probability"] == f"{int(JUDGMENT['probability']) / 100:g}".replace(".", ",")
    assert row["assignment"] == "'=1+1"
    with school.services.exports.workbook(ben, room) as file, zipfile.ZipFile(file) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert sheet.count("<row ") == 3
    assert f"<v>{int(JUDGMENT['probability']) / 100:g}</v>" in sheet
    assert "<f>" not in sheet


def test_no_name_id_or_reason_is_exported(school):
    cy, work = school.learner("Cyprian", 1), school.set(cases=1)
    school.play(cy, work, judgment={**JUDGMENT, "reason": "Quokkas squint"})
    text = "".join(school.services.exports.encounters(school.instructor, school.classroom.id))
    assert [word for word in ("Cyprian", cy.learner, "Quokkas") if word in text] == []


def test_an_export_scores_as_the_class_report_does(school, tmp_path):
    """Cases of luck are left out of both, and learners without a group are read too.

    Which cases each of them is dealt differs from run to run: what fewer than five of them met is
    in the file and not in the report.
    """
    work = school.set(cases=24)
    for number in range(1, FEWEST + 1):
        play(school, school.learner(f"Robot {number}", number), work, LEANING, number)
    pieces = school.services.exports.encounters(school.instructor, school.classroom.id)
    file = tmp_path / "encounters.csv"
    file.write_text("".join(pieces), encoding="utf-8")
    read = score_file(file)
    _, report, _ = school.services.class_reports.see(school.instructor, work.id)
    assert read.notes[0].startswith(f"{report.luck} rows are left out")
    assert read.groups == ()
    told = 0
    for measure in MEASURES:
        ours, theirs = report.scores[measure], read.pooled[measure]
        if sum(one[measure].denominator > 0 for _, one in read.people()) < FEWEST:
            assert (ours.numerator, ours.denominator) == (0, 0)
            continue
        assert (ours.numerator, ours.denominator) == (theirs.numerator, theirs.denominator)
        told += 1
    assert told > len(MEASURES) / 2


def test_what_staff_tried_out_is_not_exported(school, database):
    work = school.set(cases=1)
    helper = school.assistant(3, [])
    for one in (school.instructor, helper):
        school.play(one, work)
    school.services.personal_data.forget(helper, "delete")
    assert exported(school, school.classroom) == []


def test_an_export_says_what_was_judged(school):
    cy, work = school.learner("Cy", 1), school.set(cases=1)
    school.play(cy, work)
    (row,) = exported(school, school.classroom)
    assert row["initial_probability"] == f"{int(JUDGMENT['probability']) / 100:g}"
    assert row["final_probability"] == f"{int(DECISION['final']) / 100:g}"
    final, algorithm, threshold = (
        float(row[name]) for name in ("final_probability", "algorithm_probability", "threshold")
    )
    used = advice_use(final, algorithm, threshold)  # which of the three, the case decides
    assert (row["used"], row["round"], row["assignment"]) == (used, "1", "Week one")
