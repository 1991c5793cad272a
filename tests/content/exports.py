"""Small exports made here, in the formats that Synthea and DDXPlus write."""

from __future__ import annotations

import csv
import json
import zipfile
from datetime import date, timedelta
from pathlib import Path

import numpy as np

# The header lines of Synthea's CSV exporter.
PATIENTS = (
    "Id,BIRTHDATE,DEATHDATE,SSN,DRIVERS,PASSPORT,PREFIX,FIRST,MIDDLE,LAST,SUFFIX,MAIDEN,MARITAL,"
    "RACE,ETHNICITY,GENDER,BIRTHPLACE,ADDRESS,CITY,STATE,COUNTY,FIPS,ZIP,LAT,LON,"
    "HEALTHCARE_EXPENSES,HEALTHCARE_COVERAGE,INCOME"
)
ENCOUNTERS = (
    "Id,START,STOP,PATIENT,ORGANIZATION,PROVIDER,PAYER,ENCOUNTERCLASS,CODE,DESCRIPTION,"
    "BASE_ENCOUNTER_COST,TOTAL_CLAIM_COST,PAYER_COVERAGE,REASONCODE,REASONDESCRIPTION"
)
CONDITIONS = "START,STOP,PATIENT,ENCOUNTER,SYSTEM,CODE,DESCRIPTION"
OBSERVATIONS = "DATE,PATIENT,ENCOUNTER,CATEGORY,CODE,DESCRIPTION,VALUE,UNITS,TYPE"
DIABETES = ("44054006", "Diabetes mellitus type 2 (disorder)")
HYPERTENSION = ("59621000", "Essential hypertension (disorder)")
KINDS = (
    ("8302-2", "Body Height", "cm", 170.0, 8.0),
    ("29463-7", "Body Weight", "kg", 78.0, 12.0),
    ("8480-6", "Systolic Blood Pressure", "mm[Hg]", 128.0, 14.0),
    ("2339-0", "Glucose", "mg/dL", 92.0, 9.0),
)
FIRST = date(2010, 1, 4)
AFTER = 999.0  # what is measured on the day and later; it must never be seen


def write_synthea(folder: Path, patients: int, visits: int = 4, seed: int = 0) -> Path:
    """An export in which a third have diabetes from the last visit but one on.

    Before it their glucose is higher; from that day on every glucose is ``AFTER``.
    """
    folder.mkdir(parents=True, exist_ok=True)
    stream = np.random.default_rng(seed)
    names = (("patients", PATIENTS), ("encounters", ENCOUNTERS), ("conditions", CONDITIONS))
    files = {
        name: (folder / f"{name}.csv").open("w", encoding="utf-8", newline="")
        for name, _ in (*names, ("observations", OBSERVATIONS))
    }
    out = {name: csv.DictWriter(file, head.split(","), restval="", lineterminator="\n")
           for (name, head), file in zip((*names, ("observations", OBSERVATIONS)), files.values(),
                                         strict=True)}  # fmt: skip
    for writer in out.values():
        writer.writeheader()
    for number in range(patients):
        _patient(out, stream, number, visits)
    for file in files.values():
        file.close()
    return folder


def _patient(out: dict, stream: np.random.Generator, number: int, visits: int) -> None:
    name, ill = f"p-{number:06d}", bool(stream.random() < 1 / 3)
    born = date(1940, 1, 1) + timedelta(days=int(stream.integers(0, 14_000)))
    sex = "FM"[int(stream.integers(2))]
    out["patients"].writerow(
        {"Id": name, "BIRTHDATE": born, "GENDER": sex, "FIRST": "José", "CITY": "Ayer, MA"}
    )
    days = [FIRST + timedelta(days=180 * at + number % 90) for at in range(visits)]
    onset = days[max(visits - 2, 1)]
    if ill:
        code, said = DIABETES
        out["conditions"].writerow(
            {"START": onset, "PATIENT": name, "ENCOUNTER": "e", "CODE": code, "DESCRIPTION": said}
        )
    if stream.random() < (0.7 if ill else 0.3):
        code, said = HYPERTENSION
        out["conditions"].writerow(
            {"START": days[0], "PATIENT": name, "CODE": code, "DESCRIPTION": said}
        )
    usual = stream.normal(size=len(KINDS))
    for at, day in enumerate(days):
        when, visit = f"{day}T09:00:00Z", f"{name}-{at}"
        out["encounters"].writerow(
            {"Id": visit, "START": when, "PATIENT": name, "ENCOUNTERCLASS": "wellness"}
        )
        for (code, said, unit, mean, spread), z in zip(KINDS, usual, strict=True):
            value = round(mean + spread * z + (12 * ill if said == "Glucose" else 0), 1)
            if ill and day >= onset and said == "Glucose":
                value = AFTER
            out["observations"].writerow(
                {"DATE": when, "PATIENT": name, "ENCOUNTER": visit, "CATEGORY": "laboratory",
                 "CODE": code, "DESCRIPTION": said, "VALUE": value, "UNITS": unit,
                 "TYPE": "numeric"}
            )  # fmt: skip
        out["observations"].writerow(
            {"DATE": when, "PATIENT": name, "CODE": "72166-2", "VALUE": "Never smoker",
             "DESCRIPTION": "Tobacco smoking status", "UNITS": "{nominal}", "TYPE": "text"}
        )  # fmt: skip


