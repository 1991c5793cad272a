"""Gradio is imported without the stubs that it would write beside its own source."""

from __future__ import annotations

import subprocess
import sys

import pytest

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
