"""Whether the same pack gives the same bundle: a sample of what it computes, made elsewhere again.

The other process has another seed for hashes (so that sets and their like come in another order)
and other random numbers wherever none were seeded. Compared are the columns of forty patients of
each cohort, whom failure modes touch, and the stories, sentences and pictures of four patients. The
estimator is fitted twice beside itself.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from tutor.content.modules import load_model, pack_code
from tutor.content.pack import Exercise, Problem
from tutor.content.rules import Rule
from tutor.errors import ContentError
from tutor.kit.cohorts import Patients
from tutor.kit.teaching import TeachingModel
from tutor.lab.limited_process import DONE, RAISED, STEP
from tutor.lab.problem_location import Source
from tutor.lab.process_pool import Progress, Worker

SEED = 0
SAMPLE, DRAWN = 40, 4  # patients
ROWS = 200  # to fit an estimator to, twice
Digests = dict[str, str]


def digests(exercise: Exercise, _progress: Progress) -> Digests:
    """A digest of each thing that the model computes for the sample, by what it is.

    Raises:
        ContentError: the model cannot be run.
    """
    model = load_model(exercise.model_file, exercise.pack, exercise.manifest.model)
    with pack_code(exercise.model_file):
        return dict(digests_of(model))


def digests_of(model: TeachingModel) -> Iterator[tuple[str, str]]:
    """The same of a model that is loaded: (argument of ``TeachingModel`` and detail, digest)."""
    yield "features", _digest(repr((model.features, model.findings)).encode())
    for cohort, setting, size in (
        ("training", model.training, model.training_size),
        ("deployment", model.deployment, model.held_out_size),
    ):
        patients = model.measured(model.simulate(min(SAMPLE, size), SEED, **setting))
        for column, values in patients.items():
            yield f"simulate, column {column} of the {cohort} cohort", _digest(_bytes(values))
    for mode in model.failure_modes:
        yield f"failure_modes, {mode.id}", _digest(_bytes(mode.touches(patients)))
    yield from _told(model, patients)


def _told(model: TeachingModel, patients: Patients) -> Iterator[tuple[str, str]]:
    rows = [patients.row(at) for at in range(min(DRAWN, patients.n))]
    stories = [str(model.story(row, np.random.default_rng(at))) for at, row in enumerate(rows)]
    yield "story", _digest("\0".join(stories).encode())
    sentences = [str(model.truth_sentence(row)) for row in rows]
    yield "truth_sentence", _digest("\0".join(sentences).encode())
    if model.picture is not None:
        drawn = [repr(model.picture(row)) for row in rows]
        yield "picture", _digest("\0".join(drawn).encode())


def _bytes(values: object) -> bytes:
    array = np.asarray(values)
    return repr(array.tolist()).encode() if array.dtype == object else array.tobytes()


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


class Elsewhere:
    """Another process that computes the digests of every exercise, one after another."""

    def __init__(self, exercises: Sequence[Exercise]) -> None:
        seed = "1" if os.environ.get("PYTHONHASHSEED") != "1" else "2"
        self._worker = Worker(("tutor.lab.reproducibility",), hash_seed=seed)
        self._exercises = exercises
        self._thread = ThreadPoolExecutor(1)
        self._found = self._thread.submit(self._compute)

    def of(self, exercise: Exercise) -> Digests | None:
        """What it found; None where the model cannot be used, which is told by others."""
        return self._found.result().get(exercise.fingerprint)

    def close(self) -> None:
        """End it."""
        self._worker.end()
        self._thread.shutdown()
        self._worker.close()

    def _compute(self) -> dict[str, Digests]:
        found = {}
        for exercise in self._exercises:
            if not self._worker.alive:
                break
            self._worker.begin(digests, exercise, exercise.limits)
            kind, value = self._worker.answer()
            while kind == STEP:
                kind, value = self._worker.answer()
            if kind == DONE and isinstance(value, dict):
                found[exercise.fingerprint] = value
            assert kind in (DONE, RAISED)
        return found


def differences(
    exercise: Exercise, here: Mapping[str, str], there: Mapping[str, str]
) -> Iterator[Problem]:
    """A problem where two processes computed something else; the first difference explains all."""
    source = Source(exercise)
    for what in (here.keys() | there.keys() and sorted(here.keys() ^ there.keys())) or list(here):
        if here.get(what) == there.get(what):
            continue
        argument, _, detail = what.partition(", ")
        says = f"Two processes compute it differently: {detail or argument}."
        mend = (
            "Draw from the seed or generator that is handed in, and sort what comes out of a set; "
            "do not use the time, random, numpy.random without a seed, or hash()."
        )
        yield source.in_model(
            "the same again", says, mend, source.argument(argument), Rule.NOT_REPRODUCIBLE
        )
        return


def estimator_differs(model: TeachingModel, patients: Patients) -> bool:
    """Whether the estimator, fitted twice to the same patients, predicts something else.

    ``patients`` is a training cohort; both outcomes must be among its first rows, else nothing is
    compared.
    """
    few = patients.take(np.arange(min(ROWS, patients.n)))
    inputs, label = few.matrix(model.columns), few[model.label].astype(int)
    if label.min() == label.max():
        return False
    first, second = (model.estimator().fit(inputs, label).predict_proba(inputs) for _ in range(2))
    return not np.array_equal(first, second)


def not_the_same(exercise: Exercise, model: TeachingModel, patients: Patients) -> Iterator[Problem]:
    """A problem where the estimator learns something else each time."""
    try:
        differs = estimator_differs(model, patients)
    except ContentError:
        return
    if differs:
        source = Source(exercise)
        says = "The estimator learns something else each time it is fitted to the same patients."
        mend = "Give it random_state=0, and n_jobs=1."
        yield source.in_model(
            "the same again", says, mend, source.argument("estimator"), Rule.NOT_REPRODUCIBLE
        )
