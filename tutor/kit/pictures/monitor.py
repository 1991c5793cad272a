"""A bedside monitor as SVG: the probe's reading, the pulse and the pulse wave."""

from __future__ import annotations

from html import escape

import numpy as np
from numpy.typing import NDArray

from tutor.kit.drawing import Picture, trace

POINTS = 361
NOISE_POINTS = 181
SECONDS = 6.0
HEIGHTS = ((0.5, "almost flat"), (1.0, "low"), (2.5, "of middling height"), (np.inf, "tall"))
TYPE = 'font-family="Source Sans 3,system-ui,sans-serif" font-weight="600"'
LEFT, TOP, WIDTH, HEIGHT = 18, 52, 312, 118  # of the wave, in the units of the view box
SWEEP = 226  # the point up to which the screen has just been written anew


def monitor(spo2: float, pulse: float, perfusion: float, moving: bool, seed: int) -> Picture:
    """A dark screen with the pulse wave, SpO₂ (%) and the pulse (per minute).

    The wave's height follows ``perfusion`` (perfusion index, %), its raggedness ``moving``;
    ``seed`` fixes phase and noise. The SVG has one size whatever it shows, save for its label.
    """
    height = next(word for below, word in HEIGHTS if perfusion < below)
    shape = "ragged, its beats hard to tell apart" if moving else f"{height} and regular"
    alt = (
        f"Bedside monitor: oxygen saturation {spo2:.0f} percent, pulse {pulse:.0f} a minute; "
        f"the pulse wave is {shape}."
    )
    svg = (
        f'<svg viewBox="0 0 480 200" width="100%" role="img" aria-label="{escape(alt)}">'
        '<rect width="480" height="200" rx="14" fill="#2b3136"/>'
        '<rect x="6" y="6" width="468" height="188" rx="9" fill="#04080a"/>'
        f"{_frame()}{_wave(pleth(pulse, perfusion, moving, seed))}{_numbers(spo2, pulse)}</svg>"
    )
    return Picture(svg, alt)


def _frame() -> str:
    """What stands on the screen whatever is measured."""
    rules = "".join(f"M{LEFT} {TOP + HEIGHT * k // 4}h{WIDTH}" for k in range(5))
    seconds = "".join(f"M{LEFT + WIDTH * k // 6} {TOP + HEIGHT}v5" for k in range(7))
    return (
        f'<path d="{rules}" stroke="#17262b" stroke-width="0.8" stroke-dasharray="2 5"/>'
        f'<path d="{seconds}" stroke="#5b6f76" stroke-width="1"/>'
        '<path d="M344 16v168M352 112h112" stroke="#24323a" stroke-width="1.2"/>'
        f'<g {TYPE} font-size="15"><text x="18" y="30" fill="#4fd3e6">Pleth</text>'
        '<text x="330" y="30" fill="#9fb2b9" font-size="13" text-anchor="end">6 s</text>'
        '<text x="358" y="32" fill="#4fd3e6">SpO₂</text>'
        '<text x="464" y="32" fill="#4fd3e6" text-anchor="end">%</text>'
        '<text x="358" y="134" fill="#8fe0a0">Pulse</text>'
        '<text x="464" y="134" fill="#8fe0a0" text-anchor="end">/min</text></g>'
    )


def _wave(values: NDArray[np.float64]) -> str:
    """The pulse wave, a gap running ahead of the point that is being written."""
    at = float(np.interp(SWEEP / WIDTH, np.linspace(0, 1, POINTS), values))
    down = TOP + (1 - min(max(at, 0.0), 1.0)) * HEIGHT
    points = trace(values, WIDTH, TOP, HEIGHT)
    return (
        f'<polyline transform="translate({LEFT} 0)" points="{points}" fill="none" '
        'stroke="#4fd3e6" stroke-width="2.2" stroke-linejoin="round" stroke-linecap="round"/>'
        f'<rect x="{LEFT + SWEEP}" y="{TOP - 6}" width="11" height="{HEIGHT + 10}" fill="#04080a"/>'
        f'<circle cx="{LEFT + SWEEP}" cy="{down:05.1f}" r="2.6" fill="#e6fbff"/>'
    )


def _numbers(spo2: float, pulse: float) -> str:
    # A number is padded by a blank to keep its length; anchored at the end, the blank is unseen.
    return (
        f'<g {TYPE} text-anchor="end"><text x="464" y="98" fill="#4fd3e6" '
        f'font-size="70">{spo2:3.0f}</text><text x="464" y="183" fill="#8fe0a0" '
        f'font-size="48">{pulse:3.0f}</text></g>'
    )


def pleth(pulse: float, perfusion: float, moving: bool, seed: int) -> NDArray[np.float64]:
    """Six seconds of the pulse wave, shape ``(361,)``, about 0 to 1."""
    stream = np.random.default_rng(seed)
    seconds = np.linspace(0.0, SECONDS, POINTS)
    phase = (seconds * pulse / 60 + stream.random()) % 1.0
    beat = np.exp(-(((phase - 0.24) / 0.10) ** 2)) + 0.4 * np.exp(-(((phase - 0.52) / 0.11) ** 2))
    wave = 0.06 + 0.85 * perfusion / (perfusion + 1.8) * beat
    if moving:
        noise = stream.normal(0, 1, NOISE_POINTS + 4)
        rough = np.convolve(noise, [0.2, 0.3, 0.3, 0.1, 0.1], "valid")
        rough = np.interp(seconds, np.linspace(0.0, SECONDS, NOISE_POINTS), rough)
        jolts = np.sin(2 * np.pi * (0.7 * seconds + stream.random()))
        wave += 0.15 + 0.24 * rough + 0.18 * jolts
    return np.asarray(wave)
