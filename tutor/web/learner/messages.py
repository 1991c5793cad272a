"""My messages: announcements, my questions, and what was answered."""

from __future__ import annotations

from tutor.services.services import Services
from tutor.web.layout import notices
from tutor.web.layout.page_sections import PageRequest, Part
from tutor.web.layout.templating import fill
from tutor.web.layout.threads import comment_acts
from tutor.web.learner.comments import shown

QUESTION = "/my/?view=question&id="


def part(services: Services) -> Part:
    """``/my/?view=messages``, one ``question``, and ``ask`` about a patient."""
    questions, announcements = services.questions, services.announcements

    def show(ask: PageRequest, told: str = "") -> str:
        announced = announcements.mine(ask.caller)
        return fill(
            "learner/messages.html",
            ask=ask,
            told=told,
            rooms=questions.asking(ask.caller).classrooms,
            announced=announced,
            questions=questions.mine(ask.caller),
            comments=services.learner_assignments.home(ask.caller),
            unseen=services.feedback.unseen(ask.caller),
        )

    def question(ask: PageRequest, told: str = "") -> str:
        found = questions.see(ask.caller, ask.here.get("id", ""))
        return fill("learner/question.html", ask=ask, told=told, found=found)

    def about(ask: PageRequest) -> str:
        found = questions.asking(ask.caller, ask.here.get("attempt", ""))
        return fill("learner/ask.html", ask=ask, found=found)

    def send(ask: PageRequest) -> str:
        made = questions.ask(ask.caller, ask.said("class"), ask.said("attempt"), ask.said("text"))
        return notices.go_to(QUESTION + made.id)

    def reply(ask: PageRequest) -> str:
        questions.reply(ask.caller, ask.here.get("id", ""), ask.said("text"))
        return question(ask.fresh(), "Sent. Your question waits for an answer.")

    def settle(ask: PageRequest) -> str:
        questions.settle(ask.caller, ask.here.get("id", ""))
        return question(ask.fresh(), "Marked as answered.")

    def reopen(ask: PageRequest) -> str:
        questions.reopen(ask.caller, ask.here.get("id", ""))
        return question(ask.fresh(), "Your question waits for an answer again.")

    shows = {"messages": show, "question": question, "comments": shown(services)}
    return Part(
        {
            "messages": lambda ask: show(ask),
            "question": lambda ask: question(ask),
            "ask": about,
        },
        {
            "ask": send,
            "reply": reply,
            "settle": settle,
            "reopen": reopen,
            **comment_acts(services.feedback, shows),
        },
    )
