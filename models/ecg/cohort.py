"""Atrial fibrillation read by a machine from a ten-second rhythm strip.

Each patient's lead II is drawn at 250 Hz as sums of Gaussians per beat (McSharry PE, Clifford GD,
Tarassenko L, Smith LA. IEEE Trans Biomed Eng 2003;50:289-94, doi 10.1109/TBME.2003.808805) from
latent states drawn in causal order. The algorithm reads what a detector of QRS complexes measures
on that trace: when the ventricles beat, not what the atria do. It learned from a library of clean
strips and now reads a hospital's, where beats come early, patients tremble and pacemakers keep
time. Published: 442 of 2,298 computer readings of atrial fibrillation were wrong (Bogun F, et al.
Am J Med 2004;117:636-42). How often the hospital's strips hold premature beats, tremor or a paced
rhythm is chosen to give that figure; shapes and rates are textbook values for adults.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutor.kit import (
    Mask,
    Patients,
    World,
    happens,
    sigmoid,
)
from tutor.kit.pictures.ecg.signal import COARSE, ESCAPE, FREE, PACED

Array = NDArray[Any]
HIDDEN = 2  # of ``atria``: 0 no P waves, 1 P waves, 2 the strip does not show what there is
FLAT = 0.05  # share of patients whose atria hardly show in lead II


def simulate(n: int, seed: int, **do: Any) -> Patients:
    """Draw ``n`` adults whose strip was recorded because an arrhythmia was suspected.

    ``library=1`` gives the strips of a teaching library. Amplitudes in mV, intervals in ms,
    rates per minute. Prevalences are chosen; directions are those of medical textbooks. ``sex`` is
    coded as in `tutor.kit.story`; ``atria`` is what the strip shows of them.
    """
    w = World(n, seed, do)
    library = w.draw("library", lambda s: np.zeros(n, dtype=int))
    w.draw("sex", lambda s: happens(s, 0.5, n))
    age = w.draw("age", lambda s: np.clip(s.normal(68, 13, n), 25, 96).round())
    high = w.draw("hypertension", lambda s: happens(s, sigmoid(-0.2 + 0.04 * (age - 68)), n))
    failing = w.draw("heart_failure", lambda s: happens(s, sigmoid(-1.8 + 0.035 * (age - 68)), n))
    logit = -0.80 + 0.04 * (age - 68) + 0.3 * high + 0.7 * failing
    af = w.draw("fibrillation", lambda s: happens(s, sigmoid(logit), n))
    ectopy, driven, tremor = _disturbances(w, library, af, age)
    pulse = _rhythm(w, af, driven, age, failing)
    flat = _shapes(w, driven)
    # Two early beats in ten seconds are felt; a single one may go unnoticed.
    uneven = ((af == 1) & (driven == FREE)) | (ectopy >= 2)
    chance = np.where(uneven, 1.0, np.where(ectopy == 1, 0.6, 0.0))
    felt = w.draw("pulse_rhythm", lambda s: happens(s, chance, n))
    w.draw("pulse", lambda s: np.clip(pulse + s.normal(0, 2, n), 30, 180).round())
    fitted = np.where(driven == PACED, 1.0, 0.03)
    w.draw("pacemaker", lambda s: happens(s, fitted, n))
    w.draw("tremor_seen", lambda s: happens(s, np.where(tremor > 0, 0.95, 0.05), n))
    palpitations = -1.2 + 1.3 * felt
    w.draw("palpitations", lambda s: happens(s, sigmoid(palpitations), n))
    breathless = -1.3 + 1.4 * failing + 0.4 * af
    w.draw("breathless", lambda s: happens(s, sigmoid(breathless), n))
    pressure = 131 + 0.2 * (age - 68) + 9 * high - 9 * failing
    w.draw("systolic", lambda s: np.clip(pressure + s.normal(0, 15, n), 85, 205).round())
    potassium = 4.2 + 0.15 * failing
    w.draw("potassium", lambda s: np.clip(s.normal(potassium, 0.4), 2.8, 6.2).round(1))
    hidden = (tremor > COARSE) | (flat == 1)
    w.draw("atria", lambda s: np.where(hidden, HIDDEN, 1 - af))
    for place in ("on_strip_atria", "on_strip_rhythm", "on_strip_baseline"):
        w.draw(place, lambda s: np.zeros(n, dtype=int))
    return w.patients()


def _disturbances(w: World, library: Array, af: Array, age: Array) -> tuple[Array, Array, Array]:
    """Premature beats, pacemaker or complete heart block, tremor: rare or absent in the library."""
    n = w.n

    def premature(s: np.random.Generator) -> Array:
        some = s.random(n) < np.where(library == 1, 0.10, 0.154)
        count = some * s.choice(np.arange(1, 6), n, p=[0.28, 0.26, 0.22, 0.14, 0.10])
        return np.asarray(np.where(library == 1, np.minimum(count, 1), count))

    def drive(s: np.random.Generator) -> Array:
        chance = np.where(library == 1, 0.0, 0.10 + 0.001 * (age - 68))
        u = s.random(n)
        return np.select([u < 0.6 * chance, u < chance], [PACED, ESCAPE], FREE)

    def shaking(s: np.random.Generator) -> Array:
        some = s.random(n) < np.where(library == 1, 0.0, 0.05)
        return (some * s.uniform(0.06, 0.34, n)).round(3)

    ectopy = w.draw("ectopy", premature)
    driven = w.draw("driven", drive)
    tremor = w.draw("tremor", shaking)
    # Premature beats are atrial only where the atria beat and the ventricles follow them.
    follows = (af == 0) & (driven == FREE)
    w.draw("ventricular", lambda s: np.maximum(happens(s, 0.25, n), ~follows))
    w.draw("coupling", lambda s: s.uniform(0.58, 0.74, n).round(3))
    return ectopy, driven, tremor


def _rhythm(w: World, af: Array, driven: Array, age: Array, failing: Array) -> Array:
    """Rates per minute of the sinus node, of conducted fibrillation and of the ventricles."""
    n = w.n
    sinus = w.draw("sinus_rate", lambda s: np.clip(s.normal(74 + 5 * failing, 12), 48, 118).round())
    conducted = w.draw("af_rate", lambda s: np.clip(s.normal(94, 18, n), 62, 160).round())
    paced = w.draw("paced_rate", lambda s: s.choice([60, 65, 70, 75], n))
    own = w.draw("escape_rate", lambda s: np.clip(s.normal(44, 4, n), 34, 54).round())
    tracked = np.where(af == 1, paced, sinus)  # a pacemaker follows the atria where they beat
    free = np.where(af == 1, conducted, sinus)
    w.draw("af_spread", lambda s: np.clip(s.normal(0.24, 0.025, n), 0.20, 0.30).round(3))
    swing = 0.045 * np.exp(-0.03 * (age - 45))  # respiratory sinus arrhythmia falls with age
    w.draw("swing", lambda s: np.clip(s.lognormal(0, 0.4, n) * swing, 0.005, 0.09).round(3))
    return w.draw(
        "rate", lambda s: np.select([driven == PACED, driven == ESCAPE], [tracked, own], free)
    )


def _shapes(w: World, driven: Array) -> Array:
    """Intervals and amplitudes of lead II; gives back in whom the atria hardly show there."""
    n = w.n
    w.draw("pr", lambda s: np.clip(s.normal(160, 16, n), 124, 198).round())
    width = np.select([driven == PACED, driven == ESCAPE], [156.0, 102.0], 90.0)
    spread = np.select([driven == PACED, driven == ESCAPE], [9.0, 9.0], 7.0)
    qrs = w.draw("qrs", lambda s: np.clip(s.normal(width, spread), 74, 184).round())
    centre = 418 + 0.5 * (qrs - 90)
    w.draw("qtc", lambda s: np.clip(s.normal(centre, 18), 360, 520).round())
    flat = w.draw("flat", lambda s: happens(s, FLAT, n))
    size = np.where(flat == 1, 0.12, 1.0)
    w.draw("p_height", lambda s: (size * np.clip(s.normal(0.15, 0.03, n), 0.09, 0.23)).round(3))
    w.draw("r_height", lambda s: np.clip(s.lognormal(-0.05, 0.22, n), 0.55, 1.5).round(3))
    w.draw("t_height", lambda s: np.clip(s.lognormal(-1.35, 0.25, n), 0.14, 0.45).round(3))
    w.draw("f_height", lambda s: (size * np.clip(s.lognormal(-2.7, 0.3, n), 0.035, 0.13)).round(3))
    w.draw("f_rate", lambda s: s.uniform(4.5, 8.0, n).round(2))
    w.draw("tremor_rate", lambda s: s.uniform(4.2, 6.0, n).round(2))
    w.draw("trace_seed", lambda s: s.integers(0, 2**31, n))
    return flat


def in_scope(p: Patients) -> Mask:
    """Patients who give a clinician a reason to look twice, by what can be seen, felt or told."""
    signs = (p["pulse_rhythm"] == 1) | (p["tremor_seen"] == 1) | (p["pacemaker"] == 1)
    return np.asarray(signs | (p["palpitations"] == 1) | (p["pulse"] < 56) | (p["pulse"] > 95))
