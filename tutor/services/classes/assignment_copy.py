"""New assignments: one of which nothing is said yet, and copies of others."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import datetime

from tutor.core.assignment import Dates, Grading, OutcomesShown
from tutor.core.set_plan import Guidance
from tutor.store.assignments import Assignment


def blank(classroom: str, at: datetime) -> Assignment:
    """A draft of which nothing is said yet."""
    return Assignment(
        id=secrets.token_urlsafe(12),
        classroom=classroom,
        title="",
        instructions="",
        guidance=Guidance.LISTED,
        unaided_share=0.15,
        same_cases=False,
        seed=secrets.randbits(31),
        reasons_required=False,
        outcomes=OutcomesShown.EACH,
        dates=Dates(),
        grading=Grading.COMPLETION,
        points=10.0,
        rubric=(),
        published_at=None,
        revision=0,
        at=at,
    )


def copy_of(work: Assignment, classroom: str, at: datetime, title: str = "") -> Assignment:
    """A draft equal to another, without its dates and pinned versions, with patients of its own."""
    return replace(
        work,
        id=secrets.token_urlsafe(12),
        classroom=classroom,
        title=title or work.title,
        dates=replace(work.dates, opens=None, due=None),
        published_at=None,
        revision=0,
        seed=secrets.randbits(31),
        parts=tuple(
            replace(part, version=None, fingerprint=None, fresh=None) for part in work.parts
        ),
        at=at,
    )
