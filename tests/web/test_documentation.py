"""The documentation in the running application: every page, with links that lead somewhere."""

from __future__ import annotations

import re

import pytest

from tutor.content.documentation import PROBLEMS, pages
from tutor.content.rules import Rule
from tutor.errors import NotFound
from tutor.web.documentation.rendering import rendered, slug, title_of

LINK = re.compile(r'href="/help\?page=([^"#]+)(?:#([^"]*))?"')


@pytest.mark.parametrize("name", pages())
def test_each_page_is_drawn_and_its_links_lead_to_headings(name):
    page = rendered(name)
    assert page.html.count("<h1") == 1
    ids = re.findall(r' id="([^"]+)"', page.html)
    assert [one for one in re.findall(r'href="#([^"]+)"', page.html) if one not in ids] == []
    for other, anchor in LINK.findall(page.html):
        assert other in pages()
        assert not anchor or f' id="{anchor}"' in rendered(other).html, (other, anchor)


def test_every_problem_has_a_heading_to_link_to():
    html = rendered(PROBLEMS).html
    assert [rule for rule in Rule if f' id="{rule}"' not in html] == []


def test_nothing_is_drawn_that_the_page_may_not_hold():
    every = "".join(rendered(name).html for name in pages())
    assert not re.search(r"<script|<img|<style|javascript:| on\w+=", every)
    assert slug("A new version: `pack diff`?") == "a-new-version-pack-diff"
    assert title_of("docs/course-teams/kit.md") == "Reference of tutor.kit"
    for name in ("docs/nothing.md", "../pyproject.toml", "docs/site/conf.py", "/etc/passwd"):
        with pytest.raises(NotFound):
            rendered(name)


def test_the_list_leads_to_pages_and_an_unknown_name_is_not_found(learner):
    home = learner.http.get("/help")
    assert home.status_code == 200
    assert LINK.search(home.text)
    page = learner.http.get("/help", params={"page": PROBLEMS})
    assert (page.status_code, "placeholder" in page.text) == (200, True)
    missing = learner.http.get("/help", params={"page": "docs/nothing.md"})
    assert missing.status_code == 404
    assert "no page docs/nothing.md" in missing.text
