"""The encounter as types: each stage holds the one before, so no other order can be written.

Shown ──commit──> Committed ──reveal──> Revealed ──decide──> Decided ──close──> Closed
└────────── close_unaided (no algorithm in this case) ──────┘
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

from tutor.core.case import CaseRef, Truth
from tutor.core.set_plan import Guidance
from tutor.core.verdicts import Outcome
from tutor.errors import BadForm, BadInput, OutOfOrder

MAX_DRIVERS = 3
MAX_REASON = 4_000
CERTAINTIES = (1, 2, 3)
NO_MODE = "none"
NOT_ASKED = ""  # stored where the exercise describes no failure mode
KEEP, CHANGE = "keep", "change"
NEAR = 0.05


class Advice(StrEnum):
    """What the learner does with the algorithm's advice, as :func:`advice_use` derives it."""

    RELY = "rely"
    ADJUST = "adjust"
    OVERRIDE = "override"


@dataclass(frozen=True)
class Judgment:
    """What a learner commits to: probability in 0..1, certainty 1–3, drivers, a reason."""

    probability: float
    certainty: int
    drivers: tuple[str, ...]
    reason: str


@dataclass(frozen=True)
class Decision:
    """The second judgment: probability in 0..1, use of the advice, suspected failure mode."""

    probability: float
    advice: Advice
    suspected: str


@dataclass(frozen=True)
class Shown:
    """Stage 1: the patient, and nothing else."""

    id: str
    learner: str
    set_id: str
    ref: CaseRef
    position: int
    guidance: Guidance
    aided: bool
    at: datetime


@dataclass(frozen=True)
class Committed:
    """Stage 2: a judgment, final."""

    shown: Shown
    judgment: Judgment
    at: datetime

    @property
    def commitment(self) -> Committed:
        """The stage itself: every later stage has the same property."""
        return self


@dataclass(frozen=True)
class Revealed:
    """Stage 3: the algorithm's probability, in 0..1, and its alert threshold."""

    committed: Committed
    algorithm: float
    threshold: float
    at: datetime

    @property
    def commitment(self) -> Committed:
        """What the learner committed to."""
        return self.committed

    @property
    def shown(self) -> Shown:
        """The encounter's first stage."""
        return self.committed.shown


@dataclass(frozen=True)
class Decided:
    """Stage 4: the final judgment."""

    revealed: Revealed
    decision: Decision
    at: datetime

    @property
    def commitment(self) -> Committed:
        """What the learner committed to."""
        return self.revealed.committed

    @property
    def shown(self) -> Shown:
        """The encounter's first stage."""
        return self.commitment.shown


@dataclass(frozen=True)
class Closed:
    """Stage 5: what was true, and what the encounter came to.

    ``judged`` is a ``Committed`` where no algorithm was shown. ``acting`` are the failure modes
    that acted here, None where they are not known (closings stored before they were computed);
    ``touched`` are those that could touch patients like this one.
    """

    judged: Decided | Committed
    outcome: Outcome
    acting: tuple[str, ...] | None
    touched: tuple[str, ...]
    at: datetime

    @property
    def commitment(self) -> Committed:
        """What the learner committed to."""
        return self.judged.commitment

    @property
    def shown(self) -> Shown:
        """The encounter's first stage."""
        return self.judged.shown

    @property
    def decision(self) -> Decision | None:
        """The final judgment; None where no algorithm was shown."""
        return self.judged.decision if isinstance(self.judged, Decided) else None

    @property
    def failures(self) -> tuple[str, ...]:
        """The modes that acted here; where they are not known, those that could touch."""
        return self.touched if self.acting is None else self.acting


Stage = Shown | Committed | Revealed | Decided | Closed

# No stage is dated before the one that it follows: the clock of another server may be behind, and
# any clock may be set back.


def commit(shown: Shown, judgment: Judgment, at: datetime) -> Committed:
    """Shown → Committed."""
    return Committed(shown, judgment, max(shown.at, at))


