"""What is told of a patient: the story, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

Row = Mapping[str, float]

CAME = ("was admitted short of breath", "was brought in breathless", "came in gasping for air")
SINCE = (
    (2, ("It began yesterday.", "It came on overnight.")),
    (6, ("It has grown over a few days.", "It began some days ago.")),
    (22, ("It has crept up for a week or more.", "It has been getting worse for over a week.")),
)
COUGHS = {
    0: ("has hardly coughed", "brings nothing up"),
    1: ("coughs up whitish sputum", "brings up clear sputum"),
    2: ("coughs up green sputum", "brings up thick yellow sputum"),
}
SMOKES = ((1, "has never smoked"), (20, "has smoked a little"), (111, "has smoked for decades"))


def _one(choices: tuple[str, ...], rng: np.random.Generator) -> str:
    return choices[int(rng.integers(len(choices)))]


def story(row: Row, rng: np.random.Generator) -> str:
    """The admission in three short sentences, from what is seen and told."""
    person, they = ("man", "He") if row["sex"] == 1 else ("woman", "She")
    article = "An" if 80 <= row["age"] < 90 else "A"
    since = _one(next(said for below, said in SINCE if row["days"] < below), rng)
    coughs = _one(COUGHS[round(row["sputum"])], rng)
    smokes = next(said for below, said in SMOKES if row["pack_years"] < below)
    told = [coughs, smokes] if rng.random() < 0.5 else [smokes, coughs]
    opening = f"{article} {row['age']:.0f}-year-old {person} {_one(CAME, rng)}."
    return f"{opening} {since} {they} {told[0]} and {told[1]}."


NAMES = (("pneumonia", "pneumonia"), ("failure", "heart failure"), ("copd", "exacerbation of COPD"))


def truth_sentence(row: Row) -> str:
    """What the ward round settled on, days later, with cultures and echocardiogram."""
    held = [name for column, name in NAMES if row[column] == 1]
    beside = f", with {held[1]} beside it" if len(held) > 1 else ""
    if row["pneumonia"] == 1:
        return f"Pneumonia{beside}."
    return f"No pneumonia: {held[0]}{beside}."
