"""A scored file as it is printed: one JSON object, or a table with sentences."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import lru_cache

from tutor.core.reliance.counts import MEASURES
from tutor.core.reliance.measures import Scores, Share
from tutor.services.reports.reliance_file import RelianceReport

MOST_PEOPLE = 60
# An interval narrower than this is said to a tenth of a per cent.
NARROW = 0.03
LABELS = {
    "accuracy_initial": "right at first",
    "accuracy_final": "right at last",
    "agreement": "ended as the algorithm said",
    "switch": "went over to it, where they differed",
    "rair": "let it correct them (RAIR)",
    "rsr": "held their ground (RSR)",
    "automation_bias": "left a right answer for wrong advice",
    "revision_bias": "left a right answer it supported",
    "accuracy_unaided": "right without the algorithm",
}
HEADS = ("first", "last", "agree", "switch", "RAIR", "RSR")
UNMEASURABLE = "not yet measurable"


def as_json(report: RelianceReport) -> Iterator[str]:
    """One JSON object in pieces; a person at a time, so that a million people fit in memory."""
    yield f'{{"threshold": {json.dumps(report.threshold)},\n"pooled": '
    yield _row(report.pooled, people=report.pooled.people)
    if report.groups:
        rows = (_row(scores, group=name, people=scores.people) for name, scores in report.groups)
        yield ',\n"groups": [\n' + ",\n".join(rows) + "\n]"
    yield ',\n"people": ['
    before = "\n"
    for name, scores in report.people():
        yield before + _row(scores, person=name)
        before = ",\n"
    yield "\n]}\n"


def _row(scores: Scores, **first: str | int) -> str:
    head = json.dumps(first | {"n": scores.n})[:-1]
    shares = [f', "{measure}": {_share(share)}' for measure, share in scores.shares.items()]
    return f"{head}{''.join(shares)}}}"


@lru_cache(maxsize=100_000)
def _share(share: Share) -> str:
    """A share as JSON; many people have the same."""
    return json.dumps(
        {
            "value": share.value,
            "numerator": share.numerator,
            "denominator": share.denominator,
            "interval": share.interval,
        }
    )


def as_text(report: RelianceReport) -> Iterator[str]:
    """A calm page: everyone together in a table and in words, then groups, then people."""
    compared = (
        "labels compared as text"
        if report.threshold is None
        else f"probabilities; {report.threshold:g} or more says present"
    )
    pooled = report.pooled
    yield f"Reliance in {report.name}\n"
    yield f"{_count(pooled.n, 'judgment')} with the algorithm, by {_people(pooled.people)}; "
    yield f"{compared}.\n\n"
    yield from _block(pooled)
    yield "\n"
    yield from (f"{sentence}\n" for sentence in sentences(pooled))
    for name, scores in report.groups:
        yield f"\nGroup {name}: {_count(scores.n, 'judgment')} by {_people(scores.people)}\n"
        yield from _block(scores)
    if pooled.people > 1:
        yield from _by_person(report)


def _block(scores: Scores) -> Iterator[str]:
    for measure in MEASURES:
        share = scores[measure]
        if measure == "accuracy_unaided" and not share.denominator:
            continue
        yield f"  {LABELS[measure]:<38}{_said(share)}\n"


def _said(share: Share) -> str:
    if share.value is None or share.interval is None:
        return UNMEASURABLE
    counts = f"{share.numerator:,} of {share.denominator:,}"
    return f"{counts:>22}  {share.value:>5.0%}  ({_range(share)})"


def sentences(scores: Scores) -> Iterator[str]:
    """What the figures mean, and how sure they are."""
    rair, rsr = scores["rair"], scores["rsr"]
    if rair.interval is None:
        yield (
            "Whether they let the algorithm correct them is not yet measurable: nobody was wrong "
            "where it was right."
        )
    else:
        yield (
            f"Where the algorithm was right and they were not, they came round in "
            f"{rair.numerator:,} of {rair.denominator:,} ({_range(rair)})."
        )
    if rsr.interval is None:
        yield (
            "Whether they hold their ground is not yet measurable: nobody was right where it was "
            "wrong."
        )
    else:
        yield (
            f"Where they were right and the algorithm was not, they kept their answer in "
            f"{rsr.numerator:,} of {rsr.denominator:,} ({_range(rsr)})."
        )
    bias, revision = scores["automation_bias"], scores["revision_bias"]
    if bias.interval is not None:
        yield (
            f"Where they were right and the algorithm was not, they took its wrong answer in "
            f"{bias.numerator:,} of {bias.denominator:,} ({_range(bias)}): automation bias."
        )
    if revision.interval is not None:
        yield (
            f"Where they and the algorithm were both right, they left their answer all the same in "
            f"{revision.numerator:,} of {revision.denominator:,} ({_range(revision)}): revision "
            "bias."
        )
    if scores.people > 1:
        yield "In brackets, 95 % intervals by bootstrap over people; they speak of such people."
    else:
        yield "In brackets, 95 % intervals over the cases; they speak of this person alone."


def _range(share: Share) -> str:
    assert share.interval is not None
    low, high = share.interval
    digits = 0 if high - low >= NARROW else 1
    return f"{low:.{digits}%} to {high:.{digits}%}"


def _by_person(report: RelianceReport) -> Iterator[str]:
    shown = [row for row, _ in zip(report.people(), range(MOST_PEOPLE), strict=False)]
    width = max(6, *(len(name) for name, _ in shown))
    head = "".join(f"{word:>11}" for word in HEADS)
    yield f"\n{'person':<{width}}{'n':>7}{head}\n"
    for name, scores in shown:
        cells = "".join(f"{_few(scores[m]):>11}" for m in MEASURES[: len(HEADS)])
        yield f"{name:<{width}}{scores.n:>7,}{cells}\n"
    left = report.pooled.people - len(shown)
    if left:
        yield f"And {_people(left)} more; --json prints them all, with intervals.\n"


def _few(share: Share) -> str:
    return f"{share.numerator}/{share.denominator}" if share.denominator else "–"


def _count(n: int, noun: str) -> str:
    return f"{n:,} {noun}{'' if n == 1 else 's'}"


def _people(n: int) -> str:
    return "1 person" if n == 1 else f"{n:,} people"
