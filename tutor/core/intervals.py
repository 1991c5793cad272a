"""Intervals for proportions and their differences, and the words they are said in."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

Z95 = 1.959963984540054


@dataclass(frozen=True)
class Estimate:
    """A value with its 95 % interval and the number of patients behind it."""

    value: float
    low: float
    high: float
    n: int

    def excludes(self, value: float) -> bool:
        """Whether the interval lies wholly to one side of ``value``."""
        return self.low > value or self.high < value


def proportion(events: int, n: int) -> Estimate:
    """``events / n`` with Wilson's score interval (Wilson 1927).

    Raises:
        ValueError: ``n`` is 0, so there is no proportion.

    """
    if n == 0:
        raise ValueError("A proportion of nobody is undefined.")
    share = events / n
    centre = (share + Z95**2 / (2 * n)) / (1 + Z95**2 / n)
    half = Z95 / (1 + Z95**2 / n) * sqrt(share * (1 - share) / n + Z95**2 / (4 * n * n))
    return Estimate(share, max(0.0, centre - half), min(1.0, centre + half), n)


def difference(first: Estimate, second: Estimate) -> Estimate:
    """``first - second``, by Newcombe's hybrid score method (Newcombe 1998, method 10)."""
    value = first.value - second.value
    low = value - sqrt((first.value - first.low) ** 2 + (second.high - second.value) ** 2)
    high = value + sqrt((first.high - first.value) ** 2 + (second.value - second.low) ** 2)
    return Estimate(value, low, high, first.n + second.n)
