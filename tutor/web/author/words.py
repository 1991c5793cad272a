"""What the author's panel says."""

from __future__ import annotations

from tutor.core.set_plan import Guidance
from tutor.lab.process_pool import STEPS
from tutor.services.authoring.preview import Sight
from tutor.services.authoring.preview_cases import Until

UNTIL = {
    Until.SHOWN: "The patient",
    Until.REVEALED: "The algorithm’s view",
    Until.CLOSED: "What was true",
    Until.SUMMARY: "The set, summed up",
}
HELP = {
    Guidance.FLAGGED: "Marked where they touch",
    Guidance.LISTED: "Listed, unmarked",
    Guidance.AFTER: "Only at the end",
}


def said(sight: Sight) -> str:
    """Where the exercise stands, in a sentence or two."""
    shown = "The last good version is shown." if sight.exercise else "Nothing can be shown yet."
    if sight.building is not None:
        done = f"{sight.building} of {len(STEPS)} steps done"
        return f"Building what you saved: {done}. {shown}"
    count = len(sight.problems) + len(sight.unproved)
    found = "One problem" if count == 1 else f"{count} problems"
    if not sight.current:
        return f"{found} in what you saved. {shown} Mend and save; this page follows."
    if count:
        return f"Shown as saved. {found} to mend before you publish."
    if sight.claims is None:
        return "Shown as saved. No problem so far; its claims are being measured on three seeds."
    return "Shown as saved. No problem found."


def mood(sight: Sight) -> str:
    """How it looks: ``bad`` where what is saved cannot be shown, ``busy``, ``poor`` or ``good``."""
    if sight.building is not None:
        return "busy"
    if not sight.current:
        return "bad"
    return "poor" if sight.problems or sight.unproved else "good"
