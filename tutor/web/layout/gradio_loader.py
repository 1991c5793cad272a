"""Gradio, imported once for all pages, and all that its documentation does not promise of it.

All that a new Gradio could change under us stands here, and ``tests/web/test_framework.py`` fails
when it does: the stubs that it writes, the data of an event, an application's routes, the queue,
the page's configuration, and which of its files a page asks for.
"""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from anyio import to_thread
from fastapi import FastAPI
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount
from starlette.types import Message, Receive, Scope, Send

from tutor.web.edge.body import USUAL, is_modest


@contextmanager
def _without_stubs() -> Iterator[None]:
    """Let Gradio find no source of its components, as where they are not in files.

    At every import it reads and parses the source of each, and writes a ``.pyi`` beside it: half of
    the time that the import takes, and a write into a directory that may be shared or read-only.
    """
    found = inspect.getfile

    def getfile(object: Any) -> str:
        if isinstance(object, type) and object.__module__.startswith("gradio."):
            raise OSError("Not asked for.")
        return found(object)

    inspect.getfile = getfile
    try:
        yield
    finally:
        inspect.getfile = found


with _without_stubs():
    import gradio as gr
    from gradio.context import Context
    from gradio.routes import App

__all__ = [
    "ASSETS",
    "ROOT",
    "THREADS",
    "Events",
    "OnlyEvents",
    "asset_names",
    "event_data",
    "gr",
    "mount",
    "refuse",
    "scope_of",
    "told_to_browsers",
]

ASSETS = Path(gr.__file__).parent / "templates" / "frontend" / "assets"
ROOT = "/gradio"
# Every page load is a Gradio session; ours hold nothing, so few are kept.
SESSIONS_KEPT = 100
# SQLite writes one at a time, so more threads only wait for its lock and for each other: with
# Gradio's forty, a commitment took fifty times as long under 32 learners as with one.
THREADS = 1
# A handler's text goes out as it is: Gradio's step for that, in a thread, has nothing to do.
DIRECT = {"queue": False, "show_progress": "hidden", "inputs": None, "postprocess": False}
# What Gradio's script asks for on a page of one panel, besides its entry: by the start of the
# names, whose ends are digests. Named in the page, they come at once and not one after another.
PARTS = (
    ("Index-Akn07EZk2", "core-Bdx9080F", "src-DcSdoR3U", "runtime-qxXi1UK7", "dist-Kll2twSG"),
    ("HistoryStorageControl-DuiTcqlS", "logo-D4NPp-_W", "statustracker-DQF-KcRT"),
    ("src-1GSBhSW9", "legacy-CDJ-45tY", "browser-DEyAkl5d", "Blocks-D1GWYZdr"),
    ("api-logo-CCEtYehn", "settings-logo-AL7zGNml", "Index-BtpqUM30", "Index-CwZFw7rD"),
    ("Example-h__FlDnt", "HTML-DBguWbVR"),
)
# Its style sheets there, which our pages do without: what they draw is ours alone.
STYLES = (
    ("core-DonAqEks", "HistoryStorageControl-WpXJfujP", "src-B8NTxzPO", "statustracker-CouyIdTk"),
    ("Index-EfSyqQsq", "Blocks-0aNuD791", "Index-DrCM5gzc", "Example-BG5zdIqX"),
    ("HTML-BuYIBbeV", "Index-VzTVYr-q"),
)
# All events share one of Gradio's sessions: nothing is kept in it.
PAGE = "page"
# All that Gradio is sent. It would parse our data once more, and would let a caller name another
# event than the address does (``fn_index``), and so pass by what is asked of that address.
PLAIN = json.dumps({"data": [], "event_data": {}, "session_hash": PAGE}).encode()
NO_EVENT = "This is not a form of this page. Reload the page, then send it again."
SENT = "equipoise.sent"  # in a request's scope: an event, as Sent
EVENT_ROUTE = "/run/{api_name}"
_ENTRY = re.compile(r'src="\./assets/(index-[\w-]+\.js)"|href="\./assets/(index-[\w-]+\.css)"')

Events = Mapping[str, Callable[[gr.EventData, gr.Request], Awaitable[str]]]


@dataclass
class Sent:
    """An event's data, and what is answered in Gradio's stead if it is not begun."""

    data: Mapping[str, Any]
    refusal: Response | None = None


def refuse(request: gr.Request, answer: Response) -> None:
    """Let an event be answered by ``answer``, whatever its handler returns."""
    scope_of(request)[SENT].refusal = answer


def event_data(event: gr.EventData, scope: Mapping[str, Any]) -> Mapping[str, Any]:
    """What the page's script sent with an event, whatever a caller made of it."""
    sent = scope[SENT].data if SENT in scope else event._data
    return sent if isinstance(sent, dict) else {}


@contextmanager
def _routes_left_to_the_mounting() -> Iterator[None]:
    """Give Blocks in the making an application without routes.

    Gradio builds some eighty routes when a ``Blocks`` is made, again when it is left, and a
    third time when it is mounted; only the last are ever served.
    """
    build = App.create_app
    App.create_app = staticmethod(lambda *_, **__: App())
    try:
        yield
    finally:
        App.create_app = staticmethod(build)


def _leave_only_the_event_route(app: App) -> None:
    """Take out every route but the events' own, so that none is tried before it at each event."""
    (included,) = (route for route in app.router.routes if hasattr(route, "original_router"))
    routes = included.original_router.routes
    routes[:] = [route for route in routes if getattr(route, "path", "").endswith(EVENT_ROUTE)]
    app.router.routes[:] = [included]
    assert len(routes) == 1, "Gradio answers its events at another address."


