"""What we use of Gradio that its documentation does not promise: a new Gradio fails here first."""

from __future__ import annotations

import asyncio
import inspect
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest
from fastapi import FastAPI

from tutor.web.layout import gradio_loader
from tutor.web.layout.gradio_loader import ASSETS, App, gr

WATCH = """
import sys
touched = []
def heard(event, args):
    if event == "open" and str(args[0]).endswith(".pyi"):
        touched.append(args[0])
sys.addaudithook(heard)
import inspect
before = inspect.getfile
import {module}
print(len(touched), inspect.getfile is before)
"""


@pytest.mark.parametrize(
    ("module", "said"),
    [
        pytest.param("tutor.web.layout.gradio_loader", "0 True", id="as the pages import it"),
        pytest.param("gradio", "True", id="by itself, or this test would see nothing"),
    ],
)
def test_no_stub_is_opened(module, said):
    done = subprocess.run(
        [sys.executable, "-c", WATCH.format(module=module)],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    touched, *_ = done.stdout.split()
    assert done.stdout.strip().endswith(said)
    assert (touched == "0") is (module != "gradio")


def _nothing(event, request):
    return "<div></div>"


_nothing.__annotations__ = {"event": gr.EventData, "request": gr.Request, "return": str}


@dataclass(frozen=True)
class Mounted:
    """An application with one event mounted, and what it says of it."""

    app: FastAPI
    blocks: gr.Blocks

    @property
    def told(self):
        """What browsers are told."""
        return gradio_loader.told_to_browsers(self.blocks, "/somewhere/gradio")


def mounted() -> Mounted:
    app = FastAPI()
    return Mounted(app, gradio_loader.mount(app, {"commit": _nothing}))


def test_an_events_data_is_read():
    assert gradio_loader.event_data(gr.EventData(None, {"attempt": "a"}), {}) == {"attempt": "a"}


@pytest.mark.parametrize("sent", [None, [], "text", 7])
def test_data_of_another_shape_is_none(sent):
    assert gradio_loader.event_data(gr.EventData(None, sent), {}) == {}


def test_the_routes_are_built_once(monkeypatch):
    built = []
    create = App.create_app
    monkeypatch.setattr(
        App, "create_app", staticmethod(lambda *a, **k: built.append(1) or create(*a, **k))
    )
    mounted()
    assert built == [1]
    assert len(inspect.signature(create).parameters) > 1


def test_an_event_is_direct_and_carries_its_name():
    (event,) = mounted().told["config"]["dependencies"]
    assert (event["api_name"], event["queue"], event["backend_fn"]) == ("commit", False, True)
    assert event["collects_event_data"]


def test_a_panel_holds_nothing_and_hands_over_to_the_pages_script():
    (panel,) = mounted().told["config"]["components"]
    assert panel["type"] == "html"
    assert (panel["props"]["value"], panel["props"]["html_template"]) == ("", "<div></div>")
    assert panel["props"]["js_on_load"].startswith(
        "window.equipoise(element, trigger, props, watch"
    )


def test_every_process_says_the_same_of_its_pages():
    assert mounted().told == mounted().told


def test_a_page_is_reached_where_it_is_said():
    config = mounted().told["config"]
    assert (config["root"], config["api_prefix"]) == ("/somewhere/gradio", "/gradio_api")
    assert config["page"][""]["dependencies"] == [config["dependencies"][0]["id"]]


def test_the_entry_and_all_its_parts_are_there():
    scripts, styles = gradio_loader.asset_names()
    named = {stem for line in (*gradio_loader.PARTS, *gradio_loader.STYLES) for stem in line}
    assert {name.rpartition(".")[0] for name in (*scripts, *styles)} > named
    assert re.fullmatch(r"index-[\w-]+\.js", scripts[0])


def test_an_entry_asks_for_its_parts_by_names_beside_its_own():
    (entry, *_), _ = gradio_loader.asset_names()
    text = (ASSETS / entry).read_text(encoding="utf-8")
    assert "import(`./Index-Akn07EZk2.js`)" in text
    assert "import.meta.url" in text


@pytest.mark.parametrize("needed", ["querySelector(`link[href='", "i.rel===`stylesheet`"])
def test_a_style_sheet_that_the_page_names_is_not_asked_for(needed):
    (entry, *rest), _ = gradio_loader.asset_names()
    texts = [(ASSETS / name).read_text(encoding="utf-8") for name in (entry, *rest)]
    assert any(needed in text for text in texts)


def test_no_loop_of_the_queue_runs():
    """It would wake a thousand times a second."""
    made = mounted()

    async def running() -> set[str]:
        async with made.app.router.lifespan_context(made.app):
            await asyncio.sleep(0.05)
            return {str(task.get_coro()) for task in asyncio.all_tasks()}

    # In a thread of its own: where a browser was used, this one has a loop that runs.
    with ThreadPoolExecutor(1) as pool:
        tasks = pool.submit(lambda: asyncio.run(running())).result()
    assert not [task for task in tasks if "start_processing" in task]
    assert "start_processing" in inspect.getsource(type(made.blocks._queue).start)
