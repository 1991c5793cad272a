"""Prove a pack's texts against what its models measure; the numbers themselves are the lab's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tutor.content.pack import Exercise, Problem
from tutor.content.texts import cited, render
from tutor.errors import ContentError


def check_texts(exercise: Exercise, evidence: Mapping[str, Any] | None) -> list[Problem]:
    """Every citation and measured number that a text names exists; every source is used.

    Without ``evidence``, because the model failed, the measured numbers are taken on trust.
    """
    manifest, texts = exercise.manifest, exercise.texts
    folder = f"exercises/{manifest.id}"
    problems = []
    if "{{" in texts.intro:
        what = "A measured number stands in the introduction, read before the algorithm speaks."
        problems.append(Problem(f"{folder}/intro.md", "", what, "Move it to the debrief."))
    named: list[str] = [benchmark.citation for benchmark in manifest.benchmarks]
    for file, text in (
        (f"{folder}/intro.md", texts.intro),
        (f"{folder}/debrief.md", texts.debrief),
        (f"{folder}/guide.md", texts.guide),
        (f"models/{manifest.model}/card.md", texts.card),
    ):
        named += cited(text)
        try:
            render(text, manifest.citations, evidence)
        except ContentError as error:
            problems.append(Problem(file, "", str(error), "Correct the name, or add it."))
    known = {citation.id for citation in manifest.citations}
    for missing in sorted({b.citation for b in manifest.benchmarks} - known):
        what = f"A benchmark cites {missing!r}, which is not among the citations."
        problems.append(Problem(f"{folder}/exercise.toml", "benchmarks", what, "Add it."))
    for unused in sorted(known - set(named)):
        what = f"The source {unused!r} is never cited."
        mend = f"Cite it as [@{unused}] where it is used, or take it out."
        problems.append(Problem(f"{folder}/exercise.toml", "citations", what, mend))
    return problems
