"""What is shown: the picture, the algorithm's inputs and the findings."""

from __future__ import annotations

from collections.abc import Mapping

from tutor.kit import (
    NO_YES,
    Feature,
    Picture,
)
from tutor.kit.pictures.icon_array import Group, icon_array

from .cohort import HARD, NOT_EXAMINED, NOT_FELT, SMOOTH
from .story import PLACES, SEEN, thousand

Row = Mapping[str, float]


def picture(row: Row) -> Picture:
    """1,000 women seen where she is seen: cancer or not, mammogram suspicious or clear."""
    setting = round(row["setting"])
    found, missed, alarmed, clear = thousand(setting)
    alt = (
        f"1,000 women seen {SEEN[setting]}, as icons. "
        f"With cancer {found + missed}: the mammogram is suspicious in {found} and clear in "
        f"{missed}. "
        f"Without cancer {alarmed + clear}: the mammogram is suspicious in {alarmed} and clear in "
        f"{clear}."
    )
    groups = (
        Group(found, "square", "#8a1c4a", "cancer, mammogram suspicious"),
        Group(missed, "square", "#8a1c4a", "cancer, mammogram clear", hollow=True),
        Group(alarmed, "triangle", "#a8620a", "no cancer, mammogram suspicious"),
        Group(clear, "dot", "#8f959e", "no cancer, mammogram clear"),
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
    Feature(
        "relatives",
        "First-degree relatives with breast cancer",
        bounds=(0, 2),
        short="Relatives with breast cancer",
    ),
    Feature("biopsies", "Earlier benign biopsy", words=NO_YES, bounds=(0, 1)),
    Feature("hormones", "Hormone therapy", words=NO_YES, bounds=(0, 1)),
    Feature("children", "Children", bounds=(0, 6)),
    Feature("bmi", "Body mass index", "kg/m²", 1, (18.5, 25.0), (17.0, 45.0)),
)
FELT = {
    NOT_EXAMINED: "not done",
    NOT_FELT: "no lump felt",
    SMOOTH: "smooth, mobile lump",
    HARD: "hard, irregular lump",
}
TAKEN = {0: "at this visit"} | {months: f"{months} months ago" for months in range(12, 31)}
FINDINGS = (
    Feature("setting", "Where she is seen", words=PLACES, bounds=(0, 3)),
    Feature("prevalence", "Women with cancer there", "of 1,000", bounds=(1, 340)),
    FILM,
    Feature("months_since", "Mammogram taken", words=TAKEN, bounds=(0, 30)),
    READ[1],
    Feature("examination", "Clinical breast examination", words=FELT, bounds=(0, 3)),
    Feature("scar", "Scar from breast surgery", words=NO_YES, bounds=(0, 1)),
    *READ[2:],
)
