"""Naevus or melanoma: ink and rulers beside the lesion, after Winkler 2019.

Patients are drawn in causal order: age → lesion → its appearance → how worried a clinician was →
whether pen or scale lies beside it. Each lesion is then drawn as a dermatoscope shows it, and the
algorithm reads what a program measures on the pixels. In the cohort it learned from, lesions were
marked because someone worried; in the clinic that uses it now, marking is routine.

Sources, by their ids in ``exercise.toml``: winkler2019 (the figures; the mechanism), narla2018
(rulers). Rates of marking, of pink melanoma and of history are teaching choices; the separation of
naevi and melanomas and the rate of marking by worry were set so that the published figures follow.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutor.kit import (
    Patients,
    World,
    happens,
    sigmoid,
)

Array = NDArray[Any]
NAEVUS, MELANOMA, SPREAD = 0.27, 0.87, 0.175  # how atypical each looks, 0..1
IRREGULAR_FROM = 0.45


def simulate(n: int, seed: int, **do: Any) -> Patients:
    """Draw ``n`` adults with one melanocytic lesion each; every column has shape ``(n,)``.

    ``routine_marking`` 1 marks lesions whether or not a clinician worries, 0 only when one does;
    ``pale_share`` is the share of melanomas that hold hardly any pigment. Lengths in mm; the
    columns of the picture are those of :mod:`tutor.kit.pictures.lesion.pixels`.
    """
    w = World(n, seed, do)
    routine = w.draw("routine_marking", lambda s: np.ones(n, dtype=int))
    pale_share = w.draw("pale_share", lambda s: np.full(n, 0.12))
    w.draw("sex", lambda s: happens(s, 0.5, n))
    age = w.draw("age", lambda s: np.clip(s.normal(51, 16, n), 18, 90).round())
    family = w.draw("family", lambda s: happens(s, 0.1, n))
    risk = -1.0 + 0.035 * (age - 51) + 0.8 * family
    melanoma = w.draw("melanoma", lambda s: happens(s, sigmoid(risk), n))
    w.draw("site", lambda s: s.choice(4, n, p=[0.4, 0.2, 0.15, 0.25]))
    fast = w.draw("fast", lambda s: happens(s, 0.3 * melanoma, n))
    # A nodular melanoma, which grows fast, is more often without pigment.
    chance = np.where(melanoma == 1, pale_share * np.where(fast == 1, 2.8, 0.23), 0.10)
    pale = w.draw("pale", lambda s: happens(s, chance, n))
    usual = np.where(melanoma == 1, MELANOMA, NAEVUS)
    atypia = w.draw("atypia", lambda s: np.clip(s.normal(usual, SPREAD), 0, 1.3).round(3))
    _outline(w, np.where(pale == 1, 0.45 * atypia, atypia))
    _colour(w, atypia, pale, melanoma)
    changed, bleeds = _history(w, melanoma, fast, age)
    worry = 1.4 * melanoma + 0.5 * (changed + bleeds) + 0.5 * atypia
    worried = w.draw("worry", lambda s: s.normal(worry, 0.8))
    pen = np.where(routine == 1, 0.45, sigmoid(1.8 * (worried - 1.3)))
    marked = w.draw("marked", lambda s: happens(s, pen, n))
    # A worried clinician draws longer strokes; routine strokes do not depend on worry.
    length = w.draw("stroke", lambda s: _strokes(s, worried, routine))
    w.draw("ink", lambda s: (marked * length).round(2))
    scale = np.where(routine == 1, 0.30, sigmoid(-1.3 + 2.3 * melanoma))
    w.draw("ruler", lambda s: happens(s, scale, n))
    for name in ("on_outline", "on_colours", "on_structures", "on_skin"):
        w.draw(name, lambda s: np.zeros(n, dtype=int))
    w.draw("lesion_seed", lambda s: s.integers(0, 2**31, n))
    return w.patients()


def _strokes(stream: np.random.Generator, worried: Array, routine: Array) -> Array:
    """How long the pen's strokes are, in the unit of ``kit.pictures.lesion``: 1 is 3.4 mm."""
    by_worry = np.clip(stream.normal(0.1 + 0.35 * worried, 0.12), 0.3, 1)
    return np.where(routine == 1, stream.uniform(0.31, 0.82, len(worried)), by_worry)


