"""A model's pictures as they enter the bundle: sanitised, each with its text alternative.

Where a core has nothing else to do, a process of its own draws ahead what is asked for later.
"""

from __future__ import annotations

import ctypes
import os
import signal
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from multiprocessing.connection import Connection, Pipe

from tutor.content.svg import sanitise
from tutor.kit.teaching import TeachingModel
from tutor.lab.files_read import note, noted
from tutor.lab.limited_process import END_WITH_PARENT, FORKS
from tutor.lab.text_bounds import bounded_picture

Row = Mapping[str, float]
Drawn = tuple[dict[str, str], list[str]]  # the picture, and what was taken out of it


class Pictures:
    """Draws patients, and remembers what had to be taken out of their pictures."""

    def __init__(self, model: TeachingModel) -> None:
        self._draw = model.picture
        self._removed: dict[str, None] = {}
        self._ahead: dict[tuple[float, ...], Drawn] = {}
        self._promised: dict[tuple[float, ...], Row] = {}
        self._other: _Other | None = None

    @property
    def removed(self) -> list[str]:
        """What was taken out so far, in words, each once."""
        return list(self._removed)

    def ahead(self, rows: Sequence[Row]) -> None:
        """Let another process draw ``rows`` meanwhile; ``of`` waits for it once one is asked for.

        Only a process without threads may ask. It draws them itself where no process can be
        forked, or where the other one comes to nothing.
        """
        if self._draw is None or not FORKS:
            return
        self._promised = {tuple(row.values()): row for row in rows}
        self._other = _Other(lambda: list(map(self._drawn, self._promised.values())))

    def of(self, row: Row) -> dict[str, str] | None:
        """The picture of one patient and what stands in for it; None where there are none."""
        if self._draw is None:
            return None
        key = tuple(row.values())
        if self._other is not None and key in self._promised:
            found = self._other.result()
            self._ahead = dict(zip(self._promised, found, strict=True)) if found else {}
            self._other = None
        picture, removed = self._ahead.get(key) or self._drawn(row)
        self._removed |= dict.fromkeys(removed)
        return picture

    def _drawn(self, row: Row) -> Drawn:
        assert self._draw is not None
        picture = bounded_picture(self._draw(row))
        clean = sanitise(picture.svg)
        return {"svg": clean.svg, "alt": picture.alt}, list(clean.removed)


class _Other:
    """A forked process that does one thing; it ends with the one that forked it."""

    def __init__(self, work: Callable[[], list[Drawn]]) -> None:
        self._heard, said = Pipe(duplex=False)
        self._process = os.fork()
        if not self._process:
            _work_and_end(said, work)
        said.close()

    def result(self) -> list[Drawn]:
        """What came of it, once it is done; empty if nothing did."""
        found: list[Drawn] = []
        with self._heard, suppress(EOFError, OSError):
            found, files = self._heard.recv()
            note(files)
        os.waitpid(self._process, 0)
        return found


def _work_and_end(said: Connection, work: Callable[[], list[Drawn]]) -> None:
    """Never returns, and runs nothing that the other process left to do at its end."""
    try:
        ctypes.CDLL(None).prctl(END_WITH_PARENT, signal.SIGKILL)
        said.send((work(), noted()))
    finally:
        os.kill(os.getpid(), signal.SIGKILL)
