"""What a class's first screen and its projected patients say, in sentences."""

from __future__ import annotations

from collections.abc import Mapping

from tutor.core.discussion import Reason, Topic
from tutor.core.reliance.measures import Scores, Share
from tutor.services.reports.seminars import Answers
from tutor.web import words

WHY: Mapping[Reason, str] = {
    Reason.LEFT: "{count} of {n} right answers were left for the algorithm’s wrong one.",
    Reason.SPLIT: "At the end {count} of {n} answers were right and {rest} {were} wrong.",
    Reason.UNNOTICED: "A failure acted here, and {count} of {n} answers did not name it.",
}
RULE = (
    "One patient is the one in whom most learners left a right answer for wrong advice. In another "
    "the last answers split most evenly. In the third a failure acted that fewest learners named. "
    "Only patients whom at least five learners met are chosen. Where learners drew patients of "
    "their own, the same rule chooses among the failures."
)


def why(topic: Topic) -> str:
    """Why a patient is worth discussing."""
    rest = topic.n - topic.count
    were = "was" if rest == 1 else "were"
    return WHY[topic.reason].format(count=topic.count, n=topic.n, rest=rest, were=were)


def happened(people: int, scores: Scores) -> list[str]:
    """What happened, in two sentences of counts; of what nobody met nothing is said."""
    before, after = scores["accuracy_initial"], scores["accuracy_final"]
    if not before.denominator:
        return [f"{words.count(people, 'learner')} judged their patients without the algorithm."]
    told = [
        f"{words.count(people, 'learner')} {'was' if people == 1 else 'were'} right in "
        f"{_counts(before)} answers before they saw the algorithm, "
        f"and in {_counts(after)} after."
    ]
    left, took = scores["automation_bias"], scores["rair"]
    parts = []
    if left.denominator:
        parts.append(f"left {_counts(left)} right answers for wrong advice")
    if took.denominator:
        parts.append(f"corrected {_counts(took)} wrong answers where the advice was right")
    if parts:
        told.append(f"They {' and '.join(parts)}.")
    return told


def _counts(share: Share) -> str:
    return f"{share.numerator} of {share.denominator}"


def answered(answers: Answers) -> list[str]:
    """What the class answered about a patient, in counts."""
    n = len(answers.before)
    said = [
        f"Right before the algorithm: {answers.right_before} of {n}. "
        f"Right after: {answers.right_after} of {n}."
    ]
    if answers.asked:
        said.append(f"The failure was named in {answers.noticed} of {answers.asked}.")
    return said
