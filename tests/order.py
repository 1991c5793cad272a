"""The order in which test files begin: what others wait for first, then the longest.

``pytest --dist loadfile`` hands the files out in this order. All the others follow as they are
collected.
"""

from __future__ import annotations

from pathlib import Path

TESTS = Path(__file__).parent
# Makes the check of the built-in pack, which takes over a minute and which those below wait for.
FIRST = ("models/test_contract.py",)
# Long files that need nothing of that check: there is enough to do until it is made.
ALONE = (
    "docs/test_tutorial.py",
    "browser/test_term.py",
    "replicas/test_replicas.py",
    "harness/test_harness.py",
    "lab/test_build.py",
    "browser/test_preview.py",
    "lab/test_simulate.py",
    "services/encounters/test_robots.py",
    "lab/test_broken.py",
    "lab/test_check.py",
    "lab/test_bundle.py",
    "services/test_machine.py",
    "services/encounters/test_versions.py",
    "cli/test_simulate.py",
    "cli/test_commands.py",
    "cli/test_serve.py",
    "services/classes/test_grades.py",
    "services/reports/test_seminars.py",
    "services/reports/test_class_report.py",
    "walk/test_who_may.py",
    "web/test_gate.py",
    "docs/test_table_tutorial.py",
)
# Long files that stand on the check.
AFTER = (
    "browser/test_set.py",
    "lab/test_built_in.py",
    "browser/test_sets.py",
    "browser/test_keyboard.py",
    "browser/test_lines.py",
    "browser/test_resume.py",
    "browser/test_encounter.py",
    "browser/test_takeover.py",
    "browser/test_library.py",
)
PLACES = {TESTS / file: place for place, file in enumerate((*FIRST, *ALONE, *AFTER))}


def place_of(path: Path) -> int:
    """Where a test file stands in the order; all short ones share the last place."""
    return PLACES.get(path, len(PLACES))
