"""What the robots showed, as a course team reads it: tables, and sentences that say what to do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import ceil
from textwrap import wrap

from tutor.content.pack import Exercise
from tutor.core.case import Cell
from tutor.core.intervals import Estimate
from tutor.core.power import TARGET
from tutor.core.reliance.measures import Share
from tutor.lab.habit_classifier import FEWEST, Pair, Separation
from tutor.lab.sample_size import Curve, Demand
from tutor.lab.simulate import Measured, Simulation
from tutor.lab.story_reader import StoryReading

UNMEASURABLE = "–"
WIDTH = 96
FIGURE_SAYS = {
    "accuracy_initial": "how often the first answer is right",
    "accuracy_final": "how often the last answer is right",
    "agreement": "how often they end as the algorithm said",
    "switch": "how often they go over to it",
    "rair": "how often they let it correct them (RAIR)",
    "rsr": "how often they hold their ground (RSR)",
    "hits": "the failure modes they notice",
    "false_alarms": "the failure modes they name where none is at work",
    "marks": "the marks for certainty",
    "revision_bias": "how often they leave a right answer that it supports",
    "distance": "how far the first answer is from the chart's own risk",
}
VERDICTS = {"often": "Often told apart, not reliably", "not told apart": "Not told apart"}
MOST_BY_STORIES = 0.8  # of the cases that the stories alone may answer
ADD_WRONG = (
    "add cases in which the algorithm is wrong: widen the model's scope or its held-out cohort, "
    "and raise `cases` under [bank] in exercise.toml."
)


def as_text(played: Simulation, exercise: Exercise) -> Iterator[str]:
    """What a course team reads: what to do, then the tables that say why."""
    yield f"Robots at “{exercise.manifest.title}” ({exercise.key}, "
    yield f"version {exercise.manifest.version})\n"
    yield "\nWhat to do\n"
    yield from (_wrapped(sentence, "- ") for sentence in what_next(played))
    yield "\nWhat was played\n"
    if played.lacking:
        yield f"No set of {played.size} can be drawn from the {played.bank} cases of its bank.\n"
    else:
        yield f"{_count(played.learners, 'robot')} of each of {len(played.habits)} habits, one set "
        yield f"of {played.size} cases each, from a bank of {played.bank}; seed {played.seed}.\n"
        yield from _reliance(played.habits)
        yield from _knowledge(played.habits)
        yield from _apart(played)
        yield from _needed(played.demand)
        yield from _read(played.reading)


def _reliance(habits: Iterable[Measured]) -> Iterator[str]:
    yield "\nReliance: what each habit truly is, and what was measured (95 % intervals)\n"
    yield f"{'':<20}{'RAIR':>5}  {'measured':<20}{'RSR':>5}  {'measured':<20}"
    yield f"{'agree':>6}{'switch':>8}\n"
    for habit in habits:
        scores = habit.scores
        yield f"  {habit.name:<18}"
        for true, name in ((habit.rair, "rair"), (habit.rsr, "rsr")):
            yield f"{_percent(true):>5}  {_ranged(scores[name]):<20}"
        yield f"{_percent(scores['agreement'].value):>6}{_percent(scores['switch'].value):>8}\n"


def _knowledge(habits: Iterable[Measured]) -> Iterator[str]:
    yield "\nKnowledge, calibration and noticing\n"
    yield f"{'':<20}{'right: first':>12}{'last':>6}{'distance: first':>17}{'last':>6}"
    yield f"{'marks':>8}{'noticed':>10}{'false alarms':>14}\n"
    for habit in habits:
        scores = habit.scores
        marks = UNMEASURABLE if habit.marks.mean is None else f"{habit.marks.mean:+.2f}"
        yield f"  {habit.name:<18}{_percent(scores['accuracy_initial'].value):>12}"
        yield f"{_percent(scores['accuracy_final'].value):>6}"
        yield f"{_score(habit.before):>17}{_score(habit.after):>6}{marks:>8}"
        yield f"{_percent(habit.noticing.hits.value):>10}"
        yield f"{_percent(habit.noticing.false_alarms.value):>14}\n"


def _apart(played: Simulation) -> Iterator[str]:
    yield "\nDoes one set tell them apart?\n"
    found = played.separation
    if found is None:
        yield f"That takes {FEWEST} robots of each habit; there are {played.learners}.\n"
        return
    yield _wrapped(
        "A plain classifier that reads the figures of “My report” after one set takes "
        f"{found.right.value:.0%} of the robots for what they are ({_range(found.right)}); by "
        f"chance it would be {1 / len(found.names):.0%}. Each row is a habit, each column what its "
        "robots were taken for:"
    )
    yield f"{'':<22}{''.join(f'{at:>6}' for at in range(1, len(found.names) + 1))}\n"
    for at, (name, row) in enumerate(zip(found.names, found.confusion, strict=True), 1):
        yield f"  {at} {name:<18}{''.join(f'{n:>6}' for n in row)}\n"
    behind = {habit.name: habit.behind for habit in played.habits}
    sure = [pair for pair in found.pairs if pair.verdict == "told apart"]
    if sure:
        pairs = "; ".join(f"{pair.first} from {pair.second}" for pair in sure)
        yield _wrapped(f"Told apart: {pairs}.")
    for pair in found.pairs:
        if pair not in sure:
            yield _wrapped(_doubtful(pair, behind))


def _doubtful(pair: Pair, behind: Mapping[str, Mapping[str, float]]) -> str:
    """A pair that one set does not tell apart for sure, and why."""
    said = f"{VERDICTS[pair.verdict]}: {pair.first} from {pair.second}. "
    if not pair.figure:
        return f"{said}No figure differs, or none can be measured."
    said += (
        f"Of two such robots {pair.auc.value * 100:.0f} times in 100 the right one is picked, best "
        f"by {FIGURE_SAYS[pair.figure]}."
    )
    cases = [behind[name].get(pair.figure) for name in (pair.first, pair.second)]
    known = [n for n in cases if n is not None]
    if len(known) < len(cases):
        return said
    return f"{said} That rests on {sum(known) / 2:.1f} cases of a set: too few."


def _needed(found: Demand | None) -> Iterator[str]:
    yield "\nHow many cases show over-reliance?\n"
    if found is None:
        yield "That cannot be told: no case of these sets has the algorithm wrong and shown.\n"
        return
    yield _wrapped(
        "A case counts if the learner is right at first and the algorithm is wrong. In these the "
        f"well calibrated hold their ground in {found.reference:.0%} (RSR); over-reliant, here, is "
        f"who does so in {found.reference - found.effect:.0%}, which is {found.effect:g} less. It "
        f"is seen if the 95 % interval of RSR lies below {found.reference:.0%}. Seen so often in "
        "100, after so many cases each:"
    )
    sizes = sorted({step.cases for curve in found.curves for step in curve.steps})
    yield f"{'':<14}{''.join(f'{size:>6}' for size in sizes)}   seen in {TARGET:.0%} after\n"
    for curve in found.curves:
        by_size = {step.cases: f"{step.power.value * 100:.0f}" for step in curve.steps}
        cells = "".join(f"{by_size.get(size, ''):>6}" for size in sizes)
        yield f"{_audience(curve):<14}{cells}   {_after(curve)}\n"
    alarms = ", ".join(f"{c.false_alarm.value:.0%} ({_audience(c)})" for c in found.curves)
    yield _wrapped(
        f"The well calibrated are taken for over-reliant in {alarms}. Of "
        f"{found.most} cases dealt from this bank {found.fresh:.0f} are different; only these "
        "are counted, for a case that comes again tells nothing new. Robots of a class are "
        "alike; people are not, so a real class needs more."
    )


def _read(found: StoryReading | None) -> Iterator[str]:
    yield "\nWhat do the stories alone tell?\n"
    if found is None:
        yield "There are too few cases to say.\n"
        return
    yield _wrapped(
        "Another robot reads the words of the stories and nothing else: no chart, no picture, no "
        f"algorithm. It is right in {found.right.value:.0%} of {found.right.n} cases "
        f"({_range(found.right)}); by chance it would be {found.chance:.0%}."
    )
    if found.tells and found.marks:
        yield _wrapped(f"It learned most from {_listed(found.marks)}.")


def _listed(words: Sequence[str]) -> str:
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]]))


def _after(curve: Curve) -> str:
    first, last = curve.steps[0], curve.steps[-1]
    if curve.needed is None or curve.counted is None:
        return f"more than {last.cases} cases, of which {last.counted:.0f} count"
    if curve.needed <= first.cases:
        return f"{first.cases} cases or fewer, of which {first.counted:.1f} count"
    return f"{ceil(curve.needed)} cases, of which {curve.counted:.1f} count"


def _audience(curve: Curve) -> str:
    return "one learner" if curve.people == 1 else f"a class of {curve.people}"


def what_next(played: Simulation) -> Iterator[str]:
    """Sentences that say what to do, the most urgent first."""
    if played.lacking:
        for cell in played.lacking:
            yield f"The bank holds too few cases with {_cell(cell)}."
        if any(not cell.algorithm_right for cell in played.lacking):
            yield f"Whether learners hold their ground (RSR) cannot be told: {ADD_WRONG}"
        if any(cell.algorithm_right for cell in played.lacking):
            yield (
                "Whether learners let it correct them (RAIR) cannot be told. Add cases in which "
                "the algorithm is right."
            )
        return
    yield from _of_demand(played.demand)
    yield from _of_pairs(played.separation)
    yield from _of_stories(played.reading)
    if not any(habit.noticing.hits.denominator for habit in played.habits):
        yield (
            "Nothing can be noticed: no failure mode that is listed touches a case of these sets. "
            "Add a failure mode."
        )


def _of_demand(found: Demand | None) -> Iterator[str]:
    if found is None:
        yield f"Over-reliance cannot be told: {ADD_WRONG}"
        return
    short = [curve for curve in found.curves if curve.needed is None]
    for curve in short:
        more = f": it would take about {curve.beyond:.0f}" if curve.beyond is not None else ""
        yield (
            f"Do not look for over-reliance in {_audience(curve)} on this exercise alone. Its "
            f"{found.most} cases are too few{more}."
        )
    if short:
        yield f"Let several exercises be played, which the reports pool. Or: {ADD_WRONG}"
    for curve in found.curves:
        if curve.needed is not None:
            yield (
                f"To see over-reliance in {_audience(curve)}, "
                f"assign {_sets(curve.needed, curve.steps[0].cases)}."
            )


def _of_pairs(found: Separation | None) -> Iterator[str]:
    if found is None:
        yield f"Play with --learners {FEWEST} or more to see which habits a set tells apart."
        return
    poor = [pair for pair in found.pairs if pair.verdict != "told apart"]
    if poor:
        pairs = "; ".join(f"{pair.first} from {pair.second}" for pair in poor)
        yield f"After one set, do not tell a learner which of these they are: {pairs}."


def _of_stories(found: StoryReading | None) -> Iterator[str]:
    if found is None or not found.tells:
        return
    share = f"{found.right.value:.0%}"
    if found.right.low >= MOST_BY_STORIES:
        yield (
            f"A robot that reads only the stories is right in {share} of the cases, so learners "
            "may answer without the chart. Leave findings that the chart gives out of the story."
        )
    else:
        yield (
            f"A robot that reads only the stories is right in {share} of the cases. Change nothing "
            "for that: learners still need the chart."
        )


def _cell(cell: Cell) -> str:
    return (
        f"the algorithm {'right' if cell.algorithm_right else 'wrong'} and the condition "
        f"{'present' if cell.present else 'absent'}"
    )


def _sets(cases: float, size: int) -> str:
    sets = ceil(cases / size)
    return f"one set of {size}" if sets == 1 else f"{sets} sets of {size} to each"


def _count(n: int, noun: str) -> str:
    return f"{n:,} {noun}{'' if n == 1 else 's'}"


def _percent(share: float | None) -> str:
    return UNMEASURABLE if share is None else f"{share:.0%}"


def _score(estimate: Estimate | None) -> str:
    return UNMEASURABLE if estimate is None else f"{estimate.value:.2f}"


def _ranged(share: Share) -> str:
    if share.value is None or share.interval is None:
        return "not measurable"
    low, high = share.interval
    return f"{share.value:.0%} ({low:.0%} to {high:.0%})"


def _range(estimate: Estimate) -> str:
    return f"{estimate.low:.0%} to {estimate.high:.0%}"


def _wrapped(sentences: str, mark: str = "") -> str:
    indent = " " * len(mark)
    lines = wrap(
        sentences, WIDTH, initial_indent=mark, subsequent_indent=indent, break_on_hyphens=False
    )
    return "\n".join(lines) + "\n"
