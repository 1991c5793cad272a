"""Every pattern of the cookbook runs as it stands, and shows what it says."""

from __future__ import annotations

import re

import numpy as np
import pytest

from tests.conftest import ROOT
from tests.docs.blocks import blocks
from tutor.content.table_model import table_model
from tutor.kit import World, happens

PAGE = ROOT / "docs/course-teams/cookbook.md"
PATTERNS = re.split(r"^## ", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]


def names(pattern):
    return pattern.partition("\n")[0]


def write_cohort(path):
    """Six hundred invented coughs, as the table's pattern describes them."""
    n, world = 600, World(600, 0, {})
    disease = world.draw("disease", lambda rng: happens(rng, 0.3, n))
    world.draw("age", lambda rng: rng.integers(20, 90, n))
    world.draw("crp", lambda rng: np.clip(rng.normal(20 + 40 * disease, 20, n), 0, 400).round())
    world.draw("portable", lambda rng: happens(rng, 0.2 + 0.5 * disease, n))
    patients = world.patients()
    rows = patients.matrix(tuple(patients)).astype(int).tolist()
    lines = [",".join(patients), *(",".join(map(str, row)) for row in rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def test_there_are_ten():
    assert [names(pattern).partition(".")[0] for pattern in PATTERNS] == [
        str(at) for at in range(1, 11)
    ]


@pytest.mark.parametrize("pattern", PATTERNS, ids=names)
def test_a_pattern_runs_and_shows_what_it_says(pattern, tmp_path):
    (block,) = blocks(pattern)
    if block.language == "python":
        assert "assert " in block.text
        exec(compile(block.text, f"{PAGE.name}: {names(pattern)}", "exec"), {"__name__": "recipe"})
        return
    folder = tmp_path / "models" / "chest"
    folder.mkdir(parents=True)
    (folder / block.file).write_text(block.text, encoding="utf-8")
    write_cohort(folder / "cohort.csv")
    model = table_model(folder)
    (mode,) = model.failure_modes
    patients = model.simulate(100, 0, **model.deployment)
    bedside, department = mode.touches(patients), mode.comparison(patients)
    assert np.array_equal(bedside, patients["portable"] == 1)
    assert np.array_equal(department, ~bedside)
    assert mode.inside == "patients X-rayed at the bedside who did not have pneumonia"
