"""The encounter's page: what its events ask of the services."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from tutor.errors import BadInput
from tutor.services.access import Access
from tutor.services.coursework import Coursework
from tutor.services.identity import COOKIE
from tutor.services.practice import Practice
from tutor.web.encounter.view import encounter
from tutor.web.layout import notices
from tutor.web.layout.gradio_loader import gr
from tutor.web.layout.page import DIRECT, Handler, Together, answered, on_the_loop, page


def _sent(event: gr.EventData) -> tuple[str, Mapping[str, Any]]:
    """The attempt and the form that the page's script sent, whatever a caller made of them."""
    data = event._data if isinstance(event._data, dict) else {}
    form = data.get("form")
    return str(data.get("attempt") or ""), form if isinstance(form, dict) else {}


def encounter_page(
    access: Access, practice: Practice, coursework: Coursework, together: Together | None = None
) -> gr.Blocks:
    """One case, five stages; also the door into an exercise.

    With the database at hand, stages are stored on the loop and ``together``; over a network one
    could keep everyone waiting, and is stored in a thread.
    """

    def placed(handler: Handler) -> Callable[..., Any]:
        return on_the_loop(handler, together) if together else handler

    def who(request: gr.Request) -> str:
        return access.caller(request.cookies.get(COOKIE)).learner

    @answered
    def show(request: gr.Request) -> str:
        caller, asked = access.caller(request.cookies.get(COOKIE)), request.query_params
        learner, part = caller.learner, asked.get("part") or ""
        attempt = asked.get("attempt") or ""
        if not attempt and asked.get("assignment"):
            number = int(part) if part.isascii() and part.isdigit() and len(part) < 4 else -1
            attempt = coursework.begin(caller, asked["assignment"], number)
        attempt = attempt or practice.enter(learner, asked.get("exercise") or "")
        return encounter(practice.view(learner, attempt))

    @answered
    def reopen(event: gr.EventData, request: gr.Request) -> str:
        return encounter(practice.view(who(request), _sent(event)[0]))

    @answered
    def commit(event: gr.EventData, request: gr.Request) -> str:
        learner, (attempt, form) = who(request), _sent(event)
        try:
            return encounter(practice.commit(learner, attempt, form))
        except BadInput as error:
            view = practice.view(learner, attempt)
            return encounter(view, error.errors, form)

    @answered
    def decide(event: gr.EventData, request: gr.Request) -> str:
        learner, (attempt, form) = who(request), _sent(event)
        try:
            return encounter(practice.decide(learner, attempt, form))
        except BadInput as error:
            view = practice.view(learner, attempt)
            return encounter(view, error.errors, form)

    @answered
    def next_patient(event: gr.EventData, request: gr.Request) -> str:
        learner = who(request)
        found, done = practice.next(learner, _sent(event)[0])
        if done:
            return notices.go_to(f"/record/?set={found}")
        return encounter(practice.view(learner, found))

    @answered
    def keep(event: gr.EventData, request: gr.Request) -> str:
        attempt, form = _sent(event)
        return encounter(practice.keep(who(request), attempt, form.get("kept") == "yes"))

    with page("Encounter", "") as (blocks, panel):
        blocks.load(show, outputs=panel, api_name="show", **DIRECT)
        panel.commit(placed(commit), outputs=panel, api_name="commit", **DIRECT)
        panel.decide(placed(decide), outputs=panel, api_name="decide", **DIRECT)
        panel.next(placed(next_patient), outputs=panel, api_name="next", **DIRECT)
        panel.keep(placed(keep), outputs=panel, api_name="keep", **DIRECT)
        panel.open(placed(reopen), outputs=panel, api_name="open", **DIRECT)
    return blocks
