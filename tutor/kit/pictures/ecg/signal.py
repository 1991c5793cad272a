"""Lead II rhythm strips: drawn from the state of a heart, ten seconds at 250 Hz.

Each beat is a sum of Gaussians (McSharry PE, Clifford GD, Tarassenko L, Smith LA. A dynamical
model for generating synthetic electrocardiogram signals. IEEE Trans Biomed Eng 2003;50:289-94,
doi 10.1109/TBME.2003.808805). Fibrillation, premature beats, pacing, heart block and tremor are
added here; shapes are textbook values for adults.

A heart is a row of a cohort with these columns (heights in mV, durations in ms, rates per
minute): ``fibrillation`` 0/1; ``driven`` FREE, PACED or ESCAPE (complete heart block); ``rate`` of
the ventricles; ``sinus_rate``; ``swing`` and ``af_spread``, the relative variation of RR in sinus
rhythm and in fibrillation; ``ectopy``, how many beats come early, ``coupling``, how early (a share
of the usual RR) and ``ventricular`` 0/1, whence; ``pr``, ``qrs``, ``qtc``; ``p_height``,
``r_height``, ``t_height``; ``f_height`` and ``f_rate`` (Hz) of fibrillatory waves; ``tremor`` and
``tremor_rate`` (Hz); ``trace_seed``, from which all that is random in the trace follows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tutor.kit.cohorts import Patients

Array = NDArray[Any]

RATE_HZ = 250
SAMPLES = 10 * RATE_HZ
PAD = 150  # samples on either side, so that waves that cross an edge need no special case
BEATS = 36
MOST_EARLY = 5
FREE, PACED, ESCAPE = 0, 1, 2  # what drives the ventricles
COARSE = 0.20  # mV; more tremor than this hides what the atria do
TIME = (np.arange(SAMPLES) / RATE_HZ).astype(np.float32)
TURN = np.float32(2 * np.pi)

Wave = tuple[ArrayLike, ArrayLike, ArrayLike]  # offset (s), width (s), height (mV), per beat


@dataclass(frozen=True)
class Noise:
    """All that is random in the traces, drawn from each row's own seed.

    A row has the same noise alone, in any batch and under any intervention.
    """

    normal: Array  # (n, BEATS)
    uniform: Array  # (n, BEATS)
    white: Array  # (n, SAMPLES)

    @classmethod
    def of(cls, seeds: Array) -> Noise:
        """The noise of the rows with these seeds."""
        n = len(seeds)
        noise = cls(*(np.empty((n, k), np.float32) for k in (BEATS, BEATS, SAMPLES)))
        for i, seed in enumerate(seeds):
            stream = np.random.Generator(np.random.SFC64(int(seed)))
            for fill, rows in (
                (stream.standard_normal, noise.normal),
                (stream.random, noise.uniform),
                (stream.standard_normal, noise.white),
            ):
                fill(out=rows[i], dtype=np.float32)
        return noise


@dataclass(frozen=True)
class Beats:
    """When the ventricles beat, in seconds, and which beats come early; arrays ``(n, BEATS)``."""

    at: Array
    early: Array

    @classmethod
    def of(cls, p: Patients, noise: Noise) -> Beats:
        """The beats of conducted, fibrillating or driven ventricles, with those that come early."""
        af, driven = _column(p, "fibrillation") == 1, _column(p, "driven")
        mean = 60.0 / _column(p, "rate")
        z = np.clip(noise.normal, -2.2, 2.2).astype(float)
        breath = np.sin(2 * np.pi * (0.25 * mean * np.arange(BEATS) + noise.uniform[:, :1]))
        sinus = 1 + _column(p, "swing") * breath + 0.010 * z
        steady = 1 + np.where(driven == PACED, 0.002, 0.008) * z
        follows = (driven == FREE) | ((driven == PACED) & ~af)
        chaos = np.exp(_column(p, "af_spread") * z)
        ratio = np.where(follows, np.where(af, chaos, sinus), steady)
        early = _early(_column(p, "ectopy"), mean, noise)
        after = np.roll(early, 1, axis=1)
        coupling = np.maximum(_column(p, "coupling"), 0.40 / mean)
        # A ventricular beat leaves the sinus node alone: the pause makes up for it. An atrial one
        # resets the node. Fibrillation knows no pause, nor does a pacemaker.
        full = (_column(p, "ventricular") == 1) & (driven == FREE) & ~af
        pause = np.where(full, 2 - coupling, np.where((driven == FREE) & ~af, 1.12, 1.0))
        ratio = np.where(early, coupling * (1 + 0.03 * z), np.where(after, ratio * pause, ratio))
        rr = np.maximum(ratio * mean, 0.30)
        rr[:, 0] = -noise.uniform[:, 1] * mean[:, 0]
        return cls(np.cumsum(rr, axis=1), early)


def _early(count: Array, mean: Array, noise: Noise) -> Array:
    """Which beats come early: one in each of ``count`` equal shares of the strip."""
    early = np.zeros(noise.normal.shape, dtype=bool)
    share = (10.0 / mean - 3) / np.maximum(count, 1)
    for j in range(MOST_EARLY):
        beat = 2 + (j + 0.15 + 0.7 * noise.uniform[:, [2 + j]]) * share
        index = np.clip(beat, 2, BEATS - 1).astype(int)
        here = np.take_along_axis(early, index, axis=1) | (j < count)
        np.put_along_axis(early, index, here, axis=1)
    return early


def _column(p: Patients, name: str) -> Array:
    return p[name].astype(float)[:, None]


def _add(traces: Array, at: Array, waves: list[Wave], half: int) -> None:
    """Add Gaussian waves around each time ``at`` (n, k), over ``half`` samples to either side."""
    rows, beats = np.nonzero((at > -0.4) & (at < 10.4))
    centre = at[rows, beats]
    first = np.rint(centre * RATE_HZ).astype(int)
    window = np.arange(-half, half + 1)
    time = ((first / RATE_HZ - centre)[:, None] + window / RATE_HZ).astype(np.float32)
    total = np.zeros_like(time)
    for wave in waves:
        offset, width, height = (
            np.broadcast_to(part, at.shape)[rows, beats, None].astype(np.float32) for part in wave
        )
        total += height * np.exp(-0.5 * ((time - offset) / width) ** 2)
    where = (rows * traces.shape[1] + first + PAD)[:, None] + window
    traces += np.bincount(where.ravel(), total.ravel(), traces.size).reshape(traces.shape)


def _p_waves(p: Patients, beats: Beats, noise: Noise) -> tuple[Array, Wave]:
    """P waves: before each conducted beat, on their own where the node is blocked, or none."""
    af, block = _column(p, "fibrillation") == 1, _column(p, "driven") == ESCAPE
    ventricular = _column(p, "ventricular") == 1
    ectopic, hidden = beats.early & ~ventricular & ~block, beats.early & ventricular & ~block
    lead = (_column(p, "qrs") / 2 + _column(p, "pr")) / 1000 - 0.050
    own = (np.arange(BEATS) + noise.uniform[:, [8]]) * 60 / _column(p, "sinus_rate") - 0.5
    at = np.where(block, own, beats.at - lead - 0.012 * ectopic)
    other = np.where(noise.uniform[:, [9]] < 0.4, -0.75, 0.55)
    height = _column(p, "p_height") * np.where(ectopic, other, 1.0) * ~(af | hidden)
    return at, (0.0, np.where(ectopic, 0.016, 0.021), height)


def _qrs_and_t(p: Patients, beats: Beats, noise: Noise) -> tuple[list[Wave], Array, list[Wave]]:
    """QRS waves about each R; when each T peaks, and its waves: discordant where QRS is wide."""
    premature = beats.early & (_column(p, "ventricular") == 1)
    paced = (_column(p, "driven") == PACED) & ~premature
    wide = premature | paced
    r, k = _column(p, "r_height"), _column(p, "qrs") / 90
    # Paced from the right ventricle's apex, lead II points down.
    main = r * np.where(paced, -0.85, np.where(noise.uniform[:, [10]] < 0.6, 1.25, -1.1))
    q = -0.02 - 0.08 * noise.uniform[:, [11]]
    s = -0.06 - 0.24 * noise.uniform[:, [12]]
    narrow = ((-0.026 * k, 0.008 * k, q), (0.0 * k, 0.0105 * k, r), (0.029 * k, 0.010 * k, s))
    broad = ((-0.036, 0.017, 0.35 * main), (0.002, 0.021, 0.85 * main), (0.046, 0.020, 0.42 * main))
    qrs: list[Wave] = [
        (np.where(wide, b[0], n[0]), np.where(wide, b[1], n[1]), np.where(wide, b[2], n[2]))
        for b, n in zip(broad, narrow, strict=True)
    ]
    spike = -(_column(p, "qrs") / 2000 + 0.012)
    qrs.append((spike, 0.0025, np.where(paced, 0.5, 0.0)))
    mean = 60 / _column(p, "rate")
    before = np.diff(beats.at, axis=1, prepend=beats.at[:, :1] - mean)
    qt = _column(p, "qtc") / 1000 * np.sqrt(np.clip(0.7 * mean + 0.3 * before, 0.4, 1.5))
    peak = qt - np.where(wide, 155, _column(p, "qrs")) / 2000 - 0.085
    t = np.where(wide, -0.28 * main, _column(p, "t_height"))
    # Two Gaussians: a T wave rises slowly and falls quickly.
    return qrs, beats.at + peak, [(-0.034, 0.052, 0.5 * t), (0.008, 0.034, 0.62 * t)]


def _baseline(p: Patients, noise: Noise) -> Array:
    """Fibrillatory waves, tremor, wander and fine noise, shape ``(n, SAMPLES)``, in mV."""
    u = noise.uniform[:, 14:]
    out = (0.004 + 0.006 * u[:, :1]) * noise.white
    out += (0.02 + 0.04 * u[:, 1:2]) * np.sin(TURN * ((0.15 + 0.2 * u[:, 2:3]) * TIME + u[:, 3:4]))
    for name, waves in (("fibrillation", _fibrillatory), ("tremor", _tremor)):
        some = p[name] > 0
        if some.any():
            out[some] += waves(p.take(some), u[some, 4:], noise.white[some])
    return out


def _fibrillatory(p: Patients, u: Array, white: Array) -> Array:
    """Saw-like waves whose rate and height never settle."""
    slow = np.sin(TURN * ((0.3 + 0.4 * u[:, :1]) * TIME + u[:, 1:2]))
    quick = np.sin(TURN * ((1.1 + 0.7 * u[:, 2:3]) * TIME + u[:, 3:4]))
    phase = TURN * (_column(p, "f_rate").astype(np.float32) * TIME + u[:, 4:5])
    phase += 1.3 * slow + 0.9 * quick
    height = _column(p, "f_height").astype(np.float32) * (1 + 0.45 * slow * quick)
    return np.asarray(height * (np.sin(phase) + 0.35 * np.sin(2 * phase + 1)))


def _tremor(p: Patients, u: Array, white: Array) -> Array:
    """A limb's tremor with bursts of muscle potentials riding on it, swelling and fading."""
    beat = np.sin(
        TURN * (_column(p, "tremor_rate").astype(np.float32) * TIME + u[:, 6:7])
        + 0.8 * np.sin(TURN * (0.45 * TIME + u[:, 7:8]))
    )
    swell = 0.55 + 0.45 * np.sin(TURN * ((0.12 + 0.1 * u[:, 8:9]) * TIME + u[:, 9:10]))
    muscle = np.repeat(white[:, ::4], 4, axis=1) * (0.25 + 0.75 * (beat > 0.3))
    return np.asarray(_column(p, "tremor").astype(np.float32) * swell * (0.5 * beat + muscle))


def draw(p: Patients) -> Array:
    """Lead II in mV, shape ``(n, SAMPLES)``, in steps of 5 microvolts."""
    noise = Noise.of(p["trace_seed"])
    beats = Beats.of(p, noise)
    padded = np.zeros((p.n, SAMPLES + 2 * PAD))
    p_at, p_wave = _p_waves(p, beats, noise)
    qrs, t_at, t_waves = _qrs_and_t(p, beats, noise)
    _add(padded, p_at, [p_wave], 18)
    _add(padded, beats.at, qrs, 26)
    _add(padded, t_at, t_waves, 42)
    return np.asarray(np.rint((padded[:, PAD:-PAD] + _baseline(p, noise)) * 200) / 200)
