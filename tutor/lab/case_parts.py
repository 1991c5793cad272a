"""What each stage of a case may say: shown, revealed, closed, from one held-out patient."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutor.core.natural_frequency import ScoreHistory
from tutor.kit.features import Feature
from tutor.kit.teaching import TeachingModel
from tutor.lab.explanation import Explained
from tutor.lab.pictures import Pictures
from tutor.lab.rated_cohort import RatedCohort
from tutor.lab.text_bounds import MOST_SENTENCE, MOST_STORY, bounded
from tutor.lab.twins import Twins


def finding(feature: Feature, value: float) -> dict[str, Any]:
    """A chart row: what is said, its flag, and where it lies on its range bar (0..1)."""
    row: dict[str, Any] = {
        "column": feature.column,
        "label": feature.label,
        "short": feature.name,
        "said": feature.say(value),
        "unit": feature.unit,
        "flag": feature.flag(value),
        "note": feature.note,
        "bar": None,
        "us": us(feature, value),
    }
    if feature.bounds and feature.reference and not feature.words:
        low, high = feature.bounds
        row["bar"] = [
            round(float(np.clip((at - low) / (high - low), 0, 1)), 3)
            for at in (value, *feature.reference)
        ]
        row["range"] = "–".join(f"{end:.{feature.decimals}f}" for end in feature.reference)
    return row


def us(feature: Feature, value: float) -> dict[str, str] | None:
    """What :func:`finding` says in the unit of the United States, where that is another."""
    other = feature.conventional
    if other is None:
        return None
    return {
        "said": feature.say_conventional(value),
        "unit": other.unit,
        "range": "–".join(other.say(end) for end in feature.reference or ()),
    }


def shown(
    model: TeachingModel,
    row: dict[str, float],
    stream: np.random.Generator,
    pictures: Pictures | None = None,
) -> Any:
    """Stage 1: story, picture, findings; nothing of the algorithm, nothing of the truth."""
    return {
        "story": bounded(model.story(row, stream), "story", MOST_STORY),
        "picture": (pictures or Pictures(model)).of(row),
        "findings": [finding(feature.of(row), row[feature.column]) for feature in model.findings],
    }


def revealed(
    model: TeachingModel, row: dict[str, float], explained: Explained, at: int, past: ScoreHistory
) -> Any:
    """Stage 3: the algorithm's probability, what such scores have meant, what moved it."""
    chance = float(explained.probability[at])
    like = past.like(chance)
    line = model.threshold
    parts = sorted(
        zip(model.features, explained.contributions[at], strict=True), key=lambda p: -abs(p[1])
    )
    return {
        "probability": chance,
        "base": explained.base,
        "contributions": [
            {
                "column": feature.column,
                "label": feature.name,
                "said": f"{feature.say(row[feature.column])} {feature.unit}".strip(),
                "us": us(feature, row[feature.column]),
                "share": float(share),
            }
            for feature, share in parts
        ],
        "like": {"events": like.events, "n": like.n, "low": like.low, "high": like.high},
        "frequency_headline": (like.events / like.n >= line) != (chance >= line),
    }


class Closings:
    """Stage 5: what was true, which modes acted, and the same patients with one cause changed.

    Where the patients come from a table there are no twins, and ``closed`` says None; likewise
    where no twin moves the algorithm by two points.
    """

    def __init__(
        self, rated: RatedCohort, rows: NDArray[np.int_], pictures: Pictures | None = None
    ) -> None:
        self._model = rated.held_out.fitted.model
        self._pictures = pictures or Pictures(self._model)
        self._now = rated.held_out.patients.take(rows)
        self._chance = rated.held_out.probability[rows]
        self._risk = rated.risk.probability[rows]
        self._modes = rated.acting(rows)
        self._twins = Twins(rated, rows, self._modes)

    def touched(self, at: int) -> list[str]:
        """The failure modes that could touch the case at place ``at``."""
        return self._modes.touching(at)

    def pair(self, at: int) -> tuple[dict[str, float], dict[str, float]] | None:
        """The case at place ``at`` of the bank, and its twin; None without one."""
        found = self._twins.of(at)
        return None if found is None else (self._now.row(at), found.row)

    def closed(self, at: int) -> Any:
        """The closing of the case at place ``at`` of the bank."""
        row = self._now.row(at)
        return {
            "present": bool(row[self._model.truth]),
            "sentence": _sentence(self._model, row),
            "touched": self.touched(at),
            "acting": self._modes.acting(at),
            "chart_risk": float(self._risk[at]),
            "twin": self._told(at),
        }

    def unmoved(self) -> list[str]:
        """The twins that move the algorithm by two points in no case that they apply to."""
        return self._twins.unmoved()

    def _told(self, at: int) -> dict[str, Any] | None:
        """The case and its twin side by side."""
        found = self._twins.of(at)
        if found is None:
            return None
        row, other, model, twin = self._now.row(at), found.row, self._model, found.twin
        return {
            "as_is": bounded(twin.as_is(row), "twins", MOST_SENTENCE),
            "changed": twin.changed,
            "lesson": twin.lesson,
            "findings": _differences(model, row, other),
            "algorithm": [float(self._chance[at]), found.probability],
            "present": [bool(row[model.truth]), bool(other[model.truth])],
            "sentence": _sentence(model, other),
            "picture": self._pictures.of(other),
        }


def _sentence(model: TeachingModel, row: dict[str, float]) -> str:
    return bounded(model.truth_sentence(row), "truth_sentence", MOST_SENTENCE)


def _differences(
    model: TeachingModel, row: dict[str, float], other: dict[str, float]
) -> list[dict[str, Any]]:
    """The findings (and inputs read off the picture) that read differently in the twin."""
    features = {f.column: f for f in (*model.findings, *model.features)}
    return [
        {
            "label": f.name,
            "unit": f.unit,
            "before": f.say(row[c]),
            "after": f.say(other[c]),
            "us": [us(f, row[c]), us(f, other[c])],
        }
        for c, f in features.items()
        if f.say(row[c]) != f.say(other[c])
    ]
