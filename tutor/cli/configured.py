"""The settings, or a sentence on which of them will not do."""

from __future__ import annotations

from pydantic import ValidationError

from tutor.errors import Misconfigured
from tutor.settings import Settings


def configured() -> Settings:
    """The settings of this process.

    Raises:
        Misconfigured: one of them cannot be used; the message names it.
    """
    try:
        return Settings()
    except ValidationError as error:
        problem = error.errors()[0]
        name = f"EQUIPOISE_{problem['loc'][0]}".upper()
        raise Misconfigured(f"{name} will not do: {problem['msg']}.") from None
