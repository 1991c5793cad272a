"""Which patients a class should discuss: a rule of three questions, asked in turn.

1. In which patient did most learners leave a right answer for the algorithm's wrong one?
2. In which patient did the last answers split most evenly between right and wrong?
3. In which patient did a failure act that the largest share of learners did not name?

Each question takes the first patient that no question before it has taken; then the three are
asked again, until there are enough. Where learners drew patients of their own, the same rule
chooses among kinds of failure: all encounters in which one failure acted count as one.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from tutor.core.reliance.encounters import Codes, Encounters, Flags
from tutor.core.reliance.item_analysis import FEWEST

MOST = 3


class Reason(StrEnum):
    """Why something is worth discussing."""

    LEFT = "left a right answer"
    SPLIT = "split"
    UNNOTICED = "not noticed"


@dataclass(frozen=True)
class Topic:
    """What to discuss, by its ``code``, and why: ``count`` of ``n`` answers."""

    code: int
    reason: Reason
    count: int
    n: int


def to_discuss(rows: Encounters, code: Codes, chosen: Flags, most: int = MOST) -> tuple[Topic, ...]:
    """At most ``most`` topics among the rows ``chosen``; ``code`` says what each row is about.

    Only scored encounters with the algorithm count, and only codes that at least ``FEWEST``
    learners met. Between equals the lower code is taken.
    """
    within = chosen & rows.aided
    enough = met_by_enough(rows.person[within], code[within])
    within &= np.isin(code, enough)
    ranked = {
        Reason.LEFT: _left(rows, code, within),
        Reason.SPLIT: _split(rows, code, within),
        Reason.UNNOTICED: _unnoticed(rows, code, within),
    }
    found: list[Topic] = []
    while len(found) < most and any(ranked.values()):
        for topics in ranked.values():
            taken = {topic.code for topic in found}
            while topics and topics[0].code in taken:
                topics.pop(0)
            if topics and len(found) < most:
                found.append(topics.pop(0))
    return tuple(found)


def met_by_enough(person: Codes, code: Codes) -> Codes:
    """The codes that at least ``FEWEST`` learners met; both are columns of one length."""
    width = int(person.max(initial=0)) + 1
    pairs = np.unique(code.astype(np.int64) * width + person)
    codes, people = np.unique(pairs // width, return_counts=True)
    found: Codes = codes[people >= FEWEST].astype(np.int32)
    return found


def _left(rows: Encounters, code: Codes, within: Flags) -> list[Topic]:
    """Most learners first, then the larger share."""
    below = within & rows.defensible
    topics = _counted(Reason.LEFT, code, below, below & ~rows.right_last)
    return sorted(topics, key=lambda one: (-one.count, one.n))


def _split(rows: Encounters, code: Codes, within: Flags) -> list[Topic]:
    """The largest minority of the last answers first; right in ``count``."""
    topics = _counted(Reason.SPLIT, code, within, within & rows.right_last)
    split = [one for one in topics if one.count < one.n]
    return sorted(split, key=lambda one: (-min(one.count, one.n - one.count) / one.n, -one.n))


def _unnoticed(rows: Encounters, code: Codes, within: Flags) -> list[Topic]:
    """The largest share first, of those who were asked while a failure acted."""
    asked = within & (rows.trials[:, 1] > 0)
    topics = _counted(Reason.UNNOTICED, code, asked, asked & (rows.trials[:, 0] == 0))
    enough = [one for one in topics if one.n >= FEWEST]
    return sorted(enough, key=lambda one: (-one.count / one.n, -one.n))


def _counted(reason: Reason, code: Codes, below: Flags, above: Flags) -> list[Topic]:
    """A topic for each code with something ``above``, in the order of the codes."""
    width = int(code.max(initial=-1)) + 1
    n = np.bincount(code[below], minlength=width)
    count = np.bincount(code[above], minlength=width)
    return [Topic(at, reason, int(count[at]), int(n[at])) for at in np.flatnonzero(count).tolist()]
