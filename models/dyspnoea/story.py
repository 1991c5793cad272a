"""What is told of a patient: the story, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from tutor.kit import Person, choose

Row = Mapping[str, float]

FAST = 26  # breaths a minute: from here on a patient may be said to gasp
CAME = ("was admitted short of breath", "was brought in breathless")
GASPING = "came in gasping for air"
SINCE = (
    (2, ("It began yesterday.", "It came on overnight.")),
    (6, ("It has grown over a few days.", "It began some days ago.")),
    (22, ("It has come on slowly for a week or more.", "It has grown for over a week.")),
)
COUGHS = {
    0: ("has hardly coughed", "coughs up nothing"),
    1: ("coughs up whitish sputum", "coughs up clear sputum"),
    2: ("coughs up green sputum", "coughs up thick yellow sputum"),
}
SMOKES = ((1, "has never smoked"), (20, "has smoked a little"), (111, "has smoked for many years"))


def story(row: Row, rng: np.random.Generator) -> str:
    """The admission in three short sentences, from what is seen and told."""
    person = Person.of(row)
    since = choose(next(said for below, said in SINCE if row["days"] < below), rng)
    coughs = choose(COUGHS[round(row["sputum"])], rng)
    smokes = next(said for below, said in SMOKES if row["pack_years"] < below)
    told = [coughs, smokes] if rng.random() < 0.5 else [smokes, coughs]
    came = choose((*CAME, GASPING) if row["breaths"] >= FAST else CAME, rng)
    they = person.they.capitalize()
    return f"{person.introduced} {came}. {since} {they} {told[0]} and {told[1]}."


NAMES = (
    ("pneumonia", "pneumonia"),
    ("failure", "heart failure"),
    ("copd", "an exacerbation of COPD"),
)


def truth_sentence(row: Row) -> str:
    """What the ward round settled on, days later, with cultures and echocardiogram."""
    held = [name for column, name in NAMES if row[column] == 1]
    if row["pneumonia"] == 1:
        second = f" with {held[1]}" if len(held) > 1 else ""
        late = "" if row["patch"] > 0 else " The X-ray did not show it on the first day."
        return f"Pneumonia{second}.{late}"
    scar = " The patch on the X-ray was an old scar." if row["patch"] > 0 else ""
    return f"No pneumonia: {' and '.join(held)}.{scar}"
