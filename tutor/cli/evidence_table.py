"""What `equipoise evidence` prints for people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

Row = Mapping[str, object]


def table(rows: Mapping[str, Sequence[Row]]) -> str:
    """Lines to read: first what a clinician wants to know, then every claim."""
    written = _written(rows.get("written", ()))
    if not rows["cases"]:
        return "\n".join(written)
    parts = (_opening(rows), _cases(rows["cases"]), _figures(rows), _modes(rows), written)
    return "\n".join(line for part in parts for line in part)


def _opening(rows: Mapping[str, Sequence[Row]]) -> Iterator[str]:
    cases = rows["cases"]
    total = {name: sum(_count(row, name) for row in cases) for name in COUNTS}
    held = sum(bool(row["within"]) for row in rows["figures"])
    exercises = "1 exercise" if len(cases) == 1 else f"{len(cases)} exercises"
    yield (
        f"{exercises}: the sound decision was the right one in {total['sound_right']:,} of "
        f"{total['scored']:,} scored patients, a known failure explains "
        f"{total['errors_explained']:,} of the algorithm's {total['errors']:,} errors, and "
        f"{held} of {len(rows['figures'])} published figures are reproduced."
    )


COUNTS = ("scored", "sound_right", "errors", "errors_explained")


def _count(row: Row, name: str) -> int:
    value = row[name]
    assert isinstance(value, int)
    return value


def _cases(rows: Sequence[Row]) -> Iterator[str]:
    yield "Cases (counts over the bank; what is said of single patients)"
    for row in rows:
        risk = row["chart_risk"]
        assert isinstance(risk, Mapping)
        low, high = risk["interval"]
        yield (
            f"  {row['exercise']}: {row['cases']} cases, {row['scored']} scored, {row['luck']} of "
            f"luck; {row['errors_explained']} of {row['errors']} errors explained; "
            f"{row['marks_true']} of {row['marks']} marks “acts here” found again; "
            f"{row['twins_moving']} of {row['twins']} twins move the algorithm; the chart's risk "
            f"has a calibration slope of {risk['slope']:.2f} ({low:.2f} to {high:.2f})"
        )


def _written(rows: Sequence[Row]) -> Iterator[str]:
    if rows:
        yield "Written cases (nothing is measured: no twin, no failure, no published figure)"
    for row in rows:
        risks = f"{row['risks']} with a chart risk"
        risks += f", stated by {row['basis']}" if row["basis"] else ""
        shown = "with" if row["contributions"] else "without"
        yield (
            f"  {row['model']}: {row['cases']} cases, {row['luck']} of luck; {risks}; advice of "
            f"{row['algorithm']} {row['version']}, {shown} contributions, is the sound answer in "
            f"{row['right']} of them; in {row['errors_claimed']} the authors name a failure"
        )


def _figures(rows: Mapping[str, Sequence[Row]]) -> Iterator[str]:
    yield "Published figures (ours on the first seed; ✓ within tolerance on all three)"
    for row in rows["figures"]:
        tick = "✓" if row["within"] else "✗"
        yield (
            f"  {tick} {row['model']}: {row['label']}: published {row['published']:.4g} "
            f"± {row['tolerance']:.2g}, ours {row['ours']:.4g} [{row['basis']}] doi:{row['doi']}"
        )


def _modes(rows: Mapping[str, Sequence[Row]]) -> Iterator[str]:
    yield "Failure modes (rates on the first seed; ✓ demonstrated on all three)"
    for row in rows["failure_modes"]:
        tick = "✓" if row["demonstrated"] else "✗"
        interval = row["interval"]
        assert isinstance(interval, list)
        low, high = interval
        yield (
            f"  {tick} {row['model']}: {row['id']} ({row['kind']}): {row['metric']} "
            f"{row['inside']:.3f} v {row['outside']:.3f}, "
            f"difference {row['difference']:.3f} ({low:.3f} to {high:.3f})"
        )
