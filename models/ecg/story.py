"""The words: who comes and why, and what turned out to be true."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from tutor.kit.pictures.ecg.signal import COARSE, ESCAPE, FREE, PACED
from tutor.kit.story import Person, choose

from .cohort import HIDDEN

Row = Mapping[str, float]


def truth_sentence(row: Row) -> str:
    """What holds for this patient's rhythm, in a cardiologist's words."""
    beats = _early_beats(row)
    tremor = " Tremor disturbs the trace." if row["tremor"] > 0 else ""
    if row["atria"] == HIDDEN:
        again = "a second recording" if row["tremor"] > COARSE else "a recording with twelve leads"
        tremor += f" The atria do not show on this strip; they did on {again}."
    rate = f"{row['rate']:.0f} a minute"
    if row["fibrillation"]:
        pace = {
            FREE: "no P waves, and the ventricles follow irregularly",
            PACED: f"no P waves; a pacemaker drives the ventricles at {rate}",
            ESCAPE: f"no P waves; complete heart block, with an escape rhythm of {rate}",
        }
        return f"Atrial fibrillation{beats}: {pace[int(row['driven'])]}.{tremor}"
    said = {
        FREE: f"Sinus rhythm{beats}: a P wave comes before each timely QRS complex.",
        PACED: f"Sinus rhythm{beats}: a pacemaker answers each P wave with a paced QRS complex.",
        ESCAPE: f"Complete heart block{beats}, no fibrillation: the P waves are regular, and an "
        f"escape rhythm drives the ventricles at {rate}.",
    }
    return said[int(row["driven"])] + tremor


def _early_beats(row: Row) -> str:
    site = "ventricular" if row["ventricular"] else "atrial"
    if row["ectopy"] == 1:
        return f" with a premature {site} beat"
    return f" with premature {site} beats" if row["ectopy"] else ""


PLACES = (
    "in the emergency department",
    "at the general practice",
    "on the medical ward",
    "in the cardiology clinic",
    "before an operation",
)
STUMBLES = (
    "feels the heart stumble",
    "describes palpitations",
    "says that the heart skips beats",
)
BREATHLESS = ("gets short of breath on the stairs", "has been more breathless this week")
NOTHING = ("has no complaint", "feels well", "came for another reason")


def story(row: Row, rng: np.random.Generator) -> str:
    """Two or three sentences from the clinic: only what is seen, felt or told."""
    person = Person.of(row)
    told = [choose(STUMBLES, rng)] if row["palpitations"] else []
    told += [choose(BREATHLESS, rng)] if row["breathless"] else []
    told = told or [choose(NOTHING, rng)]
    they, their = person.they.capitalize(), person.their.capitalize()
    seen = f" {their} hands tremble during the recording." if row["tremor_seen"] else ""
    strip = f"{person.introduced} has a rhythm strip recorded {choose(PLACES, rng)}."
    return f"{strip} {they} {' and '.join(told)}.{seen}"
