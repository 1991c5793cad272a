"""Links of a text lead out, or are told with their line."""

from __future__ import annotations

import pytest

from tutor.content.links import bad_links
from tutor.content.loading import built_in, load

GOOD = [
    "[a](https://doi.org/10.1136/bmj.d1)",
    "[a](http://www.example.org/a_b?c=d#e)",
    "[a](https://example.org:8443/)",
    "<https://example.org/>",
    "`[a](file.md)`",
    "[@bogun2004]",
    "[a](https://bücher.example/)",
]
BAD = [
    "[a](file.md)",
    "[a](../models/x/card.md)",
    "[a](#part)",
    "[a](/admin)",
    "[a](//example.org/x)",
    "[a](javascript:alert(1))",
    "[a](data:text/html;base64,x)",
    "[a](ftp://example.org/x)",
    "[a](file:///etc/passwd)",
    "[a](mailto:a@example.org)",
    "<doi:10.1136/bmj>",
    "[a](https://)",
    "[a](https://localhost/)",
    "[a](https://example.org:port/)",
    "[a](https://exa_mple.org/)",
    "[a](https://doi.org/bmj.d1)",
    "[a](https://dx.doi.org/)",
    "![a](https://example.org/x.png)",
    "[a][b]\n\n[b]: file.md",
]


@pytest.mark.parametrize("text", GOOD)
def test_a_link_that_leads_out_is_no_problem(text):
    assert list(bad_links(f"One.\n\n{text}\n")) == []


@pytest.mark.parametrize("text", BAD)
def test_any_other_is_told_once_with_its_line_and_a_remedy(text):
    ((line, what, mend),) = bad_links(f"One.\n\nTwo.\n\n{text}\n")
    assert line == 5 + text.count("\n")
    assert what.endswith(".")
    assert mend.endswith(".")


def test_the_line_is_that_of_the_link_and_not_of_one_that_begins_alike():
    text = "[a](https://example.org/a)\n\n[b](https://)\n"
    assert [line for line, *_ in bad_links(text)] == [3]


def test_the_links_of_the_built_in_pack_lead_out():
    texts = [text for e in load(built_in())[0].exercises for text in vars(e.texts).values()]
    assert [bad for text in texts for bad in bad_links(text)] == []
