"""What is shown: the picture, the algorithm's inputs and the findings."""

from __future__ import annotations

from collections.abc import Mapping

from tutor.kit import (
    NO_YES,
    Feature,
    Picture,
)
from tutor.kit.pictures.lesion.alt_text import describe
from tutor.kit.pictures.lesion.screen import lesion_picture

from .story import ROMAN, SITES

Row = Mapping[str, float]
SHADES = ("", "very light", "light", "light brown", "mid-brown", "dark brown", "very dark brown")


def picture(row: Row) -> Picture:
    """The picture as a person sees it; the algorithm measures a coarser one."""
    where = ", ridged as on palms and soles" if row["palm"] == 1 else ""
    lamp = " The picture is dim." if row["dim"] == 1 else ""
    shade = "light" if row["palm"] == 1 else SHADES[round(row["fitzpatrick"])]
    return lesion_picture(row, f"{describe(row)} The skin is {shade}{where}.{lamp}")


SEE = {0: "see the picture"}
TYPES = {number: ROMAN[number] for number in range(1, 7)}
READ = (
    Feature("m_diameter", "Greatest diameter, measured", "mm", 1, None, (1, 15), short="Diameter"),
    Feature("m_asymmetry", "Asymmetry of the outline", "%", 0, None, (0, 100), short="Asymmetry"),
    Feature("m_border", "Raggedness of the border", "%", 0, None, (0, 100), short="Ragged border"),
    Feature("m_edge", "Sharpness of the edge", "of 255", 0, None, (-60, 200), short="Sharp edge"),
    Feature(
        "m_contrast",
        "Contrast with the skin",
        "of 255",
        0,
        None,
        (0, 200),
        short="Contrast",
    ),
    Feature(
        "m_colour_spread", "Spread of colours", "of 255", 0, None, (0, 100), short="Colour spread"
    ),
    Feature(
        "m_blue", "Blue-grey share of the lesion", "%", 0, None, (0, 100), short="Blue-grey share"
    ),
    Feature(
        "m_white", "Whitish share of the lesion", "%", 0, None, (0, 100), short="Whitish share"
    ),
    Feature("m_colours", "Number of colours, counted", "", 0, None, (0, 25), short="Colours"),
    Feature("m_skin", "Brightness of the skin", "%", 0, None, (0, 100), short="Skin brightness"),
)
FINDINGS = (
    Feature("on_outline", "Outline and symmetry", words=SEE, bounds=(0, 0), short="Outline"),
    Feature("on_colours", "Colours", words=SEE, bounds=(0, 0)),
    Feature(
        "on_structures",
        "Network, dots, lines, vessels",
        words=SEE,
        bounds=(0, 0),
        short="Structures",
    ),
    Feature("on_skin", "Skin and light", words=SEE, bounds=(0, 0)),
    Feature("fitzpatrick", "Fitzpatrick skin type", words=TYPES, bounds=(1, 6), short="Skin type"),
    Feature("site", "Site", words=SITES, bounds=(0, 5)),
    Feature("ulcerated", "Open sore", words=NO_YES, bounds=(0, 1), short="Sore"),
    Feature("known_for", "Known for", "years", 1, None, (0.2, 82)),
    Feature("changed", "Changed in the last year", words=NO_YES, bounds=(0, 1), short="Changed"),
    Feature("age", "Age", "years", 0, None, (18, 92)),
)

# What the picture shows to whoever looks, as its text alternative says it.
VISIBLE = (
    "radius",
    "lopsided",
    "ragged",
    "softness",
    "brown",
    "mottle",
    "pink",
    "blotch",
    "veil",
    "scar",
    "network",
    "disorder",
    "globules",
    "cysts",
    "vessels",
    "sore",
    "furrows",
    "ridges",
    "dim",
)
