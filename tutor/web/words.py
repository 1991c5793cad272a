"""Words that people read on the pages, in one place."""

from __future__ import annotations

from collections.abc import Sequence

from tutor.core.assignment import Grading, OutcomesShown
from tutor.core.attempt import Advice
from tutor.core.policy import Guidance
from tutor.core.scoring import Verdict

NARROW = "\u202f"

DISCLAIMER = (
    "Every patient here is synthetic and every algorithm was made for teaching. "
    "Nothing here is advice for clinical care."
)

CERTAINTY = {1: "Guessing", 2: "Fairly sure", 3: "Certain"}

ADVICE = {
    Advice.RELY: "Rely on it",
    Advice.ADJUST: "Adjust",
    Advice.OVERRIDE: "Override it",
}

NO_MODE = "None that I can see"

STEPS = ("Judge", "Commit", "Compare", "Decide", "Learn")

# How much of a long list, or of a long text, stands on a page.
MOST_ROWS, SHORT = 200, 60

STORED = "Your decision is stored."

WAITS = {
    OutcomesShown.EACH: "",
    OutcomesShown.END: "What was true is shown once you have finished the set.",
    OutcomesShown.DUE: "What was true is shown once the due date has passed.",
}

OUTCOMES = {
    OutcomesShown.EACH: "After each patient",
    OutcomesShown.END: "At the end of the set",
    OutcomesShown.DUE: "After the due date",
}

GUIDANCE = {
    Guidance.FLAGGED: "Flagged: failure modes that touch the patient are marked",
    Guidance.LISTED: "Listed: all failure modes, unmarked",
    Guidance.AFTER: "After: failure modes only once the case is closed",
}

GRADING = {
    Grading.COMPLETION: "Completion",
    Grading.CERTAINTY: "Certainty-based marks",
    Grading.RUBRIC: "A rubric of yours",
}

VERDICT = {
    Verdict.AGREED_RIGHT: "Agreed, rightly",
    Verdict.CORRECTED: "Corrected by it",
    Verdict.KEPT_WRONG: "Kept wrong",
    Verdict.TALKED_OUT: "Left the right answer",
    Verdict.KEPT_RIGHT: "Kept right",
    Verdict.RECOVERED: "Found it in spite of it",
    Verdict.MISLED: "Misled by it",
    Verdict.BOTH_WRONG: "Wrong together",
    Verdict.ALONE_RIGHT: "Right on your own",
    Verdict.ALONE_WRONG: "Wrong on your own",
}

HEADLINE = {
    Verdict.AGREED_RIGHT: "You and the algorithm were right.",
    Verdict.CORRECTED: "You were right to let it change your mind.",
    Verdict.KEPT_WRONG: "It was right, and you kept to your answer.",
    Verdict.TALKED_OUT: "You and it were right, and then you moved away.",
    Verdict.KEPT_RIGHT: "You were right to hold your ground.",
    Verdict.RECOVERED: "It was wrong, and looking again set you right.",
    Verdict.MISLED: "You were right, until it spoke.",
    Verdict.BOTH_WRONG: "You and the algorithm were wrong together.",
    Verdict.ALONE_RIGHT: "You were right, on your own.",
    Verdict.ALONE_WRONG: "This one went wrong, on your own.",
}

LESSON = {
    Verdict.AGREED_RIGHT: "Agreement is worth something when you reached it by yourself first.",
    Verdict.CORRECTED: "Your first answer was wrong and its advice was right; you used it.",
    Verdict.KEPT_WRONG: "Its advice was right here. Too little trust costs patients too.",
    Verdict.TALKED_OUT: "Your first answer was right, and so was its advice. What moved you?",
    Verdict.KEPT_RIGHT: "You kept your own judgment where the algorithm was wrong.",
    Verdict.RECOVERED: "Its advice was wrong, but the second look served you well.",
    Verdict.MISLED: "Your first answer was right. Its advice was wrong, and it moved you.",
    Verdict.BOTH_WRONG: "Two wrong answers that agree can feel like proof. They are not.",
    Verdict.ALONE_RIGHT: "No algorithm was shown in this case; it is your own baseline.",
    Verdict.ALONE_WRONG: "No algorithm was shown in this case; it is your own baseline.",
}

NO_TWIN = (
    "These patients come from a table. What would have been true, had one thing about them been "
    "different, nobody recorded; so there is no second patient to compare with."
)
TALLY = {
    Verdict.AGREED_RIGHT: "You and the algorithm have been right together in {right} of {all} "
    "cases where both of you started right.",
    Verdict.CORRECTED: "Where it was right and you were not, you have come round in "
    "{right} of {all} cases so far.",
    Verdict.KEPT_WRONG: "Where it was right and you were not, you have come round in "
    "{right} of {all} cases so far.",
    Verdict.KEPT_RIGHT: "Where you were right and it was not, you have held your ground in "
    "{right} of {all} cases so far.",
    Verdict.MISLED: "Where you were right and it was not, you have held your ground in "
    "{right} of {all} cases so far.",
}


def percent(value: float) -> str:
    """A probability in 0..1 as a whole percentage without its sign; ends are never rounded to."""
    if 0 < value < 0.005:
        return "<1"
    if 0.995 <= value < 1:
        return ">99"
    return f"{100 * value:.0f}"


def per_hundred(value: float) -> str:
    """A rate in 0..1 as a count in a hundred."""
    return f"{100 * value:.0f}"


def per_thousand(value: float) -> str:
    """A rate in 0..1 as a count in a thousand."""
    return f"{1000 * value:.0f}"


def in_training(ends: Sequence[str], unit: str) -> str:
    """The range of a finding in training, or the one value that it always had."""
    said = ends[0] if len(ends) == 1 else f"{ends[0]} to {ends[-1]}"
    return f"{'always ' if len(ends) == 1 else ''}{said} {unit}".strip()


def times(count: int) -> str:
    """A small count in words."""
    words = ("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
    return words[count] if count < len(words) else str(count)


def patients(count: int) -> str:
    """So many patients."""
    return f"{times(count)} patient{'' if count == 1 else 's'}"


def touches(started: int, finished: int, waiting: int) -> str:
    """Whom a change of a running assignment touches, in a sentence."""
    return (
        f"Saved. It holds from now on for everyone: {times(started)} in the middle of it, "
        f"{times(finished)} done, {times(waiting)} not begun."
    )
