"""A measured ratio and the bound it is held to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Ratio:
    """``ours`` against ``beside``, measured in the same run."""

    what: str
    ours: float
    beside: float
    unit: str
    bound: float | None
    sense: Literal["at least", "at most"] = "at most"

    @property
    def value(self) -> float:
        """Ours divided by the other."""
        return self.ours / self.beside

    @property
    def good(self) -> bool:
        """Whether the bound holds."""
        if self.bound is None:
            return True
        return self.value >= self.bound if self.sense == "at least" else self.value <= self.bound

    def row(self) -> str:
        """A row of the table."""
        bound = f"{self.sense} {self.bound:g}" if self.bound is not None else ""
        mark = ("ok" if self.good else "MISSED") if self.bound is not None else ""
        return (
            f"| {self.what} | {self.ours:,.4g} {self.unit} | {self.beside:,.4g} {self.unit} "
            f"| {self.value:.2f} | {bound} | {mark} |"
        )
