"""A thousand people as icons: natural frequencies one can count, as SVG of constant size."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from tutor.kit.drawing import Picture

PEOPLE = 1_000
ACROSS = 40
STEP = 8.6  # units of the 360-wide viewBox
LEFT, TOP = 12.3, 14.0
LEGEND = 249.0
TYPE = 'font-family="Source Sans 3,system-ui,sans-serif" font-size="15" fill="#23262b"'
# What is drawn from a corner, and where that corner lies from the icon's centre; of one length.
SHAPES = {
    "square": ("h6v6h-6z", -3.0, -3.0),
    "triangle": ("h7l-4-6z", -3.5, 3.0),
    "dot": ("h2v2h-2z", -1.0, -1.0),
}


@dataclass(frozen=True)
class Group:
    """So many of the thousand: how they are drawn, and what is said of them."""

    count: int
    shape: str
    colour: str
    label: str
    hollow: bool = False

    @property
    def paint(self) -> str:
        """Fill and stroke, both always written."""
        fill = "none   " if self.hollow else self.colour
        return f'fill="{fill}" stroke="{self.colour}" stroke-width="1.1"'


def icon_array(groups: tuple[Group, ...], alt: str) -> Picture:
    """The groups in reading order on a grid of 40 × 25, with their counts below.

    The size of the SVG depends on the labels, never on the counts.

    Raises:
        ValueError: the groups are not a thousand people.

    """
    if sum(group.count for group in groups) != PEOPLE:
        raise ValueError("An icon array stands for exactly 1,000 people.")
    drawn, start = [], 0
    for group in groups:
        places = range(start, start + group.count)
        drawn.append(f'<path d="{_icons(places, group.shape)}" {group.paint}/>')
        start += group.count
    legend = "".join(_legend(at, group) for at, group in enumerate(groups))
    height = LEGEND + 24 * len(groups)
    svg = (
        f'<svg viewBox="0 0 360 {height:.0f}" width="100%" role="img" aria-label="{escape(alt)}">'
        f'<rect width="360" height="{height:.0f}" rx="12" fill="#fffaf7"/>'
        f"{''.join(drawn)}<g {TYPE}>{legend}</g></svg>"
    )
    return Picture(svg, alt)


def _icons(places: range, shape: str) -> str:
    return "".join(_icon(*_centre(place), shape) for place in places)


def _icon(x: float, y: float, shape: str) -> str:
    path, right, down = SHAPES[shape]
    return f"M{x + right:05.1f} {y + down:05.1f}{path}"


def _centre(place: int) -> tuple[float, float]:
    return LEFT + STEP * (place % ACROSS), TOP + STEP * (place // ACROSS)


def _legend(at: int, group: Group) -> str:
    y = LEGEND + 24 * at
    # A count is padded by blanks to keep its length; anchored at the end, they are unseen.
    return (
        f'<path d="{_icon(20, y - 5, group.shape)}" {group.paint}/>'
        f'<text x="64" y="{y:.0f}" text-anchor="end" font-weight="600">{group.count:4d}</text>'
        f'<text x="74" y="{y:.0f}">{escape(group.label)}</text>'
    )
