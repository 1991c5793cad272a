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

from .story import SITES

Row = Mapping[str, float]


def picture(row: Row) -> Picture:
    """The picture as a person sees it; the algorithm measures a coarser one."""
    return lesion_picture(row, describe(row))


SEE = {0: "see the picture"}
READ = (
    Feature("m_diameter", "Greatest diameter, measured", "mm", 1, None, (1, 15), short="Diameter"),
    Feature("m_asymmetry", "Asymmetry of the outline", "%", 0, None, (0, 100), short="Asymmetry"),
    Feature("m_border", "Raggedness of the border", "%", 0, None, (0, 60), short="Ragged border"),
    Feature("m_edge", "Sharpness of the edge", "of 255", 0, None, (-20, 200), short="Sharp edge"),
    Feature(
        "m_contrast",
        "Contrast with the skin",
        "of 255",
        0,
        None,
        (0, 200),
        short="Contrast with skin",
    ),
    Feature(
        "m_colour_spread", "Spread of colours", "of 255", 0, None, (0, 100), short="Colour spread"
    ),
    Feature(
        "m_darkest",
        "Brightness of the darkest tenth of the lesion",
        "%",
        0,
        None,
        (0, 100),
        short="Darkest tenth",
    ),
    Feature(
        "m_blue", "Blue-grey share of the lesion", "%", 0, None, (0, 100), short="Blue-grey share"
    ),
    Feature(
        "m_white", "Whitish share of the lesion", "%", 0, None, (0, 100), short="Whitish share"
    ),
    Feature("m_colours", "Number of colours, counted", "", 0, None, (0, 25), short="Colours"),
    Feature(
        "m_violet",
        "Violet beside the lesion",
        "% of picture",
        1,
        None,
        (0, 20),
        short="Violet beside it",
    ),
    Feature(
        "m_black",
        "Black beside the lesion",
        "% of picture",
        1,
        None,
        (0, 20),
        short="Black beside it",
    ),
)
FINDINGS = (
    Feature("on_outline", "Outline and symmetry", words=SEE, bounds=(0, 0), short="Outline"),
    Feature("on_colours", "Colours", words=SEE, bounds=(0, 0)),
    Feature(
        "on_structures", "Network, dots, vessels", words=SEE, bounds=(0, 0), short="Structures"
    ),
    Feature("on_skin", "Beside the lesion", words=SEE, bounds=(0, 0)),
    Feature("known_for", "Known for", "years", 1, None, (0.2, 82)),
    Feature("changed", "Changed in the last year", words=NO_YES, bounds=(0, 1), short="Changed"),
    Feature("bleeds", "Bleeds", words=NO_YES, bounds=(0, 1)),
    Feature("firm", "Raised and firm to the touch", words=NO_YES, bounds=(0, 1), short="Firm"),
    Feature("site", "Site", words=SITES, bounds=(0, 3)),
    Feature("age", "Age", "years", 0, None, (18, 90)),
    Feature(
        "family", "Melanoma in a parent or sibling", words=NO_YES, bounds=(0, 1), short="Family"
    ),
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
    "vessels",
)
