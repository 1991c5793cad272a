"""Where an event is answered: on the loop, or in a thread that may wait."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from threading import get_ident
from types import SimpleNamespace

import pytest
from starlette.routing import Mount

from tutor.web.layout.gradio_loader import gr
from tutor.web.layout.page import Pages

STORED = {"commit", "decide", "next", "keep", "open"}


@pytest.fixture
def handlers(app):
    """The functions behind the events of the encounter's page, by name."""
    (mounted,) = (r for r in app.routes if isinstance(r, Mount) and r.path == "/gradio")
    return {event.api_name: event.fn for event in mounted.app.blocks.fns.values()}


@pytest.fixture
def somebody():
    """A request, as far as it is read."""
    return SimpleNamespace(cookies={}, client=None, request=None)


async def stays_on_the_loop(handler, request) -> bool:
    """Whether an event is answered in the thread that its request was read in."""
    event = gr.EventData(None, {"page": "/my", "act": "join"})
    return await handler(event, request) == str(get_ident())


def test_a_stage_is_stored_on_the_loop_only_where_the_database_is_a_file(
    handlers, database, somebody, monkeypatch
):
    monkeypatch.setattr(Pages, "_answer", lambda *_: str(get_ident()))
    assert {*STORED, "act"} == set(handlers)
    # A thread of its own: where a browser has been driven, this one has a loop already.
    with ThreadPoolExecutor(1) as pool:
        on_the_loop = {
            name
            for name, handler in handlers.items()
            if pool.submit(asyncio.run, stays_on_the_loop(handler, somebody)).result()
        }
    assert on_the_loop == (STORED if database.is_file else set())
