"""The photograph from the district clinic: a reader of fundus photographs that is usually right.

People with diabetes are drawn in causal order: diabetes → damage to small vessels → lesions of the
retina; age and nerves → lens and pupil → what the camera makes of the eye. The photograph is drawn
from that state and read from its pixels (the package `tutor.kit.pictures.fundus`). A
referable retina shows more than microaneurysms (moderate or worse, Wilkinson 2003, doi
10.1016/S0161-6420(03)00475-5). The algorithm learned from readable photographs. On those it is set
to reach what Raumviboonsuk 2019 (doi 10.1038/s41746-019-0099-8) reports; how many photographs
cannot be read follows Beede 2020 (doi 10.1145/3313831.3376718). Directions of all other effects
are those of textbooks, their sizes chosen; the share with referable disease is higher than in a
screening programme, so that both answers are met.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutor.kit import (
    Mask,
    Patients,
    World,
    counts,
    happens,
    sigmoid,
)
from tutor.kit.pictures.fundus.photograph import (
    BLURRED,
    DARK,
    DUST,
    GLARE,
    MOST_BLOTS,
    MOST_DOTS,
    SHARP,
)

Array = NDArray[Any]
# Photographs with dust or with a reflection; blur and darkness follow from lens and pupil.
DUSTY, GLARING = 0.048, 0.040
LESIONS = ("microaneurysms", "haemorrhages", "exudates", "new_vessels")


def simulate(n: int, seed: int, **do: Any) -> Patients:
    """``n`` adults with diabetes who come for the yearly photograph; columns of shape ``(n,)``.

    HbA1c in %, pressure in mmHg, albumin/creatinine in mg/mmol, pupil in mm, acuity decimal
    (1.0 is 6/6), lesion diameters in µm, ``fault`` as in `tutor.kit.pictures.fundus`.
    ``needs_referral`` is 1 where the retina is ``referable`` or nobody can grade the photograph
    (blurred or dark).
    """
    w = World(n, seed, do)
    age = w.draw("age", lambda s: np.clip(s.normal(60, 11, n), 24, 90).round())
    w.draw("sex", lambda s: happens(s, 0.5, n))
    w.draw("left_eye", lambda s: happens(s, 0.5, n))
    w.draw("eye_seed", lambda s: s.integers(0, 2**31, n))
    w.draw("pigment", lambda s: s.random(n).round(3))
    known = np.log(8) + 0.01 * (age - 60)
    years = w.draw(
        "diabetes_years",
        lambda s: np.clip(np.exp(s.normal(known, 0.7)), 0, np.minimum(age - 20, 40)).round(),
    )
    sugar = w.draw("hba1c", lambda s: np.clip(s.normal(7.9, 1.5, n), 5.2, 14).round(1))
    pressure = 134 + 0.3 * (age - 60)
    systolic = w.draw("systolic", lambda s: np.clip(s.normal(pressure, 15), 95, 205).round())
    frail = w.draw("small_vessels", lambda s: s.normal(0, 1, n))  # of unknown cause
    damage = 0.10 * (years - 9) + 0.40 * (sugar - 7.9) + 0.015 * (systolic - 134) + 1.0 * frail
    referable, lesions = _retina(w, damage)
    _body(w, damage)
    haze, fault = _camera(w, age, years)
    _sight(w, age, haze, lesions["exudates"], lesions["new_vessels"])
    seen = w.draw("gradable_by_eye", lambda s: ~np.isin(fault, (BLURRED, DARK)) * 1)
    _what_shows(w, seen, lesions)
    w.draw("needs_referral", lambda s: np.maximum(referable, 1 - seen))
    for place in ("on_photo_red", "on_photo_yellow", "on_photo_vessels", "on_photo_quality"):
        w.draw(place, lambda s: np.zeros(n, dtype=int))
    return w.patients()


def _retina(w: World, damage: Array) -> tuple[Array, dict[str, Array]]:
    """Lesions: none, microaneurysms only, or more; gives back whether referable, and which."""
    n = w.n

    def stage(s: np.random.Generator) -> Array:
        height = damage + s.logistic(0, 0.7, n)
        return np.digitize(height, [-0.2, 1.35, 3.6])

    grade = w.draw("grade", stage)
    more = np.maximum(damage, 0)

    def count(s: np.random.Generator, mean: Array, least: Array, most: int) -> Array:
        return np.minimum(least + counts(s, mean, most), most)

    dots = w.draw(
        "microaneurysms",
        lambda s: (grade > 0) * count(s, 1.2 + 0.7 * more, np.ones(n, int), MOST_DOTS),
    )
    bleeds = (grade > 1) * (0.8 + 1.0 * more + 2.0 * (grade > 2))
    blots = w.draw(
        "haemorrhages",
        lambda s: (grade > 1) * count(s, bleeds, happens(s, 0.93, n), MOST_BLOTS),
    )
    leak = np.where(blots == 0, 1.0, 0.45)
    fat = w.draw(
        "exudates", lambda s: (grade > 1) * happens(s, leak, n) * (1 + s.poisson(0.5, n).clip(0, 3))
    )
    grown = w.draw("new_vessels", lambda s: (grade > 2) * happens(s, 0.6, n))
    w.draw("confluent", lambda s: happens(s, 0.7, n))
    w.draw("dot_size", lambda s: np.clip(s.normal(116, 8, n), 90, 125).round())
    w.draw("blot_size", lambda s: np.clip(s.normal(343, 55, n), 220, 520).round())
    w.draw("conspicuity", lambda s: np.clip(s.normal(1, 0.08, n), 0.8, 1.2).round(3))
    referable = ((blots > 0) | (fat > 0) | (grown > 0)).astype(int)
    w.draw("referable", lambda s: referable)
    return referable, dict(zip(LESIONS, (dots, blots, fat, grown), strict=True))


def _what_shows(w: World, seen: Array, lesions: Mapping[str, Array]) -> None:
    """What a person sees of the lesions: nothing where the photograph cannot be graded."""

    def shown(lesion: str) -> Callable[[np.random.Generator], Array]:
        return lambda s: np.asarray(seen * lesions[lesion])

    for lesion in LESIONS:
        w.draw(f"seen_{lesion}", shown(lesion))


def _body(w: World, damage: Array) -> None:
    """Kidney and nerves, which share the retina's small vessels."""
    n = w.n
    leak = np.log(2.0) + 0.55 * damage
    w.draw("acr", lambda s: np.clip(np.exp(s.normal(leak, 0.8)), 0.3, 300).round(1))
    w.draw("feet_numb", lambda s: happens(s, sigmoid(-1.7 + 0.8 * damage), n))
    w.draw("travel", lambda s: np.clip(np.exp(s.normal(np.log(2), 0.5, n)), 0.5, 8).round(1))


