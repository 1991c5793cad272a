"""The codes by which people come into a class."""

from __future__ import annotations

import secrets

# Without letters and digits that look alike.
LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"


def new_code() -> str:
    """A code that can be read out: eight letters and digits."""
    return "".join(secrets.choice(LETTERS) for _ in range(8))
