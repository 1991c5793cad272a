"""The small pack with a table in the place of its structural model: the same sore throats."""

from __future__ import annotations

import csv
from pathlib import Path

from tests.content.packs import copy_of_small, replace
from tests.models.loading import load_by_path
from tutor.kit import Patients
from tutor.kit.tables import HELD_OUT, TRAINING

COLUMNS = ("age", "temperature", "pulse", "crp", "tablet", "ran")
TOML = """
id = "throat"
title = "The sore throat"
condition = "bacterial"
absence = "not bacterial"
label = "bacterial"
threshold = 0.4
stories = ["A {age}-year-old with a sore throat.", "A sore throat, {age} years old."]
present_sentence = "The culture grew bacteria."
absent_sentence = "The culture grew nothing."

[split]
column = "part"

[estimator]
trees = 20
depth = 4
leaf = 10

[[columns]]
name = "temperature"
label = "Temperature"
unit = "°C"
decimals = 1
reference = [36.1, 37.8]
bounds = [35, 41]

[[columns]]
name = "pulse"
label = "Pulse"
unit = "/min"
bounds = [45, 160]

[[columns]]
name = "crp"
label = "C-reactive protein"
short = "CRP"
unit = "mg/L"
reference = [0, 10]

[[columns]]
name = "age"
label = "Age"
unit = "years"

[[columns]]
name = "tablet"
label = "Took paracetamol"
words = { 0 = "no", 1 = "yes" }
use = "learner"

[[columns]]
name = "ran"
label = "Came running"
words = { 0 = "no", 1 = "yes" }
use = "learner"

[[groups]]
id = "runners"
where = 'ran == "yes"'
says = "patients who came running"

[[groups]]
id = "resting"
where = "tablet == 0 and not runners"
says = "patients who took nothing and rested"

[[groups]]
id = "treated"
where = "tablet == 1 and not runners"
says = "patients who took paracetamol"

[[failure_modes]]
id = "masked_fever"
kind = "confounding by treatment"
title = "Takes a treated fever for none"
sentence = "Where paracetamol has lowered the temperature, it sees no fever."
mechanism = "The tablet hides the fever that the algorithm relies on."
metric = "misses"
group = "treated"
compared_with = "resting"

[[failure_modes]]
id = "warm_runner"
kind = "artefact"
title = "Takes running for fever"
sentence = "Who came running is warm, and it believes the thermometer."
mechanism = "Exertion warms, and nobody in the training data had run."
metric = "false alarms"
group = "runners"
compared_with = "resting"
"""


def table_pack(root: Path, training: int = 2_000, held_out: int = 5_000) -> Path:
    """Write the pack into ``root``; returns the folder of its model."""
    copy_of_small(root)
    replace(root / "exercises/throat/exercise.toml", 'form = "picture"', 'form = "table"')
    folder = root / "models" / "throat"
    simulate = load_by_path(folder / "model.py").simulate
    parts = (
        (TRAINING, simulate(training, 5, tablet=0, ran=0)),
        (HELD_OUT, simulate(held_out, 6)),
    )
    (folder / "model.py").unlink()
    (folder / "model.toml").write_text(TOML, encoding="utf-8")
    card = folder / "card.md"
    text = card.read_text(encoding="utf-8")
    for figure in ("{{figure:share}}", "{{published:share}}"):
        text = text.replace(figure, "a third")
    card.write_text(text, encoding="utf-8")
    with (folder / "cohort.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([*COLUMNS, "bacterial", "part"])
        for part, patients in parts:
            writer.writerows(_rows(patients, part))
    return folder


def _rows(patients: Patients, part: str) -> list[list[object]]:
    columns = [patients[name].tolist() for name in (*COLUMNS, "bacterial")]
    return [[*row, part] for row in zip(*columns, strict=True)]