def _camera(w: World, age: Array, years: Array) -> tuple[Array, Array]:
    """Lens, pupil and the state of the camera: is the photograph sharp, bright and clean?"""
    n = w.n
    haze = w.draw("lens_haze", lambda s: happens(s, sigmoid(-2.5 + 0.12 * (age - 60)), n))
    lit = w.draw("lit_room", lambda s: happens(s, 0.4, n))
    wide = 4.5 - 0.85 * lit - 0.03 * (age - 60) - 0.03 * (years - 9)
    pupil = w.draw("pupil", lambda s: np.clip(s.normal(wide, 0.7), 1.5, 7).round(1))
    blurred = 0.010 + 0.27 * haze
    dark = 0.52 * sigmoid((3.15 - pupil) / 0.15)

    def fault(s: np.random.Generator) -> Array:
        u = s.random(n)
        edges = np.cumsum([blurred, dark, np.full(n, DUSTY), np.full(n, GLARING)], axis=0)
        return np.select(list(u < edges), [BLURRED, DARK, DUST, GLARE], SHARP)

    state = w.draw("fault", fault)
    w.draw("defocus", lambda s: np.clip(s.normal(3.0, 0.5, n), 2.2, 4.5).round(1))
    w.draw("light", lambda s: np.clip(s.normal(0.24, 0.04, n), 0.16, 0.32).round(3))
    w.draw("specks", lambda s: s.integers(2, 8, n))
    w.draw("strength", lambda s: s.random(n).round(3))
    return haze, state


def _sight(w: World, age: Array, haze: Array, fat: Array, grown: Array) -> None:
    n = w.n
    lost = 0.006 * np.maximum(age - 55, 0) + 0.16 * haze + 0.15 * (fat > 0) + 0.15 * grown
    chart = -(lost - 0.05)
    w.draw("acuity", lambda s: np.clip(10 ** s.normal(chart, 0.07), 0.1, 1.2).round(1))
    w.draw("floaters", lambda s: happens(s, 0.07 + 0.35 * grown, n))


def in_scope(p: Patients) -> Mask:
    """Every poor photograph, and readable ones with few lesions of a clear size.

    Left out are eyes without any spot, eyes full of lesions, and spots so near the line between
    a microaneurysm and a haemorrhage that specialists too would differ.
    """
    few = (p["haemorrhages"] <= 4) & (p["exudates"] <= 1) & (p["new_vessels"] == 0)
    clear = (p["blot_size"] >= 320) & (p["conspicuity"] >= 0.95)
    dots = (p["microaneurysms"] >= 1) & (p["dot_size"] <= 118) & (p["confluent"] == 0)
    readable = np.where(p["referable"] == 1, few & clear, dots)
    return np.asarray((p["fault"] != SHARP) | readable)
