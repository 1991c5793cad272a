"""One's own data: taken away whole, moved to an account, and forgotten without a trace."""

from __future__ import annotations

import csv
import io
import json

import pytest

from tests.services.school import JUDGMENT
from tests.services.traces import traces
from tutor.errors import BadInput, Forbidden, NotFound, NotYours, SignedOut
from tutor.services.accounts.access import NOBODY, Caller
from tutor.services.accounts.personal_data import COLUMNS

REASON = "Quokkas squint in the sun"
COMMENT = "Wombats would have waited"
ANSWER = "Numbats never do"
PASSWORD = "another quiet stone"


@pytest.fixture
def cy(school):
    """A learner of whom there is something in every table that can hold it."""
    school.services.people.load(
        school.instructor,
        school.classroom.id,
        {"roster": "name,email,number\nCyprian,cyp@x.example,Q7-Z9\n"},
    )
    cy, work = school.guest(1), school.set(cases=2)
    school.services.joining.join(cy, school.code, "Cyprian", "1")
    (attempt, _) = school.play(cy, work, judgment={**JUDGMENT, "reason": REASON})
    mentoring, services = school.services.feedback, school.services
    services.practice.keep(cy.learner, attempt, True)
    mentoring.comment(school.instructor, work.id, cy.learner, attempt, COMMENT)
    mentoring.comment(cy, work.id, cy.learner, "", ANSWER)
    services.grades.give(school.instructor, work.id, cy.learner, {"points": "3", "note": COMMENT})
    services.assignments.give_dates(
        school.instructor, work.id, f"learner:{cy.learner}", {"grace": "60"}
    )
    services.people.link(school.instructor, school.classroom.id, cy.learner)
    return cy


def assignment_of(school):
    (work,) = school.services.assignments.of_class(school.instructor, school.classroom.id)
    return work


def shown(school, caller):
    """An attempt that this server has shown, and so remembers as the caller's."""
    attempt = school.services.practice.enter(caller.learner, school.exercise)
    school.services.practice.view(caller.learner, attempt)
    return attempt


def everything(school, caller):
    return json.loads(school.services.personal_data.everything(caller))


# --- to take away -------------------------------------------------------------------------------


def test_everything_is_there(school, cy):
    mine = everything(school, cy)
    assert mine["name"] == "Cyprian"
    (place,) = mine["classes"]
    assert (place["class"], place["email"], place["number"]) == (
        "Year three",
        "cyp@x.example",
        "Q7-Z9",
    )
    assert [(c["by"], c["text"]) for c in mine["comments"]] == [
        ("a teacher", COMMENT),
        ("you", ANSWER),
    ]
    assert [row["reason"] for row in mine["encounters"]] == [REASON] * 2
    assert mine["kept_patients"] == [mine["encounters"][0]["encounter"]]
    assert all({"present", "chart_risk", "scored", "acting"} <= set(r) for r in mine["encounters"])


def test_grades_and_words_on_them_are_there(school, cy):
    (grade,) = everything(school, cy)["grades"]
    assert (grade["points"], grade["note"]) == (3.0, COMMENT)


def test_what_one_has_written_on_others_is_there(school, cy):
    work = assignment_of(school)
    school.services.feedback.save(school.instructor, work.id, COMMENT)
    mine = everything(school, school.instructor)
    assert mine["saved_comments"] == [COMMENT]
    assert [said["text"] for said in mine["comments_on_others"]] == [COMMENT]


def test_the_table_has_a_row_for_each_encounter(school, cy):
    text = school.services.personal_data.encounters(cy)
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    assert tuple(rows[0]) == COLUMNS
    assert [row["reason"] for row in rows] == [REASON] * 2


def test_a_reason_that_is_a_formula_is_only_shown(school):
    cy = school.learner("Cy", 1)
    formula = '=HYPERLINK("http://x.example")'
    school.play(cy, school.set(cases=1), judgment={**JUDGMENT, "reason": formula})
    assert (
        f"'{formula}"
        in next(csv.DictReader(io.StringIO(school.services.personal_data.encounters(cy)[1:])))[
            "reason"
        ]
    )


@pytest.mark.parametrize("outcomes", ["end", "due"])
def test_what_may_not_be_shown_yet_is_not_in_it(school, outcomes):
    cy = school.learner("Cy", 1)
    work = school.set(cases=2, outcomes=outcomes, due="2026-09-02T08:00")
    school.play(cy, work, 1)
    (row, *_) = everything(school, cy)["encounters"]
    assert {"algorithm", "final_probability"} <= set(row)
    assert not {"present", "verdict", "chart_risk", "scored", "acting"} & set(row)
    table = list(csv.DictReader(io.StringIO(school.services.personal_data.encounters(cy)[1:])))
    assert [(r["present"], r["verdict"]) for r in table] == [("", "")] * len(table)


def test_what_was_said_of_it_waits_as_it_does_on_the_page(school, clock):
    cy, services = school.learner("Cy", 1), school.services
    work = school.set(cases=1, outcomes="due", due="2026-09-02T08:00")
    (attempt,) = school.play(cy, work, 1)
    services.feedback.comment(school.instructor, work.id, cy.learner, attempt, COMMENT)
    services.feedback.comment(school.instructor, work.id, cy.learner, "", "On the whole")
    services.grades.give(school.instructor, work.id, cy.learner, {"points": "3", "note": COMMENT})
    waits = everything(school, cy)
    assert ([c["text"] for c in waits["comments"]], waits["grades"]) == (["On the whole"], [])
    clock.forward(days=9)
    after = everything(school, cy)
    assert [c["text"] for c in after["comments"]] == [COMMENT, "On the whole"]
    assert [grade["note"] for grade in after["grades"]] == [COMMENT]


