"""A set of patients that a learner begins."""

from __future__ import annotations

import secrets
from datetime import datetime

from tutor.content.pack import Exercise
from tutor.lab.bundle import Bundle
from tutor.store.practice_sets import PracticeSet


def new_set(
    exercise: Exercise, bundle: Bundle, learner: str, size: int, at: datetime, seed: int = 0
) -> PracticeSet:
    """A new set of an exercise as it is now, outside any assignment; nothing is stored."""
    manifest = exercise.manifest
    return PracticeSet(
        id=secrets.token_urlsafe(12),
        learner=learner,
        pack=exercise.pack,
        exercise=manifest.id,
        version=manifest.version,
        fingerprint=exercise.fingerprint,
        title=manifest.title,
        threshold=bundle.measured.threshold,
        seed=seed,
        size=size,
        at=at,
    )
