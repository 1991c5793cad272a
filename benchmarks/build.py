"""Build of the built-in pack against the bare cost of fitting and explaining."""

from __future__ import annotations

import time
from pathlib import Path

from benchmarks.ratio import Ratio
from tutor.content.loading import built_in, load
from tutor.content.modules import load_model
from tutor.lab import bank
from tutor.lab.build import SEED, build
from tutor.lab.explain import explain
from tutor.lab.process_pool import cores, quiet
from tutor.lab.rated_cohort import RatedCohort
from tutor.lab.training import study


def build_all(home: Path) -> None:
    """Build the built-in pack's bundles into ``home``."""
    pack, problems = load(built_in())
    assert not problems, problems
    for built in build(pack, home / "bundles", quiet, cores()):
        assert built.problem is None, built.problem


def bare() -> float:
    """Seconds to simulate, fit and explain the bank's cases and nothing else."""
    pack, _ = load(built_in())
    spent = 0.0
    for exercise in pack.exercises:
        model = load_model(exercise.model_file, exercise.pack, exercise.manifest.model)
        began = time.perf_counter()
        held_out = study(model, SEED)
        _ = held_out.probability
        spent += time.perf_counter() - began
        rated = RatedCohort.of(held_out)
        chosen = bank.choose_banks(rated, exercise.manifest.bank, exercise.key).both
        began = time.perf_counter()
        explain(held_out.fitted, held_out.patients.take(chosen.rows))
        spent += time.perf_counter() - began
    return spent


def measure(home: Path) -> list[Ratio]:
    """The ratio, after one warm-up of every import; the build is left in ``home``."""
    bare()
    alone = bare()
    began = time.perf_counter()
    build_all(home)
    whole = time.perf_counter() - began
    return [
        Ratio(
            "build of the pack / bare simulate, fit, explain, one after another",
            whole,
            alone,
            "s",
            2.0,
        )
    ]
