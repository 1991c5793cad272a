"""Processes that begin with everything imported: each is forked from one that imported it once.

An interpreter that imports Gradio or scikit-learn anew takes two to four seconds, which is longer
than what most tests do with it.
"""

from __future__ import annotations

import multiprocessing
import os
import runpy
import sys
from collections.abc import Mapping
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Literal

ROOT = Path(__file__).resolve().parents[1]
FORKED: Literal["forkserver"] = "forkserver"
WARM = multiprocessing.get_context(FORKED)
WARM.set_forkserver_preload(["tests.imported"])


def begin(module: str, *words: str, environment: Mapping[str, str]) -> BaseProcess:
    """``python -m module words``, begun in the project's root, silent on its output.

    It ends with the process that began it.
    """
    argv = [module, *words]
    process = WARM.Process(target=_run, args=(argv, dict(environment)), daemon=True)
    process.start()
    return process


def _run(argv: list[str], environment: dict[str, str]) -> None:
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.__stdout__.fileno() if sys.__stdout__ else 1)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(ROOT)
    sys.argv = argv
    runpy.run_module(argv[0], run_name="__main__")
