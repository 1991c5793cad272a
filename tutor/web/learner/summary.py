"""A finished set, summed up, as HTML."""

from __future__ import annotations

import re
from typing import Any

from markupsafe import Markup

from tutor.core.set_summary import disagreements, second_looks
from tutor.core.verdicts import Marks, certainty_marks
from tutor.services.accounts.access import NOBODY
from tutor.services.encounters.history import Encounter, Summary
from tutor.store.reflections import Reflection
from tutor.web import words
from tutor.web.layout.charts import Rail, rail
from tutor.web.layout.page_sections import PageRequest
from tutor.web.layout.templating import fill
from tutor.web.layout.typography import render
from tutor.web.learner.rows import row
from tutor.web.written import bank_says

_OF_ETHICS = re.compile(r"two (?:sides|views)|ethics", re.IGNORECASE)


def summary(
    found: Summary, reflection: Reflection | None = None, ask: PageRequest | None = None
) -> str:
    """A finished set in sentences, a table of disagreements, and what to look at next."""
    aided = [e.outcome for e in found.encounters if e.outcome.aided and e.outcome.scored]
    manifest, texts = found.exercise.manifest, found.exercise.texts
    citations = {c.id: c for c in manifest.citations}
    debrief, sides = parted(texts.debrief)
    return fill(
        "learner/summary.html",
        exercise=manifest,
        preview_of=found.set.assignment if found.set.is_preview else "",
        key=found.exercise.key if found.again else "",
        following=found.following,
        rail=_rail(found.encounters),
        aided=len(aided),
        sentences=sentences(found),
        disagreements=disagreements(aided),
        looks=_looks(found.encounters),
        rows=[row(e) for e in found.encounters],
        ethics=manifest.ethics,
        ask=ask or PageRequest(NOBODY, None, "", {}),
        reflection=reflection,
        of_class=found.set.assignment is not None,
        debrief=Markup(render(debrief, manifest.citations, found.evidence)),
        sides=Markup(render(sides, manifest.citations, found.evidence)),
        card=Markup(render(texts.card, manifest.citations, found.evidence)),
        recording=found.measured.recording,
        bank=bank_says(found.measured.recording),
        figures=[figure for figure in found.measured.figures if figure.told],
        benchmarks=[(b.text, citations[b.citation]) for b in manifest.benchmarks],
    )


def parted(debrief: str) -> tuple[str, str]:
    """A debrief without its section on the question of ethics, and that section.

    The section is the last, and its title names two sides, two views or the question itself.
    """
    head, mark, last = debrief.rpartition("\n## ")
    if not mark or not _OF_ETHICS.search(last.partition("\n")[0]):
        return debrief, ""
    return head, last.partition("\n")[2].strip()


def _rail(encounters: tuple[Encounter, ...]) -> Rail | None:
    """Shares of right answers; None where no scored patient came with the algorithm."""
    aided = [e.outcome for e in encounters if e.outcome.aided and e.outcome.scored]
    if not aided:
        return None
    return rail(
        [
            ("you was", "you before", sum(o.initial_right for o in aided) / len(aided)),
            ("algo", "algorithm", sum(o.advice_right for o in aided) / len(aided)),
            ("you", "you after", sum(o.final_right for o in aided) / len(aided)),
        ]
    )


def _looks(encounters: tuple[Encounter, ...]) -> list[dict[str, Any]]:
    chosen = second_looks([(e.outcome, e.certainty) for e in encounters])
    return [
        {
            "attempt": encounters[at].attempt,
            "number": encounters[at].position + 1,
            "why": words.SECOND_LOOK[reason],
        }
        for at, reason in chosen
    ]


def sentences(found: Summary) -> list[str]:
    """What the set came to; never a bare score, and honest about few cases."""
    outcomes = [e.outcome for e in found.encounters]
    aided = [o for o in outcomes if o.aided and o.scored]
    alone = [o for o in outcomes if not o.aided and o.scored]
    said = []
    if aided:
        before, after = sum(o.initial_right for o in aided), sum(o.final_right for o in aided)
        right = sum(o.advice_right for o in aided)
        said.append(
            f"You judged {words.patients(len(aided))} with the algorithm. Your first answer was "
            f"right in {words.times(before)}, and your last in {words.times(after)}. "
            f"The algorithm was right in {words.times(right)}."
        )
    if alone:
        good = sum(o.initial_right for o in alone)
        said.append(
            f"You judged {words.patients(len(alone))} without the algorithm. "
            f"You were right in {words.times(good)}."
        )
    marks = certainty_marks(
        (e.outcome.initial_right, e.certainty) for e in found.encounters if e.outcome.scored
    )
    said += [_marks_say(marks)] if marks.n else []
    if left_out := sum(not o.scored for o in outcomes):
        verb = "is" if left_out == 1 else "are"
        said.append(
            f"{left_out} of {words.patients(len(outcomes))} {verb} not scored: "
            "there the sound decision meets an unlucky outcome."
        )
    said.append(
        f"A set of {words.patients(len(outcomes))} is small. Read this as a first sketch, and "
        "look at the patients behind it."
    )
    return said


def _marks_say(marks: Marks) -> str:
    """The total of the certainty marks, and what it could have been."""
    return (
        f"Your certainty earned {words.marks(marks.total)} for {words.answers(marks.n)}. "
        f"The most was {3 * marks.n}."
    )
