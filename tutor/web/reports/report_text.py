"""What reports mean and what to try next, in sentences."""

from __future__ import annotations

from tutor.core.intervals import Estimate
from tutor.core.reliance.calibration import Calibration, Nearness
from tutor.core.reliance.measures import Share
from tutor.core.reliance.signal_detection import Detection
from tutor.core.reliance.tendencies import LEANS, Tendency
from tutor.services.reports.learner_report import LearnerReport
from tutor.web.layout.charts import signed
from tutor.web.words import answers, marks, percent

NOT_YET = "Not yet measurable"
FEW_SETS = 24
CHART_RISK = (
    "The chart’s own risk is the probability of the condition given everything that {who} could "
    "see. Of 100 patients with the same whole chart, so many have the condition."
)
STEADY = (
    "These patients do not show that you rely on the algorithm too much or too little. Go on as "
    "you do: write down your own judgment first."
)
BEFORE_YOU_TYPE = (
    "Before you type a number, name the finding that raises the risk most and the finding that "
    "lowers it most."
)


def share_says(share: Share) -> str:
    """A share in counts, with its 95 % interval in a hundred."""
    if share.value is None or share.interval is None:
        return NOT_YET
    low, high = share.interval
    return f"{share.numerator} of {share.denominator} ({percent(low)}–{percent(high)} of 100)"


def estimate_of(share: Share) -> Estimate | None:
    """A share as an estimate, or None where nothing is below."""
    if share.value is None or share.interval is None:
        return None
    return Estimate(share.value, *share.interval, share.denominator)


def next_steps(report: LearnerReport) -> list[str]:
    """What to try: a sentence for each habit that the encounters show for sure."""
    return [_step(tendency, report) for tendency in report.habits.tendencies] or [STEADY]


def _step(tendency: Tendency, report: LearnerReport) -> str:
    lean = report.before.lean
    match tendency:
        case Tendency.GUESSES:
            return f"{_guesses(report)} {BEFORE_YOU_TYPE}"
        case Tendency.RELIES_TOO_MUCH:
            return (
                f"Rely less on the algorithm. {rsr_says(report.scores['rsr'])} Next time it "
                "disagrees with you, look for a failure that could mislead it in this patient. If "
                "you find one, keep your answer."
            )
        case Tendency.RELIES_TOO_LITTLE:
            return (
                f"Rely more on the algorithm. {rair_says(report.scores['rair'])} Next time it "
                "disagrees with you, look at its largest contribution. Then decide what you would "
                "need to see to change your mind."
            )
        case Tendency.SAYS_TOO_HIGH if lean:
            return f"Say lower probabilities. {_lean_says('Before you saw the algorithm', lean)}"
        case Tendency.SAYS_TOO_LOW if lean:
            return f"Say higher probabilities. {_lean_says('Before you saw the algorithm', lean)}"
        case _:
            return STEADY


def _guesses(report: LearnerReport) -> str:
    found = report.habits
    first, changed = found.right_first, found.reversals
    return (
        "Your answers look like guesses so far. Your first answer was right in "
        f"{share_says(first)}; a coin would be right in half. Where you and the algorithm agreed "
        f"at first, you changed your answer in {share_says(changed)}."
    )


def left_out(luck: int, whose: str = "your") -> str:
    """How many encounters no verdict, mark or measure of reliance counts, and why; "" for none."""
    if not luck:
        return ""
    here = "One patient is" if luck == 1 else f"{luck} patients are"
    told = "that patient" if luck == 1 else "them"
    return (
        f"{here} left out of {whose} verdicts, marks and measures of reliance. In {told} the sound "
        "decision met an unlucky outcome, so nobody is judged by it."
    )


def without_risk(found: Calibration) -> str:
    """How many encounters calibration leaves out, and why; "" for none."""
    if not found.left_out:
        return ""
    n = found.left_out
    here = "One patient is left out" if n == 1 else f"{n} patients are left out"
    return (
        f"{here}: the chart’s own risk is not known. Nobody has stated it, or Equipoise did not "
        "compute it yet."
    )


def calibration_says(
    before: Calibration, after: Calibration, near: Nearness | None, who: str = "your"
) -> list[str]:
    """Which way probabilities lean from the chart’s own risk, and how far away they are.

    ``who`` is "your" or "their".
    """
    spoken = [
        (f"Before {'you' if who == 'your' else 'they'} saw the algorithm", before),
        ("Afterwards", after),
    ]
    said = [_lean_says(when, known.lean, who) for when, known in spoken if known.lean]
    if near is not None:
        said.append(_nearness_says(near, who))
    return said


def _lean_says(when: str, lean: Estimate, who: str = "your") -> str:
    ends = f"95 % interval {_points(lean.low)} to {_points(lean.high)}"
    if abs(lean.value) < LEANS or not lean.excludes(0.0):
        found = "did not clearly differ from" if not lean.excludes(0.0) else "were close to"
        return (
            f"{when}, {who} probabilities {found} the chart’s own risk: the mean difference was "
            f"{_points(lean.value)} points ({ends})."
        )
    way = "higher" if lean.value > 0 else "lower"
    return (
        f"{when}, {who} probabilities were on average {abs(100 * lean.value):.0f} points {way} "
        f"than the chart’s own risk ({ends})."
    )


def _points(share: float) -> str:
    """A difference of probabilities in points, with a true minus."""
    return signed(round(100 * share))


