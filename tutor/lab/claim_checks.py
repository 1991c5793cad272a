"""Whether claims are claims: what a failure mode reads and touches, and what a figure rests on."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutor.content.pack import Problem
from tutor.content.rules import Rule
from tutor.core.intervals import Estimate
from tutor.kit.cohorts import Patients
from tutor.kit.evidence import FailureMode, Mask, Metric, PublishedFigure
from tutor.kit.teaching import TeachingModel
from tutor.lab.claim_reads import answers, reads_flaws
from tutor.lab.evidence import Evidence
from tutor.lab.problem_location import Source
from tutor.lab.shown_checks import exact_flaws, sentence_flaw, visible_flaws
from tutor.lab.training import HeldOut
from tutor.lab.twin_checks import twin_flaws
from tutor.lab.undoing import columns_read

FEW = 2_000  # patients that are enough to see what something depends on
SHUFFLES = 4  # of a study, until a figure changes
LEAST_MOVE = 0.02  # of the width of its interval, by which a figure of its own cohort moves
BASES = ("P", "S", "D")
DOI = re.compile(r"10\.\d{4,9}/\S+")
MOST_TOLERANCE = 1.0  # of a published value without an interval, as a share of it
RIGHT = (0.4, 0.99)  # between which the share of right decisions in scope may lie
UNSHARED = 0.9  # of the patients have a value of their own in a column that only counts
MET_BEFORE = 0.02  # of the held-out patients may be alike in every column
_OF_MISSES = re.compile(r"\b(miss(es|ed)?|silent|overlook|false negative|under-?diagnos)", re.I)
_OF_ALARMS = re.compile(r"\b(false alarm|false positive|over-?call|over-?diagnos|alarms?\b)", re.I)

_FEWER = re.compile(
    r"\b(fewer|less often|rarely|seldom|never|hardly ever|does not|do not|doesn't)\s+"
    r"(?:\w+\s+){0,2}?(miss(es|ed)?|overlooks?|false alarms?|false positives?|alerts? falsely)\b",
    re.I,
)


def claim_problems(source: Source, held_out: HeldOut, evidence: Evidence) -> Iterator[Problem]:
    """Every problem with the claims of a model, on one seed."""
    model, hidden = held_out.fitted.model, answers(held_out)
    for mode in model.failure_modes:
        place = source.named("FailureMode", mode.id)
        found = list(_mode_flaws(model, mode, held_out.patients)) or [
            (Rule.MODE_READS_ANSWER, what, mend)
            for what, mend in reads_flaws(mode, held_out, hidden)
        ]
        for rule, what, mend in found:
            yield source.in_model(f"failure mode {mode.id}", what, mend, place, rule)
    for measured in evidence.figures:
        figure = measured.figure
        place = source.named("PublishedFigure", figure.id)
        where = f"figure {figure.id}"
        flaws = [(Rule.FIGURE_AS_PUBLISHED, *flaw) for flaw in _figure_flaws(figure)] or [
            (Rule.FIGURE_CONSTANT, *flaw) for flaw in _unmoved(figure, measured.ours, held_out)
        ]
        for rule, what, mend in flaws:
            yield source.in_model(where, what, mend, place, rule)
    yield from _twins(source, model)
    yield from _told(source, held_out)
    yield from _scope(source, held_out, hidden)
    yield from _right(source, held_out)
    yield from _met_before(source, held_out)


def _mode_flaws(
    model: TeachingModel, mode: FailureMode, patients: Patients
) -> Iterator[tuple[Rule, str, str]]:
    few = patients.take(np.arange(min(FEW, patients.n)))
    seen = {feature.column for feature in (*model.findings, *model.features)}
    answers = {model.truth, model.label, model.exact} - seen - {""}
    for predicate in filter(None, (mode.touches, mode.compared_with)):
        read = columns_read(predicate, patients) | _depends_on(predicate, few, answers)
        if hidden := sorted(read & answers):
            what = f"Whom it touches depends on {', '.join(hidden)}, which is the answer."
            yield Rule.MODE_READS_ANSWER, what, "Let it read causes and findings only."
            return
        inputs = set(model.columns) - answers
        if len(inputs) > 3 and _depends_on(predicate, few, inputs) == inputs:
            what = "Whom it touches depends on every input of the algorithm, as its output does."
            mend = "Let it read the cause only; a claim on those it gets wrong is no claim."
            yield Rule.MODE_READS_ANSWER, what, mend
            return
    own, other = _OF_MISSES, _OF_ALARMS
    if mode.metric is Metric.FALSE_ALARMS:
        own, other = other, own
    said = f"{mode.title} {mode.sentence}"
    if other.search(said) and not own.search(said):
        what = f"It counts {mode.metric.value}, and its sentence speaks of the opposite."
        yield Rule.MODE_SENTENCE, what, "Correct metric= or the sentence."
    elif found := _FEWER.search(said):
        what = f"It claims more {mode.metric.value}, and its words say fewer: “{found[0]}”."
        yield (
            Rule.MODE_SENTENCE,
            what,
            "Correct the sentence, or touch the patients who fare worse.",
        )
    if mode.inside.strip().lower() == mode.outside.strip().lower():
        what = f"Both groups have the same words, “{mode.inside.strip()}”."
        yield Rule.MODE_SENTENCE, what, "Say in inside= and outside= how they differ."


def _depends_on(
    predicate: Callable[[Patients], Mask], patients: Patients, columns: set[str]
) -> set[str]:
    """The columns whose permutation changes whom a predicate touches."""
    before = np.asarray(predicate(patients), dtype=bool)
    order = np.random.default_rng(0).permutation(patients.n)
    return {
        column
        for column in sorted(columns)
        if column in patients
        and not np.array_equal(
            before, predicate(patients.with_columns(**{column: patients[column][order]}))
        )
    }


def _figure_flaws(figure: PublishedFigure) -> Iterator[tuple[str, str]]:
    if figure.basis not in BASES:
        what = f"Its basis is {figure.basis!r}."
        yield what, "Write P (seen in the primary source), S (in a secondary one) or D (derived)."
    if figure.doi and not DOI.fullmatch(figure.doi):
        yield f"{figure.doi!r} is no DOI.", "Write it as 10.1234/abc, without https://doi.org/."
    if not (np.isfinite(figure.published) and np.isfinite(figure.tolerance)):
        yield (
            "Its published value or tolerance is no number.",
            "Give the number that was published.",
        )
        return
    if figure.interval is None:
        if figure.tolerance > MOST_TOLERANCE * abs(figure.published):
            what = (
                f"Its tolerance {figure.tolerance:g} is wide beside {figure.published:g}, and no "
                "interval= stands for it."
            )
            mend = "Give the published interval, or accept less."
            yield what, mend
        return
    low, high = figure.interval
    if not low <= figure.published <= high:
        what = f"The published {figure.published:g} lies outside its interval, {low:g} to {high:g}."
        yield what, "Correct published= or interval=."
    elif figure.tolerance > high - low + 1e-9:
        what = (
            f"Its tolerance {figure.tolerance:g} is wider than its interval, {low:g} to {high:g}."
        )
        yield what, "Accept no larger distance than the interval is wide."


def _unmoved(
    figure: PublishedFigure, ours: Estimate, held_out: HeldOut
) -> Iterator[tuple[str, str]]:
    """Whether ours stays as published where patients, outcomes and predictions are others.

    A figure that draws a cohort of its own from the study's seed must move by what chance does.
    """
    most, used = 0.0, False
    for other in (
        *(Shuffled(held_out, seed) for seed in range(SHUFFLES)),
        *(Shuffled(held_out, seed, change) for seed, change in enumerate((scrambled, mirrored))),
    ):
        try:
            found = figure.compute(other)
        except Exception:  # noqa: BLE001  it needs what is not there, so it depends on it
            return
        if not figure.within(found.value):
            return
        # Of a sign or a count the interval moves, and not always the value.
        if float(ours.value).is_integer() and found != ours:
            return
        most, used = max(most, abs(found.value - ours.value)), used or bool(other.used)
        if not used and most > max(1e-9, LEAST_MOVE * (ours.high - ours.low)):
            return
    if most > 1e-9:
        what = "It stays within its tolerance whatever the patients: it is not measured on them."
    else:
        what = f"It is {ours.value:g} whatever the patients: compute= does not depend on the study."
    yield what, "Compute it from study.patients, study.truth, study.alert or study.simulate."


def scrambled(patients: Patients) -> Patients:
    """The same columns, each in an order of its own: nothing goes with anything."""
    stream = np.random.default_rng(0)
    return Patients({name: stream.permutation(values) for name, values in patients.items()})


def mirrored(patients: Patients) -> Patients:
    """The same patients, what is high being low and the reverse."""
    return Patients(
        {
            name: ~values if values.dtype == bool else values.max() + values.min() - values
            for name, values in patients.items()
        }
    )


def as_they_are(patients: Patients) -> Patients:
    """The same patients."""
    return patients


@dataclass(frozen=True)
class Shuffled:
    """Few patients of a study, among whom truth, label and probability are shuffled."""

    on: HeldOut
    seed: int
    change: Callable[[Patients], Patients] = as_they_are
    used: set[str] = field(default_factory=set)

    @property
    def threshold(self) -> float:
        """As it was."""
        return self.on.threshold

    @cached_property
    def _rows(self) -> NDArray[np.int_]:
        n = self.on.patients.n
        return np.random.default_rng(self.seed).permutation(n)[: min(FEW, n // 2)]

    def _outcomes(self, patients: Patients) -> Patients:
        model = self.on.fitted.model
        order = np.random.default_rng(self.seed + 1).permutation(patients.n)
        names = {model.truth, model.label}
        shuffled = {name: patients[name][order] for name in names}
        return self.change(patients.with_columns(**shuffled))

    @cached_property
    def patients(self) -> Patients:
        """The few."""
        self.used.add("patients")
        return self._outcomes(self.on.patients.take(self._rows))

    @property
    def probability(self) -> NDArray[np.float64]:
        """Shuffled in another way."""
        self.used.add("probability")
        return self.on.probability[self._rows][::-1]

    @property
    def alert(self) -> Mask:
        """Whether the shuffled probability reaches the threshold."""
        return self.probability >= self.threshold

    @property
    def truth(self) -> Mask:
        """The shuffled truth."""
        return self.patients[self.on.fitted.model.truth].astype(bool)

    def simulate(self, n: int, **do: Any) -> Patients:
        """Few patients, their outcomes shuffled."""
        self.used.add("simulate")
        return self._outcomes(self.on.simulate(min(n, FEW), **do))

    def predict(self, patients: Patients) -> NDArray[np.float64]:
        """The predictions of others among them."""
        self.used.add("predict")
        return self.on.predict(patients)[::-1]


def right_in_scope(held_out: HeldOut) -> float:
    """The share of the held-out patients in scope for whom the algorithm's decision is right."""
    scope = np.asarray(held_out.fitted.model.scope(held_out.patients), dtype=bool)
    return float((held_out.alert == held_out.truth)[scope].mean()) if scope.any() else 0.0


