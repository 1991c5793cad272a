"""``equipoise doctor``: is this machine ready for a class?"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict

from tutor.services.doctor import Finding, State

SIGNS = {State.GOOD: "ok  ", State.NOTE: "note", State.BAD: "BAD "}


def as_text(findings: Iterable[Finding]) -> Iterator[str]:
    """A line for each thing that was looked at, what to do under it, and the sum."""
    counts = dict.fromkeys(State, 0)
    for finding in findings:
        counts[finding.state] += 1
        yield f"{SIGNS[finding.state]}  {finding.name}: {finding.says}\n"
        if finding.mend:
            yield f"      {finding.mend}\n"
    if counts[State.BAD]:
        yield f"Not ready for a class: {counts[State.BAD]} to correct.\n"
    else:
        yield "Ready for a class.\n"


def as_json(findings: Iterable[Finding]) -> str:
    """One array, with an object for each thing that was looked at."""
    return json.dumps([asdict(finding) for finding in findings], indent=2)
