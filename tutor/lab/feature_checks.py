"""Units and ranges: what a finding says of itself, and whether the cohort keeps to it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from tutor.content.known_findings import impossible_unit
from tutor.kit.cohorts import Patients
from tutor.kit.features import Feature
from tutor.kit.teaching import TeachingModel

NEVER_NEGATIVE = {
    "years", "months", "mmHg", "/min", "%", "mg/L", "mg/dL", "g/L", "g/dL", "µg/L", "ng/L", "ng/mL",
    "pg/mL", "mmol/L", "µmol/L", "pmol/L", "kg", "g", "cm", "mm", "m", "kg/m²", "10⁹/L", "mL", "ms",
    "mL/min/1.73 m²", "mmol/mol",
}  # fmt: skip


@dataclass(frozen=True)
class Flaw:
    """What is wrong with the feature of a column; ``fatal`` if no case can be drawn with it."""

    column: str
    what: str
    mend: str
    fatal: bool = False


def flaws(model: TeachingModel, patients: Patients) -> Iterator[Flaw]:
    """Every flaw of the model's findings and inputs, column by column."""
    for feature in {f.column: f for f in (*model.features, *model.findings)}.values():
        yield from _as_written(feature)
        yield from _as_drawn(feature, patients[feature.column].astype(float))


def _as_written(feature: Feature) -> Iterator[Flaw]:
    name, ranges = feature.label, (feature.reference, feature.bounds, feature.men)
    if not feature.words and not feature.unit and not any(ranges):
        what = f"{name!r} is a number without a unit or a range."
        yield Flaw(feature.column, what, "Give it unit=, bounds= or words=.")
    for called, span in zip(("reference", "bounds", "men"), ranges, strict=True):
        if span and span[0] > span[1]:
            what = f"The {called}= of {name!r} runs from {span[0]:g} down to {span[1]:g}."
            yield Flaw(feature.column, what, "Write the lower end first.")
            return
    bounds = feature.bounds
    usual = [span for span in (feature.reference, feature.men) if span]
    if bounds and any(not (bounds[0] <= high and low <= bounds[1]) for low, high in usual):
        what = f"The usual range of {name!r} lies outside the values that can occur at all."
        yield Flaw(feature.column, what, "Correct reference= or bounds=; both in the same unit.")
    elif wrong := impossible_unit(feature.column, feature.label, feature.unit, ranges):
        yield Flaw(feature.column, wrong, "Correct the unit, or the range.")


def _as_drawn(feature: Feature, values: np.ndarray) -> Iterator[Flaw]:
    name = feature.label
    if not np.isfinite(values).all():
        what = f"{name!r} is no number in {int((~np.isfinite(values)).sum())} patients."
        yield Flaw(feature.column, what, "Draw a value for everyone.", fatal=True)
        return
    if feature.words:
        unsaid = sorted({int(code) for code in np.unique(np.round(values))} - set(feature.words))
        if unsaid:
            what = f"{name!r} has no word for {', '.join(map(str, unsaid[:5]))}."
            yield Flaw(feature.column, what, "Add it to words=.", fatal=True)
        words = [word.strip().lower() for word in feature.words.values()]
        if twice := next((word for word in words if words.count(word) > 1), ""):
            what = f"{name!r} has the word “{twice}” for two values: nobody can tell them apart."
            yield Flaw(feature.column, what, "Give each value a word of its own.")
        return
    if feature.unit in NEVER_NEGATIVE and values.min() < 0:
        what = f"{name!r} is below 0 in {int((values < 0).sum()):,} patients: {values.min():g}."
        mend = f"No value in {feature.unit} can be; clip the draw, or correct the table."
        yield Flaw(feature.column, what, mend)
    elif feature.bounds and feature.bounds[0] <= feature.bounds[1]:
        low, high = float(values.min()), float(values.max())
        slack = 0.5 * 10.0**-feature.decimals  # what is said is rounded
        if low < feature.bounds[0] - slack or high > feature.bounds[1] + slack:
            what = (
                f"{name!r} runs from {low:g} to {high:g} in the cohort; its bounds are "
                f"{feature.bounds[0]:g} to {feature.bounds[1]:g}."
            )
            yield Flaw(feature.column, what, "Clip the draw, or widen bounds=.")
