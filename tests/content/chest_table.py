"""A table as a course team has it: invented patients with a cough, in one of many dialects."""

from __future__ import annotations

from pathlib import Path

import numpy as np

HEADER = (
    "patient_id", "Age", "Temp (°C)", "resp_rate", "CRP", "Crackles", "portable film", "sex",
    "ward", "pneumonia",
)  # fmt: skip


def write_table(path: Path, n: int, delimiter: str = ",", encoding: str = "utf-8") -> Path:
    """``n`` patients, a third with pneumonia; decimal commas where semicolons part the cells."""
    stream = np.random.default_rng(1)
    ill = stream.random(n) < 0.35
    temperature = np.clip(37 + 0.9 * ill + stream.normal(0, 0.6, n), 35, 41)
    breaths = np.clip(17 + 4 * ill + stream.normal(0, 3.5, n), 8, 45).astype(int)
    crp = np.clip(np.exp(2.3 + 1.2 * ill + stream.normal(0, 0.8, n)), 1, 400).astype(int)
    crackles = stream.random(n) < np.where(ill, 0.7, 0.15)
    portable = stream.random(n) < 0.5
    rows = [";".join(HEADER)]
    for at in range(n):
        cells = (
            f"P{at:06d}", str(20 + at % 70), f"{temperature[at]:.1f}", str(breaths[at]),
            str(crp[at]), "yes" if crackles[at] else "no", "TRUE" if portable[at] else "FALSE",
            "MF"[at % 2], ("A&E", "medical", "surgical")[at % 3], str(int(ill[at])),
        )  # fmt: skip
        rows.append(";".join(cells).replace(".", "," if delimiter == ";" else "."))
    path.write_bytes("\r\n".join([*rows, ""]).replace(";", delimiter).encode(encoding))
    return path
