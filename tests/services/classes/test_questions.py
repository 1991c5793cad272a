"""Questions: who sees them, how they wait and age, and what becomes of words that are changed."""

from __future__ import annotations

import pytest

from tutor.errors import BadInput, Forbidden, NotFound
from tutor.services.classes import threads
from tutor.services.classes.hidden_names import hidden_name
from tutor.services.classes.messages import LONGEST_COMMENT
from tutor.services.classes.questions import MOST_OF_ONE


@pytest.fixture
def groups(school):
    return school.group("Tuesday"), school.group("Friday")


@pytest.fixture
def cy(school, groups):
    return school.learner("Cy", 1, groups[0])


@pytest.fixture
def work(school):
    return school.set(cases=1)


@pytest.fixture
def attempt(school, cy, work):
    return school.play(cy, work)[0]


@pytest.fixture
def questions(school):
    return school.services.questions


def ask(school, who, text="Why?", attempt=""):
    return school.services.questions.ask(who, school.classroom.id, attempt, text)


def inbox(school, reader):
    return school.services.questions.inbox(reader, school.classroom.id)


def test_a_question_reaches_those_who_look_after_its_learner(school, groups, questions, cy):
    near, far = school.assistant(3, [groups[0]]), school.assistant(4, [groups[1]])
    asked = ask(school, cy)
    for reader, number in ((school.instructor, 1), (near, 1), (far, 0)):
        assert len(inbox(school, reader).waiting) == number
        assert questions.news(reader).waiting.get(school.classroom.id, 0) == number
    with pytest.raises(Forbidden):
        questions.see(far, asked.id)
    with pytest.raises(Forbidden):
        questions.see(school.learner("Dee", 2, groups[0]), asked.id)


def test_a_question_carries_its_patient(school, questions, cy, attempt):
    asked = ask(school, cy, attempt=attempt)
    seen = questions.see(school.instructor, asked.id)
    assert seen.work is not None
    assert (seen.work.attempt, seen.line.assignment) == (attempt, "Week one")
    assert seen.line.patient.endswith(", case 1")
    mine = questions.see(cy, asked.id)
    assert (mine.work, mine.attempt) == (None, attempt)


def test_a_patient_of_ones_own_practice_is_shown_to_the_class_that_is_asked(school, questions, cy):
    practice = school.services.practice
    attempt = practice.enter(cy.learner, school.exercise)
    with pytest.raises(NotFound):
        ask(school, cy, attempt=attempt)
    view = practice.commit(cy.learner, attempt, {"probability": "60", "certainty": "2"})
    if view.ended is None:
        practice.decide(cy.learner, attempt, {"final": "70", "suspected": "none"})
    assert questions.asking(cy, attempt).is_practice
    seen = questions.see(school.instructor, ask(school, cy, attempt=attempt).id)
    assert seen.work is not None
    assert seen.line.assignment == ""
    dee = school.learner("Dee", 2)
    with pytest.raises(NotFound):
        ask(school, dee, attempt=attempt)


def test_those_that_wait_are_listed_oldest_first_with_their_age(school, clock, cy):
    for text in ("First", "Second", "Third"):
        ask(school, cy, text)
        clock.forward(days=1)
    clock.forward(hours=13.5)  # past midnight in Berlin, not in UTC
    waiting = inbox(school, school.instructor).waiting
    assert [q.text for q in waiting] == ["First", "Second", "Third"]
    assert [q.asked for q in waiting] == ["4 days ago", "3 days ago", "2 days ago"]


def test_a_reply_answers_and_a_further_question_waits_anew(school, clock, questions, cy):
    asked = ask(school, cy)
    clock.forward(days=2)
    questions.reply(school.instructor, asked.id, "Because.")
    assert not inbox(school, school.instructor).waiting
    assert questions.news(cy).to_read == 1
    assert [m.text for m in questions.see(cy, asked.id).messages] == ["Why?", "Because."]
    assert questions.news(cy).to_read == 0
    questions.reply(cy, asked.id, "Why so?")
    assert inbox(school, school.instructor).waiting[0].asked == "today"


def test_a_question_is_settled_and_reopened(school, clock, questions, cy):
    asked = ask(school, cy)
    questions.settle(school.instructor, asked.id)
    assert [q.waits for q in inbox(school, school.instructor).answered] == [False]
    clock.forward(days=1)
    questions.reopen(cy, asked.id)
    assert [q.asked for q in inbox(school, school.instructor).waiting] == ["today"]


def test_what_a_learner_says_on_their_work_is_a_question(
    school, clock, questions, cy, work, attempt
):
    feedback = school.services.feedback
    feedback.comment(cy, work.id, cy.learner, attempt, "Was it the pulse?")
    (line,) = inbox(school, school.instructor).waiting
    assert line.text == "Was it the pulse?"
    clock.forward(minutes=1)
    feedback.comment(school.instructor, work.id, cy.learner, attempt, "It was.")
    assert not inbox(school, school.instructor).waiting
    assert [m.text for m in questions.see(cy, line.id).messages][1:] == ["It was."]
    feedback.comment(school.instructor, work.id, cy.learner, attempt, "And the age.")
    assert len(questions.see(cy, line.id).messages) == 2


