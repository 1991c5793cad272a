"""An empty Gradio page as it comes, beside the application: what ours is compared with."""

from __future__ import annotations

import gradio as gr
from fastapi import FastAPI
from starlette.types import ASGIApp, Receive, Scope, Send


class Beside:
    """Sends what is below ``/empty`` to the empty page, and all else to the application."""

    def __init__(self, app: ASGIApp, empty: gr.Blocks) -> None:
        self._app = app
        self._beside = FastAPI()
        gr.mount_gradio_app(self._beside, empty, path="/empty")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        empty = scope["type"] == "http" and scope["path"].startswith("/empty")
        await (self._beside if empty else self._app)(scope, receive, send)
