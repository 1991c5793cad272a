"""Build and check of the built-in pack against the bare cost of fitting and explaining."""

from __future__ import annotations

import time
from pathlib import Path

from benchmarks.ratio import Ratio
from tutor.content.loading import built_in, load
from tutor.content.modules import load_model
from tutor.lab import bank
from tutor.lab.build import SEED, build
from tutor.lab.check import check_pack
from tutor.lab.evidence import SEEDS
from tutor.lab.explain import explain
from tutor.lab.study import study
from tutor.lab.workers import cores, quiet


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
        chosen = bank.choose(held_out, exercise.manifest.bank.cases, exercise.key)
        began = time.perf_counter()
        explain(held_out.fitted, held_out.patients.take(chosen.rows))
        spent += time.perf_counter() - began
    return spent


def bare_seeds() -> float:
    """Seconds to simulate, fit and predict on every seed that is checked, and nothing else."""
    pack, _ = load(built_in())
    began = time.perf_counter()
    for exercise in pack.exercises:
        model = load_model(exercise.model_file, exercise.pack, exercise.manifest.model)
        for seed in SEEDS:
            _ = study(model, seed).probability
    return time.perf_counter() - began


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


def measure_check(_home: Path) -> list[Ratio]:
    """The whole check beside three seeds of bare studies; the build's bound serves here too."""
    alone = bare_seeds()
    began = time.perf_counter()
    problems = check_pack(built_in(), quiet, cores())
    whole = time.perf_counter() - began
    assert not problems, [str(problem) for problem in problems]
    return [
        Ratio(
            "check of the pack / bare studies on three seeds, one after another",
            whole,
            alone,
            "s",
            2.0,
        )
    ]
