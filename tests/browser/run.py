"""Serve the exercises that the browser tests play: ``python -m tests.browser.run PORT``."""

from __future__ import annotations

import sys
from dataclasses import replace

from tutor.content.loading import built_in, load
from tutor.content.pack import Pack
from tutor.settings import Settings
from tutor.web.serve import listening, serve

EXERCISES = ("oximetry", "pneumonia", "ecg")


def played() -> Pack:
    """The built-in pack with the exercises above and no others."""
    pack, problems = load(built_in())
    found = {exercise.manifest.id: exercise for exercise in pack.exercises}
    missing = [name for name in EXERCISES if name not in found]
    if missing:
        raise LookupError(f"{', '.join(missing)} did not load: {[str(p) for p in problems]}")
    return replace(pack, exercises=tuple(found[name] for name in EXERCISES))


if __name__ == "__main__":
    serve([played()], Settings(), listening("127.0.0.1", int(sys.argv[1])))