def reveal(committed: Committed, algorithm: float, threshold: float, at: datetime) -> Revealed:
    """Committed → Revealed.

    Raises:
        OutOfOrder: this case is judged without the algorithm.

    """
    if not committed.shown.aided:
        raise OutOfOrder("This case is judged without the algorithm; there is nothing to reveal.")
    return Revealed(committed, algorithm, threshold, max(committed.at, at))


def decide(revealed: Revealed, decision: Decision, at: datetime) -> Decided:
    """Revealed → Decided."""
    return Decided(revealed, decision, max(revealed.at, at))


def close(decided: Decided, truth: Truth, at: datetime) -> Closed:
    """Decided → Closed."""
    came_to = Outcome(
        decided.revealed.threshold,
        decided.commitment.judgment.probability,
        decided.revealed.algorithm,
        decided.decision.probability,
        truth.present,
        truth.chart_risk,
        truth.scored,
    )
    return Closed(decided, came_to, truth.acting, truth.touched, max(decided.at, at))


def close_unaided(committed: Committed, truth: Truth, threshold: float, at: datetime) -> Closed:
    """Committed → Closed, for a case without the algorithm, at a decision threshold in 0..1.

    Raises:
        OutOfOrder: the algorithm belongs to this case, so a decision is owed first.

    """
    if committed.shown.aided:
        raise OutOfOrder("Decide first: the algorithm has spoken in this case.")
    first = committed.judgment.probability
    came_to = Outcome(threshold, first, None, None, truth.present, truth.chart_risk, truth.scored)
    return Closed(committed, came_to, truth.acting, truth.touched, max(committed.at, at))


_NUMBER = re.compile(r"\d{1,3}(?:[.,]\d{1,4})?")
_PERHAPS_THOUSANDS = re.compile(r"[1-9]\d{0,2},\d{3}")


def parse_percent(field: str, text: object) -> float:
    """A percentage as typed (``60``, ``60 %``, ``7,5``) as a probability in 0..1.

    Raises:
        BadInput: missing, not a number, outside 0–100, or perhaps thousands (``1,000``).

    """
    typed = unicodedata.normalize("NFKC", str(text if text is not None else "")).strip()
    typed = typed.removesuffix("%").strip()
    if not typed:
        raise BadInput(field, "Type your probability: a number from 0 to 100.")
    if not _NUMBER.fullmatch(typed) or not typed.isascii():
        raise BadInput(field, "Type a number from 0 to 100, such as 35. Words and signs don't fit.")
    if _PERHAPS_THOUSANDS.fullmatch(typed):
        raise BadInput(
            field,
            f"“{typed}” can be read in two ways. Type a number from 0 to 100 with a point, "
            "such as 7.5, or without decimals.",
        )
    value = float(typed.replace(",", "."))
    if not math.isfinite(value) or value > 100:
        raise BadInput(field, "A probability lies between 0 and 100 %. Type a number in between.")
    return value / 100


def judgment(
    probability: object,
    certainty: object,
    drivers: object,
    reason: object,
    offered: frozenset[str],
    reason_required: bool = False,
) -> Judgment:
    """A learner's form, checked.

    Raises:
        BadForm: with each field that cannot be stored and what to do about it.

    """
    form = _Form()
    chance = form.read(lambda: parse_percent("probability", probability))
    sure = form.read(lambda: _certainty(certainty))
    named = form.read(lambda: _drivers(drivers, offered))
    said = form.read(lambda: _reason(reason, reason_required))
    if chance is None or sure is None or named is None or said is None:
        raise form.refusal()
    return Judgment(chance, sure, named, said)


