"""The place of somebody who has been invited."""

from __future__ import annotations

import secrets
from datetime import datetime

from tutor.core.access import Role
from tutor.store.places import Member


def invited(classroom: str, name: str, at: datetime) -> Member:
    """The place of an assistant who has been invited and has not come yet."""
    return Member(
        classroom=classroom,
        learner="r_" + secrets.token_urlsafe(16),
        role=Role.ASSISTANT.value,
        group=None,
        name=name,
        email="",
        number="",
        login="",
        claimed=False,
        left_at=None,
        at=at,
        listed=True,
    )
