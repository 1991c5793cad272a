"""The time that services go by, unless they are told another."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> datetime:
    """The server's time."""
    return datetime.now(UTC)