def decision(
    keep: object,
    final: object,
    suspected: object,
    modes: frozenset[str],
    revealed: Revealed,
) -> Decision:
    """A learner's second form, checked. ``modes`` are the failure modes on offer ("none" too).

    Without any, the question is not asked.
    ``keep`` keeps the first answer or changes it to ``final``; a caller who only sends ``final``
    means a change.

    Raises:
        BadForm: with each field that cannot be stored and what to do about it.

    """
    form = _Form()
    first = revealed.commitment.judgment.probability
    chance = form.read(lambda: _final(keep, final, first))
    mode = form.read(lambda: _mode(suspected, modes))
    if chance is None or mode is None:
        raise form.refusal()
    return Decision(chance, advice_use(chance, revealed.algorithm, revealed.threshold), mode)


def advice_use(final: float, algorithm: float, threshold: float) -> Advice:
    """What an answer does with the algorithm's; all are probabilities in 0..1.

    Override: the other side of the line. Rely: the same side, within five points of its number.
    Adjust: the same side, with a number of one's own.
    """
    if (final >= threshold) != (algorithm >= threshold):
        return Advice.OVERRIDE
    return Advice.RELY if abs(final - algorithm) <= NEAR + 1e-9 else Advice.ADJUST


def percent_typed(probability: float) -> str:
    """A probability in 0..1 as a learner would type it in percent: ``3``, ``7.5``."""
    return f"{round(100 * probability, 4):g}"


Field = TypeVar("Field")


class _Form:
    """Reads the fields of a form, and keeps what is wrong with each."""

    def __init__(self) -> None:
        self._errors: dict[str, str] = {}

    def read(self, field: Callable[[], Field]) -> Field | None:
        try:
            return field()
        except BadInput as error:
            self._errors[error.field] = str(error)
            return None

    def refusal(self) -> BadForm:
        return BadForm(self._errors)


def _certainty(value: object) -> int:
    if str(value) not in {str(level) for level in CERTAINTIES}:
        raise BadInput("certainty", "Say how sure you are: choose one of the three.")
    return int(str(value))


def _drivers(value: object, offered: frozenset[str]) -> tuple[str, ...]:
    named = tuple(dict.fromkeys(_strings(value)))
    if not set(named) <= offered:
        raise BadInput("drivers", "One of those findings is not on this patient's chart.")
    if len(named) > MAX_DRIVERS:
        raise BadInput("drivers", f"Choose up to {MAX_DRIVERS} findings, those that counted most.")
    return named


def _final(keep: object, final: object, first: float) -> float:
    if keep == KEEP:
        if final not in (None, "") and parse_percent("final", final) != first:
            raise BadInput(
                "keep",
                f"You chose to keep {percent_typed(first)} % and typed another number. "
                "Choose “Change it” to store the new number.",
            )
        return first
    if keep not in (CHANGE, None, ""):
        raise BadInput("keep", "Say whether you keep your first answer or change it.")
    return parse_percent("final", final)


def _mode(suspected: object, modes: frozenset[str]) -> str:
    if not modes:
        return NOT_ASKED
    if str(suspected) not in modes | {NO_MODE}:
        raise BadInput(
            "suspected", "Choose the failure mode at work, or “None of these is at work here”."
        )
    return str(suspected)


def _strings(value: object) -> list[str]:
    if value is None or value == "":
        return []
    if isinstance(value, str):
        return [value]
    if isinstance(value, list | tuple):
        return [str(item) for item in value]
    raise BadInput("drivers", "The findings arrived in a form we cannot read. Choose them again.")


def _reason(value: object, required: bool) -> str:
    typed = str(value if value is not None else "").replace("\x00", "")
    # Half a surrogate pair is not a character, and no database can hold it.
    text = typed.encode("utf-8", "ignore").decode("utf-8").strip()
    if required and not text:
        raise BadInput("reason", "Your instructor asks for a reason: a sentence is enough.")
    if len(text) > MAX_REASON:
        raise BadInput(
            "reason",
            f"Your reasons run to {len(text):,} characters; the most is {MAX_REASON:,}. "
            "Shorten them: nothing has been lost.",
        )
    return text