def test_nobody_has_nothing(school):
    for take in (
        school.services.personal_data.everything,
        school.services.personal_data.encounters,
    ):
        with pytest.raises(Forbidden):
            take(NOBODY)


# --- to be forgotten ----------------------------------------------------------------------------


def test_no_trace_is_left(school, database, cy):
    marks = (cy.learner, "Cyprian", "cyp@x.example", "Q7-Z9", REASON, COMMENT, ANSWER)
    assert {"commitment.reason", "membership.name", "comment.text", "grade.note"} <= traces(
        database, *marks
    )
    school.services.personal_data.forget(cy, "Delete ")
    assert traces(database, *marks) == set()


def test_encounters_become_nobodys(school, cy):
    before = "".join(school.services.exports.encounters(school.instructor, school.classroom.id))
    school.services.personal_data.forget(cy, "delete")
    after = "".join(school.services.exports.encounters(school.instructor, school.classroom.id))
    (was, now) = (list(csv.DictReader(io.StringIO(text[1:]))) for text in (before, after))
    assert len(was) == len(now) == 2
    assert {row.pop("person") for row in was}.isdisjoint({row.pop("person") for row in now})
    assert was == now


def test_an_account_goes_too(school, database, cy):
    kept = school.services.accounts.keep(cy, "Cyprian", "cyprian", PASSWORD)
    school.services.personal_data.forget(Caller(kept.learner, kept), "delete")
    assert traces(database, kept.learner, "cyprian") == set()
    with pytest.raises(BadInput):
        school.services.accounts.sign_in("cyprian", PASSWORD, "1")


def test_the_word_must_be_typed(school, cy):
    with pytest.raises(BadInput) as refused:
        school.services.personal_data.forget(cy, "yes")
    assert refused.value.field == "word"
    assert everything(school, cy)["name"] == "Cyprian"


def test_the_only_instructor_stays(school):
    with pytest.raises(BadInput, match="only instructor of Year three"):
        school.services.personal_data.forget(school.instructor, "delete")


def test_the_last_administrator_stays(school):
    with pytest.raises(BadInput, match="only administrator"):
        school.services.personal_data.forget(school.administrator, "delete")


def test_an_instructor_who_has_a_successor_may_go(school, database, cy):
    other = school.learner("Eve", 2)
    school.services.people.place(
        school.instructor, school.classroom.id, other.learner, {"role": "instructor"}
    )
    school.services.personal_data.forget(school.instructor, "delete")
    assert traces(database, school.instructor.learner) == set()
    assert (
        school.services.feedback.mine(cy, assignment_of_other(school, other)).comments is not None
    )


def assignment_of_other(school, other):
    (work,) = school.services.assignments.of_class(other, school.classroom.id)
    return work.id


def test_a_page_left_open_stores_nothing_any_more(school, database):
    cy = school.guest(1)
    attempt = shown(school, cy)
    school.services.personal_data.forget(cy, "delete")
    with pytest.raises(NotYours):
        school.services.practice.commit(cy.learner, attempt, {**JUDGMENT, "reason": REASON})
    assert traces(database, REASON, cy.learner) == set()


# --- a guest who makes an account ---------------------------------------------------------------


def kept(school, guest):
    made = school.services.accounts.keep(guest, "Cyprian", "cyprian", PASSWORD)
    return Caller(made.learner, made)


def test_all_that_was_the_guests_moves_to_the_account(school, cy):
    before = everything(school, cy)
    after = everything(school, kept(school, cy))
    assert after.pop("signs_in_with") == "cyprian"
    assert before.pop("signs_in_with") is None
    assert after == before


def test_the_guests_id_is_nowhere_any_more(school, database, cy):
    kept(school, cy)
    assert traces(database, cy.learner) == set()


def test_the_guests_cookie_leads_to_nothing(school, cy):
    cookie = school.services.identity.sign(cy.learner)
    kept(school, cy)
    ghost = school.services.access.caller(cookie)
    assert everything(school, ghost)["encounters"] == []
    assert school.services.classrooms.mine(ghost) == ()


def test_signing_out_everywhere_voids_every_cookie_of_a_former_guest(school, cy):
    old = school.services.identity.sign(cy.learner)
    account = kept(school, cy)
    fresh = school.services.identity.sign(account.learner, account.account.epoch)
    school.services.accounts.sign_out(school.services.access.caller(fresh))
    with pytest.raises(SignedOut):
        school.services.access.caller(fresh)
    assert school.services.classrooms.mine(school.services.access.caller(old)) == ()


def test_a_link_given_to_the_guest_is_void_once_they_have_an_account(school, cy):
    token, _ = school.services.people.link(school.instructor, school.classroom.id, cy.learner)
    kept(school, cy)
    with pytest.raises(NotFound):
        school.services.accounts.welcome(token, "Eve", "eve", PASSWORD)


def test_an_assistant_keeps_their_groups(school):
    group = school.group("Tuesday")
    helper = kept(school, school.assistant(3, [group]))
    dee = school.learner("Dee", 4, group)
    assert [
        m.learner for m in school.services.classrooms.see(helper, school.classroom.id).learners
    ] == [dee.learner]


def test_an_open_patient_goes_on_under_the_account_only(school):
    cy = school.guest(1)
    attempt = shown(school, cy)
    account = kept(school, cy)
    with pytest.raises(NotYours):
        school.services.practice.commit(cy.learner, attempt, JUDGMENT)
    assert school.services.practice.commit(account.learner, attempt, JUDGMENT).compared


def test_a_taken_name_moves_nothing(school, cy):
    with pytest.raises(BadInput) as refused:
        school.services.accounts.keep(cy, "Cy", "ada@school.example", PASSWORD)
    assert refused.value.field == "login"
    assert everything(school, cy)["name"] == "Cyprian"