def _about(w: World, name: str, usual: Any, spread: Any, low: float, high: float) -> None:
    w.draw(name, lambda s: np.clip(s.normal(usual, spread, w.n), low, high).round(3))


def _some(w: World, name: str, chance: Array, low: float, high: float) -> Array:
    """A structure that some lesions have, and how much of it."""
    return w.draw(name, lambda s: ((s.random(w.n) < chance) * s.uniform(low, high, w.n)).round(3))


def _outline(w: World, atypia: Array) -> None:
    """Skin, light and the lesion's shape."""
    _about(w, "tone", 0.28, 0.06, 0.02, 0.6)
    _about(w, "flush", 0.5, 0.12, 0, 1)
    w.draw("light", lambda s: np.ones(w.n))
    _about(w, "radius", 2.5 + 0.7 * atypia, 0.3, 1.5, 4.2)
    _about(w, "stretch", 0.10, 0.03, 0, 0.25)
    _about(w, "lopsided", 0.04 + 0.20 * atypia, 0.027, 0.01, 0.4)
    _about(w, "ragged", 0.012 + 0.06 * atypia, 0.0096, 0.002, 0.12)
    _about(w, "softness", 0.55 - 0.25 * atypia, 0.072, 0.12, 0.9)


def _colour(w: World, atypia: Array, pale: Array, melanoma: Array) -> None:
    """Colours and structures; a pale lesion has pink in place of them, a pink melanoma vessels."""
    n, full = w.n, 1 - pale
    brown = np.where(pale == 1, 0.15 - 0.09 * melanoma, 0.75 + 0.30 * atypia)
    _about(w, "brown", brown, np.where(pale == 1, 0.012, 0.09), 0.02, 1.6)
    _about(w, "mottle", 0.1 + 0.6 * atypia, 0.09, 0, 1)
    _about(w, "pink", 0.75 * pale, 0.07 * pale, 0, 1)
    _some(w, "blotch", full * sigmoid(7 * (atypia - 0.62)), 0.45, 0.7)
    _some(w, "veil", full * sigmoid(9 * (atypia - 0.80)), 0.45, 0.75)
    _some(w, "scar", full * sigmoid(9 * (atypia - 0.82)), 0.45, 0.65)
    network = _some(w, "network", full * 0.68, 0.6, 1.0)
    dotted = full * np.where(network > 0, 0.08 + 0.25 * atypia, 0.9)
    globules = _some(w, "globules", dotted, 0.5, 0.9)
    shown = (network > 0) | (globules > 0)
    w.draw("disorder", lambda s: happens(s, shown * sigmoid(8 * (atypia - 0.55)), n))
    w.draw("cysts", lambda s: np.zeros(n))
    _some(w, "vessels", (pale * melanoma).astype(float), 0.6, 1.0)


def _history(w: World, melanoma: Array, fast: Array, age: Array) -> tuple[Array, Array]:
    """What the patient reports and what palpation finds."""
    n = w.n
    usual = np.log(np.where(melanoma == 1, 1.3 - 0.7 * fast, 12.0))
    known = w.draw("years_known", lambda s: np.exp(s.normal(usual, 0.8)))
    w.draw("known_for", lambda s: np.clip(known, 0.2, age - 8).round(1))
    changing = np.where(melanoma == 1, 0.75 + 0.2 * fast, 0.10)
    changed = w.draw("changed", lambda s: happens(s, changing, n))
    bleeding = np.where(melanoma == 1, 0.08 + 0.4 * fast, 0.02)
    bleeds = w.draw("bleeds", lambda s: happens(s, bleeding, n))
    w.draw("firm", lambda s: happens(s, np.where(melanoma == 1, 0.1 + 0.75 * fast, 0.04), n))
    return changed, bleeds
