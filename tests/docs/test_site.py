"""The site of the documentation: every page is in it, and nothing is loaded from elsewhere."""

from __future__ import annotations

import shutil

from tests.conftest import ROOT
from tests.docs.site import index, loaded_elsewhere
from tutor.content.documentation import TOP, pages, root


def test_every_page_is_in_the_index_once(tmp_path):
    shutil.copytree(ROOT / "docs", tmp_path / "docs", ignore=shutil.ignore_patterns("site"))
    for name in TOP:
        shutil.copy(ROOT / name, tmp_path / name)
    lines = index(tmp_path).splitlines()
    assert root() == ROOT
    for name in pages():
        assert lines.count(name.removesuffix(".md")) == 1, name


def test_what_comes_from_another_host_is_found(tmp_path):
    (tmp_path / "a.html").write_text(
        '<link rel="stylesheet" href="https://fonts.example.org/a.css">\n'
        '<script src="//cdn.example.org/a.js"></script>\n'
        '<a href="https://doi.org/10.1000/1">a source</a> <script src="own.js"></script>\n'
    )
    (tmp_path / "a.css").write_text('@import "https://fonts.example.org/b.css";\n')
    found = list(loaded_elsewhere(tmp_path))
    assert len(found) == 3
    assert not any("doi.org" in one or "own.js" in one for one in found)


def test_the_wheel_holds_the_pages():
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    inside = project["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    assert {"docs", *TOP} <= {name for name, to in inside.items() if to == f"tutor/_docs/{name}"}
