"""Robots with known habits of reliance: what each one does at a stage, and its true RAIR and RSR.

A robot reads neither pictures nor findings. Two things therefore rest on what is true of the case,
through noise, and stand for a learner's eye: the first answer is right with the chance that the
robot's certainty has, and a failure mode on the list that acts in the patient is recognised with
chance ``sees``. All else follows from what is on the screen at that stage: the algorithm's number,
the modes that are flagged or listed, and which way each of them errs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from tutor.core.case import Truth
from tutor.core.encounter import CERTAINTIES, NO_MODE, Advice, Decision, Judgment, Revealed

Levels = tuple[float, float, float]


@dataclass(frozen=True)
class Habit:
    """Chances by certainty 1, 2, 3 (each chosen equally often) and by what is noticed.

    ``right``: that the first answer is right; ``says``: how likely the robot says it is. ``goes``:
    that it goes over to advice that differs; ``warned``: the same where it has seen a failure mode
    that errs this way. ``sees``: that it recognises a listed mode that acts in the patient, and
    heeds a flag at all if above 0; ``imagines``: that it else names one at random. ``slips``: that
    its last answer is the opposite of the one it meant.
    """

    name: str
    right: Levels
    says: Levels
    goes: Levels
    warned: Levels
    sees: float
    imagines: float
    slips: float = 0.0

    @property
    def skill(self) -> float:
        """The chance that the first answer is right."""
        return sum(self.right) / len(self.right)

    def rair(self, warned: float) -> float:
        """True relative AI reliance where it is warned with chance ``warned``."""
        one, two, three = self.right
        went = _mean(self._goes(warned), (1 - one, 1 - two, 1 - three))
        return went * (1 - self.slips) + (1 - went) * self.slips

    def rsr(self, warned: float) -> float:
        """True relative self-reliance where it is warned with chance ``warned``."""
        went = _mean(self._goes(warned), self.right)
        return (1 - went) * (1 - self.slips) + went * self.slips

    def leaning(self, share: float) -> Habit:
        """The same robot, going over in ``share`` of the cases in which it stood firm.

        Without slips, its RSR is then ``1 - share`` times what it was.
        """

        def more(chances: Levels) -> Levels:
            one, two, three = (chance + share * (1 - chance) for chance in chances)
            return one, two, three

        return replace(self, goes=more(self.goes), warned=more(self.warned))

    def _goes(self, warned: float) -> Levels:
        one, two, three = (
            seen * warned + unseen * (1 - warned)
            for seen, unseen in zip(self.warned, self.goes, strict=True)
        )
        return one, two, three


def _mean(values: Levels, weights: Levels) -> float:
    return sum(v * w for v, w in zip(values, weights, strict=True)) / sum(weights)


KNOWS: Levels = (0.55, 0.70, 0.90)
WELL_CALIBRATED = Habit(
    "well calibrated",
    right=KNOWS,
    says=KNOWS,
    goes=(0.95, 0.65, 0.20),
    warned=(0.70, 0.30, 0.05),
    sees=0.7,
    imagines=0.1,
)
# Each differs from the first in one thing, so that a set that misses it misses that thing.
HABITS = (
    WELL_CALIBRATED,
    replace(
        WELL_CALIBRATED,
        name="over-reliant",
        goes=(0.95, 0.95, 0.85),
        warned=(0.95, 0.90, 0.80),
    ),
    replace(
        WELL_CALIBRATED,
        name="under-reliant",
        goes=(0.20, 0.10, 0.05),
        warned=(0.15, 0.05, 0.02),
    ),
    replace(
        WELL_CALIBRATED,
        name="explanation-blind",
        warned=WELL_CALIBRATED.goes,
        sees=0.0,
        imagines=0.0,
    ),
    Habit(
        "guessing",
        right=(0.5, 0.5, 0.5),
        says=KNOWS,
        goes=(0.5, 0.5, 0.5),
        warned=(0.5, 0.5, 0.5),
        sees=0.0,
        imagines=0.5,
        slips=0.5,
    ),
    replace(
        WELL_CALIBRATED,
        name="careless",
        right=(0.525, 0.60, 0.70),  # KNOWS with a quarter of the answers turned round
        slips=0.25,
    ),
)


# What a report must say of one set: each of these has one habit, and has it always.
LEANING = replace(
    WELL_CALIBRATED, name="leaning", goes=(1.0, 1.0, 1.0), warned=(1.0, 1.0, 1.0), imagines=0.0
)
HOLDING_BACK = replace(LEANING, name="holding back", goes=(0.0, 0.0, 0.0), warned=(0.0, 0.0, 0.0))


@dataclass(frozen=True)
class ChartRisk:
    """The ideal judge: says the chart's own risk before and after, and is moved by nothing."""

    name: str = "chart risk"

    def judge(self, truth: Truth) -> Judgment:
        """The first judgment.

        Raises:
            ValueError: the case's chart risk is not known.
        """
        if truth.chart_risk is None:
            raise ValueError("The chart's own risk of this case is not known. Build it anew.")
        return Judgment(truth.chart_risk, max(CERTAINTIES), (), "")

    def decide(self, revealed: Revealed) -> Decision:
        """The second judgment: the first, and no failure suspected."""
        return Decision(revealed.committed.judgment.probability, Advice.OVERRIDE, NO_MODE)


