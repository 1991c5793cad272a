"""Words for a patient's story: one of several phrases, and the person it is about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

T = TypeVar("T")
WOMAN, MAN = 0, 1
"""The codes of the column ``sex``."""
SEX = {WOMAN: "woman", MAN: "man"}
"""The words of the column ``sex``, for ``Feature(words=SEX)``; every cohort codes it so."""
ELEVEN, EIGHTEEN, EIGHTY, NINETY = 11, 18, 80, 90


def choose(options: Sequence[T], rng: np.random.Generator) -> T:
    """One of the ``options``, each equally likely; uses one draw of ``rng``.

    Raises:
        ValueError: there are no options.

    """
    if not options:
        raise ValueError("There is nothing to choose from; give at least one option.")
    return options[int(rng.integers(len(options)))]


def article(age: float) -> str:
    """``An`` or ``A``, as the age in whole years is spoken after it."""
    years = round(float(age))
    vowel = years in (8, ELEVEN, EIGHTEEN) or EIGHTY <= years < NINETY
    return "An" if vowel else "A"


@dataclass(frozen=True)
class Person:
    """Who a story is about: ``age`` in years, ``sex`` coded as in :data:`SEX`.

    The pronouns are in lower case; ``person.they.capitalize()`` starts a sentence.
    """

    age: float
    sex: float

    def __post_init__(self) -> None:
        if self.sex not in SEX:
            known = ", ".join(f"{code} ({word})" for code, word in SEX.items())
            raise ValueError(f"The sex {self.sex!r} is not known; use {known}.")

    @classmethod
    def of(cls, row: Mapping[str, float]) -> Person:
        """The person of a cohort's row, from its columns ``age`` and ``sex``."""
        return cls(row["age"], row["sex"])

    @property
    def noun(self) -> str:
        """``woman`` or ``man``."""
        return SEX[int(self.sex)]

    @property
    def they(self) -> str:
        """``she`` or ``he``."""
        return "she" if self.sex == WOMAN else "he"

    @property
    def them(self) -> str:
        """``her`` or ``him``."""
        return "her" if self.sex == WOMAN else "him"

    @property
    def their(self) -> str:
        """``her`` or ``his``."""
        return "her" if self.sex == WOMAN else "his"

    @property
    def introduced(self) -> str:
        """The start of a story: ``A 57-year-old woman``, ``An 81-year-old man``."""
        return f"{article(self.age)} {round(float(self.age))}-year-old {self.noun}"
