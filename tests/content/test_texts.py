"""A pack's Markdown becomes safe HTML, and a name that does not exist is a problem, not a gap."""

from __future__ import annotations

from html import escape

import pytest

from tutor.content.loading import built_in, load
from tutor.content.manifest import Citation
from tutor.content.texts import NARROW, cited, fill, fraction, render, tied
from tutor.errors import ContentError

BOGUN = Citation(id="bogun2004", text="Bogun F, et al. Am J Med 2004;117:636.", doi="10.1016/x.1")
EVIDENCE = {
    "figures": [{"id": "wrong", "published": 0.192, "unit": "%", "ours": {"value": 0.2011}}],
    "modes": [{"id": "ectopy", "inside": {"value": 0.5}, "outside": {"value": 0.0042}}],
}


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[go](javascript:alert(1))",
        "![pixel](https://evil.example/p.png)",
        '<a href="x" onclick="alert(1)">a</a>',
        "<iframe src='https://evil.example'></iframe>",
        "<style>body{display:none}</style>",
        "[a](data:text/html;base64,PHNjcmlwdD4=)",
        "[a](vbscript:x)",
        "<svg onload=alert(1)>",
        '[a](https://x.example "t\\" onmouseover=\\"alert(1)")',
    ],
)
def test_markup_and_script_do_not_get_through(text):
    html = render(text)
    for tag in ("<script", "<img", "<iframe", "<style", "<svg"):
        assert tag not in html
    for start in ("javascript:", "data:", "vbscript:"):
        assert f'href="{start}' not in html
    assert " onclick=" not in html.replace("&quot;", '"').split("&lt;", 1)[0]
    assert 'onmouseover="' not in html


def test_markdown_is_rendered():
    html = render("# Title\n\n**strong** and *light*\n\n- one\n\n| a | b |\n|---|---|\n| 1 | 2 |\n")
    for tag in ("<h1>", "<strong>", "<em>", "<li>", "<table>", "<td>"):
        assert tag in html


def test_a_link_keeps_its_address_and_gives_the_other_page_no_handle():
    html = render("[doi](https://doi.org/10.1)")
    assert 'href="https://doi.org/10.1"' in html
    assert 'rel="noopener"' in html


def test_a_citation_becomes_a_link_to_its_doi():
    html = render("As shown [@bogun2004].", [BOGUN])
    assert 'href="https://doi.org/10.1016/x.1"' in html
    assert ">Bogun 2004</a>" in html
    assert "636" in html


def test_a_citation_cannot_carry_markup():
    sly = Citation(id="sly", text='Sly"><script>alert(1)</script> 2004', doi='10.1016/"><script>')
    html = render("[@sly]", [sly])
    assert "<script" not in html
    assert html.count("<a ") == 1


@pytest.mark.parametrize("name", ["nobody1999", "Bogun2004", "bogun 2004"])
def test_an_unknown_citation_is_named(name):
    with pytest.raises(ContentError, match=name):
        render(f"As shown [@{name}].", [BOGUN])


def test_citations_are_listed_in_order_each_once():
    assert cited("[@b] [@a] [@b]") == ["b", "a"]


def test_measured_numbers_are_filled_in():
    text = "{{figure:wrong}} {{published:wrong}} {{mode:ectopy:inside}} {{mode:ectopy:outside}}"
    expected = [f"20.1{NARROW}%", f"19.2{NARROW}%", f"50.0{NARROW}%", f"0.42{NARROW}%"]
    assert fill(text, EVIDENCE).split(" ") == expected


@pytest.mark.parametrize(
    "field",
    [
        "{{figure:right}}",
        "{{published:right}}",
        "{{mode:tremor:inside}}",
        "{{mode:ectopy:between}}",
        "{{mode:ectopy}}",
        "{{colour:wrong}}",
        "{{ figure:wrong }}",
        "{{figure wrong}}",
        "{{Figure:wrong}}",
    ],
)
def test_a_number_that_is_not_measured_is_named(field):
    with pytest.raises(ContentError, match="does not measure"):
        fill(f"It is {field}.", EVIDENCE)


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [
        (0.117, "%", f"11.7{NARROW}%"),
        (0.0042, "%", f"0.42{NARROW}%"),
        (0.01, "%", f"1.0{NARROW}%"),
        (0.0, "%", f"0.0{NARROW}%"),
        (0.8567, "", "0.86"),
        (0.5, "", "0.5"),
        (2.0, "", "2"),
    ],
)
def test_a_measured_value_is_said(value, unit, said):
    assert fraction(value, unit) == said


def test_the_area_under_the_curve_is_filled_from_what_was_measured():
    assert fill("AUROC {{measured:auroc}}.", {**EVIDENCE, "auroc": 0.8765}) == "AUROC 0.88."
    with pytest.raises(ContentError, match="measured:auroc"):
        fill("{{measured:auroc}}", EVIDENCE)
    with pytest.raises(ContentError, match="measured:luck"):
        fill("{{measured:luck}}", {**EVIDENCE, "auroc": 0.8765})


@pytest.mark.parametrize("exercise", load(built_in())[0].exercises, ids=lambda e: e.manifest.id)
def test_every_source_in_a_debrief_is_a_link_to_its_doi(exercise):
    debrief, citations = exercise.texts.debrief, exercise.manifest.citations
    html = render(debrief, citations)
    address = {c.id: f'href="https://doi.org/{escape(c.doi)}"' for c in citations}
    named = cited(debrief)
    assert named
    assert [id_ for id_ in named if address[id_] not in html] == []


def test_a_percent_sign_is_tied_to_its_number():
    assert tied("Above 88 %, or 7 % of 100") == "Above 88\u202f%, or 7\u202f% of 100"
    assert tied("% alone, 5 points") == "% alone, 5 points"
