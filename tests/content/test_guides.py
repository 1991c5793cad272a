"""Guides: every exercise has the parts that a seminar needs, and a prompt for each failure."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tutor.content.guides import read_guide

ROOT = Path(__file__).resolve().parents[2]
PARTS = (
    *("Learning objectives", "Plan", "Prompts", "Errors to expect", "Interprofessional seats"),
    *("The class report", "Pitfalls"),
)
EXERCISES = sorted(path.parent for path in ROOT.glob("exercises/*/guide.md"))
FAILURE = re.compile(r'FailureMode\(\s*id="([^"]+)"')


@pytest.mark.parametrize("folder", EXERCISES, ids=lambda path: path.name)
def test_every_guide_has_its_parts_and_a_prompt_for_each_failure(folder):
    guide = read_guide((folder / "guide.md").read_text(encoding="utf-8"))
    titles = [title for title, _ in guide.sections]
    assert [title for title in titles if title in PARTS] == list(PARTS)
    assert len(guide.prompts) >= 4
    models = ROOT / "models" / folder.name
    failures = FAILURE.findall("".join(p.read_text() for p in sorted(models.glob("*.py"))))
    assert sorted(guide.by_failure) == sorted(failures) != []


def test_a_prompt_is_the_failures_own_or_another_one_for_each_patient():
    guide = read_guide(
        "# A title\n\nFor all.\n\n## Prompts\n\n- One,\n  in two lines\n- Two\n\n"
        "## A prompt for each failure\n\n- `wet`: Why is it wet?\n"
    )
    assert guide.lead == "For all."
    assert [title for title, _ in guide.sections] == ["Prompts"]
    assert guide.prompt_for(("dry", "wet"), 0) == "Why is it wet?"
    assert [guide.prompt_for(("dry",), n) for n in range(3)] == [
        "One, in two lines",
        "Two",
        "One, in two lines",
    ]
    assert read_guide("").prompt_for(("wet",), 0) == ""
