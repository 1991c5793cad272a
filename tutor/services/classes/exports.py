"""A class's encounters as data, under stable pseudonyms, in constant memory."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from tutor.core.access import Action
from tutor.core.spreadsheet import BOM, safe
from tutor.services.accounts.access import Access, Caller
from tutor.services.accounts.identity import Identity
from tutor.store import outcomes as store
from tutor.store.database import Database
from tutor.store.outcomes import Closing

CHUNK = 500
# The first eight are what `equipoise reliance` reads.
COLUMNS = (
    *("person", "case", "initial", "advice", "final", "truth", "group", "scored"),
    *("assignment", "exercise", "round", "guidance", "threshold", "certainty"),
    *("initial_probability", "algorithm_probability", "final_probability"),
    *("chart_risk", "used", "suspected", "acting", "touched", "verdict", "closed_at"),
)


class Exports:
    """The use case of taking a class's data away."""

    def __init__(self, database: Database, access: Access, identity: Identity) -> None:
        self._database = database
        self._access = access
        self._identity = identity

    def check(self, caller: Caller, classroom: str) -> None:
        """Refuse before the first byte is sent.

        Raises:
            NotFound: no such class for the caller. Forbidden: not its instructor.
        """
        with self._database.read() as connection:
            self._access.in_class(connection, caller, Action.EXPORT, classroom)

    def encounters(self, caller: Caller, classroom: str) -> Iterator[str]:
        """The class's closed encounters as CSV, piece by piece; no names, no reasons.

        A learner has the same pseudonym in every export of this class, and another in any other.
        """
        self.check(caller, classroom)
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\r\n")
        writer.writerow(COLUMNS)
        yield BOM
        with self._database.read() as connection:
            rows = store.closings_of_class(connection, classroom)
            for number, (closing, title, group) in enumerate(rows, 1):
                writer.writerow(self._row(classroom, closing, title, group))
                if number % CHUNK == 0:
                    yield _taken(out)
        yield _taken(out)

    def _row(self, classroom: str, closing: Closing, title: str, group: str) -> list[object]:
        o = closing.outcome
        return [
            self._identity.pseudonym(classroom, closing.learner),
            closing.case,
            _side(o.initial, o.threshold),
            _side(o.advice, o.threshold),
            _side(o.final, o.threshold),
            "present" if o.present else "absent",
            safe(group),
            "yes" if o.scored else "no",
            safe(title),
            closing.exercise,
            closing.round,
            closing.guidance,
            f"{o.threshold:g}",
            closing.certainty,
            _number(o.initial),
            _number(o.advice),
            _number(o.final),
            _number(o.chart_risk),
            closing.advice or "",
            closing.suspected or "",
            "; ".join(closing.acting),
            "; ".join(closing.touched),
            closing.verdict,
            closing.at.isoformat(),
        ]


def _side(probability: float | None, threshold: float) -> str:
    if probability is None:
        return ""
    return "present" if probability >= threshold else "absent"


def _number(probability: float | None) -> str:
    return "" if probability is None else f"{probability:.6g}"


def _taken(out: io.StringIO) -> str:
    text = out.getvalue()
    out.seek(0)
    out.truncate()
    return text
