"""Notice when a file of a pack is saved, by looking: any editor, any disk, nothing to install."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from threading import Event

LOOKS = 0.2  # seconds between two looks
ROOMS = ("exercises", "models")
Marks = dict[str, tuple[int, int]]


def marks(root: Path) -> Marks:
    """When each file that a pack is loaded from was last written, and its size."""
    found: Marks = {}
    inside = (path for room in ROOMS for path in (root / room).rglob("*"))
    for path in (root / "pack.toml", *inside):
        if path.suffix == ".pyc" or path.name == "__pycache__":
            continue
        try:
            stat = path.stat()
        except OSError:  # an editor that renames has just moved it away
            continue
        if path.is_file():
            found[str(path)] = (stat.st_mtime_ns, stat.st_size)
    return found


def watch(root: Path, known: Marks, saved: Callable[[], None], stop: Event) -> None:
    """Call ``saved`` whenever the files are no longer as they were ``known``, until ``stop``."""
    before = known
    while not stop.wait(LOOKS):
        now = marks(root)
        # Not while an editor writes: the same at two looks.
        if now == before and now != known:
            known = now
            saved()
        before = now
