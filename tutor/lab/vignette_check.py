"""Prove a bank of written cases: its files, its texts, what they give away, and a robot's play."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutor.content.check import check_texts
from tutor.content.form.manifests import action_problem
from tutor.content.pack import Exercise, Problem
from tutor.content.rules import Rule
from tutor.content.vignettes.constraints import is_luck, names_it, number_of
from tutor.content.vignettes.manifest import VignetteManifest
from tutor.content.vignettes.reading import Placed, VignetteBank
from tutor.errors import ContentError
from tutor.lab.problem_location import Source
from tutor.lab.story_leaks import telling_marks
from tutor.lab.story_marks import marks_of
from tutor.lab.text_leaks import Failure, Names, text_leaks
from tutor.lab.vignettes import bank_of, compute, written_problems

Play = Callable[[Exercise, Mapping[str, Any]], list[str]]
# What says nothing of a patient. Words may rightly go with the answer: symptoms do.
FEWEST_TOLD = 8  # cases from which a finding that tells all apart is no accident
FORM = ("the sign", "the capitals", "the gap", "the end", "a length")


def check_written(exercise: Exercise, play: Play) -> list[Problem]:
    """Every problem of a written exercise beyond those of loading it."""
    try:
        bank = bank_of(exercise)
        found = list(written_problems(exercise))
        parts = None if found else compute(exercise)
    except ContentError as error:
        return [*check_texts(exercise, None), Source(exercise).unusable(error)]
    found = [*check_texts(exercise, parts and parts["evidence"]), *found, *_given_away(bank)]
    if wrong := action_problem(exercise, bank.manifest.threshold):
        found.append(wrong)
    found += text_leaks(exercise, _names(bank.manifest))
    if parts is not None:
        source = Source(exercise)
        for what in play(exercise, parts):
            mend = "Play it: `equipoise preview` shows what the robot saw."
            found.append(Problem(source.model, "walkthrough", what, mend, rule=Rule.SMOKE_PLAY))
    return found


def rows_of(exercise: Exercise) -> dict[str, object]:
    """What `evidence` prints of a written exercise: counts of its cases, and no measurement.

    Raises:
        ContentError: the bank cannot be used.
    """
    parts = compute(exercise)
    cards, recording = parts["cards"], parts["evidence"]["recording"]
    return {
        "model": exercise.manifest.id,
        **recording,
        "right": sum(card["right"] and not card["luck"] for card in cards),
        "luck": sum(card["luck"] for card in cards),
        "errors_claimed": sum(bool(card["kind"]) for card in cards),
    }


def _given_away(bank: VignetteBank) -> Iterator[Problem]:
    """What in the stories goes with the answer: the condition's name, and the form of the text."""
    cases = [placed for placed in bank.cases if not is_luck(bank.manifest, placed.case)]
    present = np.array([placed.case.truth for placed in cases], dtype=bool)
    for name in (bank.manifest.condition, bank.manifest.absence):
        named = np.array([names_it(placed.case.story, name) for placed in cases], dtype=bool)
        if named.any() and len({*present[named]}) == 1:
            first = cases[int(np.flatnonzero(named)[0])]
            what = f"the story names “{name}”, as only stories of patients do who end alike."
            mend = "Say what is seen instead, or name it in a story that ends otherwise, too."
            yield first.problem("story", what, mend, Rule.STORY_GIVES_AWAY)
    yield from _settled(bank, cases, present)
    marks = marks_of([placed.case.story for placed in cases])
    blank = np.zeros((len(cases), 0))
    for mark in telling_marks(marks, blank, present.astype(float) > 0):
        if mark.name.startswith(FORM):
            what = (
                f"{mark.name} stands in {mark.ill} of {mark.of_ill} stories of patients with the "
                f"condition, and in {mark.well} of {mark.of_well} of the others."
            )
            mend = "Write all stories in one form."
            yield cases[0].problem("story", what, mend, Rule.STORY_GIVES_AWAY)


def _settled(
    bank: VignetteBank, cases: Sequence[Placed], present: NDArray[np.bool_]
) -> Iterator[Problem]:
    """Findings that tell every case of a bank apart: whoever sees that needs nothing else."""
    if len(cases) < FEWEST_TOLD:
        return
    for finding in bank.manifest.findings:
        values = [placed.case.findings.get(finding.name) for placed in cases]
        if finding.is_number:
            numbers = np.array([np.nan if v is None else number_of(v) for v in values], dtype=float)
            ill, well = numbers[present], numbers[~present]
            told = bool(ill.min() > well.max() or ill.max() < well.min())
        else:
            words = np.array([str(value).strip().lower() for value in values])
            told = len({*words}) < len(words) and not {*words[present]} & {*words[~present]}
        if told:
            what = f"its finding “{finding.label}” tells all cases apart, so nothing else is read."
            mend = "Add a case in which it misleads."
            yield cases[0].problem(finding.name, what, mend, Rule.FINDING_SETTLES)


def _names(said: VignetteManifest) -> Names:
    """The bank's own words for what texts must not give away."""
    modes = tuple(Failure(mode.title, mode.sentence) for mode in said.modes)
    chart = {found.name: f"{found.label}\n{found.note}" for found in said.findings}
    return Names(said.condition, said.absence, said.alert_says, said.silent_says, modes, chart)
