"""What is shown: the picture, the algorithm's inputs and the findings."""

from __future__ import annotations

from tutor.kit import (
    NO_YES,
    Feature,
)
from tutor.kit.units import GLUCOSE, UREA

SPEECH = {0: "sentences", 1: "phrases", 2: "single words"}
IMMUNITY = {0: "no", 1: "yes (transplant or chemotherapy)"}


def _yes_no(column: str, label: str, short: str = "") -> Feature:
    return Feature(column, label, bounds=(0, 1), words=NO_YES, short=short)


FINDINGS = (
    Feature("age", "Age", "years", bounds=(18, 100)),
    _yes_no("asthma", "Asthma"),
    _yes_no("asthma_icu", "Earlier intensive care for asthma", "Intensive care for asthma"),
    Feature("peak_flow", "Peak flow", "% predicted", reference=(80, 120), bounds=(10, 130)),
    Feature("speech", "Speaks in", bounds=(0, 2), words=SPEECH, short="Speech"),
    _yes_no("copd", "COPD"),
    _yes_no("heart_failure", "Heart failure"),
    _yes_no("cancer", "Active cancer"),
    _yes_no("kidney_disease", "Chronic kidney disease"),
    Feature("immunosuppressed", "Immunosuppression", bounds=(0, 1), words=IMMUNITY),
    _yes_no("altered", "Confused or drowsy", "Confused"),
    Feature("rr", "Respiratory rate", "/min", reference=(12, 20), bounds=(8, 55), short="RR"),
    Feature("sbp", "Systolic pressure", "mmHg", 0, (100, 140), (55, 220), short="SBP"),
    Feature("temperature", "Temperature", "°C", 1, (36.1, 37.8), (33.5, 41.5)),
    Feature("pulse", "Pulse", "/min", reference=(60, 100), bounds=(40, 180)),
    Feature("spo2", "SpO₂ on air", "%", reference=(95, 100), bounds=(60, 100), short="SpO₂"),
    Feature("usual_spo2", "Usual SpO₂", "%", 0, (95, 100), (84, 100), note="last clinic visit"),
    Feature("urea", "Urea", "mmol/L", 1, (2.5, 7.1), (1.5, 70), conventional=UREA),
    Feature(
        "usual_urea",
        "Usual urea",
        "mmol/L",
        1,
        (2.5, 7.1),
        (2, 45),
        note="last year",
        conventional=UREA,
    ),
    Feature("sodium", "Sodium", "mmol/L", reference=(135, 145), bounds=(110, 155)),
    Feature("glucose", "Glucose", "mmol/L", 1, (3.9, 7.8), (2.5, 35), conventional=GLUCOSE),
    Feature("ph", "Arterial pH", "", 2, (7.35, 7.45), (6.9, 7.6), short="pH"),
)
NOT_READ = {"asthma_icu", "peak_flow", "speech", "copd", "kidney_disease", "immunosuppressed"}
NOT_READ |= {"usual_spo2", "usual_urea", "temperature", "pulse", "sodium", "glucose"}
