"""Words that people read on the pages, in one place."""

from __future__ import annotations

from collections.abc import Sequence

from tutor.core.assignment import Grading, OutcomesShown
from tutor.core.case import Lessons
from tutor.core.encounter import Advice, advice_use
from tutor.core.grade_rules import GradeState
from tutor.core.set_plan import Guidance
from tutor.core.set_summary import SecondLook
from tutor.core.verdicts import Outcome, Verdict

NARROW = "\u202f"

# The pages in the bar: address and name.
PAGES = (
    ("/", "Exercises"),
    ("/my/", "My assignments"),
    ("/record/", "My record"),
    ("/my/?view=report", "My report"),
    ("/desk/", "Classes"),
    ("/signin/", "Account"),
)
# Where the bar says how much is new, and the mark that the number is put in for.
COUNTED = {"My assignments": "to read", "Classes": "to answer"}
# How the exercises can be narrowed: what about, which, and how it is said.
FILTERS = (
    ("form", "picture", "With a picture"),
    ("form", "table", "Findings only"),
    ("state", "undone", "Not done yet"),
    ("state", "done", "Done"),
)
# A class's tabs: the view and its name.
TABS = (
    ("assignments", "Assignments"),
    ("people", "People"),
    ("progress", "Progress"),
    ("report", "Report"),
    ("gradebook", "Grades"),
    ("messages", "Messages"),
    ("class", "Settings"),
)
STATE_TAGS = {"STUCK": "late", "DONE": "good"}
ROSTER = (
    "A CSV file, or a participants list or gradebook from Canvas or Moodle as it was exported. The "
    "first line names the columns: name, and if you like email, number, login, group."
)
RUBRIC = (
    "One criterion a line, with its points: “Names the failure mode: 4”. "
    "Only for grading by rubric."
)
MAPPING = (
    "Certainty-based marks become points in a straight line: a scored patient earns 6 credits plus "
    "the mark of the first answer (from −6 to 3), of 9. So honesty always pays in the long run. "
    "Learners read how it is graded before they begin."
)
LATE = (
    "What each day begun after the due date takes off what a late patient earns. Give a grace "
    "period too, or nothing is accepted late. Grades by hand stay as you type them."
)
FRESH = (
    "Nobody has met these patients before, neither in practice nor in another assignment. They are "
    "prepared when you publish, which takes some seconds for each exercise."
)
GRADEBOOK = (
    "Export the gradebook there and choose the file here. You see what changes before you download "
    "it. Everything else in the file stays as it is, to the byte."
)
# How the people of a class are sorted.
SORTS = (
    ("name", "Name"),
    ("group", "Group"),
    ("number", "Number"),
    ("last", "Last patient, oldest first"),
    ("joined", "Not joined first"),
    ("listed", "Not on the list first"),
)
# How a table is written as text: the value in an address, and its name.
SEPARATORS = ((",", "Comma"), (";", "Semicolon"), ("tab", "Tab"))
DECIMALS = ((".", "Point: 7.5"), (",", "Comma: 7,5"))
# What a column of somebody else's file says of a person.
COLUMN_ROLES = (
    ("name", "Name"),
    ("first", "First name"),
    ("last", "Last name"),
    ("number", "Number"),
    ("email", "E-mail"),
    ("login", "Login"),
    ("group", "Group"),
)
NOTICING = (
    "These are patients whose failure modes were listed but not marked. A failure acts where "
    "undoing its cause moves the algorithm towards the truth."
)
LOGIN = "Name or e-mail to sign in with"
PASSWORD = "At least ten characters; a few words do well."
DISCLAIMER = (
    "Every patient here is synthetic and every algorithm was made for teaching. "
    "Nothing here is advice for clinical care."
)
DISCLAIMER_WRITTEN = (
    "These patients were written for teaching, and the algorithm’s advice was recorded. "
    "Nothing here is advice for clinical care."
)

CERTAINTY = {1: "Guessing", 2: "Fairly sure", 3: "Certain"}

MARKS = "Right earns 1, 2 or 3 marks; wrong costs 0, 2 or 6."

ADVICE = {
    Advice.RELY: "Relied on it",
    Advice.ADJUST: "Adjusted it",
    Advice.OVERRIDE: "Overrode it",
}

# What an answer does with the algorithm's, said while it is being given.
USE = {
    "rely": "Rely: you are on the algorithm’s side of the line, close to its number.",
    "adjust": "Adjust: you are on the algorithm’s side of the line, with a number of your own.",
    "below": "Override: you are below the line; the algorithm is above it.",
    "above": "Override: you are above the line; the algorithm is below it.",
}

NO_MODE = "None of these is at work here"

# What the title of a page says of a case's stage.
STAGE = {
    "shown": "Judge",
    "revealed": "Compare and decide",
    "closed": "What was true",
    "stored": "Stored",
}

