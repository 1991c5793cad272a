"""An encounter as a line of a list."""

from __future__ import annotations

from typing import Any

from tutor.services.encounters.history import Encounter
from tutor.web import words
from tutor.web.encounter.view import in_two
from tutor.web.layout.charts import outcome_rail


def row(encounter: Encounter) -> dict[str, Any]:
    """An encounter as a line of a list."""
    return {
        "attempt": encounter.attempt,
        "number": encounter.position + 1,
        "verdict": words.verdict_label(encounter.outcome),
        "good": encounter.outcome.final_right,
        "rail": outcome_rail(encounter.outcome),
        "finding": encounter.finding,
        "diagnosis": in_two(encounter.diagnosis)[0],
        "pictured": encounter.pictured,
        "kept": encounter.kept,
    }
