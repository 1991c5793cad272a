"""What a learner's report means and what to try next, in sentences."""

from __future__ import annotations

from tutor.core.intervals import Estimate
from tutor.core.reliance.calibration import Calibration
from tutor.core.reliance.measures import Share
from tutor.core.reliance.signal_detection import Detection
from tutor.core.scoring import Verdict
from tutor.services.learner_report import LearnerReport
from tutor.web.charts import signed
from tutor.web.words import per_hundred

NOT_YET = "Not yet measurable"
LEANS = 0.05
FEW_SETS = 24

TRY = {
    Verdict.MISLED: "Next time it disagrees with you, name the finding that would have to be "
    "misleading it. If you can name one that is there, hold your ground.",
    Verdict.KEPT_WRONG: "Next time it disagrees with you, look at its largest bar and ask what you "
    "would need to see to change your mind, before you keep your answer.",
}
STEADY = "Keep writing down your own judgment first; it is what makes the second one worth having."


def share_says(share: Share) -> str:
    """A share in counts, with its interval in a hundred."""
    if share.value is None or share.interval is None:
        return NOT_YET
    low, high = share.interval
    return f"{share.numerator} of {share.denominator} ({per_hundred(low)}–{per_hundred(high)} %)"


def estimate_of(share: Share) -> Estimate | None:
    """A share as an estimate, or None where nothing is below."""
    if share.value is None or share.interval is None:
        return None
    return Estimate(share.value, *share.interval, share.denominator)


def calibration_says(before: Calibration, after: Calibration) -> list[str]:
    """Which way forecasts lean, and what the Brier scores say."""
    said = []
    for when, known in (("Before you saw the algorithm", before), ("Afterwards", after)):
        if known.lean is None:
            continue
        if abs(known.lean) < LEANS:
            said.append(f"{when}, what you said and what came true agreed on the whole.")
        else:
            way = "higher" if known.lean > 0 else "lower"
            points = per_hundred(abs(known.lean))
            said.append(
                f"{when}, your probabilities were {points} points {way} than what came true, on "
                "average."
            )
    if before.brier and after.brier:
        better = after.brier.value < before.brier.value
        said.append(
            f"Your Brier score (0 is perfect) was {_score(before.brier)} before and "
            f"{_score(after.brier)} after: the algorithm "
            f"{'brought you nearer to' if better else 'did not bring you nearer to'} the truth"
            f"{', though so small a difference may be luck' if _overlap(before, after) else ''}."
        )
    return said


def _overlap(before: Calibration, after: Calibration) -> bool:
    b, a = before.brier, after.brier
    return b is not None and a is not None and b.low <= a.high and a.low <= b.high


def _score(estimate: Estimate) -> str:
    return f"{estimate.value:.2f} ({estimate.low:.2f}–{estimate.high:.2f})"


def honesty(report: LearnerReport) -> str:
    """How far so few cases can be trusted."""
    n = len(report.entries)
    if n < FEW_SETS:
        return (
            f"{n} {'patient is' if n == 1 else 'patients are'} few: the intervals in brackets are "
            "wide, and another set may well look different. Read this as a first sketch."
        )
    return "The intervals in brackets say how far luck alone could carry each figure."


def next_step(report: LearnerReport) -> str:
    """What to try, from where reliance has gone wrong most often so far."""
    misled, kept = report.verdicts[Verdict.MISLED], report.verdicts[Verdict.KEPT_WRONG]
    if not misled and not kept:
        return STEADY
    return TRY[Verdict.MISLED if misled >= kept else Verdict.KEPT_WRONG]


def rair_says(share: Share) -> str:
    """Relative AI reliance in a sentence."""
    if share.value is None:
        return f"{NOT_YET}: you were never wrong where it was right."
    return f"Where it was right and you were not, you came round in {share_says(share)}."


def rsr_says(share: Share) -> str:
    """Relative self-reliance in a sentence."""
    if share.value is None:
        return f"{NOT_YET}: you were never right where it was wrong."
    return f"Where you were right and it was not, you held your ground in {share_says(share)}."


def weight_says(weight: Estimate | None) -> str:
    """Weight of advice in a sentence."""
    if weight is None:
        return f"{NOT_YET}: it has never said anything other than you."
    return (
        f"On average you moved {per_hundred(weight.value)} % of the way from your answer to its "
        f"({per_hundred(weight.low)}–{per_hundred(weight.high)} %). Neither end is good in itself: "
        "moving should depend on whether it is right."
    )


def marks_say(report: LearnerReport) -> str:
    """Certainty-based marks in a sentence."""
    if report.marks.mean is None:
        return f"{NOT_YET}: no patient yet."
    sure = [e for e in report.entries if e.closing.certainty == 3]
    right = sum(e.closing.outcome.initial_right for e in sure)
    said = (
        f"{signed(report.marks.total)} marks over {report.marks.n} first answers, "
        f"{signed(report.marks.mean)} each. "
    )
    if not sure:
        return said + "You have never said “certain”."
    return said + f"When you said “certain”, you were right in {right} of {len(sure)}."


def noticing_says(found: Detection) -> str:
    """Hits and false alarms, pooled; d′ with its interval, and that it is noise."""
    if found.hits.value is None and found.false_alarms.value is None:
        return (
            f"{NOT_YET}: no patient yet in which the failure modes were listed without being "
            "marked."
        )
    said = (
        f"When a known failure was at work, you named it in {share_says(found.hits)}; when none "
        f"was, you named one in {share_says(found.false_alarms)}."
    )
    if found.d_prime is not None:
        d = found.d_prime
        said += (
            f" Together that is a d′ of {_signed(d.value)} ({_signed(d.low)} to {_signed(d.high)}):"
            " over so few patients mostly noise, so do not read much into it."
        )
    return said


def _signed(value: float) -> str:
    return f"{value:.1f}".replace("-", "−")


def interval_says(estimate: Estimate) -> str:
    """A share in a hundred with its interval."""
    low, high = per_hundred(estimate.low), per_hundred(estimate.high)
    return f"{per_hundred(estimate.value)} of 100 ({low}–{high})"