def _twins(source: Source, model: TeachingModel) -> Iterator[Problem]:
    """Whether a twin is the same patient with one cause changed."""
    for twin, what, mend in twin_flaws(model):
        place = source.named("Twin", twin.id)
        yield source.in_model(f"twin {twin.id}", what, mend, place, Rule.TWIN)


def _told(source: Source, held_out: HeldOut) -> Iterator[Problem]:
    """Whether what is called visible is shown, and whether closing sentences tell the truth."""
    for argument, rule, flaws in (
        ("visible", Rule.VISIBLE, visible_flaws(held_out)),
        ("truth_sentence", Rule.TRUTH_SENTENCE, sentence_flaw(held_out)),
        ("exact", Rule.CHART_RISK, exact_flaws(held_out)),
    ):
        for what, mend in flaws:
            yield source.in_model(argument, what, mend, source.argument(argument), rule)


def _scope(source: Source, held_out: HeldOut, hidden: frozenset[str]) -> Iterator[Problem]:
    """Whether the scope reads the answer."""
    model = held_out.fitted.model
    read = sorted(columns_read(model.scope, held_out.patients) & hidden & {model.truth})
    if read:
        what = f"Who is asked about depends on {', '.join(read)}, which is the answer."
        mend = "Let the scope read causes and findings only."
        place = source.argument("scope")
        yield source.in_model("scope", what, mend, place, Rule.SCOPE_READS_ANSWER)


