"""A class's messages: questions to answer, and announcements."""

from __future__ import annotations

from tutor.services.services import Services
from tutor.web.encounter.patient import read_only
from tutor.web.instructor.review import shown
from tutor.web.layout.charts import outcome_rail
from tutor.web.layout.page_sections import PageRequest, Part
from tutor.web.layout.templating import fill
from tutor.web.layout.threads import comment_acts


def part(services: Services) -> Part:
    """``/desk/?view=messages`` of a class, and one ``question``."""
    questions, announcements = services.questions, services.announcements

    def show(ask: PageRequest, told: str = "") -> str:
        classroom = ask.here.get("class", "")
        return fill(
            "instructor/messages.html",
            ask=ask,
            told=told,
            seen=services.classrooms.see(ask.caller, classroom),
            inbox=questions.inbox(ask.caller, classroom),
            announced=announcements.of_class(ask.caller, classroom),
        )

    def question(ask: PageRequest, told: str = "") -> str:
        found = questions.see(ask.caller, ask.here.get("id", ""))
        work = found.work
        return fill(
            "instructor/question.html",
            ask=ask,
            told=told,
            found=found,
            rail=outcome_rail(work.outcome) if work else None,
            patient=read_only(work.case, work.fingerprint, work.case_id) if work else "",
        )

    def reply(ask: PageRequest) -> str:
        questions.reply(ask.caller, ask.here.get("id", ""), ask.said("text"))
        return question(ask.fresh(), "Sent. The learner sees your reply on their page.")

    def settle(ask: PageRequest) -> str:
        questions.settle(ask.caller, ask.here.get("id", ""))
        return question(ask.fresh(), "Marked as answered.")

    def reopen(ask: PageRequest) -> str:
        questions.reopen(ask.caller, ask.here.get("id", ""))
        return question(ask.fresh(), "The question waits for an answer again.")

    def announce(ask: PageRequest) -> str:
        announcements.make(ask.caller, ask.here.get("class", ""), ask.said("text"))
        return show(ask.fresh(), "Published. Learners see it until they have read it.")

    def edit(ask: PageRequest) -> str:
        announcements.edit(ask.caller, ask.said("announcement"), ask.said("announced"))
        return show(ask.fresh(), "Saved. Learners see it again until they have read it.")

    def delete(ask: PageRequest) -> str:
        announcements.delete(ask.caller, ask.said("announcement"))
        return show(ask.fresh(), "Deleted.")

    shows = {"messages": show, "question": question, "review": shown(services)}
    return Part(
        {"messages": lambda ask: show(ask), "question": lambda ask: question(ask)},
        {
            "reply": reply,
            "settle": settle,
            "reopen": reopen,
            "announce": announce,
            "edit-announcement": edit,
            "delete-announcement": delete,
            **comment_acts(services.feedback, shows),
        },
    )
