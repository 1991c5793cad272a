"""The pages made from code are what the code says, and every public name of the kit is there."""

from __future__ import annotations

import importlib
import inspect
import re

import pytest

import tutor.kit
from tests.conftest import ROOT
from tests.docs.generated import PAGES, documented, members_of, modules, public

NAMES = [
    *((tutor.kit.__name__, name, getattr(tutor.kit, name)) for name in tutor.kit.__all__),
    *(
        (module, name, value)
        for module in modules()
        for name, value in public(importlib.import_module(module)).items()
    ),
]


@pytest.mark.parametrize("page", PAGES)
def test_the_page_is_what_the_code_says(page):
    assert (ROOT / page).read_text(encoding="utf-8") == PAGES[page](), (
        "Run `python -m tests.docs.generated`."
    )


def test_every_public_name_of_the_kit_has_a_docstring():
    bare = [f"{module}.{name}" for module, name, value in NAMES if not documented(name, value)]
    bare += [
        f"{module}.{name}.{key}"
        for module, name, value in NAMES
        if inspect.isclass(value)
        for key, member in members_of(value)
        if not inspect.getdoc(member)
    ]
    assert bare == []


def test_every_public_name_of_the_kit_stands_in_its_reference():
    kit = (ROOT / "docs/course-teams/kit.md").read_text(encoding="utf-8")
    headings = re.findall(r"^## (\w+)$", kit, re.MULTILINE)
    assert sorted(headings) == sorted(tutor.kit.__all__)
    further = (ROOT / "docs/course-teams/kit-modules.md").read_text(encoding="utf-8")
    parts = re.split(r"^## `([\w.]+)`$", further, flags=re.MULTILINE)
    found = {
        (module, name)
        for module, text in zip(parts[1::2], parts[2::2], strict=True)
        for name in re.findall(r"^### (\w+)$", text, re.MULTILINE)
    }
    wanted = {(module, name) for module, name, _ in NAMES if module != tutor.kit.__name__}
    assert found == wanted
