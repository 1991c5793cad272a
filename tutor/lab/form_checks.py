"""Rules of form that need the model: its threshold, units that texts name, what they give away."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tutor.content.form.manifests import action_problem
from tutor.content.pack import Exercise, Problem
from tutor.content.rules import Rule
from tutor.content.source_positions import of_words
from tutor.kit.features import Feature
from tutor.kit.teaching import TeachingModel
from tutor.lab.text_leaks import Names, text_leaks

# Units of one quantity: a text that names another than the chart's speaks of other numbers.
FAMILIES = (
    ("°C", "°F"),
    ("mmHg", "kPa"),
    ("kg", "lb"),
    ("cm", "inches"),
    ("mg/L", "mg/dL", "g/L", "g/dL", "µg/L", "mmol/L", "µmol/L", "pmol/L", "ng/mL"),
)
_NEAR = 30  # characters between a finding's name and its number


def form_problems(exercise: Exercise, model: TeachingModel) -> Iterator[Problem]:
    """The action against the threshold, units against those of the chart, and what texts name."""
    if wrong := action_problem(exercise, model.threshold):
        yield wrong
    yield from text_leaks(exercise, Names.of(model))
    texts, folder = exercise.texts, f"exercises/{exercise.folder.name}"
    for file, text in (
        (f"{folder}/intro.md", texts.intro),
        (f"{folder}/debrief.md", texts.debrief),
        (f"{folder}/guide.md", texts.guide),
        (f"models/{model.id}/card.md", texts.card),
    ):
        for feature in model.findings:
            yield from _other_unit(file, text, feature)


def _other_unit(file: str, text: str, feature: Feature) -> Iterator[Problem]:
    family = next((units for units in FAMILIES if feature.unit in units), ())
    conventional = feature.conventional.unit if feature.conventional else ""
    others = [unit for unit in family if unit not in (feature.unit, conventional)]
    if not others:
        return
    names = "|".join(re.escape(name) for name in {feature.label, feature.name})
    units = "|".join(re.escape(unit) for unit in others)
    pattern = rf"\b(?:{names})\b[^.,;:\n\d]{{0,{_NEAR}}}(\d[\d.,]*\s?(?:{units}))(?![\w/])"
    for match in re.finditer(pattern, text, re.IGNORECASE):
        what = f"The text says “{match[1]}” of {feature.label!r}, whose unit is {feature.unit}."
        mend = f"Write the number in {feature.unit}."
        yield Problem(file, "", what, mend, of_words(text, match[0]), rule=Rule.UNIT_IN_TEXT)
