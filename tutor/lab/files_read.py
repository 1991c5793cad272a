"""Which files the code of a pack reads, and whether the fingerprint of its bundle covers them."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from tutor.content.fingerprint import OURS, covers
from tutor.content.pack import Exercise, Problem
from tutor.content.rules import Rule
from tutor.lab.problem_location import Place, Source

DEEPEST = 200  # frames that are looked at
# Of the machine, and alike wherever the same libraries are installed.
_ELSEWHERE = ("/proc", "/sys", "/dev", "/etc", "/usr")

_noted: set[str] | None = None
_folder = ""


@contextmanager
def files_read(exercise: Exercise) -> Iterator[set[str]]:
    """The files that code in the model's folder opens meanwhile, as it names them."""
    global _noted, _folder
    _listen()
    found: set[str] = set()
    _noted, _folder = found, str(exercise.model_file.parent.resolve()) + os.sep
    try:
        yield found
    finally:
        _noted = None


def noted() -> frozenset[str]:
    """What was noted so far, for another process to pass on."""
    return frozenset(_noted or ())


def note(names: Iterable[str]) -> None:
    """Take up what a process that worked for this one noted."""
    if _noted is not None:
        _noted.update(names)


@cache
def _listen() -> None:
    sys.addaudithook(_note)


def _note(event: str, words: tuple[Any, ...]) -> None:
    if event != "open" or _noted is None or not isinstance(words[0], str | bytes):
        return
    if isinstance(words[1], str) and words[1][:1] not in ("r", ""):
        return  # what it writes is not what it computes from
    frame = sys._getframe(1)
    for _ in range(DEEPEST):
        file = frame.f_code.co_filename
        if file.startswith("<frozen importlib"):
            return  # a module that is imported
        if file.startswith(_folder):
            _noted.add(os.fsdecode(words[0]))
            return
        if frame.f_back is None:
            return
        frame = frame.f_back


def uncovered(exercise: Exercise, found: set[str]) -> Iterator[Problem]:
    """A problem for each file that was read and is not of those the fingerprint covers."""
    source, root = Source(exercise), exercise.folder.parents[1].resolve()
    folder = exercise.model_file.parent.resolve()
    libraries = [Path(sys.prefix), Path(sys.base_prefix), OURS, Path(tempfile.gettempdir())]
    for path in sorted({Path(name).resolve() for name in found}):
        if covers(folder, path):
            continue
        inside = root in path.parents
        above = [one for one in (*libraries, *map(Path, _ELSEWHERE)) if one in path.parents]
        # An environment may lie in the pack's folder, and a pack in an environment.
        if any(not inside or one not in root.parents for one in above):
            continue
        named = path.relative_to(root).as_posix() if inside else str(path)
        what = f"It reads {named}, so a change of that file would change cases unnoticed."
        mend = f"Put the file into models/{folder.name}, or into models/ where several need it."
        yield source.in_model("files", what, mend, Place(source.model, 0), Rule.FILE_NOT_COVERED)
