"""Intervals for proportions and their differences, and the words they are said in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import fmean, stdev

import numpy as np
from numpy.typing import NDArray

Z95 = 1.959963984540054
"""Standard errors on each side of an estimate that make its 95 % interval."""
# People who vary less than chance would have them are luck: an interval over people is never
# narrower than that of twice as many independent encounters.
NARROWEST = 0.5
# Student's t at 97.5 % for 1..9 degrees of freedom; beyond, a series in 1/df is as good.
T95 = (12.706205, 4.302653, 3.182446, 2.776445, 2.570582, 2.446912, 2.364624, 2.306004, 2.262157)


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
    low, high = wilson(np.array(events / n), np.array(n))
    return Estimate(events / n, float(low), float(high), n)


def wilson(
    share: NDArray[np.float64], n: NDArray[np.float64] | NDArray[np.int_]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Wilson's score interval of ``share`` observed in ``n``, of any one shape; ``n`` above 0.

    ``n`` need not be whole: it may be an effective number.
    """
    centre = (share + Z95**2 / (2 * n)) / (1 + Z95**2 / n)
    half = Z95 / (1 + Z95**2 / n) * np.sqrt(share * (1 - share) / n + Z95**2 / (4 * n * n))
    low, high = np.maximum(0.0, centre - half), np.minimum(1.0, centre + half)
    return np.minimum(low, share), np.maximum(high, share)  # at 0 and 1, against rounding


def student(freedom: int) -> float:
    """Student's t at 97.5 % (Abramowitz and Stegun 1964, 26.7.5), within 2e-4.

    Raises:
        ValueError: ``freedom`` is below 1.

    """
    if freedom < 1:
        raise ValueError("Student's t needs a degree of freedom.")
    if freedom <= len(T95):
        return T95[freedom - 1]
    z, f = Z95, float(freedom)
    return (
        z
        + (z**3 + z) / (4 * f)
        + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * f**2)
        + (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / (384 * f**3)
    )


def mean(values: Sequence[float], lowest: float, highest: float) -> Estimate | None:
    """The mean of values that lie in ``lowest``..``highest``, with Student's interval.

    None without a value; one value alone says nothing of its spread: the interval is all there is.
    """
    if not values:
        return None
    middle, n = fmean(values), len(values)
    if n == 1:
        return Estimate(middle, lowest, highest, n)
    half = student(n - 1) * stdev(values) / sqrt(n)
    return Estimate(middle, max(lowest, middle - half), min(highest, middle + half), n)


def clustered_mean(
    person: NDArray[np.int32] | NDArray[np.int64],
    values: NDArray[np.float64],
    lowest: float,
    highest: float,
) -> Estimate | None:
    """The mean of values in ``lowest``..``highest`` of several people, a column of whose they are.

    One person's values are taken as independent: :func:`mean`. Of several people the values of one
    are alike, so the interval is over people: the linearised variance of a ratio (Cochran 1977,
    section 6.3), with Student's t on one degree of freedom less than there are people. It counts
    values as independent at most ``NARROWEST`` times over. None without a value.
    """
    n = len(values)
    who, person_at = np.unique(person, return_inverse=True)
    people = len(who)
    if people < 2:
        return mean(values.tolist(), lowest, highest)
    middle = float(values.mean())
    off = np.bincount(person_at, weights=values - middle)
    clustered = people / (people - 1) * float(off @ off) / n**2
    independent = float(((values - middle) ** 2).sum()) / (n * (n - 1))
    half = sqrt(max(NARROWEST * Z95**2 * independent, student(people - 1) ** 2 * clustered))
    return Estimate(middle, max(lowest, middle - half), min(highest, middle + half), n)


def difference(first: Estimate, second: Estimate) -> Estimate:
    """``first - second``, by Newcombe's hybrid score method (Newcombe 1998, method 10)."""
    value = first.value - second.value
    low = value - sqrt((first.value - first.low) ** 2 + (second.high - second.value) ** 2)
    high = value + sqrt((first.high - first.value) ** 2 + (second.value - second.low) ** 2)
    return Estimate(value, low, high, first.n + second.n)
