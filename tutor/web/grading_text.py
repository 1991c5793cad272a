"""How work is graded, and how a grade came about, in the same words wherever they are read."""

from __future__ import annotations

from dataclasses import dataclass

from tutor.core.assignment import Grading, OutcomesShown
from tutor.core.grade_rules import MOST_CREDITS, START, GradeRule, GradeState, credits, most_credits
from tutor.services.classes.grade_cells import GradeCell
from tutor.web.words import CERTAINTY, NARROW, certainty_advice

RIGHT, WRONG = True, False
# A worked example: ten scored patients, of whom eight are judged right. How many answers of each
# kind (right or wrong, certainty), for somebody honest and for somebody who always claims to know.
HONEST = ((6, RIGHT, 3), (2, RIGHT, 1), (2, WRONG, 1))
BLUFF = ((8, RIGHT, 3), (2, WRONG, 3))
EXAMPLE_POINTS = 10.0


@dataclass(frozen=True)
class GradingText:
    """How an assignment is graded: sentences, and for certainty a table and a worked example.

    ``credits`` are rows of (certainty, credits if right, credits if wrong).
    """

    sentences: tuple[str, ...]
    credits: tuple[tuple[str, int, int], ...] = ()
    example: tuple[str, ...] = ()


def number(value: float) -> str:
    """Points without needless decimals."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def points(value: float) -> str:
    """So many points."""
    return f"{number(value)} {'point' if value == 1 else 'points'}"


def patients(count: int) -> str:
    """So many patients, in figures."""
    return f"{count} {'patient' if count == 1 else 'patients'}"


def grading_text(rule: GradeRule, outcomes: OutcomesShown) -> GradingText:
    """What a learner reads before they begin, and an instructor beside the form."""
    last = (_late(rule), _open(rule), _shown(outcomes))
    if rule.grading is Grading.COMPLETION:
        each = points(rule.points / rule.cases) if rule.cases else "its share"
        return GradingText(
            (
                f"This assignment is worth {points(rule.points)}. Each of the "
                f"{patients(rule.cases)} you finish earns {each}, whatever you answer.",
                *last,
            )
        )
    if rule.grading is Grading.RUBRIC:
        return GradingText((_rubric(rule), *last[1:]))
    return GradingText(
        (
            f"This assignment is worth {points(rule.points)}, by certainty-based marks. "
            "Your first answer and how sure you are of it count; your last answer does not.",
            f"Each scored patient earns {START} credits plus your marks: at most {MOST_CREDITS}. "
            "Your points are the share of all credits that you earn.",
            "A patient who is not scored (the outcome was against the odds) earns and costs "
            "nothing.",
            certainty_advice(),
            *last,
        ),
        tuple((CERTAINTY[c], credits(RIGHT, c), credits(WRONG, c)) for c in CERTAINTY),
        _example(),
    )


def _rubric(rule: GradeRule) -> str:
    criteria = ", ".join(f"{name} ({number(worth)})" for name, worth in rule.rubric)
    by = f" by these criteria: {criteria}" if criteria else ""
    return (
        f"This assignment is worth {points(rule.points)}. Your instructor reads your work and "
        f"marks it{by}."
    )


def _late(rule: GradeRule) -> str:
    if not rule.late_percent:
        return "Nothing is taken off for late work, as long as it is accepted."
    return (
        f"A patient finished after the due date loses {rule.late_percent}{NARROW}% of what it "
        "earns for each day that has begun."
    )


def _open(rule: GradeRule) -> str:
    if rule.grading is Grading.RUBRIC:
        return "You have no grade until your instructor has given one."
    return (
        "You have no grade until you finish, or until the time for it is over. Patients you have "
        "not finished then earn nothing."
    )


def _shown(outcomes: OutcomesShown) -> str:
    if outcomes is OutcomesShown.DUE:
        return "You see your grade after the due date."
    return "You see your grade once there is one."


def _example() -> tuple[str, ...]:
    """What honesty and bluffing earn, computed by the rule itself."""
    return (
        f"An example with 10 scored patients and {points(EXAMPLE_POINTS)}. "
        "You judge 8 of 10 right.",
        f"You say what you know: {_sum(HONEST)}",
        f"You claim to be certain each time: {_sum(BLUFF)}",
    )


def _sum(answers: tuple[tuple[int, bool, int], ...]) -> str:
    parts = [
        f"{count} × {credits(right, sure)} "
        f"({CERTAINTY[sure].lower()} and {'right' if right else 'wrong'})"
        for count, right, sure in answers
    ]
    got = sum(count * credits(right, sure) for count, right, sure in answers)
    most = MOST_CREDITS * sum(count for count, _, _ in answers)
    earned = points(round(EXAMPLE_POINTS * got / most, 2))
    return f"{' + '.join(parts)} = {got} of {most} credits, which is {earned}."


def came_about(cell: GradeCell, end: str = "") -> tuple[str, ...]:
    """How a grade came about, or why there is none, for learner and staff alike.

    ``end`` is the last moment at which work is accepted, in words.
    """
    rule, tally = cell.work.rule, cell.tally
    done = f"{tally.closed} of {patients(rule.cases)} finished"
    if cell.state is GradeState.EXCUSED:
        return ("Excused from this assignment. It counts in no total.",)
    if cell.state is GradeState.NOT_DUE:
        until = f" or until {end}" if end else ""
        return (f"{done}. There is no grade until all are finished{until}.",)
    if cell.state is GradeState.UNGRADED:
        return (f"{done}. Not graded yet: this grade is given by a person.",)
    if cell.state is GradeState.BY_HAND:
        return ("Given by a person. It replaces anything that is computed.",)
    return _computed(cell, done)


def _computed(cell: GradeCell, done: str) -> tuple[str, ...]:
    rule, tally, made = cell.work.rule, cell.tally, cell.computed
    assert made is not None
    before = points(round(made.points + made.deducted, 2))
    if rule.grading is Grading.CERTAINTY:
        credit = f"{tally.credits} of {most_credits(rule, tally)} credits"
        said = [f"{done}, {tally.scored} scored. They earned {credit}, which is {before}."]
    else:
        said = [f"{done}. That earned {before} of {number(rule.points)}."]
    if made.deducted:
        said.append(
            f"{patients(made.late)} finished after the due date: late deduction "
            f"{points(made.deducted)}."
        )
    return tuple(said)
