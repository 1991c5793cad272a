"""Tasks for workers, in a module that imports little: a worker imports what its task lies in."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from types import SimpleNamespace


def slow_first(item, progress):
    """Item 0 takes longest; each reports once."""
    time.sleep(0.5 if item == 0 else 0)
    progress(f"step of {item}")
    return item, os.getpid()


def threads(_item, _progress):
    """The most that numpy's library for matrices would use at once, once it is loaded."""
    import numpy as np
    from threadpoolctl import threadpool_info

    _ = np.ones(1) @ np.ones(1)
    return max((library["num_threads"] for library in threadpool_info()), default=1)


def die_over_two(item, progress):
    """As a process dies that ran out of memory."""
    if item == 2:
        os.kill(os.getpid(), signal.SIGKILL)
    return slow_first(item, progress)[0]


def die_once(path, _progress):
    """Killed at the first try, well at the second."""
    if not Path(path).exists():
        Path(path).touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return "well"


def refuse(item, _progress):
    raise ValueError(f"not {item}")


def sleep_for_ever(path, _progress):
    Path(path).write_text(str(os.getpid()))
    time.sleep(600)


def draw_ahead(what, _progress):
    """Who drew three patients, the last of whom was not asked for ahead, and the files read."""
    from tutor.kit.teaching import Picture
    from tutor.lab.files_read import files_read
    from tutor.lab.pictures import Pictures

    here, rows = os.getpid(), [{"number": float(number)} for number in range(3)]

    def draw(row):
        if what == "dies" and os.getpid() != here:
            os.abort()
        if not row["number"]:
            Path(__file__).read_bytes()
        return Picture("<svg viewBox='0 0 1 1'/>", f"{row['number']:.0f} by {os.getpid()}")

    pictures = Pictures(SimpleNamespace(picture=draw))
    with files_read(SimpleNamespace(model_file=Path(__file__))) as read:
        pictures.ahead(rows[:2])
        alts = [pictures.of(row)["alt"].split(" by ") for row in rows]
    return [(number, int(process) == here) for number, process in alts], read
