"""A class's report as a table: each measure with its counts and its interval."""

from __future__ import annotations

from collections.abc import Iterator

from tutor.core.reliance.measures import Share
from tutor.core.spreadsheet import PLAIN, CsvStyle, Value, lines
from tutor.services.accounts.access import Caller
from tutor.services.reports.class_report import ClassReport, ClassReports

COLUMNS = ("measure", "of", "count", "denominator", "share", "low_95", "high_95")


def export(
    reports: ClassReports, caller: Caller, assignment: str, style: CsvStyle = PLAIN
) -> tuple[str, str]:
    """The assignment's title, and its report as CSV: shares in 0..1 with 95 % intervals.

    With fewer than five learners the table has its heading alone.

    Raises:
        NotFound: no such assignment for the caller. Forbidden: not the class's instructor.
    """
    seen, report, _ = reports.see(caller, assignment)
    rows = () if report is None else _rows(report)
    return seen.assignment.title, "".join(lines(COLUMNS, rows, style))


def _rows(report: ClassReport) -> Iterator[list[Value]]:
    for measure, share in report.scores.shares.items():
        yield _row(measure, "", share)
    for verdict, share in report.verdicts.items():
        yield _row("verdict", verdict.value, share)
    yield _row("right_where_advice_right", "", report.right_when_right)
    yield _row("right_where_advice_wrong", "", report.right_when_wrong)
    yield _row("agreed_with_wrong_advice", "", report.agreed_with_wrong)
    yield _row("noticed", "all failures", report.noticing.hits)
    yield _row("false_alarm", "all failures", report.noticing.false_alarms)
    for one in report.modes:
        yield _row("noticed", one.mode.title, one.hits)
        yield _row("false_alarm", one.mode.title, one.alarms)


def _row(measure: str, of: str, share: Share) -> list[Value]:
    low, high = share.interval or ("", "")
    value = "" if share.value is None else share.value
    return [measure, of, share.numerator, share.denominator, value, low, high]
