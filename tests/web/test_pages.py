"""Where an event is answered: on the loop, or in a thread that may wait."""

from __future__ import annotations

import inspect

import pytest
from starlette.routing import Mount

STORED = {"commit", "decide", "next", "keep", "open"}


@pytest.fixture
def handlers(app):
    """The functions behind the events of the encounter's page, by name."""
    (mounted,) = (r for r in app.routes if isinstance(r, Mount) and r.path == "/gradio")
    return {event.api_name: event.fn for event in mounted.app.blocks.fns.values()}


def test_a_stage_is_stored_on_the_loop_only_where_the_database_is_a_file(handlers, database):
    on_the_loop = {
        name for name, handler in handlers.items() if inspect.iscoroutinefunction(handler)
    }
    assert {*STORED, "act"} == set(handlers)
    assert on_the_loop == (STORED if database.is_file else set())
