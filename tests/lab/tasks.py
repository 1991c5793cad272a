"""Tasks for workers, in a module that imports little: a worker imports what its task lies in."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path


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
