"""Every problem that `check` can find has a section that says what it means and what to do."""

from __future__ import annotations

import re

import pytest

from tests.test_architecture import OURS
from tutor.content.documentation import PROBLEMS, page, remedy, section
from tutor.content.rules import Rule
from tutor.errors import NotFound


def test_every_rule_has_its_section_and_every_section_its_rule():
    headings = re.findall(r"^### (.+)$", page(PROBLEMS), re.MULTILINE)
    assert headings == [str(rule) for rule in Rule]


@pytest.mark.parametrize("rule", Rule)
def test_a_section_says_what_it_means_and_what_to_do(rule):
    sentences = re.findall(r"[.:](?=\s|$)", section(page(PROBLEMS), rule))
    assert len(sentences) >= 2


def test_every_rule_is_broken_by_something():
    code = "\n".join(path.read_text(encoding="utf-8") for path in OURS if path.name != "rules.py")
    assert [rule.name for rule in Rule if not re.search(rf"\bRule\.{rule.name}\b", code)] == []


def test_an_unknown_name_is_answered_with_the_nearest():
    assert remedy("placeholder").startswith("A text or a key still holds words")
    with pytest.raises(NotFound, match="Did you mean 'placeholder'"):
        remedy("placeholders")
