"""Whether what the tutor says of single cases is true: counts over an exercise's bank."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from tutor.core.soundness import in_grey_zone
from tutor.kit.evidence import FailureMode
from tutor.lab.acting_modes import LEAST, acting_modes
from tutor.lab.bank import Bank
from tutor.lab.chart_risk import RiskCalibration
from tutor.lab.rated_cohort import RatedCohort
from tutor.lab.undoing import Undoing


@dataclass(frozen=True)
class CaseAudit:
    """Counts over a bank, each a number of cases unless said otherwise.

    ``errors`` are the algorithm's in scored cases, ``errors_explained`` those with a mode that
    acted. ``marks`` are pairs of a case and a mode that is said to have acted on it, ``marks_true``
    those for which this was found again from the model. ``sound_right`` are the scored cases in
    which the sound decision is the right one. ``set_against_alert_shown`` are those that print a
    prediction set beside an alert that it contradicts.
    """

    exercise: str
    cases: int
    scored: int
    luck: int
    grey: int
    errors: int
    errors_explained: int
    marks: int
    marks_true: int
    sound_right: int
    twins: int
    twins_moving: int
    set_against_alert_shown: int
    frequency_headline: int
    chart_risk: RiskCalibration

    def row(self) -> dict[str, object]:
        """The counts as plain data."""
        risk = self.chart_risk
        return {
            **{name: value for name, value in vars(self).items() if name != "chart_risk"},
            "chart_risk": {
                "brier": risk.brier,
                "slope": risk.slope,
                "interval": list(risk.interval),
            },
        }


def audit(
    exercise: str,
    rated: RatedCohort,
    chosen: Bank,
    parts: Mapping[str, Any],
    grey_zone: float,
    undoing: Undoing | None = None,
) -> CaseAudit:
    """Count what ``parts`` of a bundle say of the cases of ``chosen``, held against the model.

    With ``undoing`` the marks are found again by interventions and retraining of its own.
    """
    rows, line = chosen.rows, rated.risk.line
    risk, truth = rated.risk.probability[rows], rated.held_out.truth[rows]
    luck = np.array([card.luck for card in chosen.cards])
    grey = in_grey_zone(risk, line, grey_zone)
    scored = ~luck & ~grey
    closed = [parts["closed"][card.case] for card in chosen.cards]
    revealed = [parts["revealed"][card.case] for card in chosen.cards]
    told = np.array([bool(case["acting"]) for case in closed])
    wrong = scored & (rated.held_out.alert[rows] != truth)
    pairs = [(at, mode) for at, case in enumerate(closed) for mode in case["acting"]]
    found = acting_modes(rated.held_out, risk >= line, rows, undoing or rated.undoing).acts
    twins = [case["twin"]["algorithm"] for case in closed if case["twin"]]
    return CaseAudit(
        exercise=exercise,
        cases=len(rows),
        scored=int(scored.sum()),
        luck=int(luck.sum()),
        grey=int(grey.sum()),
        errors=int(wrong.sum()),
        errors_explained=int((wrong & told).sum()),
        marks=len(pairs),
        marks_true=sum(bool(found[mode][at]) for at, mode in pairs),
        sound_right=int((scored & ((risk >= line) == truth)).sum()),
        twins=len(twins),
        twins_moving=sum(abs(after - before) >= LEAST for before, after in twins),
        set_against_alert_shown=sum(_printed_against(case, line) for case in revealed),
        frequency_headline=sum(case["frequency_headline"] for case in revealed),
        chart_risk=rated.risk.calibration,
    )


def _printed_against(revealed: Mapping[str, Any], line: float) -> bool:
    """Whether a set that contradicts the alert is printed beside it."""
    answers = revealed["answers"]
    alert = revealed["probability"] >= line
    contradicts = answers["present"] != answers["absent"] and answers["present"] != alert
    return bool(contradicts and not answers["against_alert"])


def never_acting(
    modes: tuple[FailureMode, ...], chosen: Bank, parts: Mapping[str, Any]
) -> list[str]:
    """The failure modes that act in no case of a bank."""
    closed = (parts["closed"][card.case] for card in chosen.cards)
    acted = {mode for case in closed for mode in case["acting"]}
    return [mode.id for mode in modes if mode.id not in acted]
