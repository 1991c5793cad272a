"""Texts: empty ones, what was left to be written, and numbers that no source stands for."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tutor.content import source_positions
from tutor.content.form.manifests import EXERCISE
from tutor.content.pack import TABLE, Exercise, Pack, Problem
from tutor.content.rules import Rule

# What `equipoise new` and the importers leave to be written, and what people leave in its place.
_PLACEHOLDER = re.compile(
    r"\b(?:TODO|TBD|TBA|FIXME|XXX+|TKTK)\b|\?\?\?|\blorem ipsum\b|\bYour course team\b"
    r"|\bSay in a (?:few lines|sentence) what\b|\bWrite the question that this failure raises\b"
    r"|\bwould act on it\b|\bWrite here (?:who|which)\b|\bstate here the export\b"
    r"|\[(?:insert|your|name|citation needed)\b[^\]]*\]|<(?:insert|your)\b[^>]*>",
    re.IGNORECASE,
)
_WORD = re.compile(r"\w{2,}")
_RATE = re.compile(
    r"(?<![\d.,])(\d+(?:[.,]\d+)?\s?(?:%|per ?cent\b)|\d+ (?:of|in|out of) (?:every )?\d+)"
)
_SOURCE = re.compile(r"\[@|\{\{|\]\(https?:|\bdoi\b|\barXiv\b")
_STRINGS = ("question", "asks", "action", "blurb", "title", "discipline", "authors", "ethics")


def text_problems(exercise: Exercise, strict: bool) -> Iterator[Problem]:
    """What is wrong with the words of one exercise and of its card."""
    for file, text in _texts(exercise):
        if not _WORD.search(text):
            yield Problem(
                file, "", "There is no word in this text.", "Write it.", rule=Rule.EMPTY_TEXT
            )
        elif strict:
            yield from _unfinished(file, text)
            yield from _typed(exercise, file, text)
    if strict:
        yield from _unfinished_manifest(exercise)


def _texts(exercise: Exercise) -> Iterator[tuple[str, str]]:
    texts, folder = exercise.texts, f"exercises/{exercise.folder.name}"
    for name in ("intro", "debrief", "guide"):
        yield f"{folder}/{name}.md", getattr(texts, name)
    yield f"models/{exercise.manifest.model}/card.md", texts.card


def _unfinished(file: str, text: str) -> Iterator[Problem]:
    for number, line in enumerate(text.split("\n"), 1):
        if found := _PLACEHOLDER.search(line):
            yield Problem(
                file, "", _still(found[0]), "Write your own words.", number, rule=Rule.PLACEHOLDER
            )


def _unfinished_manifest(exercise: Exercise) -> Iterator[Problem]:
    said = exercise.manifest.model_dump(mode="json", include={*_STRINGS})
    file = f"exercises/{exercise.folder.name}/{EXERCISE}"
    text = (exercise.folder / EXERCISE).read_text(encoding="utf-8-sig")
    for key, value in said.items():
        words = (
            value.values() if isinstance(value, dict) else [value] if str(value) == value else value
        )
        for word in words:
            if found := _PLACEHOLDER.search(str(word)):
                line = source_positions.of_words(text, found[0])
                yield Problem(
                    file,
                    key,
                    _still(found[0]),
                    "Write your own words.",
                    line,
                    rule=Rule.PLACEHOLDER,
                )


def unfinished_manifests(pack: Pack) -> Iterator[Problem]:
    """What is still to be written in ``pack.toml`` and in each ``model.toml``."""
    for path in [pack.root / "pack.toml", *sorted(pack.root.glob(f"models/*/{TABLE}"))]:
        name = path.relative_to(pack.root).as_posix()
        for number, line in enumerate(path.read_text(encoding="utf-8-sig").split("\n"), 1):
            key, _, value = line.partition("=")
            if not line.lstrip().startswith("#") and (found := _PLACEHOLDER.search(value)):
                yield Problem(
                    name,
                    key.strip(),
                    _still(found[0]),
                    "Write your own words.",
                    number,
                    rule=Rule.PLACEHOLDER,
                )


def _still(words: str) -> str:
    return f"“{words}” stands here still: this is to be written."


def _typed(exercise: Exercise, file: str, text: str) -> Iterator[Problem]:
    """Rates that somebody typed, in a paragraph that names no source and no measurement."""
    allowed = {_plain(found) for found in _RATE.findall(exercise.manifest.action)}
    for start, paragraph in _paragraphs(text):
        if _SOURCE.search(paragraph):
            continue
        for typed in exercise.manifest.numbers:
            paragraph = paragraph.replace(typed.phrase, re.sub(r"\d", "-", typed.phrase))
        for match in _RATE.finditer(paragraph):
            if _plain(match[0]) not in allowed:
                what = f"The number “{match[0]}” is typed, and its paragraph names no source."
                mend = (
                    "Fill it in from what is measured, as {{mode:id:inside}}; cite its source, as "
                    "[@id]; or say in `numbers` of exercise.toml why it may stand there."
                )
                yield Problem(
                    file,
                    "",
                    what,
                    mend,
                    start + paragraph[: match.start()].count("\n"),
                    rule=Rule.TYPED_NUMBER,
                )


def _plain(rate: str) -> str:
    return re.sub(r"\s+", "", rate).replace(",", ".")


def _paragraphs(text: str) -> Iterator[tuple[int, str]]:
    """Each paragraph with the line that it begins on."""
    line = 1
    for piece in re.split(r"(\n\s*\n)", text):
        if piece.strip():
            yield line, piece
        line += piece.count("\n")
