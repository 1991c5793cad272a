"""What `check` refuses of the cases: modes that never act, unexplained errors, idle twins, luck."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tutor.content.pack import Problem
from tutor.content.rules import Rule
from tutor.kit.teaching import TeachingModel
from tutor.lab.bank import Banks
from tutor.lab.case_audit import CaseAudit, audit, never_acting
from tutor.lab.problem_location import Source
from tutor.lab.rated_cohort import RatedCohort

EXPLAINED = 0.85  # share of the algorithm's errors that a failure mode must explain
# In a table nobody can intervene: a failure is undone by asking about similar patients, which finds
# fewer of the errors that it caused.
EXPLAINED_IN_TABLES = 0.6
MOST_LUCK = 0.1  # share of the bank
SETTLED = 0.02  # of the variance of the truth: a chart that leaves less than this settles it
SLOPES = (0.8, 1.25)  # between which the calibration slope of the chart's risk may lie


def check_cases_told(
    source: Source, model: TeachingModel, rated: RatedCohort, parts: Mapping[str, Any]
) -> Iterator[Problem]:
    """Every problem with what the exercise says of a single case."""
    banks: Banks = parts["chosen"]
    silent = [mode.id for mode in model.failure_modes if mode.undo is None and model.structural]
    yield from _calibration(source, rated)
    for mode in silent:
        what = "It does not say how it is undone, so nobody can tell whether it acted on a patient."
        mend = "Give it undo=Intervene({…}), or undo=Retrain(…) where an input is missing."
        place = source.named("FailureMode", mode)
        yield source.in_model(f"failure mode {mode}", what, mend, place, Rule.MODE_WITHOUT_UNDO)
    idle = sorted(set(never_acting(model.failure_modes, banks.practice, parts)) - set(silent))
    unexplained: list[Problem] = []
    for name, chosen in (("bank", banks.practice), ("assessment bank", banks.assessment)):
        if chosen.cards:
            exercise = source.exercise.manifest
            found = audit(exercise.id, rated, chosen, parts, exercise.bank.grey_zone)
            yield from _counts(source, found, name)
            unexplained += _unexplained(source, model, found, name)
    if not silent and not idle:
        yield from unexplained[:1]  # the other bank lacks the same failure mode
    for mode in idle:
        what = "It acts in no case of the bank: no learner can ever notice it."
        mend = "Change the cohort, its predicate or how it is undone, or drop it."
        place = source.named("FailureMode", mode)
        yield source.in_model(f"failure mode {mode}", what, mend, place, Rule.MODE_NEVER_ACTS)
    for twin in parts["unmoved_twins"]:
        what = "It moves the algorithm by two points in no case of the bank."
        mend = "Let it change a cause that the algorithm answers to, or drop it."
        yield source.in_model(f"twin {twin}", what, mend, source.named("Twin", twin), Rule.TWIN)


def _unexplained(
    source: Source, model: TeachingModel, found: CaseAudit, bank: str
) -> Iterator[Problem]:
    """Whether a failure mode explains enough of the algorithm's errors."""
    asked = EXPLAINED if model.structural else EXPLAINED_IN_TABLES
    if found.errors_explained < asked * found.errors:
        what = (
            f"A failure mode explains {found.errors_explained} of the algorithm's {found.errors} "
            f"errors in the {bank}; {asked:.0%} are asked for."
        )
        mend = "Name the cause that acts in the others as a failure mode, with its undo=."
        yield source.in_model(
            "failure_modes", what, mend, source.argument("failure_modes"), Rule.ERRORS_UNEXPLAINED
        )


def _calibration(source: Source, rated: RatedCohort) -> Iterator[Problem]:
    """Whether the chart's risk means what it says; nothing where the chart settles the matter."""
    measured, prevalence = rated.risk.calibration, float(rated.held_out.truth.mean())
    if measured.brier < SETTLED * prevalence * (1 - prevalence):
        return
    if not SLOPES[0] <= measured.slope <= SLOPES[1]:
        what = (
            f"The chart's own risk is not calibrated: its slope is {measured.slope:.2f}, and "
            f"{SLOPES[0]} to {SLOPES[1]} is asked for."
        )
        mend = "Enlarge the held-out cohort, or name what picture and story show in visible=."
        yield source.in_model(
            "chart risk", what, mend, source.argument("held_out_size"), Rule.CHART_RISK
        )


def _counts(source: Source, found: CaseAudit, bank: str) -> Iterator[Problem]:
    """The counts of a bank against what each must be."""
    if found.marks_true != found.marks:
        what = f"{found.marks - found.marks_true} of {found.marks} marks “acts here” do not hold."
        mend = "Let predicates and interventions depend on the patient alone."
        yield source.in_model(
            "failure_modes", what, mend, source.argument("failure_modes"), Rule.MODE_MARKS
        )
    if found.sound_right != found.scored:
        wrong = found.scored - found.sound_right
        what = f"In {wrong} scored cases of the {bank} the sound decision is wrong."
        yield source.in_model(
            "bank", what, "Build again.", source.argument("threshold"), Rule.UNSOUND_CASES
        )
    if found.luck > MOST_LUCK * found.cases:
        what = (
            f"{found.luck} of {found.cases} cases of the {bank} are cases of luck; one in ten is "
            "the most."
        )
        yield source.in_manifest("bank.luck", what, "Ask for fewer in [bank].", Rule.TOO_MUCH_LUCK)