def test_hidden_names_are_hidden_in_questions(school, questions, cy):
    form = {"name": "Year three", "time_zone": "UTC", "hide_names": "yes"}
    asked = ask(school, cy)
    school.services.classrooms.change(school.instructor, school.classroom.id, form)
    seen = questions.see(school.instructor, asked.id)
    hidden = hidden_name(school.classroom.id, cy.learner)
    assert (seen.line.learner, seen.messages[0].author) == (hidden, hidden)
    assert inbox(school, school.instructor).waiting[0].learner == hidden
    assert questions.see(cy, asked.id).messages[0].author == "You"


def test_moments_are_those_of_the_class(school, questions, cy):
    message = questions.see(cy, ask(school, cy).id).messages[0]
    assert message.when == "1 September 2026, 11:00 (CEST)"


def test_what_was_answered_stays_readable_when_it_is_edited(school, clock, questions, cy):
    asked, feedback = ask(school, cy, "Is it so?"), school.services.feedback
    (first,) = questions.see(cy, asked.id).messages
    feedback.edit(cy, first.id, "Is it really so?")
    clock.forward(minutes=1)
    assert questions.see(cy, asked.id).messages[0].former == ""
    questions.reply(school.instructor, asked.id, "Yes.")
    feedback.edit(cy, first.id, "Is it not so?")
    changed = questions.see(school.instructor, asked.id).messages[0]
    assert (changed.text, changed.former) == ("Is it not so?", "Is it really so?")
    assert changed.edited == "1 September 2026, 11:01 (CEST)"
    assert not changed.may_change


def test_an_answer_that_is_deleted_stays_readable_to_whom_it_answered(school, questions, cy):
    asked = ask(school, cy)
    questions.reply(school.instructor, asked.id, "Because.")
    reply = next(m for m in questions.see(school.instructor, asked.id).messages if m.own)
    school.services.feedback.delete(school.instructor, reply.id)
    for reader, text in ((cy, "Because."), (school.instructor, "")):
        shown = next(m for m in questions.see(reader, asked.id).messages if m.id == reply.id)
        assert (shown.text, bool(shown.deleted)) == (text, True)
    with pytest.raises(NotFound):
        school.services.feedback.edit(school.instructor, reply.id, "Anew")


def test_what_nobody_answered_is_gone_when_it_is_deleted(school, questions, cy, work, attempt):
    asked, feedback = ask(school, cy), school.services.feedback
    feedback.delete(cy, questions.see(cy, asked.id).messages[0].id)
    with pytest.raises(NotFound):
        questions.see(cy, asked.id)
    feedback.comment(school.instructor, work.id, cy.learner, attempt, "Well done")
    (comment,) = feedback.mine(cy, work.id).work[0].comments
    feedback.delete(school.instructor, comment.id)
    assert feedback.mine(cy, work.id).work[0].comments == ()


def test_a_comment_on_graded_work_stays_readable_to_its_learner(school, cy, work, attempt):
    feedback = school.services.feedback
    feedback.comment(school.instructor, work.id, cy.learner, attempt, "Well done")
    school.services.grades.give(school.instructor, work.id, cy.learner, {"points": "4"})
    (comment,) = feedback.mine(cy, work.id).work[0].comments
    feedback.delete(school.instructor, comment.id)
    (kept,) = feedback.mine(cy, work.id).work[0].comments
    assert (kept.text, kept.deleted_at is not None) == ("Well done", True)


def test_nobody_changes_the_words_of_others(school, questions, cy):
    asked = ask(school, cy)
    (message,) = questions.see(cy, asked.id).messages
    for change in (
        lambda: school.services.feedback.edit(school.instructor, message.id, "No"),
        lambda: school.services.feedback.delete(school.instructor, message.id),
    ):
        with pytest.raises(NotFound):
            change()


@pytest.mark.parametrize("text", ["", " \n", "x" * (LONGEST_COMMENT + 1)])
def test_an_empty_or_endless_question_is_refused(school, cy, text):
    with pytest.raises(BadInput) as refused:
        ask(school, cy, text)
    assert refused.value.field == "text"


def test_a_class_that_has_ended_is_asked_nothing_and_announces_nothing(school, cy):
    announcements = school.services.announcements
    announcements.make(school.instructor, school.classroom.id, "Bring a pen")
    school.services.classrooms.archive(school.instructor, school.classroom.id, True)
    with pytest.raises(BadInput, match="ended"):
        ask(school, cy)
    with pytest.raises(BadInput, match="ended"):
        announcements.make(school.instructor, school.classroom.id, "Bring two")
    assert announcements.mine(cy) == {}
    assert school.services.questions.news(cy).to_read == 0