def repeated(source: Source, held_out: HeldOut, rows: NDArray[np.int_]) -> Iterator[Problem]:
    """Whether a bank holds one patient twice, where chance alone would not make two alike."""
    every = _uncounted(held_out.patients)
    drawn = [row.tobytes() for row in every[rows]]
    twice = len(drawn) - len(set(drawn))
    mixed = _mixed(every)[:FEW]
    by_chance = 1 - len({row.tobytes() for row in mixed}) / len(mixed)
    if twice and by_chance < MET_BEFORE:
        what = f"{twice} of {len(drawn)} cases are another case once more."
        mend = "Take out rows that repeat, and draw every patient anew."
        yield source.in_model(
            "bank", what, mend, source.argument("simulate"), Rule.REPEATED_PATIENTS
        )


def _uncounted(patients: Patients) -> NDArray[np.float64]:
    """Every column but those of whole numbers that nobody shares, as a seed or a ticket has."""
    names = [
        name
        for name, values in patients.items()
        if len(np.unique(values)) < UNSHARED * patients.n
        or not np.array_equal(values, np.round(values.astype(float)))
    ]
    return patients.matrix(tuple(names) or tuple(patients))


def _mixed(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """The same columns, each shuffled by itself: rows that are alike now are so by chance."""
    stream = np.random.default_rng(0)
    shuffled = [stream.permutation(values[:, at]) for at in range(values.shape[1])]
    return np.ascontiguousarray(np.column_stack(shuffled))


def _right(source: Source, held_out: HeldOut) -> Iterator[Problem]:
    """An algorithm that is nearly always right, or wrong more often than right, teaches nothing."""
    share = right_in_scope(held_out)
    if not RIGHT[0] <= share <= RIGHT[1]:
        what = (
            f"The algorithm is right in {100 * share:.1f} % of the patients in scope; "
            f"{100 * RIGHT[0]:.0f} to {100 * RIGHT[1]:.0f} % are asked for."
        )
        mend = "Change the scope, the threshold or the training cohort."
        yield source.in_model(
            "scope", what, mend, source.argument("threshold"), Rule.ALGORITHM_RIGHT
        )


def _met_before(source: Source, held_out: HeldOut) -> Iterator[Problem]:
    """Whether held-out patients are those it was trained on, beyond what chance explains."""
    there, here = held_out.fitted.cohort, held_out.patients
    names = tuple(name for name in here if name in there)
    learned, met = there.matrix(names), here.matrix(names)
    known = {row.tobytes() for row in learned}
    share, chance = (
        float(np.mean([row.tobytes() in known for row in rows])) for rows in (met, _mixed(met))
    )
    # Patients with few findings are alike by chance, and then also among themselves.
    alike = 1 - len({row.tobytes() for row in met}) / len(met)
    if share > MET_BEFORE + 5 * chance + 3 * alike:
        what = f"{100 * share:.0f} % of the held-out patients are those it was trained on."
        mend = "Draw patients from the seed that is handed in; take out rows that repeat."
        yield source.in_model(
            "held-out cohort", what, mend, source.argument("simulate"), Rule.TRAINED_ON_HELD_OUT
        )
