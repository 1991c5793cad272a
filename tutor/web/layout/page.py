"""The pages as small Gradio Blocks, each mounted by itself; the only events are direct ones.

Every page is one panel. A handler reads who asks from the signed cookie, calls one service and
returns HTML. Nothing is kept between requests, so any replica can answer.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from functools import partial, wraps
from typing import Any, get_type_hints

from tutor.errors import EquipoiseError, SignedOut
from tutor.web.layout import notices
from tutor.web.layout.assets import SCRIPT
from tutor.web.layout.gradio_loader import App, gr

# A handler's text goes out as it is: Gradio's step for that, in a thread, has nothing to do.
DIRECT = {"queue": False, "show_progress": "hidden", "inputs": None, "postprocess": False}

Handler = Callable[..., str]
Together = Callable[[Callable[[], str]], Awaitable[str]]


def refusal(error: EquipoiseError) -> str:
    """What was refused, as a sentence on the page."""
    if isinstance(error, SignedOut):
        return notices.notice(str(error), "", "Reload this page")
    return notices.notice(str(error))


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
            notices.loading(here), js_on_load=SCRIPT, apply_default_css=False, elem_id="panel"
        )
        yield blocks, panel
