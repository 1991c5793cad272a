"""JSON as a bundle holds it → a case at each stage, typed.

Bundles of earlier versions of Equipoise lack what was added since; what they lack is None, or is
computed here from what they hold.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from tutor.core.case import (
    AlgorithmView,
    CaseCard,
    Cell,
    Chart,
    ClosedCase,
    Contribution,
    Conventional,
    Coverage,
    Difference,
    Evidence,
    FigureEvidence,
    Finding,
    Lessons,
    ModeEvidence,
    OnlyTheAlgorithm,
    OtherComparison,
    Picture,
    PossibleAnswers,
    Recording,
    SecondModel,
    SecondModelEvidence,
    SharedCredit,
    Truth,
    Twin,
    Unlike,
    UnlikeFinding,
)
from tutor.core.intervals import Estimate
from tutor.core.natural_frequency import NaturalFrequency

Json = Mapping[str, Any]
T = TypeVar("T")


def card(row: Json) -> CaseCard:
    """One card of the bank."""
    cell = Cell(row["right"], row["present"])
    return CaseCard(row["case"], cell, row["kind"], row.get("luck", False))


def chart(told: Json) -> Chart:
    """Stage 1."""
    return Chart(
        told["story"], _picture(told["picture"]), tuple(_finding(f) for f in told["findings"])
    )


def algorithm_view(told: Json, line: float) -> AlgorithmView:
    """Stage 3, without the modes that could touch the patient; ``line`` is the threshold."""
    chance, like = told["probability"], told["like"]
    alert = chance >= line
    across = like is not None and (like["events"] / like["n"] >= line) != alert
    return AlgorithmView(
        chance,
        told["base"],
        tuple(
            Contribution(p["column"], p["label"], p["said"], _conventional(p.get("us")), p["share"])
            for p in told["contributions"]
        ),
        NaturalFrequency(**like) if like else None,
        told.get("frequency_headline", across),
        _answers(told.get("answers"), alert),
        _unlike(told.get("unlike")),
    )


def closed_case(told: Json, scored: bool) -> ClosedCase:
    """Stage 5."""
    more = told.get("more") or {}
    return ClosedCase(
        truth(told, scored),
        told["sentence"],
        _twin(told["twin"]),
        Lessons(
            SecondModel(**more["second"]) if "second" in more else None,
            SharedCredit(**more["credit"]) if "credit" in more else None,
            OtherComparison(**more["compared"]) if "compared" in more else None,
            OnlyTheAlgorithm(**more["not_patient"]) if "not_patient" in more else None,
        ),
    )


def truth(told: Json, scored: bool) -> Truth:
    """What a closing records."""
    acting = told.get("acting")
    return Truth(
        told["present"],
        told.get("chart_risk"),
        scored,
        None if acting is None else tuple(acting),
        tuple(told["touched"]),
    )


def evidence(told: Json) -> Evidence:
    """What was measured of the algorithm as a whole."""
    return Evidence(
        told["threshold"],
        told["condition"],
        told["absence"],
        told["alert_says"],
        told["silent_says"],
        told["findings"],
        told["background"],
        told["held_out"],
        told["prevalence"],
        told["auroc"],
        tuple(_mode(mode) for mode in told["modes"]),
        tuple(_figure(figure) for figure in told["figures"]),
        _coverage(told),
        told["unlike"]["odder_than"] if "unlike" in told else None,
        _second(told.get("second")),
        told.get("grey_zone"),
        Recording(**told["recording"]) if "recording" in told else None,
    )


def _picture(told: Json | None) -> Picture | None:
    return Picture(told["svg"], told["alt"]) if told else None


def _conventional(told: Json | None) -> Conventional | None:
    return Conventional(told["said"], told["unit"], told["range"]) if told else None


def _finding(told: Json) -> Finding:
    bar = told["bar"]
    return Finding(
        told["column"],
        told["label"],
        told["short"],
        told["said"],
        told["unit"],
        told["flag"],
        told["note"],
        tuple(bar) if bar else None,
        told.get("range", ""),
        _conventional(told.get("us")),
    )


def _answers(told: Json | None, alert: bool) -> PossibleAnswers | None:
    if told is None:
        return None
    present, absent = told["present"], told["absent"]
    against = present != absent and present != alert
    return PossibleAnswers(present, absent, told.get("against_alert", against))


def _unlike(told: Json | None) -> Unlike | None:
    if not told:
        return None
    return Unlike(
        tuple(_unlike_finding(f) for f in told.get("beyond", ())),
        told.get("more", 0),
        tuple(_unlike_finding(f) for f in told.get("odd", ())),
    )


def _unlike_finding(told: Json) -> UnlikeFinding:
    return UnlikeFinding(
        told["label"],
        told["said"],
        told["us"],
        tuple(told.get("range", ())),
        told.get("unit", ""),
        tuple(told.get("range_us", ())),
        told.get("unit_us", ""),
    )


def _twin(told: Json | None) -> Twin | None:
    if told is None:
        return None
    return Twin(
        told["as_is"],
        told["changed"],
        told["lesson"],
        tuple(_difference(f) for f in told["findings"]),
        _pair(told["algorithm"]),
        _pair(told["present"]),
        _picture(told["picture"]),
    )


def _difference(told: Json) -> Difference:
    before, after = told.get("us") or (None, None)
    return Difference(
        told["label"],
        told["unit"],
        (told["before"], told["after"]),
        (_conventional(before), _conventional(after)),
    )


def _pair(values: list[T]) -> tuple[T, T]:
    first, second = values
    return first, second


def _estimate(told: Json) -> Estimate:
    return Estimate(told["value"], told["low"], told["high"], told["n"])


def _mode(told: Json) -> ModeEvidence:
    measured = {
        side: _estimate(told[side]) if told[side] else None for side in ("inside", "outside")
    }
    return ModeEvidence(**{**told, **measured})


def _figure(told: Json) -> FigureEvidence:
    interval = _pair(told["interval"]) if told["interval"] else None
    return FigureEvidence(**{**told, "interval": interval, "ours": _estimate(told["ours"])})


def _coverage(told: Json) -> Coverage | None:
    if "coverage" not in told:
        return None
    found = told["coverage"]
    return Coverage(told["level"], _estimate(found["present"]), _estimate(found["absent"]))


def _second(told: Json | None) -> SecondModelEvidence | None:
    return SecondModelEvidence(_pair(told["auroc"]), told["often"]["value"]) if told else None
