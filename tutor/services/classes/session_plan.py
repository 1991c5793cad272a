"""A seminar planned from its minutes, its learners and their year: the assignment and the plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tutor.core.set_plan import Guidance
from tutor.services.classes.assignment_form import FieldReader, whole
from tutor.services.classes.assignment_templates import patients_within

# How much help suits whom: the name of a level, how it is said, and the guidance.
LEVELS = (
    ("first", "First or second year", Guidance.FLAGGED),
    ("third", "Third or fourth year", Guidance.LISTED),
    ("later", "Later years, or clinicians", Guidance.AFTER),
)
LEAST_MINUTES, MOST_MINUTES, MOST_LEARNERS = 20, 240, 1_000
IN_PAIRS = 12  # a larger class talks in pairs before it talks together


@dataclass(frozen=True)
class Session:
    """A seminar that was asked for; ``level`` is one of LEVELS."""

    minutes: int
    learners: int
    level: str

    @property
    def guidance(self) -> Guidance:
        """The help that suits its level."""
        return next(guidance for level, _, guidance in LEVELS if level == self.level)

    @property
    def work(self) -> int:
        """The minutes in which learners work on their patients: half of all."""
        return self.minutes // 2

    def patients(self, declared: int) -> int:
        """How many patients fit, where twelve take the ``declared`` minutes."""
        return patients_within(self.work, declared)


@dataclass(frozen=True)
class Stage:
    """A part of a seminar, from one minute to another."""

    start: int
    end: int
    what: str


def read_session(form: Mapping[str, Any]) -> Session:
    """The seminar that a form or an address asks for.

    Raises:
        BadForm: fields say nothing that can be planned; each has its message.
    """
    reader = FieldReader(form)
    minutes = reader.read(
        lambda: whole("minutes", reader.text("minutes"), LEAST_MINUTES, MOST_MINUTES, "minutes"), 0
    )
    learners = reader.read(
        lambda: whole("learners", reader.text("learners"), 1, MOST_LEARNERS, "learners"), 0
    )
    level = reader.text("level")
    if level not in {name for name, _, _ in LEVELS}:
        reader.errors["level"] = "Choose one of them."
    reader.check()
    return Session(minutes, learners, level)


def stages(session: Session) -> tuple[Stage, ...]:
    """What happens when: opening, work, talk in pairs where the class is large, three patients."""
    opening = max(3, session.minutes // 10)
    closing = max(3, session.minutes // 10)
    pairs = session.minutes // 10 if session.learners > IN_PAIRS else 0
    talk = session.minutes - opening - session.work - pairs - closing
    parts = [
        (opening, "Say what the question is and how it works. Everybody joins and opens the set."),
        (session.work, "Everybody works alone, in silence. Progress shows who is stuck."),
        (pairs, "In pairs: where did you change your mind, and was it right to?"),
        (
            talk,
            "Together: three patients from the report. First hands up, then the truth, then why.",
        ),
        (closing, "Everybody writes down what they will check the next time an algorithm answers."),
    ]
    found, at = [], 0
    for minutes, what in parts:
        if minutes:
            found.append(Stage(at, at + minutes, what))
            at += minutes
    return tuple(found)
