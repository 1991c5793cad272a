"""What the closing says of a decision: whether it was sound, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tutor.core.case import Evidence
from tutor.core.encounter import NO_MODE, NOT_ASKED, Closed
from tutor.core.soundness import in_grey_zone
from tutor.core.verdicts import Outcome, certainty_mark
from tutor.web import words, written
from tutor.web.layout.charts import signed

ACTS = "acts here"
NO_HARM = "could touch patients like this, and did no harm here"
COULD = "could touch patients like this"
NOT_HERE = "not here"

Tags = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class VerdictText:
    """A headline, what the chart said of the patient's risk, and the verdict with its reason.

    ``verdict`` is empty where the headline says it all: near the line, and in a case of luck.
    """

    headline: str
    risk: str
    verdict: str
    reason: str

    @property
    def risk_in_short(self) -> str:
        """The risk alone, in fewer words."""
        risk, _, sound = self.risk.rpartition(". ")
        return f"{risk or sound}{'.' if risk else ''}".replace(words.WHOLE_CHART, "such patients")


def verdict_text(outcome: Outcome, evidence: Evidence) -> VerdictText:
    """The verdict on a decision."""
    if written.risk_unknown(outcome, evidence):
        headline = written.AGREES[outcome.final_right]
        return VerdictText(headline, written.UNKNOWN_RISK, "", written.UNKNOWN_REASON)
    risk = ""
    if outcome.chart_risk is not None:
        of_100 = words.of_100_patients(outcome.chart_risk, evidence.condition, evidence.absence)
        risk = " ".join(
            filter(None, [of_100, written.by_whom(evidence), _sound_says(outcome, evidence)])
        )
    if is_grey(outcome, evidence):
        headline = "Either decision is sound here."
        return VerdictText(headline, risk, "", words.GREY)
    if not outcome.scored:
        headline, reason = words.LUCK[outcome.final_right]
        return VerdictText(headline, risk, "", reason)
    verdict = outcome.verdict
    return VerdictText(words.HEADLINE[verdict], risk, words.VERDICT[verdict], words.LESSON[verdict])


def is_grey(outcome: Outcome, evidence: Evidence) -> bool:
    """Whether the chart's risk lies so close to the line that either decision is sound."""
    if outcome.chart_risk is None or evidence.grey_zone is None:
        return False
    return bool(in_grey_zone(outcome.chart_risk, outcome.threshold, evidence.grey_zone))


def _sound_says(outcome: Outcome, evidence: Evidence) -> str:
    if is_grey(outcome, evidence):
        return "The risk lies close to that line, so either decision is sound."
    return f"{'Acting' if outcome.sound else 'Not acting'} was the sound decision."


def certainty_says(outcome: Outcome, certainty: int) -> str:
    """What the learner's certainty earned; in a case of luck it is not counted, and why."""
    sure = f"For your first answer you chose “{words.CERTAINTY[certainty]}”"
    if not outcome.scored:
        return f"{sure}. This patient is not scored, so it earns and costs nothing."
    mark = certainty_mark(outcome.initial_right, certainty)
    return f"{sure}: {signed(mark)} {'mark' if abs(mark) == 1 else 'marks'}."


def tally(outcome: Outcome, past: Sequence[Outcome]) -> str:
    """How often the learner has met this situation, and how it went; scored patients only."""
    if not outcome.scored or outcome.verdict not in words.TALLY:
        return ""
    alike = [
        o
        for o in past
        if o.aided
        and o.scored
        and o.advice_right == outcome.advice_right
        and o.initial_right == outcome.initial_right
    ]
    if len(alike) < 2:
        return ""
    right = sum(o.final_right for o in alike)
    return words.TALLY[outcome.verdict].format(right=right, all=len(alike))


def tags(modes: Sequence[str], closed: Closed) -> Tags:
    """For each failure mode what is said of it in this patient, once the case is closed.

    That a mode did no harm is said only where right and wrong mean something: not in a case of
    luck, nor of encounters stored before acting modes were computed.
    """
    acting = closed.acting
    could = NO_HARM if closed.outcome.scored and acting is not None else COULD
    return tuple(
        (m, ACTS if m in (acting or ()) else could if m in closed.touched else NOT_HERE)
        for m in modes
    )


def unexplained(closed: Closed, algorithm: float, evidence: Evidence) -> str:
    """Said where no failure mode acts: that none explains the algorithm's error, or that none does.

    Nothing is said in a case of luck, nor of encounters stored before acting modes were computed.
    """
    if closed.acting is None or closed.acting or not closed.outcome.scored:
        return ""
    if evidence.recording:
        return written.NO_FAILURE
    erred = (algorithm >= closed.outcome.threshold) != closed.outcome.sound
    return (
        "No known failure explains the algorithm’s error."
        if erred
        else "No known failure acts here."
    )


def suspicion_says(closed: Closed, evidence: Evidence) -> str:
    """Whether the failure mode that the learner named acts here."""
    if closed.decision is None:
        return ""
    suspected = closed.decision.suspected
    if suspected == NOT_ASKED:
        return ""
    titles = {mode.id: mode.title for mode in evidence.modes}
    if suspected == NO_MODE:
        return f"You named no failure mode. {_answer_to_none(closed, titles)}".rstrip()
    found = dict(tags([suspected], closed))[suspected]
    if found == ACTS:
        return (
            "You named it."
            if closed.acting == (suspected,)
            else f"You named {_quoted(titles, suspected)}."
        )
    return f"You named {_quoted(titles, suspected)}: {_SUSPECTED[found]}"


def named_says(closed: Closed) -> str:
    """As :func:`suspicion_says`, in a few words; "" where none was named, or none acts."""
    suspected = NOT_ASKED if closed.decision is None else closed.decision.suspected
    if suspected in (NO_MODE, NOT_ASKED) or not closed.acting:
        return ""
    return "You named it." if suspected in closed.acting else "You named another."


def _quoted(titles: Mapping[str, str], mode: str) -> str:
    title = titles.get(mode, mode).replace("“", "‘").replace("”", "’")
    return f"“{title}”"


def _answer_to_none(closed: Closed, titles: Mapping[str, str]) -> str:
    """What is said where the learner named nothing; what acts here is told above."""
    if closed.acting is None:
        named = " and ".join(_quoted(titles, mode) for mode in closed.failures)
        return f"{named} could touch this patient." if named else ""
    return ""


_SUSPECTED = {
    NO_HARM: "it could touch patients like this, and did no harm here.",
    COULD: "it could touch patients like this.",
    NOT_HERE: "it does not act here.",
}
