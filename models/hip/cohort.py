"""Hip fracture read from who was X-rayed where, after Badgeley 2019.

Patients are drawn in causal order: bones and a fall → fracture → what the examiner suspects →
where, how urgently and on which unit the hip is X-rayed → what the request says. The film is then
drawn and measured. The algorithm tells fractures well without ever looking at one: age and weight
show on the film, so does the unit, and the request says what the examiner feared.

Sources, by their ids in ``exercise.toml``: badgeley2019 (the ladder of areas under the curve:
image, with patient data, with process variables, matched on the one, matched on both); zech2018
(three hospitals and their prevalences: the hospital alone sorts the films); deleanu2015 (how many
fractures a film does not show). Sizes of effects are set so that these figures follow; all else is
a teaching choice. The marks of the units are invented.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tutor.kit import (
    Mask,
    Patients,
    World,
    happens,
    sigmoid,
)

Draw = Callable[[str, Callable[[np.random.Generator], Any]], None]
OUTPATIENT, WARD, ACUTE = 0, 1, 2  # departments
ROUTINE, URGENT = 0, 1
WALKS = 2  # of 0 not at all, 1 with help, 2 walks
DENSE, PALE = 0.60, 0.45  # on the film's scale of 0 to 1
OCCULT = 0.10  # of undisplaced fractures: that near 5 in 100 fractures is Deleanu 2015
# Zech 2018: films and prevalences (34.2, 1.2, 1.0 %) of three hospitals, the first one ours.
SHARES = np.array([42_396, 112_120, 3_807]) / 158_323
LEVELS = np.array([-1.16, -5.45, -5.45])  # logit of fracture at 74 years, no fall


def simulate(n: int, seed: int, **do: Any) -> Patients:
    """``n`` adults whose hip was filmed, drawn in causal order; every column has shape ``(n,)``.

    ``pooled=1`` draws from the three hospitals of Zech 2018 instead of the one. Age in years, body
    mass index in kg/m², pain 0 to 10, ``bone`` mineral 0 to 1 and the ``density`` it gives the
    film, ``hour`` 0 to 23. A fracture is ``occult`` where the film does not show it.
    """
    world = World(n, seed, do)
    drawn: dict[str, Any] = {}

    def draw(name: str, equation: Callable[[np.random.Generator], Any]) -> None:
        drawn[name] = world.draw(name, equation)

    for stage in (_people, _injury, _work_up):
        stage(draw, drawn, n)
    return world.patients()


def _people(draw: Draw, p: dict[str, Any], n: int) -> None:
    draw("pooled", lambda s: np.zeros(n, dtype=int))
    draw("hospital", lambda s: np.where(p["pooled"] == 1, s.choice(3, n, p=SHARES), 0))
    draw("sex", lambda s: happens(s, 0.4, n))
    draw("age", lambda s: np.round(np.clip(s.normal(74, 11, n), 45, 98)))
    years = p["age"] - 74
    draw("bmi", lambda s: np.round(np.clip(s.normal(26.5 - 0.06 * years, 4.3), 16, 42), 1))
    usual = 0.55 - 0.017 * years + 0.16 * p["sex"] + 0.008 * (p["bmi"] - 26)
    draw("bone", lambda s: np.round(np.clip(s.normal(usual, 0.09), 0, 1), 2))
    draw("density", lambda s: p["bone"])
    draw("side", lambda s: s.integers(0, 2, n))
    draw("fold", lambda s: happens(s, sigmoid(-1.6 + 0.12 * (p["bmi"] - 26)), n))
    draw("film_seed", lambda s: s.integers(0, 2**31, n))


def _injury(draw: Draw, p: dict[str, Any], n: int) -> None:
    years = p["age"] - 74
    draw("fall", lambda s: happens(s, sigmoid(-0.5 + 0.02 * years), n))
    logit = LEVELS[p["hospital"]] + 0.03 * years - 0.1 * p["sex"] - 0.03 * (p["bmi"] - 26)
    logit += 1.65 * p["fall"] - 2.3 * (p["bone"] - 0.5)
    draw("fracture", lambda s: happens(s, sigmoid(logit), n))
    draw("line", lambda s: s.integers(0, 2, n))
    draw("displaced", lambda s: happens(s, 0.55, n) * p["fracture"])
    hidden = p["fracture"] * (1 - p["displaced"])
    draw("occult", lambda s: happens(s, OCCULT, n) * hidden)
    draw("break_shown", lambda s: p["fracture"] - p["occult"])
    hurts = 5.2 + 1.5 * p["fracture"]
    draw("pain", lambda s: np.round(np.clip(s.normal(hurts, 2.0), 0, 10)))
    draw("leg", lambda s: happens(s, np.where(p["displaced"] == 1, 0.70, 0.04), n))
    able = 1.8 - 0.8 * p["fracture"] - 0.8 * p["displaced"] - 0.15 * (p["pain"] - 5)
    most = np.where(p["displaced"] == 1, WALKS - 1, WALKS)
    draw("walks", lambda s: np.minimum(np.digitize(s.normal(able, 1.0), [0.5, 1.5]), most))


def _work_up(draw: Draw, p: dict[str, Any], n: int) -> None:
    """What the examiner suspects, and from there the department, the order and the unit."""
    feared = 1.75 * p["fracture"] + 0.4 * p["fall"] + 0.12 * (p["pain"] - 5)
    draw("suspicion", lambda s: s.normal(feared, 1))
    fear = p["suspicion"]
    draw("place", lambda s: np.digitize(s.normal(fear, 0.6), [0.8, 1.2]))
    place = p["place"]
    press = sigmoid(-2.0 + 1.5 * fear + 0.8 * (place == ACUTE))
    draw("urgency", lambda s: happens(s, press, n))
    office = place == OUTPATIENT
    draw("hour", lambda s: np.where(office, s.integers(8, 18, n), s.integers(0, 24, n)))
    urgent = p["urgency"]
    pull = np.stack(
        [
            np.where(office, 1.1, -0.1) - 1.0 * urgent,  # CLINIC
            np.where(place == ACUTE, 0.65, -0.4),  # EMERGENCY
            np.where(place == WARD, 1.2, 0.0) - 1.6 + 1.3 * urgent,  # PORTABLE
        ]
    )
    draw("scanner", lambda s: np.argmax(pull + s.gumbel(size=(3, n)), axis=0))
    # The request as it is written: the words alone, which no longer change what is done.
    draw("department", lambda s: place)
    draw("priority", lambda s: urgent)
    for place_on_film in ("on_film_cortex", "on_film_alignment", "on_film_marks"):
        draw(place_on_film, lambda s: np.zeros(n, dtype=int))


def in_scope(p: Patients) -> Mask:
    """Patients with pain, save those with a short leg who cannot stand: that settles it."""
    return np.asarray((p["pain"] >= 3) & ~((p["leg"] == 1) & (p["walks"] == 0)))
