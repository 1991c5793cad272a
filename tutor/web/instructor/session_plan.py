"""A seminar planned from its minutes and its learners, with the assignment that belongs to it."""

from __future__ import annotations

from urllib.parse import urlencode

from tutor.errors import BadForm, BadInput
from tutor.services.classes.session_plan import LEVELS, read_session, stages
from tutor.services.services import Services
from tutor.web.layout import notices
from tutor.web.layout.page_sections import PageRequest, Part
from tutor.web.layout.templating import fill

ASKED = ("minutes", "learners", "level", "exercise")


def part(services: Services) -> Part:
    """``/desk/?view=session``: the questions, and once they are answered the plan."""
    catalogue, classes = services.catalogue, services.classrooms

    def show(ask: PageRequest) -> str:
        room = ask.here.get("class", "")
        exercises = [entry.exercise for entry in catalogue.entries(ask.caller, room)]
        key = ask.here.get("exercise", "")
        chosen = next((one for one in exercises if one.key == key), None)
        try:
            session = read_session(ask.here) if chosen else None
        except BadForm:
            session = None
        return fill(
            "instructor/session_plan.html",
            ask=ask,
            classroom=classes.see(ask.caller, room).classroom,
            exercises=[(one.key, one.manifest.title) for one in exercises],
            levels=[(name, said) for name, said, _ in LEVELS],
            chosen=chosen,
            session=session,
            stages=stages(session) if session else (),
            asked={name: ask.here.get(name, "") for name in ASKED},
        )

    def plan(ask: PageRequest) -> str:
        room = ask.here.get("class", "")
        keys = {entry.exercise.key for entry in catalogue.entries(ask.caller, room)}
        errors: dict[str, str] = {}
        try:
            read_session(ask.typed)
        except BadInput as error:
            errors |= error.errors
        if ask.said("exercise") not in keys:
            errors["exercise"] = "Choose one of the exercises."
        if errors:
            raise BadForm(errors)
        asked = {name: ask.said(name) for name in ASKED}
        return notices.go_to("/desk/?" + urlencode({"view": "session", "class": room, **asked}))

    return Part({"session": show}, {"plan-session": plan})
