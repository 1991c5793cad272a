"""A model's pictures as they enter the bundle: sanitised, each with its text alternative."""

from __future__ import annotations

from collections.abc import Mapping

from tutor.content.svg import sanitise
from tutor.kit.teaching import TeachingModel
from tutor.lab.text_bounds import bounded_picture


class Pictures:
    """Draws patients, and remembers what had to be taken out of their pictures."""

    def __init__(self, model: TeachingModel) -> None:
        self._draw = model.picture
        self._removed: dict[str, None] = {}

    @property
    def removed(self) -> list[str]:
        """What was taken out so far, in words, each once."""
        return list(self._removed)

    def of(self, row: Mapping[str, float]) -> dict[str, str] | None:
        """The picture of one patient and what stands in for it; None where there are none."""
        if self._draw is None:
            return None
        picture = bounded_picture(self._draw(row))
        clean = sanitise(picture.svg)
        self._removed |= dict.fromkeys(clean.removed)
        return {"svg": clean.svg, "alt": picture.alt}
