"""Gradio, imported once for all pages, without the stubs that it writes for editors.

At every import Gradio reads and parses the source of each of its components, and writes a ``.pyi``
beside it: half of the time that the import takes, and a write into a directory that may be shared
or read-only.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def _without_stubs() -> Iterator[None]:
    """Let Gradio find no source of its components, as where they are not in files."""
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
    from gradio.routes import App

__all__ = ["App", "gr"]
