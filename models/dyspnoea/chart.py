"""What the chart shows, and what the algorithm reads of it."""

from __future__ import annotations

from tutor.kit import NO_YES, Feature

SEE = {0: "see the X-ray"}
CRACKLES = {0: "none", 1: "one side", 2: "both bases"}
SPUTUM = {0: "none", 1: "clear or white", 2: "yellow or green"}
RECORD = (
    Feature("age", "Age", "years", bounds=(35, 97)),
    Feature("bmi", "Body mass index", "kg/m²", 1, (18.5, 25.0), (16, 48), short="BMI"),
    Feature("temperature", "Temperature", "°C", 1, (36.1, 37.8), (35.2, 40.6)),
    Feature("white_cells", "White cell count", "10⁹/L", 1, (4.0, 11.0), (1.5, 38)),
    Feature("crp", "C-reactive protein", "mg/L", 0, (0, 5), (0, 480), short="CRP"),
    Feature("bnp", "Natriuretic peptide (BNP)", "ng/L", 0, (0, 100), (0, 4900), short="BNP"),
    Feature("sputum", "Sputum", bounds=(0, 2), words=SPUTUM),
    Feature("wheeze", "Wheeze", bounds=(0, 1), words=NO_YES),
)
READ = (
    *RECORD,
    Feature(
        "m_patch",
        "Difference in brightness, right and left lung",
        "of 255",
        1,
        bounds=(0, 255),
        short="Right–left difference",
    ),
    Feature(
        "m_haze",
        "Brightness beside the lung roots",
        "of 255",
        1,
        bounds=(0, 255),
        short="Brightness at the roots",
    ),
    Feature(
        "m_heart",
        "Bright share of the lower chest",
        "%",
        1,
        bounds=(0, 100),
        short="Bright lower chest",
    ),
    Feature(
        "m_sharp",
        "Sharpness of the edges",
        "%",
        1,
        bounds=(0, 100),
        short="Sharpness",
    ),
)
FINDINGS = (
    Feature("on_film_lungs", "Lung fields", words=SEE, bounds=(0, 1)),
    Feature("on_film_heart", "Heart and both bases", words=SEE, bounds=(0, 1)),
    Feature("on_film_edges", "Quality of the X-ray", words=SEE, bounds=(0, 1)),
    *RECORD,
    Feature("crackles", "Crackles", bounds=(0, 2), words=CRACKLES),
    Feature("jvp", "Neck veins full", bounds=(0, 1), words=NO_YES),
    Feature("oedema", "Ankle oedema", bounds=(0, 1), words=NO_YES),
    Feature("pack_years", "Smoking", "pack-years", bounds=(0, 110)),
    Feature("ejection", "Ejection fraction", "%", 0, (55, 70), (15, 74)),
    Feature("breaths", "Respiratory rate", "/min", 0, (12, 20), (12, 42)),
    Feature("saturation", "Oxygen saturation", "%", 0, (95, 100), (78, 100), short="SpO₂"),
)
# What a reader sees on the X-ray and reads in the story, besides the findings.
VISIBLE = ("sex", "days", "patch", "zone", "congestion", "stretch", "heart", "blurred")