def scope_of(request: gr.Request) -> Mapping[str, Any]:
    """What the server knows of the request behind an event."""
    return request.request.scope if request.request else {}


def sent_data(body: bytes) -> dict[str, Any] | None:
    """What our script sends with an event; None if ``body`` is no JSON object of modest shape."""
    if not is_modest(body):
        return None
    try:
        sent = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(sent, dict):
        return None
    data = sent.get("event_data")
    return data if isinstance(data, dict) else {}


async def _whole_body(receive: Receive) -> bytes | None:
    """A request's body; None if the client has gone."""
    parts: list[bytes] = []
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return None
        parts.append(message.get("body", b""))
        if not message.get("more_body", False):
            return b"".join(parts)


class OnlyEvents:
    """Gradio's application with its events for a door, and no other: all else is not found."""

    def __init__(self, app: App) -> None:
        _leave_only_the_event_route(app)
        self._app = app
        self.blocks: gr.Blocks = app.get_blocks()
        self.routes = app.routes
        names = (event.api_name for event in self.blocks.fns.values())
        self.addresses = frozenset(f"/gradio_api/run/{name}" for name in names)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass an event on."""
        asked = scope["path"].removeprefix(scope.get("root_path", ""))
        if scope["type"] != "http" or asked not in self.addresses:
            await PlainTextResponse("Not found", 404)(scope, receive, send)
            return
        body = await _whole_body(receive)
        if body is None:
            return
        kind = dict(scope["headers"]).get(b"content-type", b"")
        data = await _parsed(body) if kind.startswith(b"application/json") else None
        if data is None:
            await PlainTextResponse(NO_EVENT, 400)(scope, receive, send)
            return
        sent = Sent(data)

        async def unless_refused(message: Message) -> None:
            if sent.refusal is None:
                await send(message)
            elif message["type"] == "http.response.start":
                await sent.refusal(scope, receive, send)

        await self._app({**scope, SENT: sent}, _first(PLAIN, receive), unless_refused)


async def _parsed(body: bytes) -> dict[str, Any] | None:
    """A file is parsed in a thread, so that nobody waits for it."""
    return sent_data(body) if len(body) <= USUAL else await to_thread.run_sync(sent_data, body)


def _first(body: bytes, receive: Receive) -> Receive:
    """``receive`` with another body before whatever comes after the body that was read."""
    left: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def received() -> Message:
        return left.pop() if left else await receive()

    return received


def mount(app: FastAPI, events: Events) -> gr.Blocks:
    """Mount one panel without a value of its own at :data:`ROOT`, and its events, each direct."""
    names = ", ".join(f"'{name}'" for name in events)
    # Components are numbered through a process; each server of a database must call them the same.
    Context.id = 0
    with _routes_left_to_the_mounting(), gr.Blocks(analytics_enabled=False) as blocks:
        panel = gr.HTML(
            "",
            html_template="<div></div>",
            js_on_load=f"window.equipoise(element, trigger, props, watch, [{names}])",
            apply_default_css=False,
        )
        for name, handler in events.items():
            getattr(panel, name)(handler, outputs=panel, api_name=name, **DIRECT)
    blocks.state_session_capacity = SESSIONS_KEPT
    blocks.max_threads = THREADS
    # No event uses the queue, whose loop would wake a thousand times a second.
    blocks._queue.start = lambda: None
    gr.mount_gradio_app(
        app,
        blocks,
        path=ROOT,
        footer_links=[],
        run_history=False,
        show_error=False,
        ssr_mode=False,
    )
    mounted = app.routes[-1]
    assert isinstance(mounted, Mount)
    assert isinstance(mounted.app, App)
    blocks.app = mounted.app
    # Its CORS lets any page read and send with the visitor's cookie; its coding is done by ours.
    mounted.app.user_middleware.clear()
    mounted.app = OnlyEvents(mounted.app)
    return blocks


def told_to_browsers(blocks: gr.Blocks, root: str) -> dict[str, Any]:
    """What a page needs to start Gradio's script at ``root``; the same for every visitor.

    ``config`` is Gradio's own. ``scripts``, of which the first is the entry, and ``styles`` are
    names in its folder of assets.
    """
    config: dict[str, Any] = dict(blocks.get_config_file())
    asked = {"root": root, "current_page": "", "username": None, "deep_link_state": "none"}
    # The id is drawn at random for each process; no page needs it.
    own = {"app_id": 0, "stylesheets": [], "css": None, "head": None, "footer_links": []}
    scripts, styles = asset_names()
    return {"config": {**config, **asked, **own}, "scripts": scripts, "styles": styles}


def asset_names() -> tuple[list[str], list[str]]:
    """The entry with the scripts that it asks for, and the style sheets, by their files' names."""
    index = (ASSETS.parent / "index.html").read_text(encoding="utf-8")
    entries = [script or style for script, style in _ENTRY.findall(index)]
    scripts = [name for name in entries if name.endswith(".js")]
    styles = [name for name in entries if name.endswith(".css")]
    scripts += [f"{stem}.js" for line in PARTS for stem in line]
    styles += [f"{stem}.css" for line in STYLES for stem in line]
    return (
        [name for name in scripts if (ASSETS / name).is_file()],
        [name for name in styles if (ASSETS / name).is_file()],
    )
