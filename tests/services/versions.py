"""Copies of the small pack with something changed in them, to be upgraded and removed."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

from tests.conftest import SMALL
from tutor.content.loading import load
from tutor.content.pack import Pack
from tutor.lab.build import build
from tutor.lab.process_pool import quiet

MANIFEST = "exercises/throat/exercise.toml"
DEBRIEF = "exercises/throat/debrief.md"
MODEL = "models/throat/model.py"
# What a course team might change in the second version of an exercise: all that is said and asked.
SECOND = {
    MANIFEST: {
        'version = "1"': 'version = "2"',
        "The sore throat": "The sore throat, rewritten",
        "Is this throat bacterial?": "Are there bacteria in this throat?",
        '"temperature", "pulse", "crp", "tablet", "ran", "age"': '"temperature", "crp", "age"',
    },
    DEBRIEF: {"A tablet hides the fever": "Paracetamol hides the fever"},
    MODEL: {
        'id="masked_fever"': 'id="hidden_fever"',
        "Takes a treated fever for none": "Overlooks a treated fever",
        "kind=FailureKind.TREATMENT": "kind=FailureKind.PROXY",
        "A {row['age']:.0f}-year-old with": "Aged {row['age']:.0f}, with",
    },
}


def copy(root: Path, changes: Mapping[str, Mapping[str, str]]) -> Pack:
    """The small pack in ``root``, with each text of a file replaced by another, loaded."""
    shutil.copytree(SMALL, root, ignore=shutil.ignore_patterns("__pycache__"))
    for name, pairs in changes.items():
        text = (root / name).read_text("utf-8")
        for old, new in pairs.items():
            assert old in text
            text = text.replace(old, new)
        (root / name).write_text(text, "utf-8")
    pack, problems = load(root)
    assert problems == []
    return pack


def built(bundles: Path, *packs: Pack) -> tuple[Pack, ...]:
    """The packs, once everything of them is built."""
    for pack in packs:
        assert [b.problem for b in build(pack, bundles, quiet) if b.problem] == []
    return packs
