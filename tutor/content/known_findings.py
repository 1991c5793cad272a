"""Findings that many tables hold: their unit, usual adult range and the values that can occur.

A range is looked up by the column's name and chosen among units by the size of the values. The
usual ranges are those of textbooks for adults; a course team corrects them for its patients.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from math import inf

Range = tuple[float, float]


@dataclass(frozen=True)
class KnownFinding:
    """A finding in one unit; ``possible`` are values that can occur in a living person."""

    label: str
    unit: str
    reference: Range | None
    possible: Range


_AGE = KnownFinding("Age", "years", None, (0, 120))
_SYSTOLIC = KnownFinding("Systolic blood pressure", "mmHg", (100, 140), (30, 300))
_DIASTOLIC = KnownFinding("Diastolic blood pressure", "mmHg", (60, 90), (10, 200))
_HEART = KnownFinding("Heart rate", "/min", (60, 100), (10, 300))
_BREATHS = KnownFinding("Respiratory rate", "/min", (12, 20), (0, 90))
_TEMPERATURE = (
    KnownFinding("Temperature", "°C", (36.1, 37.8), (20, 45)),
    KnownFinding("Temperature", "°F", (97, 100), (68, 113)),
)
_OXYGEN = KnownFinding("Oxygen saturation", "%", (95, 100), (20, 100))
_CRP = KnownFinding("C-reactive protein", "mg/L", (0, 5), (0, 800))
_WHITE = KnownFinding("White cell count", "10⁹/L", (4, 11), (0, 500))
_BMI = KnownFinding("Body mass index", "kg/m²", (18.5, 25), (8, 100))
_WEIGHT = KnownFinding("Weight", "kg", None, (0.3, 400))
_HEIGHT = KnownFinding("Height", "cm", None, (20, 250))
_CREATININE = (
    KnownFinding("Creatinine", "mg/dL", (0.6, 1.2), (0, 25)),
    KnownFinding("Creatinine", "µmol/L", (50, 110), (0, 2_500)),
)
_GLUCOSE = (
    KnownFinding("Glucose", "mmol/L", (3.9, 7.8), (0, 60)),
    KnownFinding("Glucose", "mg/dL", (70, 140), (0, 1_500)),
)
_HAEMOGLOBIN = (
    KnownFinding("Haemoglobin", "g/dL", (12, 17), (1, 26)),
    KnownFinding("Haemoglobin", "g/L", (120, 170), (10, 260)),
)
_UREA = KnownFinding("Urea", "mmol/L", (2.5, 7.8), (0, 120))
_LACTATE = KnownFinding("Lactate", "mmol/L", (0.5, 2), (0, 40))
_SODIUM = KnownFinding("Sodium", "mmol/L", (135, 145), (80, 200))
_POTASSIUM = KnownFinding("Potassium", "mmol/L", (3.5, 5), (1, 12))
_PLATELETS = KnownFinding("Platelets", "10⁹/L", (150, 400), (0, 3_000))
_GFR = KnownFinding("eGFR", "mL/min/1.73 m²", (60, 120), (0, 250))
_DIMER = KnownFinding("D-dimer", "µg/L", (0, 500), (0, 200_000))

_FINDINGS: dict[str, KnownFinding | tuple[KnownFinding, ...]] = {
    "age": _AGE,
    "sbp": _SYSTOLIC, "sysbp": _SYSTOLIC, "systolicbloodpressure": _SYSTOLIC, "systolic": _SYSTOLIC,
    "systolicbp": _SYSTOLIC, "dbp": _DIASTOLIC, "diabp": _DIASTOLIC, "diastolic": _DIASTOLIC,
    "diastolicbloodpressure": _DIASTOLIC, "diastolicbp": _DIASTOLIC,
    "hr": _HEART, "heartrate": _HEART, "pulse": _HEART, "bpm": _HEART,
    "rr": _BREATHS, "resprate": _BREATHS, "respiratoryrate": _BREATHS, "breaths": _BREATHS,
    "temp": _TEMPERATURE, "temperature": _TEMPERATURE, "bodytemperature": _TEMPERATURE,
    "spo2": _OXYGEN, "sao2": _OXYGEN, "o2sat": _OXYGEN, "oxygensaturation": _OXYGEN,
    "saturation": _OXYGEN,
    "crp": _CRP, "creactiveprotein": _CRP, "wbc": _WHITE, "whitecells": _WHITE,
    "whitecellcount": _WHITE, "leukocytes": _WHITE, "leucocytes": _WHITE,
    "bmi": _BMI, "bodymassindex": _BMI, "weight": _WEIGHT, "height": _HEIGHT,
    "creatinine": _CREATININE, "creat": _CREATININE, "glucose": _GLUCOSE,
    "haemoglobin": _HAEMOGLOBIN, "hemoglobin": _HAEMOGLOBIN, "hb": _HAEMOGLOBIN,
    "hgb": _HAEMOGLOBIN, "urea": _UREA, "lactate": _LACTATE, "sodium": _SODIUM,
    "potassium": _POTASSIUM, "platelets": _PLATELETS, "egfr": _GFR, "ddimer": _DIMER,
}  # fmt: skip
# What a name may end in, or hold in brackets: the unit it says.
_UNITS = {
    "years": "years", "yrs": "years", "mmhg": "mmHg", "bpm": "/min", "permin": "/min",
    "/min": "/min", "c": "°C", "celsius": "°C", "°c": "°C", "degc": "°C", "f": "°F",
    "fahrenheit": "°F", "°f": "°F", "percent": "%", "pct": "%", "%": "%", "mgl": "mg/L",
    "mg/l": "mg/L", "mgdl": "mg/dL", "mg/dl": "mg/dL", "mmoll": "mmol/L", "mmol/l": "mmol/L",
    "umoll": "µmol/L", "µmol/l": "µmol/L", "umol/l": "µmol/L", "gl": "g/L", "g/l": "g/L",
    "gdl": "g/dL", "g/dl": "g/dL", "kg": "kg", "cm": "cm", "mm": "mm", "m": "m", "kg/m2": "kg/m²",
    "kg/m²": "kg/m²", "days": "days", "hours": "hours", "min": "min", "ms": "ms", "g": "g",
    "ml": "mL", "10^9/l": "10⁹/L", "10⁹/l": "10⁹/L", "ug/l": "µg/L", "µg/l": "µg/L",
    "pmol/l": "pmol/L", "ng/l": "ng/L", "pg/ml": "pg/mL", "ng/ml": "ng/mL", "mmol/mol": "mmol/mol",
}  # fmt: skip
_BRACKETS = re.compile(r"^(.*?)\s*[(\[]\s*([^()\[\]]+?)\s*[)\]]\s*$")
_LETTERS_TOO_FEW = {"c", "f", "m", "g", "min"}  # a suffix only behind a known finding


def parted(header: str) -> tuple[str, str]:
    """A column's name and the unit it says: ``temp_c`` or ``Temperature (°C)``; else no unit."""
    if match := _BRACKETS.match(header):
        unit = match[2].replace("^2", "²")
        return match[1], _UNITS.get(unit.lower().replace(" ", ""), unit if len(unit) < 16 else "")
    pieces = [piece for piece in re.split(r"[_\s.]+", header.strip()) if piece]
    for count in (3, 2, 1):
        name, tail = "_".join(pieces[:-count]), "".join(pieces[-count:]).lower()
        if not name or tail not in _UNITS:
            continue
        if tail not in _LETTERS_TOO_FEW or _plain(name) in _FINDINGS:
            return name, _UNITS[tail]
    return header, ""


