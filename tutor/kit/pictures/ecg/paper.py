"""A rhythm strip as a clinician meets it: on paper, and in words."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

import numpy as np

from tutor.kit.cohorts import Patients
from tutor.kit.drawing import Picture, trace
from tutor.kit.pictures.ecg.signal import COARSE, ESCAPE, PACED, Beats, Noise, draw

Row = Mapping[str, float]
WIDE, HIGH = 135, 66  # mm of paper
LOW = 0.03  # mV; neither P waves nor fibrillatory waves of less can be made out


def rhythm_picture(row: Row) -> Picture:
    """The strip on paper, 25 mm/s and 10 mm/mV, cut into two rows of five seconds.

    Its view box and its width are in millimetres of paper: 135 wide and 66 high. A page may show
    it at that size.
    """
    one = Patients({name: np.array([value]) for name, value in row.items()})
    strip = draw(one)[0]
    alt = describe(row)
    pairs = strip.reshape(-1, 2)
    middle = np.median(strip)
    taller = np.abs(pairs - middle).argmax(axis=1)  # keeps the tip of every R and spike
    points = (pairs[np.arange(len(pairs)), taller] + 1.0) / 3.0
    rows = "".join(
        f'<polyline transform="translate(100 0)" points="{trace(half, 1250, top, 300)}"/>'
        f'<path d="M20 {top + 200}H35V{top + 100}H85V{top + 200}H100"/>'
        for half, top in ((points[:625], 0), (points[625:], 300))
    )
    labels = "".join(
        f'<text x="{x}" y="{y}" font-size="{size}">{text}</text>'
        for x, y, size, text in (
            (18, 62, 46, "II"),
            (18, 362, 46, "II"),
            (20, 646, 34, "25 mm/s"),
            (200, 646, 34, "10 mm/mV"),
        )
    )
    return Picture(_paper(alt, rows, labels), alt)


def _paper(alt: str, rows: str, labels: str) -> str:
    """Rows and labels, in tenths of a millimetre, on ruled paper with a mark each second."""
    seconds = "".join(f"M{100 + 250 * k} {y}v14" for y in (0, 300) for k in range(6))
    return (
        f'<svg viewBox="0 0 {WIDE} {HIGH}" width="{WIDE}mm" role="img" aria-label="{escape(alt)}">'
        '<g transform="scale(0.1)"><rect width="1350" height="660" fill="#fff8f5"/>'
        f'<path d="{_grid(10)}" stroke="#f3cfc8" stroke-width="0.9" fill="none"/>'
        f'<path d="{_grid(50)}" stroke="#e2978b" stroke-width="1.7" fill="none"/>'
        f'<path d="{seconds}" stroke="#4a4347" stroke-width="2.4" fill="none"/>'
        '<g fill="none" stroke="#17171b" stroke-width="3.2" stroke-linejoin="round" '
        f'stroke-linecap="round">{rows}</g>'
        f'<g fill="#17171b" font-family="Source Sans 3,system-ui,sans-serif">{labels}</g></g></svg>'
    )


def _grid(step: int) -> str:
    across = "".join(f"M{x} 0V600" for x in range(0, 1351, step))
    return across + "".join(f"M0 {y}H1350" for y in range(0, 601, step))


def describe(row: Row) -> str:
    """What a colleague would say of the strip without naming the rhythm."""
    one = Patients({name: np.array([value]) for name, value in row.items()})
    beats = Beats.of(one, Noise.of(one["trace_seed"]))
    inside = (beats.at[0] >= 0) & (beats.at[0] < 10)
    rr = np.diff(beats.at[0][inside])
    said = [
        "Rhythm strip, lead II, 10 seconds at 25 mm/s and 10 mm/mV.",
        f"{int(inside.sum())} QRS complexes, {row['qrs']:.0f} ms wide; the intervals between them"
        f" run from {rr.min():.2f} to {rr.max():.2f} s.",
        _say_atria(row),
        _say_early(row, int((beats.early[0] & inside).sum())),
    ]
    if row["driven"] == PACED:
        said.append("A thin vertical spike stands before each wide, downward QRS complex.")
    if row["tremor"] > 0:
        said.append(
            "Jagged deflections, about five a second, swell and fade over the line"
            f" and hide {'most' if row['tremor'] > COARSE else 'parts'} of it."
        )
    return " ".join(sentence for sentence in said if sentence)


def _say_atria(row: Row) -> str:
    if row["tremor"] > COARSE:
        return "Whether small waves precede the QRS complexes cannot be told on this strip."
    if max(row["p_height"], row["f_height"]) < LOW:
        return "No small wave can be made out before the QRS complexes; the line there is flat."
    if row["fibrillation"]:
        return (
            "No wave of constant shape precedes the QRS complexes; between them the line undulates"
            f" without rest, by about {row['f_height'] * 22:.0f} mm, never twice alike."
        )
    if row["driven"] == ESCAPE:
        return (
            f"Small rounded waves of constant shape come {row['sinus_rate']:.0f} a minute,"
            " evenly, with no fixed relation to the QRS complexes."
        )
    return (
        "A small rounded wave of constant shape precedes each timely QRS complex,"
        f" {row['pr'] / 1000:.2f} s from its start to the start of the QRS."
    )


def _say_early(row: Row, early: int) -> str:
    if not early:
        return ""
    said = "1 beat comes early:" if early == 1 else f"{early} beats come early:"
    hidden = row["tremor"] > COARSE or max(row["p_height"], row["f_height"]) < LOW
    if hidden and not row["ventricular"]:
        return f"{said} narrow."
    if row["ventricular"]:
        return f"{said} wide, of another shape, with no small wave before it."
    return f"{said} narrow, after a small wave of another shape; the next beat is a little late."
