"""Tasks that stop at nothing, for workers with limits; they import little."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time


def loop(_item, _progress):
    """For ever."""
    while True:
        pass


def sleep(_item, _progress):
    """Idle for ever, with its children."""
    subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    time.sleep(60)


def in_c(_item, _progress):
    """For ever in C, which lets no other thread of Python run."""
    return sum(range(10**13))


def leave(_item, _progress):
    os._exit(3)


def abort(_item, _progress):
    os.abort()


def exit_as_a_command(_item, _progress):
    sys.exit("nothing to see")


def interrupt(_item, _progress):
    raise KeyboardInterrupt


def devour(_item, _progress):
    """More memory than a process may have."""
    return len(bytearray(4 << 30))


def a_class_of_its_own(_item, _progress):
    """A result that nobody else can read."""
    kind = type("Hidden", (), {"__module__": "unruly_hidden"})
    sys.modules["unruly_hidden"] = type(sys)("unruly_hidden")
    sys.modules["unruly_hidden"].Hidden = kind
    return kind()


def a_thread_that_stays(_item, _progress):
    """A result, and a thread that would never let the process end."""
    threading.Thread(target=loop, args=(0, 0)).start()
    return "well"


def changed(_item, _progress):
    """How often this process was here before."""
    os.environ["UNRULY"] = os.environ.get("UNRULY", "") + "x"
    return os.environ["UNRULY"]


def do(name, progress):
    """The task of that name."""
    return globals()[name](name, progress)
