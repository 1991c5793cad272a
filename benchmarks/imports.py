"""Import of a Synthea export beside reading its files with csv alone; growth with more patients.

The exports are made here in Synthea's format. The first is as dense as real ones (some thousand
rows of observations a patient); the second pair is sparse, so that 100,000 patients fit in minutes.
Each import runs in a process of its own, whose largest resident memory is read at its end from
/proc, so this one needs Linux.
"""

from __future__ import annotations

import csv
import json
import subprocess
import sys
import time
from pathlib import Path

from benchmarks.ratio import Ratio
from tests.content.exports import DIABETES, write_synthea

DENSE = 200  # visits a patient, five observations each: a million rows for 1,000 patients
SPARSE = 4
RUN = r"""
import json, re, sys, time
from pathlib import Path
from tutor.content.importers.synthea import synthea_files
began = time.process_time()
files = synthea_files(Path(sys.argv[1]), sys.argv[2], "bench")
spent = time.process_time() - began
# Not getrusage: its largest size survives exec and would be that of the process before.
largest = int(re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())[1])
print(json.dumps([spent, largest, files["cohort.csv"].count(b"\n") - 1]))
"""


def read_alone(folder: Path) -> float:
    """Processor seconds to read every row of the four files once, and nothing else."""
    began = time.process_time()
    for path in folder.iterdir():
        with path.open(encoding="utf-8", newline="") as file:
            for _ in csv.reader(file):
                pass
    return time.process_time() - began


def imported(folder: Path) -> tuple[float, float]:
    """Processor seconds of an import, and the largest resident memory in MB."""
    argv = [sys.executable, "-c", RUN, str(folder), DIABETES[0]]
    done = subprocess.run(argv, capture_output=True, text=True, check=True)
    spent, largest, rows = json.loads(done.stdout)
    print(f"{folder.name}: {rows:,} patients kept, {spent:.1f} s, {largest / 1024:.0f} MB")
    return spent, largest / 1024


def measure(home: Path) -> list[Ratio]:
    """The ratios."""
    dense = write_synthea(home / "dense", 1_000, DENSE)
    alone = read_alone(dense)
    whole, _ = imported(dense)
    few, many = (imported(write_synthea(home / f"s{n}", n, SPARSE)) for n in (1_000, 100_000))
    return [
        Ratio("import of 1,000 patients, a million rows / csv alone", whole, alone, "s", 10.0),
        Ratio("import: seconds a 1,000 of 100,000 / of 1,000", many[0] / 100, few[0], "s", 2.0),
        Ratio("import: peak memory at 100,000 / at 1,000 patients", many[1], few[1], "MB", None),
    ]
