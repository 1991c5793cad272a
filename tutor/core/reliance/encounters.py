"""Closed encounters as columns. Which encounters count for which measure is defined here alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from tutor.core.verdicts import AIDED, Outcome, Verdict

UNAIDED = -1
NO_TRIAL = (0, 0, 0, 0)

Codes = NDArray[np.int32]
Flags = NDArray[np.bool_]
Floats = NDArray[np.float64]
Counts = NDArray[np.int64]


@dataclass(frozen=True)
class Encounter:
    """One closed encounter of one person, as :meth:`Encounters.of` takes it.

    ``person`` counts from 0. ``certainty`` is 1..3. ``trial`` is what the encounter adds to hits,
    signals, false alarms and noises (``signal_detection.trial``); zeros where it adds nothing.
    """

    person: int
    outcome: Outcome
    certainty: int = 0
    trial: tuple[int, int, int, int] = NO_TRIAL


@dataclass(frozen=True)
class Answers:
    """The fields of :class:`~tutor.core.verdicts.Outcome` as columns of one length.

    Probabilities are in 0..1, NaN where an outcome has None.
    """

    threshold: Floats
    initial: Floats
    advice: Floats
    final: Floats
    present: Flags
    chart_risk: Floats
    scored: Flags


@dataclass(frozen=True)
class Encounters:
    """Columns of one length ``n``: whose encounters, and what was answered, advised and sound.

    ``initial``, ``advice``, ``final`` and ``sound`` are codes: equal codes are equal answers.
    ``advice`` is ``UNAIDED`` where the algorithm was not asked; what stands in ``final`` there is
    passed over. ``said_first``, ``said_last`` and ``algorithm`` are probabilities in 0..1,
    NaN where none was given; ``chart_risk`` is NaN where it is not known. Encounters that are not
    ``scored`` (cases of luck) belong to no group below. ``trials`` has the shape ``(n, 4)``.
    """

    person: Codes
    initial: Codes
    advice: Codes
    final: Codes
    sound: Codes
    said_first: Floats
    algorithm: Floats
    said_last: Floats
    chart_risk: Floats
    scored: Flags
    certainty: Codes
    trials: Counts

    @classmethod
    def of(cls, encounters: Iterable[Encounter]) -> Encounters:
        """Encounters of the tutor: at or above the threshold the code is 1 (act), below it 0."""
        rows = list(encounters)
        outcomes = [row.outcome for row in rows]
        return cls.of_answers(
            np.array([row.person for row in rows], np.int32),
            Answers(
                _floats([o.threshold for o in outcomes]),
                _floats([o.initial for o in outcomes]),
                _floats([o.advice for o in outcomes]),
                _floats([o.final for o in outcomes]),
                np.array([o.present for o in outcomes], bool),
                _floats([o.chart_risk for o in outcomes]),
                np.array([o.scored for o in outcomes], bool),
            ),
            np.array([row.certainty for row in rows], np.int32),
            np.array([row.trial for row in rows], np.int64).reshape(-1, 4),
        )

    @classmethod
    def of_answers(
        cls, person: Codes, answers: Answers, certainty: Codes, trials: Counts
    ) -> Encounters:
        """The same from columns of one length."""
        line = answers.threshold
        risk_known = ~np.isnan(answers.chart_risk)
        return cls(
            person,
            _side(answers.initial, line),
            _side(answers.advice, line),
            _side(answers.final, line),
            np.where(risk_known, answers.chart_risk >= line, answers.present).astype(np.int32),
            answers.initial,
            answers.advice,
            answers.final,
            answers.chart_risk,
            answers.scored,
            certainty,
            trials,
        )

    @classmethod
    def of_codes(
        cls, person: Codes, initial: Codes, advice: Codes, final: Codes, truth: Codes
    ) -> Encounters:
        """Anyone's judgments, of which the answers alone are known: what is true is sound."""
        n = len(person)
        unknown = np.broadcast_to(np.float64(np.nan), n)  # takes no memory, however many
        return cls(
            person,
            initial,
            advice,
            final,
            truth,
            unknown,
            unknown,
            unknown,
            unknown,
            np.broadcast_to(np.bool_(True), n),
            np.broadcast_to(np.int32(0), n),
            np.broadcast_to(np.int64(0), (n, 4)),
        )

    def where(self, chosen: Flags | NDArray[np.intp]) -> Encounters:
        """Some of the rows: flags of length ``n``, or row numbers."""
        return Encounters(*(getattr(self, column.name)[chosen] for column in fields(self)))

    def people_in(self, chosen: Flags) -> int:
        """How many people have some of the rows ``chosen``."""
        return int(np.count_nonzero(np.bincount(self.person[chosen])))

    def __len__(self) -> int:
        return len(self.person)

    @cached_property
    def aided(self) -> Flags:
        """Scored, and the algorithm was shown."""
        return self.scored & np.not_equal(self.advice, UNAIDED)

    @cached_property
    def alone(self) -> Flags:
        """Scored, and judged without the algorithm."""
        return self.scored & np.equal(self.advice, UNAIDED)

    @cached_property
    def right_first(self) -> Flags:
        """The first answer is the sound one."""
        return np.equal(self.initial, self.sound)

    @cached_property
    def right_last(self) -> Flags:
        """The last answer is the sound one; without the algorithm the first is the last."""
        last = np.where(self.advice == UNAIDED, self.initial, self.final)
        return np.equal(last, self.sound)

    @cached_property
    def right_advice(self) -> Flags:
        """The algorithm's answer is the sound one."""
        return np.equal(self.advice, self.sound)

    @cached_property
    def agreed(self) -> Flags:
        """The last answer is the algorithm's."""
        return np.equal(self.final, self.advice)

    @cached_property
    def differed(self) -> Flags:
        """Aided, and the first answer was not the algorithm's."""
        return self.aided & np.not_equal(self.initial, self.advice)

    @cached_property
    def same(self) -> Flags:
        """Aided, and the first answer was the algorithm's already."""
        return self.aided & np.equal(self.initial, self.advice)

    def came_to(self, verdict: Verdict) -> Flags:
        """Scored encounters that came to this verdict."""
        if verdict in (Verdict.ALONE_RIGHT, Verdict.ALONE_WRONG):
            alike = np.equal(self.right_first, verdict is Verdict.ALONE_RIGHT)
            return self.alone & alike
        wanted = next(right for right, came_to in AIDED.items() if came_to is verdict)
        flags = self.aided
        for had, want in zip(
            (self.right_advice, self.right_first, self.right_last), wanted, strict=True
        ):
            flags = flags & np.equal(had, want)
        return flags

    @cached_property
    def correctable(self) -> Flags:
        """Wrong at first while the algorithm was right: what RAIR is measured on."""
        return self.aided & ~self.right_first & self.right_advice

    @cached_property
    def defensible(self) -> Flags:
        """Right at first while the algorithm was wrong: what RSR is measured on."""
        return self.aided & self.right_first & ~self.right_advice

    @cached_property
    def supported(self) -> Flags:
        """Right at first while the algorithm was right: what revision bias is measured on."""
        return self.aided & self.right_first & self.right_advice


def _side(probability: Floats, line: Floats) -> Codes:
    """1 at or above the line, 0 below it, ``UNAIDED`` where nothing was said."""
    return np.where(np.isnan(probability), UNAIDED, probability >= line).astype(np.int32)


def _floats(values: list[float] | list[float | None]) -> Floats:
    return np.array([np.nan if value is None else value for value in values], float)
