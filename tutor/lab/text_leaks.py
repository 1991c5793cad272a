"""Texts that are read before the first case: none may name a case's answer or a failure.

What is held against them: the failure modes (a title as it stands, or a sentence about the
algorithm with most of the words of a mode's title, first sentence or group of patients), the
model's own words for an alert or for its silence, and sentences that say of a numbered case, or of
every second one, how it ends.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tutor.content import source_positions
from tutor.content.check import MANIFEST, manifest_text
from tutor.content.pack import Exercise, Problem
from tutor.content.rules import Rule
from tutor.kit.teaching import TeachingModel
from tutor.lab.problem_location import Source

FIELDS = ("title", "blurb", "question", "asks", "action")
MOST_SHARED = 0.75  # of the content words of a failure's title or sentence
MOST_PARAPHRASED = 0.6  # of the content words of a sentence that says how the algorithm fails
FEWEST = 3  # content words that make a title one's own

_SENTENCE = re.compile(r"[^.!?\n]+")
_WORD = re.compile(r"[^\W\d_]{3,}")
_PLAIN = re.compile(
    r"the|and|for|that|this|with|from|are|was|were|has|have|had|its|his|her|their|them|they|not"
    r"|who|whom|whose|what|which|when|where|whether|into|than|then|there|these|those|some|any|all"
    r"|does|did|but|because|every|algorithms?|model|patients?|cases?"
)
_WHICH = (
    r"(?:(?:case|patient|picture|number)s?\s+(?:no\.?\s*)?\d+"
    r"|(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|last"
    r"|\d+(?:st|nd|rd|th)|every (?:other|second|third)|odd|even)(?:[ -]numbered)?"
    r"\s+(?:\w+\s+)?(?:case|patient|picture)s?)"
)
_ENDS = "ill|sick|healthy|well|positive|negative|alarm|alert|false|wrong|missed|diseased"
_ALGORITHM = re.compile(
    r"\b(?:algorithm|machine|computer|software|model|score|tool|AI)s?\b", re.IGNORECASE
)
_ERRS = re.compile(
    r"\b(?:miss(?:es)?|wrong(?:ly)?|errs?|errors?|fails?|mistak\w+|fooled|misled|false(?:ly)?"
    r"|over-?calls?|alarms?|alerts?)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Failure:
    """A failure mode's words; ``inside`` are the patients whom it touches."""

    title: str
    sentence: str
    inside: str = ""


@dataclass(frozen=True)
class Names:
    """What texts must not give away, in the words of a model or of a bank of written cases.

    ``chart``: by the column of a finding, what stands beside its value.
    """

    condition: str
    absence: str
    alert_says: str
    silent_says: str
    failures: tuple[Failure, ...]
    chart: Mapping[str, str]

    @classmethod
    def of(cls, model: TeachingModel) -> Names:
        """The words of a model."""
        modes = (Failure(mode.title, mode.sentence, mode.inside) for mode in model.failure_modes)
        said = (model.condition, model.absence, model.alert_says, model.silent_says)
        chart = {found.column: f"{found.label}\n{found.note}" for found in model.findings}
        return cls(*said, tuple(modes), chart)


def text_leaks(exercise: Exercise, names: Names) -> Iterator[Problem]:
    """Every sentence of the introduction and of the manifest's lines that gives something away."""
    folder = f"exercises/{exercise.folder.name}"
    ends = re.compile(rf"\b(?:{_ends(names)})\b", re.IGNORECASE)
    manifest = manifest_text(exercise)
    texts = [(f"{folder}/intro.md", "", exercise.texts.intro)]
    texts += [(f"{folder}/{MANIFEST}", key, getattr(exercise.manifest, key)) for key in FIELDS]
    for file, key, text in texts:
        for sentence in _SENTENCE.findall(text):
            if given := _given_away(sentence, names, ends):
                if key:
                    line = source_positions.of_key(manifest, (key,))
                else:
                    line = source_positions.of_words(text, sentence.strip())
                what = f"“{_short(sentence)}” {given}, before the first case is judged."
                yield Problem(
                    file, key, what, "Move it to the debrief.", line, rule=Rule.TEXT_GIVES_AWAY
                )
    yield from _chart_leaks(exercise, names, ends)


def _chart_leaks(exercise: Exercise, names: Names, ends: re.Pattern[str]) -> Iterator[Problem]:
    """The same of what stands in the chart beside a finding."""
    source = Source(exercise)
    for column, text in names.chart.items():
        for sentence in _SENTENCE.findall(text):
            says = "says how the algorithm fails" if _fails(sentence) else ""
            if given := _given_away(sentence, names, ends) or says:
                what = f"“{_short(sentence)}” {given}, before the case is judged."
                where, place = f"finding {column}", source.feature(column)
                mend, rule = "Move it to the debrief.", Rule.TEXT_GIVES_AWAY
                yield source.in_model(where, what, mend, place, rule)


def _fails(sentence: str) -> bool:
    return bool(_ALGORITHM.search(sentence) and _ERRS.search(sentence))


def _given_away(sentence: str, names: Names, ends: re.Pattern[str]) -> str:
    """What the sentence gives away, as the end of a sentence of its own; empty for nothing."""
    which = re.search(rf"\b{_WHICH}\b", sentence, re.IGNORECASE)
    if which and ends.search(sentence.replace(which[0], " ")):
        return "says how a case ends"
    lower = sentence.lower()
    if any(says.lower() in lower for says in (names.alert_says, names.silent_says)):
        return "says what the algorithm will say"
    mode = next((mode for mode in names.failures if _names(sentence, mode)), None)
    return f"names the failure “{mode.title}”" if mode else ""


def _names(sentence: str, mode: Failure) -> bool:
    """Whether the sentence is the failure's own, or tells of the algorithm what the failure is."""
    if len(_content(mode.title)) >= FEWEST - 1 and mode.title.lower() in sentence.lower():
        return True
    if not _ALGORITHM.search(sentence):
        return False
    first = _SENTENCE.search(mode.sentence)
    words, fewest = _content(sentence), FEWEST
    tells = [_content(mode.title), _content(first[0] if first else "")]
    if _ERRS.search(sentence):
        fewest -= 1
        tells.append(_content(mode.inside))
    if any(len(of) >= fewest and len(words & of) >= MOST_SHARED * len(of) for of in tells):
        return True
    if not _ERRS.search(sentence):
        return False
    own = words - _content(" ".join(_ERRS.findall(sentence)))
    shared = own & frozenset().union(*tells)
    return len(shared) >= FEWEST and len(shared) >= MOST_PARAPHRASED * len(own)


def _content(text: str) -> frozenset[str]:
    """The words that carry meaning, without the endings of number and person."""
    words = (word for word in _WORD.findall(text.lower()) if not _PLAIN.fullmatch(word))
    return frozenset(re.sub(r"(?:ies|es|s|ing|ed|e|y)$", "", word) for word in words)


def _ends(names: Names) -> str:
    own = (re.sub(r"^(?:a|an|the) ", "", name) for name in (names.condition, names.absence))
    return "|".join([*(re.escape(name) for name in own if name), _ENDS])


def _short(sentence: str) -> str:
    plain = " ".join(sentence.split())
    return plain if len(plain) <= 80 else f"{plain[:79]}…"
