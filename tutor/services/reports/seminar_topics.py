"""The patients that a class should discuss, and the encounters that each stands for."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tutor.core.discussion import MOST, Topic, met_by_enough, to_discuss
from tutor.core.reliance.encounters import Codes, Flags
from tutor.core.reliance.item_analysis import FEWEST
from tutor.services.reports.class_columns import ClassColumns, Patient
from tutor.services.reports.failure_recognition import Modes


@dataclass(frozen=True)
class Subject:
    """A patient to discuss, and the class's encounters that it stands for, as flags.

    ``mode`` is the failure by which it was chosen, "" where it is a patient whom at least five
    learners met: then all encounters are with that very patient.
    """

    topic: Topic
    patient: Patient
    mode: str
    encounters: Flags


@dataclass(frozen=True)
class TopicLine:
    """A patient to discuss as the report lists it; ``failure`` is a title, "" as in Subject."""

    topic: Topic
    exercise: str
    story: str
    failure: str


def topic_lines(found: ClassColumns, modes: Modes) -> tuple[TopicLine, ...]:
    """The patients to discuss, as the report lists them."""
    return tuple(
        TopicLine(
            one.topic,
            modes.title(one.patient),
            modes.story(one.patient),
            modes.of(one.patient)[one.mode].title if one.mode else "",
        )
        for one in subjects(found)
    )


def subjects(found: ClassColumns) -> tuple[Subject, ...]:
    """The patients to discuss: those whom at least five learners met, then by kind of failure.

    None with fewer than five learners. The patient that stands for a failure is the one whom most
    learners met.
    """
    if found.people < FEWEST:
        return ()
    rows = found.rows
    met = np.isin(found.patient, met_by_enough(rows.person[rows.aided], found.patient[rows.aided]))
    topics = to_discuss(rows, found.patient, met)
    chosen = [
        Subject(topic, found.patients[topic.code], "", rows.aided & (found.patient == topic.code))
        for topic in topics
    ]
    code, modes = _failures(found)
    alone = ~met & (code >= 0)
    for topic in to_discuss(rows, np.maximum(code, 0), alone, MOST - len(chosen)):
        within = rows.aided & alone & (code == topic.code)
        patient = int(np.bincount(found.patient[within]).argmax())
        chosen.append(Subject(topic, found.patients[patient], modes[topic.code], within))
    return tuple(chosen)


def _failures(found: ClassColumns) -> tuple[Codes, tuple[str, ...]]:
    """For each encounter the failure that acted, as a number, −1 for none; and what they are.

    Failures of two versions of an exercise are two.
    """
    code = np.full(len(found.rows), -1, np.int32)
    names: list[str] = []
    first = [modes[0] if modes else "" for modes in found.acting]
    for _, version in found.versions():
        for mode in sorted({name for name in first if name}):
            flags = version & np.array([name == mode for name in first], bool)[found.acts]
            if flags.any():
                code[flags] = len(names)
                names.append(mode)
    return code, tuple(names)