# How much of a long list, or of a long text, stands on a page.
MOST_ROWS, SHORT, LONG = 200, 60, 160

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
    Guidance.FLAGGED: "Flagged: failure modes that could touch the patient are marked",
    Guidance.LISTED: "Listed: all failure modes, unmarked",
    Guidance.AFTER: "After: failure modes only once the case is closed",
}

GRADING = {
    Grading.COMPLETION: "Completion",
    Grading.CERTAINTY: "Certainty-based marks",
    Grading.RUBRIC: "A rubric of yours",
}

# Where a grade comes from, or why there is none.
GRADE_STATES = {
    GradeState.NOT_DUE: "Not yet due",
    GradeState.EXCUSED: "Excused",
    GradeState.BY_HAND: "By hand",
    GradeState.COMPUTED: "Computed",
    GradeState.UNGRADED: "To grade",
}

# Of a scored patient, where the outcome agrees with the sound decision.
VERDICT = {
    Verdict.AGREED_RIGHT: "You agreed, both right",
    Verdict.CORRECTED: "Corrected by the algorithm",
    Verdict.KEPT_WRONG: "Kept a wrong answer",
    Verdict.TALKED_OUT: "Left the right answer",
    Verdict.KEPT_RIGHT: "Kept the right answer",
    Verdict.RECOVERED: "Right on second look",
    Verdict.MISLED: "Misled by the algorithm",
    Verdict.BOTH_WRONG: "You agreed, both wrong",
    Verdict.ALONE_RIGHT: "Right without the algorithm",
    Verdict.ALONE_WRONG: "Wrong without the algorithm",
}

HEADLINE = {
    Verdict.AGREED_RIGHT: "You and the algorithm were both right.",
    Verdict.CORRECTED: "The algorithm changed your mind, and you were right to let it.",
    Verdict.KEPT_WRONG: "You kept a wrong answer. The algorithm was right.",
    Verdict.TALKED_OUT: "You were right at first. Then you changed to a wrong answer.",
    Verdict.KEPT_RIGHT: "You were right to keep your answer.",
    Verdict.RECOVERED: "The algorithm was wrong, and your second look was right.",
    Verdict.MISLED: "You were right at first. The algorithm changed your answer.",
    Verdict.BOTH_WRONG: "You and the algorithm were both wrong.",
    Verdict.ALONE_RIGHT: "You were right without the algorithm.",
    Verdict.ALONE_WRONG: "Your answer was wrong. You had no algorithm.",
}

LESSON = {
    Verdict.AGREED_RIGHT: "You found the answer before you saw the algorithm’s. "
    "That makes your agreement worth something.",
    Verdict.CORRECTED: "Your first answer was wrong and the algorithm’s was right. You used it.",
    Verdict.KEPT_WRONG: "The algorithm was right here. Too little trust harms patients too.",
    Verdict.TALKED_OUT: "Your first answer was right, and the algorithm agreed with it. "
    "What changed your mind?",
    Verdict.KEPT_RIGHT: "The algorithm was wrong here. You kept your own judgment.",
    Verdict.RECOVERED: "Your first answer and the algorithm’s were wrong. You looked again.",
    Verdict.MISLED: "Your first answer was right. The algorithm was wrong, and you followed it.",
    Verdict.BOTH_WRONG: "Two wrong answers can agree. Agreement is no proof.",
    Verdict.ALONE_RIGHT: "No algorithm was shown for this patient. "
    "It shows how you judge by yourself.",
    Verdict.ALONE_WRONG: "No algorithm was shown for this patient. "
    "It shows how you judge by yourself.",
}

# Of a case of luck: the headline and its reason, by whether the last decision was sound.
LUCK_LABEL = {True: "Sound, unlucky outcome", False: "Unsound, whatever the outcome"}
LUCK = {
    True: (
        "Your decision was sound, but the outcome was unlucky.",
        "No reading of this chart could have told you the outcome. This patient is not scored.",
    ),
    False: (
        "Your decision was not sound, although the outcome agreed with it.",
        "It agreed by chance. Over many patients with this chart, the sound decision serves more "
        "of them. This patient is not scored.",
    ),
}
GREY = "The chart leaves the choice open. Whichever way you decided was sound."

WHOLE_CHART = "patients with this whole chart"

TALLY = {
    Verdict.AGREED_RIGHT: "So far you have stayed right in {right} of {all} patients in whom you "
    "and the algorithm both started right.",
    Verdict.CORRECTED: "So far you have changed to the right answer in {right} of {all} patients "
    "in whom the algorithm was right and you were not.",
    Verdict.KEPT_WRONG: "So far you have changed to the right answer in {right} of {all} patients "
    "in whom the algorithm was right and you were not.",
    Verdict.KEPT_RIGHT: "So far you have kept the right answer in {right} of {all} patients in "
    "whom you were right and the algorithm was not.",
    Verdict.MISLED: "So far you have kept the right answer in {right} of {all} patients in whom "
    "you were right and the algorithm was not.",
}


