"""One mammogram, four populations: cancer is rare in some places and common in others.

Women are drawn in causal order: who she is, where she comes from (which fixes how common cancer
is), cancer, what she notices, what the clinical breast examination finds, and the mammogram. The
mammogram finds 90 of 100 cancers and is suspicious in 9 of 100 other women wherever it is taken.
The algorithm learned in a breast clinic. It reads neither the place nor the examination, and takes
every mammogram for one of today.

Sources of the mechanism: Gigerenzer 2007, doi 10.1111/j.1539-6053.2008.00033.x (1 %, 90 %, 9 %);
the other prevalences are those of the published arithmetic; Carney 2003, doi
10.7326/0003-4819-138-3-200302040-00008 (denser breasts: more cancers missed, more false alarms).
What women notice, the examination, scars and old mammograms have sizes chosen for teaching.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tutor.kit import (
    Patients,
    World,
    happens,
    sigmoid,
)

Draw = Callable[[str, Callable[[np.random.Generator], Any]], None]
CHECK, SCREENING, PRACTICE, CLINIC = range(4)
PER_THOUSAND = np.array([1, 10, 100, 340])  # women with cancer, by place
# Intercepts that make the mean risk of the whole cohort 0.1, 1, 10 and 34 %.
INTERCEPT = np.array([-7.1434, -4.8301, -2.4168, -0.8466])
SENSITIVITY, FALSE_POSITIVE = 0.90, 0.09  # Gigerenzer 2007
# By density a to d, of which 10, 40, 40 and 10 % of women: the means are 90 % and 9 %.
DENSITY_SHARES = np.cumsum([0.10, 0.40, 0.40, 0.10])[:-1]
FINDS = np.array([0.99, 0.965, 0.865, 0.69])
ALARMS = np.array([0.05, 0.08, 0.105, 0.11])
SCAR_ALARMS = 0.35
NOTHING, PAIN, LUMP, SKIN = range(4)
# Shares of nothing, pain, lump, skin or nipple change: by place, without and with cancer.
NOTICED = np.array(
    [
        [[0.900, 0.080, 0.015, 0.005], [0.90, 0.03, 0.05, 0.02]],
        [[0.900, 0.080, 0.015, 0.005], [0.90, 0.03, 0.05, 0.02]],
        [[0.00, 0.45, 0.45, 0.10], [0.00, 0.08, 0.72, 0.20]],
        [[0.15, 0.50, 0.28, 0.07], [0.55, 0.02, 0.31, 0.12]],
    ]
)
NOT_EXAMINED, NOT_FELT, SMOOTH, HARD = range(4)
# Shares of nothing felt, a smooth lump, a hard lump: no lump noticed or one, without, with cancer.
FELT = np.array(
    [
        [[0.80, 0.18, 0.02], [0.42, 0.10, 0.48]],
        [[0.30, 0.66, 0.04], [0.05, 0.17, 0.78]],
    ]
)


def simulate(n: int, seed: int, **do: Any) -> Patients:
    """``n`` women of 40 to 74 years, in causal order; every column has shape ``(n,)``.

    ``setting`` is 0 to 3 (health check, screening, family practice, breast clinic),
    ``prevalence`` women with cancer per 1,000 there, ``noticing`` the place whose pattern of
    complaints and examination she shows (the setting's own unless set), ``film`` 0 or 1 (the
    mammogram is clear or suspicious), ``months_since`` its age (0: taken at this visit).
    """
    world = World(n, seed, do)
    drawn: dict[str, Any] = {}

    def draw(name: str, equation: Callable[[np.random.Generator], Any]) -> None:
        drawn[name] = world.draw(name, equation)

    for stage in (_women, _illness, _complaint, _film):
        stage(draw, drawn, n)
    return world.patients()


def _women(draw: Draw, p: dict[str, Any], n: int) -> None:
    draw("age", lambda r: np.round(np.clip(r.normal(57, 9, n), 40, 74)))
    draw("density", lambda r: np.searchsorted(DENSITY_SHARES, r.random(n)))
    draw("relatives", lambda r: np.searchsorted([0.84, 0.98], r.random(n)))
    draw("hormones", lambda r: happens(r, 0.12, n))
    draw("children", lambda r: np.minimum(r.poisson(1.8, n), 6))
    draw("biopsies", lambda r: happens(r, 0.10, n))
    draw("bmi", lambda r: np.round(np.clip(r.normal(26.5, 4.5, n), 17, 45), 1))
    draw("scar", lambda r: happens(r, 0.06, n))


def _illness(draw: Draw, p: dict[str, Any], n: int) -> None:
    draw("setting", lambda r: np.searchsorted([0.06, 0.62, 0.72], r.random(n)))
    draw("prevalence", lambda r: PER_THOUSAND[p["setting"]])
    own = 0.03 * (p["age"] - 57) + 0.5 * p["relatives"] + 0.2 * p["hormones"]
    own += 0.25 * p["biopsies"] - 0.08 * (p["children"] - 2) + 0.015 * (p["bmi"] - 26)
    draw("risk", lambda r: sigmoid(INTERCEPT[p["setting"]] + own))
    draw("cancer", lambda r: happens(r, p["risk"], n))


def _complaint(draw: Draw, p: dict[str, Any], n: int) -> None:
    draw("noticing", lambda r: p["setting"])
    draw("noticed", lambda r: _category(r, NOTICED[p["noticing"], p["cancer"]]))
    draw("pain", lambda r: (p["noticed"] == PAIN).astype(int))
    draw("lump", lambda r: (p["noticed"] == LUMP).astype(int))
    draw("skin", lambda r: (p["noticed"] == SKIN).astype(int))
    examined = p["noticing"] >= PRACTICE

    def examination(r: np.random.Generator) -> Any:
        felt = _category(r, FELT[p["lump"], p["cancer"]])
        return np.where(examined, NOT_FELT + felt, NOT_EXAMINED)

    draw("examination", examination)


def _category(stream: np.random.Generator, shares: Any) -> Any:
    """One category per row of ``shares`` (shape ``(n, k)``)."""
    below = np.cumsum(shares, axis=1)[:, :-1]
    return (stream.random(len(shares))[:, None] >= below).sum(axis=1)


def _film(draw: Draw, p: dict[str, Any], n: int) -> None:
    waits = np.where(p["setting"] >= PRACTICE, 0.12, 0.0)
    draw("months_since", lambda r: happens(r, waits, n) * r.integers(12, 31, n))
    scarred = np.where(p["scar"] == 1, SCAR_ALARMS, ALARMS[p["density"]])
    seen = np.where(p["cancer"] == 1, np.maximum(FINDS[p["density"]], scarred), scarred)
    # A suspicious mammogram a year ago has been followed up; those left on file are clear.
    seen = np.where(p["months_since"] > 0, 0.0, seen)
    draw("film", lambda r: happens(r, seen, n))
