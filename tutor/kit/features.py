"""What is known of a patient, as data: one row of the chart, one input of the algorithm."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from tutor.kit.story import MAN

Flag = Literal["", "H", "L"]


@dataclass(frozen=True)
class Conventional:
    """The same finding in the unit used elsewhere: ``value * factor`` in ``unit``."""

    unit: str
    factor: float
    decimals: int = 0

    def say(self, value: float) -> str:
        """``value``, given in the feature's own unit, as a person reads it in this one."""
        return f"{value * self.factor:.{self.decimals}f}"


@dataclass(frozen=True)
class Feature:
    """A finding with its unit, reference range and bounds.

    ``column`` is the cohort column it is read from. ``reference`` is the usual adult range;
    a value outside it is flagged H or L. ``bounds`` are the values that can occur at all: they
    scale the range bar and are tested for every cohort. ``words`` maps codes to words for
    yes/no and graded findings, e.g. ``{0: "no", 1: "yes"}``. ``conventional`` is given where
    practice differs (glucose, creatinine, urea, bilirubin, haemoglobin). ``men`` is the range of
    men where it differs (creatinine, haemoglobin); ``reference`` is then the range of women.
    """

    column: str
    label: str
    unit: str = ""
    decimals: int = 0
    reference: tuple[float, float] | None = None
    bounds: tuple[float, float] | None = None
    words: dict[int, str] = field(default_factory=dict)
    short: str = ""
    note: str = ""
    conventional: Conventional | None = None
    men: tuple[float, float] | None = None

    def of(self, row: Mapping[str, float]) -> Feature:
        """This finding with the usual range of the patient in ``row``, by the column ``sex``."""
        if self.men is None or row.get("sex") != MAN:
            return self
        return replace(self, reference=self.men)

    def say(self, value: float) -> str:
        """The value as a person reads it, without its unit."""
        if self.words:
            return self.words[round(value)]
        # Adding nought turns minus nought into nought, which is how a person writes it.
        return f"{round(float(value), self.decimals) + 0.0:.{self.decimals}f}"

    def say_conventional(self, value: float) -> str:
        """The value that :meth:`say` says, in the conventional unit and without it; else empty."""
        if self.conventional is None:
            return ""
        return self.conventional.say(float(self.say(value)))

    def flag(self, value: float) -> Flag:
        """``H`` above the reference range, ``L`` below it, else empty."""
        if self.reference is None:
            return ""
        shown = round(float(value), self.decimals)
        if shown < self.reference[0]:
            return "L"
        return "H" if shown > self.reference[1] else ""

    @property
    def name(self) -> str:
        """The short label, for narrow places."""
        return self.short or self.label


NO_YES = {0: "no", 1: "yes"}
"""The words of a finding that is there or not, for ``Feature(words=NO_YES)``."""
