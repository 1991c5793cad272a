"""Check of the built-in pack beside its bare studies; and of each exercise in a pack of its own."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

from benchmarks.ratio import Ratio
from tutor.content.loading import built_in, load
from tutor.content.modules import load_model
from tutor.content.pack import Exercise
from tutor.lab.check import check_pack
from tutor.lab.evidence import SEEDS
from tutor.lab.process_pool import cores, quiet
from tutor.lab.training import study

WHOLE, ONE = 90.0, 15.0  # seconds at the most: the whole pack, and one exercise
LEFT = shutil.ignore_patterns("__pycache__")


def bare_seeds() -> float:
    """Seconds to simulate, fit and predict on every seed that is checked, and nothing else."""
    pack, _ = load(built_in())
    began = time.perf_counter()
    for exercise in pack.exercises:
        model = load_model(exercise.model_file, exercise.pack, exercise.manifest.model)
        for seed in SEEDS:
            _ = study(model, seed).probability
    return time.perf_counter() - began


def checked(root: Path) -> float:
    """Seconds to check a pack that has no problem, as the command does it."""
    began = time.perf_counter()
    problems = check_pack(root, quiet, cores())
    assert not problems, [str(problem) for problem in problems]
    return time.perf_counter() - began


def alone(exercise: Exercise, root: Path) -> Path:
    """A pack that holds one exercise of the built-in pack and nothing else."""
    for folder in (exercise.folder, exercise.model_file.parent):
        shutil.copytree(folder, root / folder.parent.name / folder.name, ignore=LEFT)
    (root / "pack.toml").write_text(
        'id = "alone"\ntitle = "One exercise"\nversion = "1"\nlicence = "CC-BY-4.0"\n'
        'authors = ["The Equipoise authors"]\n',
        encoding="utf-8",
    )
    return root


def measure(home: Path) -> list[Ratio]:
    """The whole check beside three seeds of bare studies, and both beside their seconds."""
    beside, whole = bare_seeds(), checked(built_in())
    each = {
        exercise.manifest.id: checked(alone(exercise, home / "alone" / exercise.manifest.id))
        for exercise in load(built_in())[0].exercises
    }
    slowest = max(each, key=lambda id_: each[id_])
    pack = "check of the pack"
    return [
        Ratio(f"{pack} / bare studies on three seeds, one after another", whole, beside, "s", 2.0),
        Ratio(f"{pack} / 1 s", whole, 1.0, "s", WHOLE),
        Ratio(f"check of the slowest exercise ({slowest}) / 1 s", each[slowest], 1.0, "s", ONE),
    ]
