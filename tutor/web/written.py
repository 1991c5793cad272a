"""What pages say of written cases with recorded advice: what is known, and what cannot be shown."""

from __future__ import annotations

from tutor.core.case import Evidence, Recording
from tutor.core.verdicts import Outcome

CARD = "written patients"
NO_FREQUENCY = (
    "Nobody has counted how often patients with such a score had it. The number is the algorithm’s "
    "own."
)
NO_CONTRIBUTIONS = "The recording does not say what moved the algorithm."
NO_TWIN = (
    "This patient was written by hand, so the same patient with one thing changed cannot be shown."
)
NO_MODES = "The authors of these patients describe no failure modes, so you are not asked for one."
CLAIMED = "The authors of this patient say so. It was not measured."
NOT_MEASURED = "The authors describe these failures. How often each occurs was not measured."
NO_FAILURE = "The authors name no failure in this patient."
UNKNOWN_RISK = "Nobody has stated how likely the condition was with this chart."
UNKNOWN_REASON = (
    "So it is not known which decision was sound. Your answer is compared with what was true."
)
AGREES = {
    True: "Your answer agrees with what was true.",
    False: "What was true is the other answer.",
}


def risk_unknown(outcome: Outcome, evidence: Evidence) -> bool:
    """Whether nobody stated the chart's risk of a written case: then no decision is blamed."""
    return evidence.recording is not None and outcome.chart_risk is None


def by_whom(evidence: Evidence) -> str:
    """Who stated the chart's risk of written cases, as a sentence; "" where it was computed."""
    found = evidence.recording
    return f"This risk was stated by {found.basis.rstrip('.')}." if found and found.basis else ""


def source_of(evidence: Evidence) -> str:
    """Where recorded advice comes from; "" where the algorithm was run here."""
    found = evidence.recording
    if found is None:
        return ""
    source = found.source.rstrip(".")
    return f"Recorded advice of {found.algorithm}, version {found.version}. {source}."


def bank_says(found: Recording | None) -> str:
    """What a debrief, a catalogue and a guide say of a bank of written cases; "" of any other."""
    if found is None:
        return ""
    risks = (
        f"The chart’s risk of all {found.cases} was stated by {found.basis.rstrip('.')}."
        if found.risks == found.cases
        else "Nobody has stated the chart’s risk of any."
        if not found.risks
        else f"The chart’s risk of {found.risks} was stated by {found.basis.rstrip('.')}."
    )
    return (
        f"{found.cases} patients, written by hand. {risks} No failure was measured, and no patient "
        "can be shown with one thing changed. A second set shows the same patients."
    )