def test_an_announcement_is_new_until_it_is_read_and_again_when_it_is_edited(school, cy):
    announcements, news = school.services.announcements, school.services.questions.news
    announcements.make(school.instructor, school.classroom.id, "Bring a pen")
    (notice,) = announcements.mine(cy)[school.classroom.id]
    assert (notice.read, news(cy).to_read) == (False, 1)
    for _ in range(2):
        announcements.read(cy, notice.id)
    assert news(cy).to_read == 0
    announcements.edit(school.instructor, notice.id, "Bring two pens")
    (changed,) = announcements.mine(cy)[school.classroom.id]
    assert (changed.text, changed.read, bool(changed.edited)) == ("Bring two pens", False, True)
    announcements.delete(school.instructor, notice.id)
    assert announcements.mine(cy) == {school.classroom.id: ()}


def test_whoever_is_forgotten_takes_their_questions_along(school, questions, cy, attempt):
    asked = ask(school, cy, "Quokkas?", attempt)
    questions.reply(school.instructor, asked.id, "Wallabies.")
    kept = school.services.personal_data.everything(cy)
    assert "Quokkas?" in kept
    assert "Wallabies." in kept
    school.services.personal_data.forget(cy, "delete")
    with pytest.raises(NotFound):
        questions.see(school.instructor, asked.id)
    assert inbox(school, school.instructor).answered == ()


def test_questions_and_announcements_go_with_their_class(school, questions, cy, attempt):
    ask(school, cy, attempt=attempt)
    ask(school, cy)
    notices = school.services.announcements
    notices.make(school.instructor, school.classroom.id, "Bring a pen")
    (notice,) = notices.mine(cy)[school.classroom.id]
    notices.read(cy, notice.id)
    school.services.classrooms.delete(school.instructor, school.classroom.id, "Year three")
    assert questions.mine(cy) == {}


def test_an_assignment_that_was_asked_about_can_be_discarded(school, questions, cy):
    work = school.set(cases=1, title="Later")
    school.services.feedback.comment(cy, work.id, cy.learner, "", "When is it?")
    school.services.assignments.discard(school.instructor, work.id)
    (line,) = inbox(school, school.instructor).waiting
    assert (line.text, line.assignment) == ("When is it?", "")


def test_addresses_of_those_who_have_not_begun(school, groups, cy, work):
    dee, eli = school.learner("Dee", 2, groups[0]), school.learner("Eli", 3, groups[1])
    for one, name in ((cy, "Cy"), (dee, "Dee")):
        form = {"name": name, "email": f"{name}@x.example", "group": groups[0]}
        school.services.people.place(school.instructor, school.classroom.id, one.learner, form)
    school.learner("Fay", 4)
    school.play(cy, work)
    near = school.assistant(5, [groups[0]])
    everybody = school.services.progress.see(school.instructor, work.id)
    assert (everybody.addresses, everybody.without_address) == (("Dee@x.example",), 2)
    mine = school.services.progress.see(near, work.id)
    assert (mine.addresses, mine.without_address) == (("Dee@x.example",), 0)
    assert eli.learner in {member.learner for member in everybody.not_begun}


def test_what_is_said_on_a_patient_whose_outcome_waits_is_new_when_it_can_be_read(
    school, clock, questions, cy
):
    work = school.set(cases=1, outcomes="due", due="2026-09-02T08:00")
    (attempt,) = school.play(cy, work)
    feedback = school.services.feedback
    feedback.comment(school.instructor, work.id, cy.learner, attempt, "Well seen")
    assert questions.news(cy).to_read == 0
    assert feedback.mine(cy, work.id).waits
    clock.forward(days=1)
    assert questions.news(cy).to_read == 1
    assert feedback.mine(cy, work.id).work[0].comments[0].text == "Well seen"
    assert questions.news(cy).to_read == 0


def test_one_learner_does_not_fill_the_inbox(school, cy):
    for n in range(MOST_OF_ONE):
        ask(school, cy, f"Question {n}")
    with pytest.raises(BadInput, match="wait for an answer already"):
        ask(school, cy)


@pytest.mark.parametrize("how", ["reply", "settled", "on work"])
def test_one_learner_writes_so_much_in_a_day(school, clock, questions, cy, work, how, monkeypatch):
    monkeypatch.setattr(threads, "MOST_OF_LEARNER", 4)
    asked = ask(school, cy)

    def write():
        if how == "reply":
            questions.reply(cy, asked.id, "More.")
        elif how == "on work":
            school.services.feedback.comment(cy, work.id, cy.learner, "", "More.")
        else:
            questions.settle(cy, ask(school, cy).id)

    for _ in range(3):
        write()
    with pytest.raises(BadInput, match="4 messages in a day") as no:
        write()
    assert no.value.field == "text"
    clock.forward(days=1)
    write()


def test_a_question_holds_so_many_messages(school, questions, cy, monkeypatch):
    monkeypatch.setattr(threads, "MOST_IN_QUESTION", 2)
    asked = ask(school, cy)
    questions.reply(cy, asked.id, "More.")
    for who in (cy, school.instructor):
        with pytest.raises(BadInput, match="2 messages"):
            questions.reply(who, asked.id, "More.")
    ask(school, cy)