@dataclass(frozen=True)
class Screen:
    """What the reveal shows beside the number.

    ``flags``: the modes marked as touching this patient; ``listed``: those on offer unmarked; one
    of the two is empty. ``against``: of either, those that err the way this advice would be wrong.
    """

    flags: tuple[str, ...]
    listed: tuple[str, ...]
    against: frozenset[str]


def first(habit: Habit, sound: bool, threshold: float, stream: np.random.Generator) -> Judgment:
    """The first judgment; of the case it takes whether acting is ``sound``, and no more."""
    level = int(stream.integers(len(CERTAINTIES)))
    says_present = sound == (stream.random() < habit.right[level])
    chance = forecast(says_present, habit.says[level], threshold)
    return Judgment(chance, CERTAINTIES[level], (), "")


def forecast(says_present: bool, confidence: float, threshold: float) -> float:
    """The probability that says so at this confidence, moved to its side of the threshold.

    Where the threshold lies between, "absent" at 70 % is said as just below the threshold.
    """
    if says_present:
        return max(confidence, threshold)
    return min(1 - confidence, float(np.nextafter(threshold, 0)))


def notice(habit: Habit, screen: Screen, acting: Sequence[str], stream: np.random.Generator) -> str:
    """The failure mode it suspects, or ``NO_MODE``; ``acting`` is read through the eye's noise.

    A flag needs no eye, only heed.
    """
    if screen.flags and habit.sees:
        return screen.flags[int(stream.integers(len(screen.flags)))]
    seen = [mode for mode in acting if mode in screen.listed]
    if seen and stream.random() < habit.sees:
        return seen[int(stream.integers(len(seen)))]
    on_offer = screen.listed or screen.flags
    if on_offer and stream.random() < habit.imagines:
        return on_offer[int(stream.integers(len(on_offer)))]
    return NO_MODE


def warning(habit: Habit, screen: Screen, acting: Sequence[str]) -> float:
    """The chance that what :func:`notice` names speaks against this advice."""

    def against(modes: Sequence[str]) -> float:
        return sum(mode in screen.against for mode in modes) / len(modes) if modes else 0.0

    if screen.flags and habit.sees:
        return against(screen.flags)
    seen = [mode for mode in acting if mode in screen.listed]
    sees = habit.sees if seen else 0.0
    imagined = against(screen.listed or screen.flags)
    return sees * against(seen) + (1 - sees) * habit.imagines * imagined


def second(
    habit: Habit, revealed: Revealed, screen: Screen, suspected: str, stream: np.random.Generator
) -> Decision:
    """The second judgment: the algorithm's number if it goes over, its own if it does not."""
    judgment, threshold = revealed.committed.judgment, revealed.threshold
    level = CERTAINTIES.index(judgment.certainty)
    mine, its = judgment.probability >= threshold, revealed.algorithm >= threshold
    chance, advice = (judgment.probability + revealed.algorithm) / 2, Advice.ADJUST
    if mine != its:
        goes = habit.warned if suspected in screen.against else habit.goes
        if stream.random() < goes[level]:
            chance, advice = revealed.algorithm, Advice.RELY
        else:
            chance, advice = judgment.probability, Advice.OVERRIDE
    if stream.random() < habit.slips:
        chance = forecast(chance < threshold, habit.says[level], threshold)
    return Decision(chance, advice, suspected)
