"""An empty Gradio page as it comes, beside the application: what ours is compared with.

And a page of plain HTML with one line, whose paint is the browser's own time.
"""

from __future__ import annotations

import gradio as gr
from fastapi import FastAPI
from starlette.responses import HTMLResponse
from starlette.types import ASGIApp, Receive, Scope, Send

BARE = "/empty.html"
LINE = (
    '<!doctype html><html lang="en"><title>Bare</title><p id="answer">One line of text.</p></html>'
)


class Beside:
    """Sends ``/empty.html`` to the bare page, ``/empty`` to Gradio's, and all else to ours."""

    def __init__(self, app: ASGIApp, empty: gr.Blocks) -> None:
        self._app = app
        self._beside = FastAPI()
        self._beside.get(BARE)(lambda: HTMLResponse(LINE))
        gr.mount_gradio_app(self._beside, empty, path="/empty")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        empty = scope["type"] == "http" and scope["path"].startswith("/empty")
        await (self._beside if empty else self._app)(scope, receive, send)
