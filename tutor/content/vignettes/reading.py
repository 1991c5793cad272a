"""``vignettes.toml`` and ``cases.csv`` → a bank of written cases, or what is wrong with them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from tutor.content import source_positions
from tutor.content.csv_reader import opened
from tutor.content.files import read_manifest
from tutor.content.pack import VIGNETTES, Problem
from tutor.content.rules import Rule
from tutor.content.vignettes.manifest import VignetteManifest, WrittenCase
from tutor.errors import BadFile

CASES = "cases.csv"
CONTRIBUTION = "contribution_"
SEPARATOR = "|"
COLUMNS = tuple(
    name for name in WrittenCase.model_fields if name not in ("findings", "contributions")
)
_NEEDED = tuple(name for name in COLUMNS if WrittenCase.model_fields[name].is_required())
_YES = frozenset(("1", "true", "yes", "1.0"))
_NO = frozenset(("0", "false", "no", "0.0"))
_MEND = "See docs/course-teams/ten-cases.md for what a case may say."


@dataclass(frozen=True)
class Placed:
    """A case, and the file and line on which it begins."""

    case: WrittenCase
    file: str
    line: int

    def problem(self, where: str, what: str, mend: str, rule: Rule) -> Problem:
        """Something wrong with this case; ``where`` is a key or a column."""
        what = f"Case {self.case.case!r}: {what}"
        return Problem(self.file, where, what, mend, self.line, rule=rule)


@dataclass(frozen=True)
class VignetteBank:
    """The manifest, and its cases in the author's order. ``folder`` holds ``pictures``."""

    manifest: VignetteManifest
    cases: tuple[Placed, ...]
    folder: Path


def digest(folder: Path) -> str:
    """A digest of everything that such a bank is computed from: all its files but the card."""
    card = folder / "card.md"
    files = sorted(p for p in folder.rglob("*") if p.is_file() and p != card)
    return "\0".join(
        f"{path.relative_to(folder).as_posix()}:{hashlib.sha256(path.read_bytes()).hexdigest()}"
        for path in files
    )


def read_vignettes(root: Path, folder: Path, problems: list[Problem]) -> VignetteBank | None:
    """The bank in ``folder``; None where something is wrong, which is added to ``problems``."""
    # Rules come after reading: a case that cannot be read breaks none of them.
    from tutor.content.vignettes.constraints import wrong

    manifest = read_manifest(root, folder / VIGNETTES, VignetteManifest, problems)
    if manifest is None:
        return None
    found: list[Problem] = []
    name = str((folder / VIGNETTES).relative_to(root))
    text = (folder / VIGNETTES).read_text(encoding="utf-8-sig")
    table = folder / CASES
    if table.exists() and manifest.case:
        what = f"There are cases here and in {CASES}; which are meant?"
        line = source_positions.of_key(text, ("case", 0))
        found.append(
            Problem(name, "case", what, "Take one of them out.", line, rule=Rule.WRITTEN_CASES)
        )
        cases: tuple[Placed, ...] = ()
    elif manifest.case:
        cases = tuple(
            Placed(case, name, source_positions.of_key(text, ("case", at)))
            for at, case in enumerate(manifest.case)
        )
    else:
        cases = tuple(_from_csv(table, str(table.relative_to(root)), manifest, found))
    bank = VignetteBank(manifest, cases, folder)
    found = found or list(wrong(bank, name, text))
    problems += found
    return None if found else bank


def _from_csv(
    path: Path, name: str, manifest: VignetteManifest, problems: list[Problem]
) -> Iterator[Placed]:
    known = [finding.name for finding in manifest.findings]
    columns = [*COLUMNS, *known, *(f"{CONTRIBUTION}{column}" for column in known)]
    if not path.exists():
        what = "There is no case: neither this file nor a [[case]] in vignettes.toml."
        problems.append(
            Problem(name, "", what, "Write the cases into one of them.", rule=Rule.WRITTEN_CASES)
        )
        return
    try:
        with opened(path, tuple(columns)) as table:
            wrong = list(_wrong_header(name, table.header_line, table.columns, columns))
            problems += wrong
            if wrong:
                return
            for line, cells in table.rows:
                if case := _row(name, line, table.columns, cells, known, problems):
                    yield Placed(case, name, line)
    except BadFile as error:
        problems.append(Problem(name, "", str(error), "Correct the file.", rule=Rule.WRITTEN_CASES))


def _wrong_header(
    name: str, line: int, there: Sequence[str], columns: Sequence[str]
) -> Iterator[Problem]:
    for at, column in enumerate(there):
        if column not in columns:
            near = get_close_matches(column, columns, 1, 0.6)
            guess = f"did you mean {near[0]!r}?" if near else f"there is {', '.join(columns)}."
            mend = "Correct its name, or describe it as one of [[findings]] in vignettes.toml."
            yield Problem(
                name,
                column,
                f"There is no column {column!r}; {guess}",
                mend,
                line,
                rule=Rule.WRITTEN_CASES,
            )
        elif column in there[:at]:
            what = f"The column {column!r} stands there twice."
            yield Problem(
                name, column, what, "Take one of them out.", line, rule=Rule.WRITTEN_CASES
            )
    for column in _NEEDED:
        if column not in there:
            what = f"The column {column!r} is missing."
            yield Problem(
                name, column, what, "Add it; every case needs it.", line, rule=Rule.WRITTEN_CASES
            )


def _row(
    name: str,
    line: int,
    columns: Sequence[str],
    cells: Sequence[str],
    findings: Sequence[str],
    problems: list[Problem],
) -> WrittenCase | None:
    if len(cells) != len(columns):
        what = f"This row has {len(cells)} cells; the first row has {len(columns)}."
        mend = "Put a text that holds the separator into quotation marks."
        problems.append(Problem(name, "", what, mend, line, rule=Rule.WRITTEN_CASES))
        return None
    row = {c: cell.strip() for c, cell in zip(columns, cells, strict=True) if cell.strip()}
    values: dict[str, Any] = {c: v for c, v in row.items() if c in COLUMNS}
    values["findings"] = {c: row[c] for c in findings if c in row}
    values["contributions"] = {
        c: _decimal(row[key]) for c in findings if (key := f"{CONTRIBUTION}{c}") in row
    }
    values["modes"] = [
        mode.strip() for mode in row.get("modes", "").split(SEPARATOR) if mode.strip()
    ]
    for column in ("advice", "chart_risk"):
        if column in values:
            values[column] = _decimal(values[column])
    truth = str(values.get("truth", "")).lower()
    if "truth" in values:
        values["truth"] = True if truth in _YES else False if truth in _NO else values["truth"]
    try:
        return WrittenCase.model_validate(values)
    except ValidationError as error:
        for item in error.errors():
            where = ".".join(str(part) for part in item["loc"])
            what = f"{item['msg']}."
            if item["type"] == "missing":
                what = "This cell is empty; every case needs it."
            problems.append(Problem(name, where, what, _MEND, line, rule=Rule.WRITTEN_CASES))
    return None


def _decimal(cell: str) -> str:
    """A number as people of many countries write it, with a point."""
    return cell.replace(",", ".").replace("−", "-")