SECOND_LOOK = {
    SecondLook.MISLED: "You were right at first. The algorithm was wrong, and you followed it.",
    SecondLook.KEPT_WRONG: "The algorithm was right, and you kept a wrong answer.",
    SecondLook.CERTAIN: "You were certain, and your first answer was wrong.",
    SecondLook.LUCK: "The outcome was against the odds. This patient is not scored.",
}


def lessons(more: Lessons) -> dict[str, str]:
    """What the explanation did not say of a case, by the lesson's name: a title for each."""
    titles = {
        "credit": "Findings that go together share the credit",
        "compared": "Compared with whom?",
        "not_patient": "The bar is the algorithm’s, not the patient’s",
    }
    if more.second is not None:
        says = f"{percent(more.second.probability)}{NARROW}%"
        titles = {"second": f"A second model, equally good, says {says}", **titles}
    return {name: title for name, title in titles.items() if getattr(more, name) is not None}


def certainty_advice() -> str:
    """How to choose a certainty: where the next one begins to earn more in the long run."""
    sure, fairly, guess = (CERTAINTY[level].lower() for level in (3, 2, 1))
    return (
        f"Say what you know. Choose “{sure}” if you expect to be right at least 8 times of 10, "
        f"“{fairly}” from 2 times of 3, else “{guess}”. No other choice earns more in the long run."
    )


def verdict_label(outcome: Outcome) -> str:
    """An encounter's verdict in a few words, as lists show it."""
    return VERDICT[outcome.verdict] if outcome.scored else LUCK_LABEL[outcome.final_right]


def of_100_patients(risk: float, condition: str, absence: str) -> str:
    """A chart's risk in 0..1 as a sentence on a hundred patients; never none or all of them.

    The condition is a noun ("sepsis") where its absence is told with "no", an adjective
    ("hypoxaemic") where it is told with "not"; anything else stands in quotation marks.
    """
    if risk < 0.005:
        count, one = "fewer than 1", True
    elif risk >= 0.995:
        count, one = "more than 99", False
    else:
        count, one = f"about {100 * risk:.0f}", round(100 * risk) == 1
    if absence.startswith("no "):
        said = f"{count} {'has' if one else 'have'} {condition}"
    elif absence == f"not {condition}":
        said = f"{count} {'is' if one else 'are'} {condition}"
    else:
        said = f"{count} {'has' if one else 'have'} the outcome “{condition}”"
    return f"Of 100 {WHOLE_CHART}, {said}."


def use_of_advice(final: float, algorithm: float, threshold: float) -> str:
    """What an answer does with the algorithm's, as a sentence; all are probabilities in 0..1."""
    use = advice_use(final, algorithm, threshold)
    if use is Advice.OVERRIDE:
        return USE["below" if final < threshold else "above"]
    return USE[use.value]


def percent(value: float) -> str:
    """A probability in 0..1 as a whole percentage without its sign; ends are never rounded to."""
    if 0 < value < 0.005:
        return "<1"
    if 0.995 <= value < 1:
        return ">99"
    return f"{100 * value:.0f}"


def percent_beside(value: float, line: float) -> str:
    """As :func:`percent`, with as many decimals as keep the number on its side of ``line``.

    Else 9.98 % would be read as 10 %, below a line at 10 %.
    """
    if (round(100 * value) >= round(100 * line, 6)) == (value >= line):
        return percent(value)
    exact = (f"{100 * value:.{decimals}f}" for decimals in range(1, 6))
    said = (text for text in exact if (float(text) >= round(100 * line, 6)) == (value >= line))
    return next(said, percent(value))


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


def count(number: int, noun: str) -> str:
    """A number with its noun, as ``1 patient`` or ``12 patients``."""
    plural = " or ".join(f"{word}s" for word in noun.split(" or "))
    return f"{number:,} {noun if number == 1 else plural}"


def patients(count: int) -> str:
    """So many patients."""
    return f"{times(count)} patient{'' if count == 1 else 's'}"


def marks(total: int) -> str:
    """So many certainty marks, with a true minus."""
    return f"{'−' if total < 0 else ''}{abs(total)} mark{'' if abs(total) == 1 else 's'}"


def answers(count: int) -> str:
    """So many first answers."""
    return f"{times(count)} first answer{'' if count == 1 else 's'}"


def touches(started: int, finished: int, waiting: int) -> str:
    """Whom a change of a running assignment touches, in a sentence."""
    return (
        f"Saved. It applies to everyone from now on: {times(started)} in the middle of it, "
        f"{times(finished)} done, {times(waiting)} not begun."
    )
