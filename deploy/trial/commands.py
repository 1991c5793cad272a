"""Commands that end in bounded time, and what is printed about them."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Iterator


class Failed(Exception):
    """A sentence that says what went wrong."""


def run(*command: object, limit: float, quiet: bool = True) -> str:
    """What a command prints; it and all it started are ended at the limit.

    Raises:
        Failed: it took longer, or exited with another code than 0.
    """
    words = ["nice", "-n", "19", *map(str, command)]
    process = subprocess.Popen(
        words,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT if quiet else None,
        text=True,
        start_new_session=True,
    )
    try:
        printed, _ = process.communicate(timeout=limit)
    except BaseException as error:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        if isinstance(error, subprocess.TimeoutExpired):
            raise Failed(f"{' '.join(words[3:5])} took longer than {limit:.0f} s.") from None
        raise
    if process.returncode:
        raise Failed(f"{' '.join(words[3:])} failed:\n{printed[-3000:]}")
    return printed


@contextlib.contextmanager
def timed(what: str) -> Iterator[list[str]]:
    """Print how long a step took, and what it added to the list."""
    began = time.monotonic()
    notes: list[str] = []
    yield notes
    print(
        f"{what}: {time.monotonic() - began:.0f} s{''.join(f'; {one}' for one in notes)}",
        flush=True,
    )


def mb(size: float) -> str:
    """A size in millions of bytes."""
    return f"{size / 1e6:,.1f} MB"
