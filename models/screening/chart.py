"""What is shown: the picture, the algorithm's inputs and the findings."""

from __future__ import annotations

from collections.abc import Mapping

from tutor.kit import (
    NO_YES,
    Feature,
    Picture,
)
from tutor.kit.icon_array import Group, icon_array

from .cohort import HARD, NOT_EXAMINED, NOT_FELT, SMOOTH
from .story import PLACES, SEEN, thousand

Row = Mapping[str, float]


def picture(row: Row) -> Picture:
    """A thousand women from where she comes: who has cancer, and whose film is suspicious."""
    setting = round(row["setting"])
    found, missed, alarmed, clear = thousand(setting)
    alt = (
        f"1,000 women seen {SEEN[setting]}, as icons. "
        f"With cancer {found + missed}: the film is suspicious in {found} and clear in {missed}. "
        f"Without cancer {alarmed + clear}: the film is suspicious in {alarmed} and clear in "
        f"{clear}."
    )
    groups = (
        Group(found, "square", "#8a1c4a", "cancer, film suspicious"),
        Group(missed, "square", "#8a1c4a", "cancer, film clear", hollow=True),
        Group(alarmed, "triangle", "#a8620a", "no cancer, film suspicious"),
        Group(clear, "dot", "#8f959e", "no cancer, film clear"),
    )
    return icon_array(groups, alt)


FILM = Feature("film", "Mammogram", words={0: "clear", 1: "suspicious"}, bounds=(0, 1))
LETTERS = {0: "a, fatty", 1: "b, scattered", 2: "c, dense", 3: "d, very dense"}
READ = (
    FILM,
    Feature("density", "Breast density", words=LETTERS, bounds=(0, 3)),
    Feature("lump", "Noticed a lump", words=NO_YES, bounds=(0, 1)),
    Feature("pain", "Breast pain", words=NO_YES, bounds=(0, 1)),
    Feature("skin", "Skin or nipple drawn in", words=NO_YES, bounds=(0, 1)),
    Feature("age", "Age", "years", bounds=(40, 74)),
    Feature("relatives", "Mother, sisters, daughters with breast cancer", bounds=(0, 2)),
    Feature("biopsies", "Earlier harmless biopsy", words=NO_YES, bounds=(0, 1)),
    Feature("hormones", "Hormone therapy", words=NO_YES, bounds=(0, 1)),
    Feature("children", "Children", bounds=(0, 6)),
    Feature("bmi", "Body mass index", "kg/m²", 1, (18.5, 25.0), (17.0, 45.0)),
)
HAND = {
    NOT_EXAMINED: "not done",
    NOT_FELT: "nothing felt",
    SMOOTH: "smooth, mobile lump",
    HARD: "hard, irregular lump",
}
SEEN_ONLY = (
    Feature("setting", "Where she is seen", words=PLACES, bounds=(0, 3)),
    Feature("prevalence", "Women with cancer there", "of 1,000", bounds=(1, 340)),
    Feature("months_since", "Age of the film", "months", bounds=(0, 30), note="0: this visit"),
    Feature("examination", "Examination by hand", words=HAND, bounds=(0, 3)),
    Feature("scar", "Scar from breast surgery", words=NO_YES, bounds=(0, 1)),
)
