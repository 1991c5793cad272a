"""What is shown: the picture, the algorithm's inputs and the findings."""

from __future__ import annotations

from tutor.kit import (
    NO_YES,
    Feature,
)

FEATURES = (
    Feature(
        "m_rate",
        "Ventricular rate, measured by the machine",
        "/min",
        0,
        (60, 100),
        (25, 260),
        short="Rate (machine)",
    ),
    Feature(
        "m_rr_sd",
        "Spread of RR intervals (SD)",
        "ms",
        0,
        (0, 60),
        (0, 1500),
        short="RR spread (machine)",
    ),
    Feature(
        "m_rr_cv",
        "RR irregularity (SD / mean)",
        "%",
        0,
        (0, 8),
        (0, 130),
        short="RR irregularity (machine)",
    ),
    Feature(
        "m_rmssd",
        "Change from beat to beat (RMSSD / mean RR)",
        "%",
        0,
        (0, 10),
        (0, 200),
        short="Beat-to-beat change (machine)",
    ),
    Feature(
        "m_early",
        "RR intervals shorter than usual",
        "%",
        0,
        (0, 5),
        (0, 100),
        short="Short intervals (machine)",
    ),
    Feature(
        "m_late",
        "RR intervals longer than usual",
        "%",
        0,
        (0, 5),
        (0, 100),
        short="Long intervals (machine)",
    ),
    Feature(
        "m_shortest",
        "Shortest RR interval",
        "ms",
        0,
        (600, 1000),
        (200, 2000),
        short="Shortest RR (machine)",
    ),
    Feature(
        "m_longest",
        "Longest RR interval",
        "ms",
        0,
        (600, 1200),
        (300, 5000),
        short="Longest RR (machine)",
    ),
    Feature(
        "m_noise",
        "Fine noise of the trace",
        "µV",
        0,
        (0, 30),
        (0, 80),
        short="Fine noise of the trace",
    ),
)
ON_STRIP = {0: "see the strip"}
FINDINGS = (
    Feature(
        "on_strip_atria",
        "What comes before each QRS complex",
        words=ON_STRIP,
        bounds=(0, 1),
        short="Before the QRS",
    ),
    Feature(
        "on_strip_rhythm",
        "Spacing of the QRS complexes",
        words=ON_STRIP,
        bounds=(0, 1),
        short="QRS spacing",
    ),
    Feature(
        "on_strip_baseline",
        "Baseline between the beats",
        words=ON_STRIP,
        bounds=(0, 1),
        short="Baseline",
    ),
    Feature("pulse", "Pulse at the wrist", "/min", 0, (60, 100), (30, 180), short="Pulse"),
    Feature("pulse_rhythm", "Pulse, as felt", words={0: "regular", 1: "irregular"}, bounds=(0, 1)),
    Feature("age", "Age", "years", 0, None, (18, 100)),
    Feature("palpitations", "Palpitations", words=NO_YES, bounds=(0, 1)),
    Feature(
        "breathless", "Breathless on exertion", words=NO_YES, bounds=(0, 1), short="Breathless"
    ),
    Feature(
        "tremor_seen", "Trembling or shivering", words=NO_YES, bounds=(0, 1), short="Trembling"
    ),
    Feature("pacemaker", "Pacemaker", words=NO_YES, bounds=(0, 1)),
    Feature("heart_failure", "Heart failure", words=NO_YES, bounds=(0, 1)),
    Feature("hypertension", "Hypertension", words=NO_YES, bounds=(0, 1)),
    Feature(
        "systolic", "Systolic blood pressure", "mmHg", 0, (100, 140), (60, 230), short="Systolic"
    ),
    Feature("qrs", "QRS duration", "ms", 0, (70, 110), (60, 200), short="QRS"),
    Feature("qtc", "QTc (Bazett)", "ms", 0, (350, 450), (320, 560), short="QTc"),
    Feature("potassium", "Potassium", "mmol/L", 1, (3.5, 5.3), (2.0, 7.5)),
)

# What the strip shows to a reader, as its text alternative says it.
VISIBLE = ("atria", "ectopy", "driven", "tremor")