def known_finding(name: str, unit: str, low: float, high: float) -> KnownFinding | None:
    """The finding of this name, in ``unit`` or in one where ``low`` to ``high`` can occur.

    None where the name is not known, the values cannot be of it, or it is in another unit.
    """
    for one in _named(name):
        if one.possible[0] <= low and high <= one.possible[1] and unit in ("", one.unit):
            return one
    return None


def _plain(name: str) -> str:
    return re.sub(r"[\W_]+", "", name).lower()


def impossible_unit(
    column: str, label: str, unit: str, ranges: Sequence[Range | None]
) -> str | None:
    """What is wrong with the ranges of a finding in its ``unit``; None if nothing is known.

    A percentage lies between 0 and 100. Of the findings known here, each range must lie among the
    values that can occur in that unit.
    """
    known = [one for name in (column, label) for one in _named(name) if one.unit == unit]
    low, high = known[0].possible if known else (-inf, inf)
    if unit == "%" and not re.search(r"change|difference|ratio|variation|SD|/", label):
        low, high = max(low, 0), min(high, 100)
    for span in ranges:
        if span and (span[0] < low or span[1] > high):
            return (
                f"{label!r} is given in {unit} with the range {span[0]:g} to {span[1]:g}; in this "
                f"unit {low:g} to {high:g} can occur."
            )
    return None


def _named(name: str) -> tuple[KnownFinding, ...]:
    found = _FINDINGS.get(_plain(name), ())
    return (found,) if isinstance(found, KnownFinding) else found