def _nearness_says(near: Nearness, who: str) -> str:
    if not near.change.excludes(0.0):
        moved = "The difference between first and last answers may be chance."
    elif near.change.value < 0:
        moved = f"{who.capitalize()} last answers were nearer."
    else:
        moved = f"{who.capitalize()} last answers were further away."
    return (
        "In patients with the algorithm, the mean squared distance to the chart’s own risk was "
        f"{_score(near.before)} for {who} first answers, {_score(near.after)} for {who} last "
        f"answers and {_score(near.algorithm)} for the algorithm; 0 is perfect. {moved}"
    )


def _score(estimate: Estimate) -> str:
    return f"{estimate.value:.3f} ({estimate.low:.3f}–{estimate.high:.3f})"


def honesty(report: LearnerReport) -> str:
    """How far so few cases can be trusted."""
    n = len(report.entries)
    if n < FEW_SETS:
        return (
            f"{n} {'patient is' if n == 1 else 'patients are'} few. The 95 % intervals in brackets "
            "are wide, and another set may look different."
        )
    return "The 95 % intervals in brackets say how far chance alone could move each figure."


def rair_says(share: Share) -> str:
    """Relative AI reliance in a sentence."""
    if share.value is None:
        return f"{NOT_YET}: you were never wrong where the algorithm was right."
    return (
        "Where the algorithm was right and you were wrong, you changed to the right answer in "
        f"{share_says(share)}."
    )


def rsr_says(share: Share) -> str:
    """Relative self-reliance in a sentence."""
    if share.value is None:
        return f"{NOT_YET}: you were never right where the algorithm was wrong."
    return (
        f"Where you were right and the algorithm was wrong, you kept your answer in "
        f"{share_says(share)}."
    )


def automation_bias_says(share: Share, who: str = "you") -> str:
    """Automation bias in a sentence; ``who`` is "you" or "they"."""
    if share.value is None:
        return f"{NOT_YET}: {who} were never right where the algorithm was wrong."
    return (
        f"Where {who} were right and the algorithm was wrong, {who} left the right answer for its "
        f"wrong advice in {share_says(share)}."
    )


def revision_bias_says(share: Share, who: str = "you") -> str:
    """Revision bias in a sentence; ``who`` is "you" or "they"."""
    if share.value is None:
        return f"{NOT_YET}: {who} were never right at first where the algorithm was right."
    return (
        f"Where {who} and the algorithm were both right, {who} left the right answer in "
        f"{share_says(share)}."
    )


def switch_says(share: Share) -> str:
    """How often a learner went over to the algorithm's answer, in a sentence."""
    if share.value is None:
        return f"{NOT_YET}: the algorithm has never disagreed with your first answer."
    return f"Where you differed at first, you went over to it in {share_says(share)}."


def agreement_says(share: Share) -> str:
    """How often a learner's last answer was the algorithm's, in a sentence."""
    if share.value is None:
        return f"{NOT_YET}: no patient yet that came with the algorithm."
    return f"Your last answer was the algorithm’s in {share_says(share)}."


def alone_says(share: Share) -> str:
    """How often a learner was right without the algorithm, in a sentence."""
    if share.value is None:
        return "You have not judged a patient without the algorithm yet."
    return f"On your own, without the algorithm, you were right in {share_says(share)}."


def weight_says(weight: Estimate | None) -> str:
    """Weight of advice in a sentence."""
    if weight is None:
        return f"{NOT_YET}: the algorithm has never said anything other than you."
    return (
        f"On average you moved {percent(weight.value)} % of the way from your answer to the "
        f"algorithm’s ({percent(weight.low)}–{percent(weight.high)} %). Neither end is good in "
        "itself: whether you move should depend on whether it is right."
    )


def marks_say(report: LearnerReport) -> str:
    """Certainty-based marks in a sentence."""
    if report.marks.mean is None:
        return f"{NOT_YET}: no patient yet."
    said = (
        f"Your certainty earned {marks(round(report.marks.total))} for "
        f"{answers(report.marks.n)}, {signed(report.marks.mean)} each. "
    )
    if not report.certain.denominator:
        return said + "You have never said “certain”."
    right = f"{report.certain.numerator} of {report.certain.denominator}"
    return f"{said}When you said “certain”, you were right in {right}."


def noticing_says(found: Detection) -> str:
    """Hits and false alarms, pooled; d′ with its interval, and that it is noise."""
    if found.hits.value is None and found.false_alarms.value is None:
        return (
            f"{NOT_YET}: no patient yet in which the failure modes were listed without being "
            "marked."
        )
    said = (
        f"When a known failure acted, you named it in {share_says(found.hits)}."
        if found.hits.value is not None
        else "No known failure has acted in a patient of yours yet."
    )
    if found.false_alarms.value is not None:
        said += f" When none acted, you named one in {share_says(found.false_alarms)}."
    if found.d_prime is not None:
        d = found.d_prime
        said += (
            f" Together that is a d′ of {_signed(d.value)} ({_signed(d.low)} to {_signed(d.high)})."
            " The interval is wide, because the patients are few."
        )
    return said


def _signed(value: float) -> str:
    return f"{value:.1f}".replace("-", "−")


def estimate_says(estimate: Estimate) -> str:
    """A share of ``n`` in counts, with its 95 % interval in a hundred, as :func:`share_says`."""
    low, high = percent(estimate.low), percent(estimate.high)
    return f"{round(estimate.value * estimate.n)} of {estimate.n} ({low}–{high} of 100)"
