"""Prove a pack's texts against what its models measure; the numbers themselves are the lab's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tutor.content import source_positions
from tutor.content.links import bad_links
from tutor.content.pack import Exercise, Problem
from tutor.content.rules import Rule
from tutor.content.texts import cited, unknown_names

MANIFEST = "exercise.toml"
RIGHT = "{{measured:right}}"


def check_texts(exercise: Exercise, evidence: Mapping[str, Any] | None) -> list[Problem]:
    """Every citation and measured number that a text names exists; every source is used.

    Every link leads out. Without ``evidence``, because the
    model failed, the measured numbers are taken on trust.
    """
    texts, folder = exercise.texts, f"exercises/{exercise.folder.name}"
    problems, named = [], [benchmark.citation for benchmark in exercise.manifest.benchmarks]
    if "{{" in texts.intro:
        what = "A measured number stands in the introduction, read before the algorithm speaks."
        line = source_positions.of_words(texts.intro, "{{")
        problems.append(
            Problem(
                f"{folder}/intro.md",
                "",
                what,
                "Move it to the debrief.",
                line,
                rule=Rule.NUMBER_TOO_EARLY,
            )
        )
    for file, text in (
        (f"{folder}/intro.md", texts.intro),
        (f"{folder}/debrief.md", texts.debrief),
        (f"{folder}/guide.md", texts.guide),
        (f"models/{exercise.manifest.model}/card.md", texts.card),
    ):
        named += cited(text)
        for name, what in unknown_names(text, exercise.manifest.citations, evidence):
            mend, line = "Correct the name, or add it.", source_positions.of_words(text, name)
            problems.append(Problem(file, "", what, mend, line, rule=Rule.UNKNOWN_NAME))
        problems += [
            Problem(file, "", what, mend, at, rule=Rule.LINK) for at, what, mend in bad_links(text)
        ]
    card = f"models/{exercise.manifest.model}/card.md"
    if RIGHT not in texts.card:
        what = "It does not say how often the algorithm is right."
        problems.append(
            Problem(
                card,
                "",
                what,
                f"Say it with {RIGHT}, which is measured.",
                rule=Rule.HOW_OFTEN_RIGHT,
            )
        )
    return [*problems, *_sources(exercise, f"{folder}/{MANIFEST}", set(named))]


def manifest_text(exercise: Exercise) -> str:
    """``exercise.toml`` as written, to find lines in; empty where it has gone meanwhile."""
    try:
        return (exercise.folder / MANIFEST).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return ""


def _sources(exercise: Exercise, file: str, named: set[str]) -> Iterator[Problem]:
    """Benchmarks whose source is missing, and sources that nobody names."""
    manifest, text = exercise.manifest, manifest_text(exercise)
    known = {citation.id: at for at, citation in enumerate(manifest.citations)}
    for at, benchmark in enumerate(manifest.benchmarks):
        if (missing := benchmark.citation) not in known:
            what = f"A benchmark cites {missing!r}, which is not among the citations."
            line = source_positions.of_key(text, ("benchmarks", at, "citation"))
            yield Problem(file, "benchmarks", what, "Add it.", line, rule=Rule.MISSING_SOURCE)
    for unused in sorted(known.keys() - named):
        what = f"The source {unused!r} is never cited."
        mend = f"Cite it as [@{unused}] where it is used, or take it out."
        line = source_positions.of_key(text, ("citations", known[unused], "id"))
        yield Problem(file, "citations", what, mend, line, rule=Rule.UNUSED_SOURCE)
