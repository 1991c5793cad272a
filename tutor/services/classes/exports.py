"""A class's encounters as data, under stable pseudonyms, in constant memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from tempfile import SpooledTemporaryFile
from typing import IO

from tutor.core.access import Action
from tutor.core.spreadsheet import PLAIN, CsvStyle, Value, lines
from tutor.services.accounts.access import Access, Caller
from tutor.services.accounts.identity import Identity
from tutor.services.classes.workbook import write_workbook
from tutor.store import outcomes as store
from tutor.store.database import Database
from tutor.store.outcomes import Closing

# A larger workbook is written to the disk.
IN_MEMORY = 8 * 1024 * 1024
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

    def encounters(self, caller: Caller, classroom: str, style: CsvStyle = PLAIN) -> Iterator[str]:
        """The class's closed encounters as CSV, piece by piece; no names, no reasons.

        A learner has the same pseudonym in every export of this class, and another in any other.
        """
        self.check(caller, classroom)
        return lines(COLUMNS, self._rows(classroom), style)

    def workbook(self, caller: Caller, classroom: str) -> IO[bytes]:
        """The same as an Excel workbook: a file that is gone once it is closed.

        Raises:
            NotFound: no such class for the caller. Forbidden: not its instructor.
        """
        self.check(caller, classroom)
        file = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115
        write_workbook(file, "Encounters", COLUMNS, self._rows(classroom))
        file.seek(0)
        return file

    def _rows(self, classroom: str) -> Iterator[Sequence[Value]]:
        with self._database.read() as connection:
            for closing, title, group in store.closings_of_class(connection, classroom):
                yield self._row(classroom, closing, title, group)

    def _row(self, classroom: str, closing: Closing, title: str, group: str) -> list[Value]:
        o = closing.outcome
        return [
            self._identity.pseudonym(classroom, closing.learner),
            closing.case,
            _side(o.initial, o.threshold),
            _side(o.advice, o.threshold),
            _side(o.final, o.threshold),
            "present" if o.present else "absent",
            group,
            "yes" if o.scored else "no",
            title,
            closing.exercise,
            closing.round,
            closing.guidance,
            _number(o.threshold),
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


def _number(probability: float | None) -> Value:
    """A probability to six digits; empty where there is none."""
    return "" if probability is None else float(f"{probability:.6g}")
