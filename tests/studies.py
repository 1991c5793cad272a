"""Trained studies of the built-in models, each made once in a test run and shared by its processes.

Training and measuring pictures is most of what a test of a claim costs. What is kept is plain
numbers and the fitted estimator; the model itself is loaded by each process.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable
from dataclasses import fields
from functools import cache
from pathlib import Path

from filelock import FileLock

from tests.models.loading import load_model
from tutor.lab.training import Fitted, HeldOut, study

Trained = Callable[[str], HeldOut]
SEED = 0


@cache
def study_of(place: Path, name: str) -> HeldOut:
    """The study of the built-in model ``name`` on seed 0, from ``place`` or newly made.

    The check of the built-in pack leaves those that it made.
    """
    return read(name, _kept(place, name, lambda: study(load_model(name), SEED)))


def keep(place: Path, name: str, made: HeldOut) -> None:
    """Leave a study that was made elsewhere, unless there is one."""
    _kept(place, name, lambda: made)


def _kept(place: Path, name: str, make: Callable[[], HeldOut]) -> Path:
    kept = place / f"{name}.pickle"
    place.mkdir(parents=True, exist_ok=True)
    with FileLock(place / f"{name}.lock"):
        if not kept.exists():
            write(make(), kept)
    return kept


def write(made: HeldOut, path: Path) -> None:
    """Keep a study in ``path``, all but the model."""
    fitted = made.fitted
    learned = {f.name: getattr(fitted, f.name) for f in fields(fitted) if f.name != "model"}
    parts = (learned, made.patients, made.probability)
    path.write_bytes(pickle.dumps(parts, protocol=pickle.HIGHEST_PROTOCOL))


def read(name: str, path: Path) -> HeldOut:
    """The study that :func:`write` kept."""
    learned, patients, probability = pickle.loads(path.read_bytes())
    made = HeldOut(Fitted(load_model(name), **learned), SEED)
    # Both are computed when first asked for; here they are known already.
    vars(made).update(patients=patients, probability=probability)
    return made
