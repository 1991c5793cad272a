"""A bedside monitor as SVG: the probe's reading, the pulse and the pulse wave."""

from __future__ import annotations

from html import escape

import numpy as np
from numpy.typing import NDArray

from tutor.kit.drawing import Picture, trace

POINTS = 181
SECONDS = 6.0
HEIGHTS = ((0.5, "almost flat"), (1.0, "low"), (2.5, "of middling height"), (np.inf, "tall"))
TYPE = 'font-family="Source Sans 3,system-ui,sans-serif" font-weight="600" text-anchor="end"'


def monitor(spo2: float, pulse: float, perfusion: float, moving: bool, seed: int) -> Picture:
    """A dark screen with the pulse wave, SpO₂ (%) and the pulse (per minute).

    The wave's height follows ``perfusion`` (perfusion index, %), its raggedness ``moving``;
    ``seed`` fixes phase and noise. The SVG has one size whatever it shows, save for its label.
    """
    height = next(word for below, word in HEIGHTS if perfusion < below)
    wave = "ragged, its beats hard to tell apart" if moving else f"{height} and regular"
    alt = (
        f"Bedside monitor: oxygen saturation {spo2:.0f} percent, pulse {pulse:.0f} a minute; "
        f"the pulse wave is {wave}."
    )
    points = trace(pleth(pulse, perfusion, moving, seed), 214, 18, 114)
    # A number is padded by a blank to keep its length; anchored at the end, the blank is unseen.
    svg = (
        f'<svg viewBox="0 0 360 150" width="100%" role="img" aria-label="{escape(alt)}">'
        '<rect width="360" height="150" rx="12" fill="#0d1418"/>'
        '<path d="M240 16v118M254 80h92" stroke="#2a363e" stroke-width="1"/>'
        f'<polyline transform="translate(14 0)" points="{points}" '
        'fill="none" stroke="#62d6c8" stroke-width="2.2" stroke-linejoin="round"/>'
        f'<g {TYPE}><g fill="#62d6c8"><text x="346" y="28" font-size="14">SpO₂ %</text>'
        f'<text x="346" y="70" font-size="44">{spo2:3.0f}</text></g>'
        '<g fill="#f2c14e"><text x="346" y="98" font-size="14">Pulse /min</text>'
        f'<text x="346" y="135" font-size="36">{pulse:3.0f}</text></g></g></svg>'
    )
    return Picture(svg, alt)


def pleth(pulse: float, perfusion: float, moving: bool, seed: int) -> NDArray[np.float64]:
    """Six seconds of the pulse wave, shape ``(181,)``, about 0 to 1."""
    stream = np.random.default_rng(seed)
    seconds = np.linspace(0.0, SECONDS, POINTS)
    phase = (seconds * pulse / 60 + stream.random()) % 1.0
    beat = np.exp(-(((phase - 0.24) / 0.10) ** 2)) + 0.4 * np.exp(-(((phase - 0.52) / 0.11) ** 2))
    wave = 0.06 + 0.85 * perfusion / (perfusion + 1.8) * beat
    if moving:
        rough = np.convolve(stream.normal(0, 1, POINTS + 4), [0.2, 0.3, 0.3, 0.1, 0.1], "valid")
        jolts = np.sin(2 * np.pi * (0.7 * seconds + stream.random()))
        wave += 0.15 + 0.24 * rough + 0.18 * jolts
    return np.asarray(wave)
