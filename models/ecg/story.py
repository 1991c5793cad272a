"""The words: who comes and why, and what turned out to be true."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutor.kit.rhythm_strip import ESCAPE, FREE, PACED

Array = NDArray[Any]
Row = Mapping[str, float]


def truth_sentence(row: Row) -> str:
    """What holds for this patient's rhythm, in a cardiologist's words."""
    count, driven = int(row["ectopy"]), int(row["driven"])
    site = "ventricular" if row["ventricular"] else "atrial"
    extra = f" with {count} premature {site} beat{'s' if count > 1 else ''}" if count else ""
    tremor = "; tremor disturbs the trace" if row["tremor"] > 0 else ""
    if row["fibrillation"]:
        rate = f"{row['rate']:.0f} a minute"
        pace = {
            FREE: "the ventricles follow irregularly",
            PACED: f"a pacemaker drives the ventricles at {rate}",
            ESCAPE: f"complete heart block, with an escape rhythm of {rate}",
        }
        return f"Atrial fibrillation{extra}: no P waves; {pace[driven]}{tremor}."
    pace = {
        FREE: "a P wave before each timely QRS complex",
        PACED: "each P wave is followed by a paced QRS complex",
        ESCAPE: "complete heart block, P waves marching through",
    }
    return f"Sinus rhythm{extra}: {pace[driven]}{tremor}."


PLACES = (
    "in the emergency department",
    "at the practice",
    "on the medical ward",
    "in the heart clinic",
    "before an operation",
)
STUMBLES = ("feels the heart stumble", "tells of a pounding in the chest", "says it skips beats")
BREATHLESS = ("gets short of breath on the stairs", "has been more breathless this week")
NOTHING = ("has no complaint", "feels well", "came for something else")


def story(row: Row, rng: np.random.Generator) -> str:
    """Two sentences from the clinic: nothing that is not seen, felt or told."""
    age, woman = f"{row['age']:.0f}", bool(row["sex"])
    who = f"{'An' if age[0] == '8' else 'A'} {age}-year-old {'woman' if woman else 'man'}"
    told = [STUMBLES[rng.integers(3)]] if row["palpitations"] else []
    told += [BREATHLESS[rng.integers(2)]] if row["breathless"] else []
    told = told or [NOTHING[rng.integers(3)]]
    seen = f" {'Her' if woman else 'His'} hands tremble meanwhile." if row["tremor_seen"] else ""
    strip = f"{who} has a rhythm strip recorded {PLACES[rng.integers(len(PLACES))]}."
    return f"{strip} {'She' if woman else 'He'} {' and '.join(told)}.{seen}"
