"""Names of nodes and columns → words that stand on a chart.

``bronc`` becomes Bronchitis, ``chestPain`` becomes Chest pain, ``Do you have a fever?`` becomes
Fever. What is not known is only spaced and capitalised; authors correct it.
"""

from __future__ import annotations

import re

# Short names in published networks and common tables, in small letters without separators.
GLOSSARY = {
    "afib": "Atrial fibrillation",
    "alt": "ALT",
    "asia": "Has been to Asia",
    "ast": "AST",
    "bmi": "Body mass index",
    "bp": "Blood pressure",
    "bpm": "Heart rate",
    "bronc": "Bronchitis",
    "bun": "Urea nitrogen",
    "ck": "Creatine kinase",
    "cp": "Chest pain",
    "creat": "Creatinine",
    "crp": "C-reactive protein",
    "cxr": "Chest X-ray",
    "dbp": "Diastolic blood pressure",
    "diabp": "Diastolic blood pressure",
    "dysp": "Breathlessness",
    "ecg": "ECG",
    "egfr": "eGFR",
    "either": "Tuberculosis or lung cancer",
    "hb": "Haemoglobin",
    "hba1c": "HbA1c",
    "hgb": "Haemoglobin",
    "hr": "Heart rate",
    "htn": "Hypertension",
    "ldl": "LDL cholesterol",
    "lung": "Lung cancer",
    "map": "Mean arterial pressure",
    "rr": "Respiratory rate",
    "sao2": "Oxygen saturation",
    "sbp": "Systolic blood pressure",
    "smoke": "Smokes",
    "spo2": "Oxygen saturation",
    "sysbp": "Systolic blood pressure",
    "temp": "Temperature",
    "tub": "Tuberculosis",
    "wbc": "White cell count",
    "xray": "Abnormal chest X-ray",
}
_CODE = r"(?:y|n|yes|no|true|false|0|1)(?: *= *\w+)?"
_CODING = re.compile(rf"\s*[(\[] *{_CODE}(?: *[/,;|] *{_CODE})+ *[)\]]|\s*\?+\s*$", re.IGNORECASE)
_RULES = tuple(
    (re.compile(pattern, re.IGNORECASE), words)
    for pattern, words in (
        (r"^have you ever (?:had|been diagnosed with) (?:an?\b|any\b)?\s*(.+)$", r"History of \1"),
        (r"^have you recently had (?:an?\b|any\b)?\s*(.+)$", r"Recent \1"),
        (r"^do you (?:currently )?(?:have|suffer from) (?:an?\b|any\b)?\s*(.+)$", r"\1"),
        (r"^do you (?:feel|experience|notice) (?:an?\b|any\b|that\b)?\s*(.+)$", r"\1"),
        (r"^are you experiencing (?:an?\b|any\b)?\s*(.+)$", r"\1"),
        (r"^have you (?:had|noticed) (?:an?\b|any\b)?\s*(.+)$", r"\1"),
        (r"^have you (?:been )?(.+)$", r"\1"),
        (r"^(?:do|did|are|were) you (.+)$", r"\1"),
        (r"^what (\w+) is (.+)$", r"\1 of \2"),
        (r"^how (\w+) is (.+)$", r"How \1 \2 is"),
        (r"^(?:is|are|does|do) your (.+)$", r"\1"),
    )
)


def label(name: str) -> str:
    """A node or column as a chart names it: ``systolic_bp`` as Systolic bp.

    Words that are all capitals stay so. What only says how the column is coded is left out:
    ``Pneumonia (Y/N)`` becomes Pneumonia, ``Portable X-Ray?`` Portable X-ray.
    """
    name = _CODING.sub("", name) or name
    plain = re.sub(r"[\W_]+", "", name).lower()
    if plain in GLOSSARY:
        return GLOSSARY[plain]
    spaced = re.sub(r"(?<=[a-zà-ÿ])(?=[A-Z][a-zà-ÿ])|[_.\s]+", " ", name).strip() or name
    return capital(" ".join(map(_small, spaced.split())))


def _small(word: str) -> str:
    """A word inside a label: ALT and X-ray keep their capital, Blood does not."""
    if word.isupper():
        return word
    if re.match(r"[A-Z]-[A-Z]?[a-z]", word):
        return word[:1] + word[1:].lower()
    return word[:1].lower() + word[1:]


def of_question(question: str) -> str:
    """A question put to a patient as a finding: ``Do you have a fever?`` as Fever."""
    said = question.strip().rstrip("?").strip()
    for pattern, words in _RULES:
        if pattern.match(said):
            said = pattern.sub(words, said)
            break
    return capital(re.sub(r"\byour\b", "their", re.sub(r"\byou\b", "they", said)))


def inside(phrase: str) -> str:
    """A label inside a sentence: its first letter small, unless the word is an abbreviation."""
    first = phrase.split(" ", 1)[0]
    return phrase if sum(map(str.isupper, first)) > 1 else phrase[:1].lower() + phrase[1:]


def capital(phrase: str) -> str:
    """The phrase with its first letter large."""
    return phrase[:1].upper() + phrase[1:]
