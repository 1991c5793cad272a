"""Run every benchmark, or those named: ``python -m benchmarks [build check reveal …]``."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")

from benchmarks import (
    build,
    cases,
    check,
    classes,
    coverage,
    firefox,
    first_load,
    gradebook,
    imports,
    memory,
    pages,
    phone,
    plays,
    preview,
    reveal,
    start,
)
from benchmarks.ratio import Ratio

BENCHMARKS = {
    "build": build.measure,
    "check": check.measure,
    "reveal": reveal.measure,
    "start": start.measure,
    "memory": memory.measure,
    "bytes": first_load.measure,
    "pages": pages.measure,
    "coverage": coverage.measure,
    "cases": cases.measure,
    "imports": imports.measure,
    "classes": classes.measure,
    "gradebook": gradebook.measure,
    "preview": preview.measure,
    "phone": phone.measure,
    "plays": plays.measure,
    "firefox": firefox.measure,
}
NEED_NO_BUNDLES = {"cases", "check", "coverage", "imports", "classes", "gradebook", "preview"}


def main() -> None:
    """Measure and print a table; the bundles are built once, by the first benchmark."""
    wanted = sys.argv[1:] or list(BENCHMARKS)
    ratios: list[Ratio] = []
    with tempfile.TemporaryDirectory(prefix="equipoise-bench-") as scratch:
        home = Path(scratch)
        if "build" not in wanted and {*wanted} - NEED_NO_BUNDLES:
            build.build_all(home)
        for name in wanted:
            ratios += BENCHMARKS[name](home)
    print("\n| measured | ours | beside | ratio | bound | |")
    print("|---|---|---|---|---|---|")
    for ratio in ratios:
        print(ratio.row())
    if {*wanted} <= {"plays", "firefox"} and not all(ratio.good for ratio in ratios):
        sys.exit(1)


if __name__ == "__main__":
    main()