EVIDENCES = {
    "E_91": ("B", "Do you have a fever?", 0, [], {}),
    "E_56": ("C", "How intense is the pain?", 0, list(range(11)), {}),
    "E_130": ("C", "What color is the rash?", "V_11", ["V_11", "V_86"],
              {"V_11": {"fr": "NA", "en": "NA"}, "V_86": {"fr": "foncée", "en": "dark"}}),
    "E_55": ("M", "Do you feel pain somewhere?", "V_123", ["V_123", "V_29"],
             {"V_123": {"fr": "nulle part", "en": "nowhere"},
              "V_29": {"fr": "bas du thorax", "en": "lower chest"}}),
    "E_204": ("C", "Have you traveled out of the country?", "V_10", ["V_10", "V_0"],
              {"V_10": {"fr": "Non", "en": "No"}, "V_0": {"fr": "AmerN", "en": "North America"}}),
}  # fmt: skip
NAMES = ("Pneumonia", "Bronchitis", "GERD")


def write_ddxplus(folder: Path, train: int = 900, other: int = 300, zipped: bool = True) -> Path:
    """The five files, in the shape of the published ones."""
    folder.mkdir(parents=True, exist_ok=True)
    evidences = {
        name: {
            "name": name, "code_question": name, "question_fr": said, "question_en": said,
            "is_antecedent": False, "default_value": default, "value_meaning": meaning,
            "possible-values": values, "data_type": kind,
        }
        for name, (kind, said, default, values, meaning) in EVIDENCES.items()
    }  # fmt: skip
    conditions = {
        name: {
            "condition_name": name, "cond-name-fr": f"{name} (fr)", "cond-name-eng": name,
            "icd10-id": "J18", "symptoms": {}, "antecedents": {}, "severity": 3,
        }
        for name in NAMES
    }  # fmt: skip
    (folder / "release_evidences.json").write_text(json.dumps(evidences), encoding="utf-8")
    (folder / "release_conditions.json").write_text(json.dumps(conditions), encoding="utf-8")
    for at, (part, n) in enumerate((("train", train), ("validate", other), ("test", other))):
        stem = f"release_{part}_patients"
        path = folder / f"{stem}.csv"
        _ddx_patients(path, n, at)
        if zipped:
            with zipfile.ZipFile(folder / f"{stem}.zip", "w") as archive:
                archive.write(path, stem)
            path.unlink()
    return folder


def _ddx_patients(path: Path, n: int, seed: int) -> None:
    stream = np.random.default_rng(seed)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(
            ["AGE", "DIFFERENTIAL_DIAGNOSIS", "SEX", "PATHOLOGY", "EVIDENCES", "INITIAL_EVIDENCE"]
        )
        for _ in range(n):
            name = NAMES[int(stream.integers(3))]
            ill = name == "Pneumonia"
            pain = int(np.clip(stream.normal(6 if ill else 3, 2), 0, 10))
            said = [f"E_56_@_{pain}", "E_204_@_V_10"]
            said += ["E_91"] * int(stream.random() < (0.8 if ill else 0.2))
            said += ["E_55_@_V_29"] * int(stream.random() < (0.7 if ill else 0.1))
            said += ["E_130_@_V_86"] * int(stream.random() < 0.1)
            age = int(stream.integers(1, 90))
            differential = str([[name, 0.6], ["GERD", 0.4]])
            writer.writerow([age, differential, "MF"[age % 2], name, str(said), "E_56"])
