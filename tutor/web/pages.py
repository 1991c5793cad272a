"""The pages as small Gradio Blocks, each mounted by itself; the only events are direct ones.

Every page is one panel. A handler reads who asks from the signed cookie, calls one service and
returns HTML. Nothing is kept between requests, so any replica can answer.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial, wraps
from pathlib import Path
from typing import Any, get_type_hints

from tutor.errors import BadInput, EquipoiseError, SignedOut
from tutor.services.access import Access
from tutor.services.coursework import Coursework
from tutor.services.identity import COOKIE
from tutor.services.practice import Practice
from tutor.services.record import Record
from tutor.web import views
from tutor.web.encounter import encounter
from tutor.web.framework import App, gr
from tutor.web.summary import summary

SCRIPT = (Path(__file__).parent / "static" / "page.js").read_text(encoding="utf-8")
# A handler's text goes out as it is: Gradio's step for that, in a thread, has nothing to do.
DIRECT = {"queue": False, "show_progress": "hidden", "inputs": None, "postprocess": False}

Handler = Callable[..., str]
Together = Callable[[Callable[[], str]], Awaitable[str]]


def refusal(error: EquipoiseError) -> str:
    """What was refused, as a sentence on the page."""
    if isinstance(error, SignedOut):
        return views.notice(str(error), "", "Reload this page")
    return views.notice(str(error))


def answered(handler: Handler) -> Handler:
    """The outermost layer: what a service refuses becomes a sentence on the page."""

    @wraps(handler)
    def safe(*args: Any, **kwargs: Any) -> str:
        try:
            return handler(*args, **kwargs)
        except EquipoiseError as error:
            return refusal(error)

    # Gradio reads a handler's annotations at every event, and evaluates them where they are text.
    safe.__annotations__ = get_type_hints(handler)
    return safe


def on_the_loop(handler: Handler, together: Together) -> Callable[..., Awaitable[str]]:
    """A handler that is called where requests are read, not in a thread.

    For what takes a millisecond: passing it to a thread and back, which then compete for the
    interpreter, takes as long again. What several of them store is made durable ``together``.
    """

    @wraps(handler)
    async def called(*args: Any, **kwargs: Any) -> str:
        try:
            return await together(partial(handler, *args, **kwargs))
        except EquipoiseError as error:
            return refusal(error)

    return called


@contextmanager
def _routes_left_to_the_mounting() -> Iterator[None]:
    """Give a page in the making an application without routes.

    Gradio builds some eighty routes when a ``Blocks`` is made, again when it is left, and a
    third time when it is mounted; only the last are ever served.
    """
    build = App.create_app
    App.create_app = staticmethod(lambda *_, **__: App())
    try:
        yield
    finally:
        App.create_app = staticmethod(build)


@contextmanager
def page(title: str, here: str) -> Iterator[tuple[gr.Blocks, gr.HTML]]:
    """A page with its panel, to be mounted."""
    with (
        _routes_left_to_the_mounting(),
        gr.Blocks(title=f"{title} · Equipoise", analytics_enabled=False) as blocks,
    ):
        panel = gr.HTML(
            views.loading(here), js_on_load=SCRIPT, apply_default_css=False, elem_id="panel"
        )
        yield blocks, panel


def _sent(event: gr.EventData) -> tuple[str, Mapping[str, Any]]:
    """The attempt and the form that the page's script sent, whatever a caller made of them."""
    data = event._data if isinstance(event._data, dict) else {}
    form = data.get("form")
    return str(data.get("attempt") or ""), form if isinstance(form, dict) else {}


def library_page(access: Access, record: Record) -> gr.Blocks:
    """The exercises."""

    @answered
    def show(request: gr.Request) -> str:
        try:
            learner: str | None = access.caller(request.cookies.get(COOKIE)).learner
        except SignedOut:
            learner = None
        return views.library(record.cards(learner))

    with page("Exercises", "Exercises") as (blocks, panel):
        blocks.load(show, outputs=panel, api_name="library", **DIRECT)
    return blocks


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
            return encounter(view, {error.field: str(error)}, form)

    @answered
    def decide(event: gr.EventData, request: gr.Request) -> str:
        learner, (attempt, form) = who(request), _sent(event)
        try:
            return encounter(practice.decide(learner, attempt, form))
        except BadInput as error:
            view = practice.view(learner, attempt)
            return encounter(view, {error.field: str(error)}, form)

    @answered
    def next_patient(event: gr.EventData, request: gr.Request) -> str:
        learner = who(request)
        found, done = practice.next(learner, _sent(event)[0])
        if done:
            return views.go_to(f"/record/?set={found}")
        return encounter(practice.view(learner, found))

    with page("Encounter", "") as (blocks, panel):
        blocks.load(show, outputs=panel, api_name="show", **DIRECT)
        panel.commit(placed(commit), outputs=panel, api_name="commit", **DIRECT)
        panel.decide(placed(decide), outputs=panel, api_name="decide", **DIRECT)
        panel.next(placed(next_patient), outputs=panel, api_name="next", **DIRECT)
        panel.open(placed(reopen), outputs=panel, api_name="open", **DIRECT)
    return blocks


def record_page(access: Access, record: Record) -> gr.Blocks:
    """What a learner has done; with ``?set=`` one finished set, summed up."""

    @answered
    def show(request: gr.Request) -> str:
        learner = access.caller(request.cookies.get(COOKIE)).learner
        asked = request.query_params.get("set")
        if asked and record.waits(learner, asked):
            return views.withheld()
        if asked:
            return summary(record.summary(learner, asked))
        return views.record(record.encounters(learner), record.finished(learner))

    with page("My record", "My record") as (blocks, panel):
        blocks.load(show, outputs=panel, api_name="record", **DIRECT)
    return blocks
