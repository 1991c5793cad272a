"""A Synthea CSV export → a table model: what was known before the day the question is asked.

For a patient with the target the question is asked on the day the target is first recorded; for
any other on the day of one of their encounters after the first, chosen by a hash of its id. Only
observations and conditions recorded before that day are used: not those of the day itself, which
may have been made because the target was found, and none after it. Files are read row by row; what
is kept in memory is a few numbers a patient.
"""

from __future__ import annotations

import re
import zlib
from array import array
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tutor.content.cohort_csvs import Made, MadeColumn, slug
from tutor.content.csv_reader import Problems, opened
from tutor.content.importers.synthea_rows import COLUMNS, WHERE, wanted_rows
from tutor.errors import BadFile, BadInput

COVERED = 0.8
MOST_OBSERVATIONS, MOST_CONDITIONS = 10, 5
CANDIDATES = 40
COMPUTED = {"DALY", "QALY", "QOLS"}  # burdens that Synthea computes from what a patient has
LAST = "9999-99-99"
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
Key = tuple[str, str]  # a code and its unit


def synthea_files(folder: Path, target: str, id: str) -> dict[str, bytes]:
    """The files of :func:`synthea_table`; too few patients are a BadFile."""
    return synthea_table(folder, target, id).files()


def synthea_table(folder: Path, target: str, id: str) -> Made:
    """A table that asks for ``target``, a condition's code or description.

    Raises:
        BadFile: a file is missing or cannot be read.
        BadInput: nobody has such a condition.

    """
    return _Export(_with_tables(folder), target).made(id)


def _with_tables(folder: Path) -> Path:
    """The folder that holds the tables: this one, its ``csv``, or the one run inside it."""
    for place in (folder, folder / "csv"):
        if any(place.glob("patients*.csv")):
            return place
        runs = sorted({path.parent for path in place.glob("*/patients*.csv")} - {folder / "csv"})
        if len(runs) > 1:
            names = ", ".join(run.name for run in runs)
            raise BadFile(f"{place} holds {len(runs)} runs: {names}. Name one of them.")
        if runs:
            return runs[0]
    return folder / "csv" if (folder / "csv").is_dir() else folder


@dataclass
class _Latest:
    """The last value of one observation before each patient's day."""

    value: array[float]
    day: array[int]


@dataclass
class _Export:
    """One pass after the other over the four files."""

    folder: Path
    target: str
    names: dict[str, int] = field(default_factory=dict)
    birth: list[str] = field(default_factory=list)
    sex: list[str] = field(default_factory=list)
    day: list[str] = field(default_factory=list)
    said: str = ""

    def made(self, id: str) -> Made:
        """The table."""
        self._patients()
        has_it, common, labels = self._conditions()
        self._encounters(has_it)
        prior = self._prior(common)
        kept = self._choose()
        latest, said = self._observations(kept)
        usable = np.array([bool(day) for day in self.day])
        covered = self._covered(latest, usable, has_it)
        rows = usable.copy()
        for key in covered:
            rows &= np.asarray(latest[key].day) > 0
        columns = [*self._who(rows), *self._values(latest, covered, said, rows)]
        taken = {column.name for column in columns}
        for code, flags in prior.items():
            values = np.frombuffer(flags, dtype=np.uint8)[rows].astype(float)
            name = slug(labels[code], taken)
            label = f"Earlier: {labels[code]}"
            columns.append(MadeColumn(name, label, values, words={0: "no", 1: "yes"}))
        return Made(
            id=id,
            title=f"{self.said}, from records",
            condition=self.said[:1].lower() + self.said[1:],
            columns=tuple(columns),
            outcome=has_it[rows],
            facts=self._facts(len(has_it), usable, rows, has_it),
            story="Someone whose record you see. {age} years old.",
        )

    def _facts(
        self, n: int, usable: NDArray[np.bool_], rows: NDArray[np.bool_], has_it: NDArray[np.bool_]
    ) -> tuple[str, ...]:
        return (
            "Synthetic patients of a Synthea CSV export (Walonoski 2018, doi "
            "10.1093/jamia/ocx079); state here the export's version, module set and seed.",
            f"Of {n:,} patients {int(usable.sum()):,} have a day on which the question can be "
            f"asked, and {int(rows.sum()):,} of these have every finding that is shown.",
            f"{int(has_it.sum()):,} are recorded with {self.said}: they are asked about on the day "
            "it is first recorded, the others on the day of one of their encounters after the "
            "first, chosen by a hash.",
            "Only what was recorded before that day is used; nothing of the day itself and nothing "
            "after it.",
            f"A finding is kept if at least {COVERED:.0%} of those with and of those without the "
            "condition have it; the last value before the day is shown.",
        )

    # --- the passes ------------------------------------------------------------------------------

    def _patients(self) -> None:
        for problems, line, (name, birth, sex) in self._rows("patients.csv"):
            said = birth[:10], sex.strip().upper()
            if name in self.names:
                at = self.names[name]
                # In append mode a second run with the same seed writes the same people once more.
                if (self.birth[at], self.sex[at]) != said:
                    problems.add(line, f"the patient {name[:40]!r} stands here again.")
            elif not _DAY.match(birth):
                problems.add(line, f"{birth[:40]!r} is no date such as 1970-12-31.")
            else:
                self.names[name] = len(self.birth)
                self.birth.append(said[0])
                self.sex.append(said[1])

    def _conditions(self) -> tuple[NDArray[np.bool_], list[str], dict[str, str]]:
        """Who has the target, since when; and which other conditions are common."""
        onset, count = [LAST] * len(self.birth), Counter[str]()
        labels: dict[str, str] = {}
        wanted = _plain(self.target)
        for problems, line, row in self._rows("conditions.csv"):
            start, patient, code, description = row
            at = self.names.get(patient)
            if at is None or not _DAY.match(start):
                problems.add(line, _unknown(patient, start, at))
            elif code == self.target.strip() or _plain(description) == wanted:
                self.said = self.said or _told(description)
                onset[at] = min(onset[at], start[:10])
            else:
                count[code] += 1
                labels.setdefault(code, _told(description))
        if not self.said:
            near = get_close_matches(self.target, sorted({*labels.values()}), 3, 0.5)
            near = near or [labels[code] for code, _ in count.most_common(5)]
            raise BadInput(
                "target",
                f"Nobody in {self.folder} has the condition {self.target!r}. There is "
                f"{'; '.join(near) or 'none'}.",
            )
        self.day = ["" if day == LAST else day for day in onset]
        common = [code for code, _ in count.most_common() if "(finding)" not in labels[code]]
        return np.array([bool(day) for day in self.day]), common[:MOST_CONDITIONS], labels

    def _encounters(self, has_it: NDArray[np.bool_]) -> None:
        """For those without the target, the encounter whose id has the smallest hash.

        Not one of the first day, before which nothing can be known.
        """
        first, least = [LAST] * len(self.birth), array("q", [2**33]) * len(self.birth)
        for problems, line, (_, start, patient) in self._rows("encounters.csv"):
            at = self.names.get(patient)
            if at is None or not _DAY.match(start):
                problems.add(line, _unknown(patient, start, at))
            else:
                first[at] = min(first[at], start[:10])
        for _, _, (name, start, patient) in self._rows("encounters.csv"):
            at = self.names[patient]
            if has_it[at] or start[:10] == first[at]:
                continue
            if (chance := zlib.crc32(name.encode())) < least[at]:
                least[at], self.day[at] = chance, start[:10]

    def _prior(self, common: list[str]) -> dict[str, bytearray]:
        """Who had each common condition before their day."""
        found = {code: bytearray(len(self.birth)) for code in common}
        for _, _, (start, patient, code, _) in self._rows("conditions.csv"):
            if code in found and start[:10] < self.day[self.names[patient]]:
                found[code][self.names[patient]] = 1
        return found

    def _earlier(self) -> Iterator[tuple[Problems, int, int, str, Key, str, str]]:
        """Numeric observations before the day.

        Each as (problems, line, patient, date, key, description, value).
        """
        names, day = self.names, self.day
        for problems, line, row in self._rows("observations.csv"):
            date, patient, code, description, value, units, kind = row
            if kind != "numeric" or code in COMPUTED:
                continue
            at = names.get(patient)
            if at is None or not _DAY.match(date):
                problems.add(line, _unknown(patient, date, at))
            elif date[:10] < day[at]:
                yield problems, line, at, date, (code, units), description, value

    def _choose(self) -> list[Key]:
        """The observations that most patients have before their day."""
        seen: dict[Key, bytearray] = {}
        for _, _, at, _, key, _, _ in self._earlier():
            flags = seen.get(key)
            if flags is None:
                flags = seen[key] = bytearray(len(self.birth))
            flags[at] = 1
        order = sorted(seen, key=lambda key: (-seen[key].count(1), key))
        return order[:CANDIDATES]

    def _observations(self, kept: list[Key]) -> tuple[dict[Key, _Latest], dict[Key, str]]:
        """The last value of each before the day."""
        n = len(self.birth)
        latest = {key: _Latest(array("d", [0.0]) * n, array("q", [0]) * n) for key in kept}
        said: dict[Key, str] = {}
        for problems, line, at, date, key, description, value in self._earlier():
            found = latest.get(key)
            if found is None:
                continue
            said.setdefault(key, description.strip())
            when = int(date[:4] + date[5:7] + date[8:10])
            if when >= found.day[at]:
                number = _number(value)
                if number is None:
                    problems.add(line, f"{value[:40]!r} is called numeric and is no number.")
                else:
                    found.value[at], found.day[at] = number, when
        return latest, said

    # --- the columns -----------------------------------------------------------------------------

    def _covered(
        self, latest: dict[Key, _Latest], usable: NDArray[np.bool_], has_it: NDArray[np.bool_]
    ) -> list[Key]:
        kept = []
        for key, found in latest.items():
            there = np.asarray(found.day) > 0
            groups = [there[usable & has_it], there[usable & ~has_it]]
            if all(len(group) and group.mean() >= COVERED for group in groups):
                kept.append(key)
        return kept[:MOST_OBSERVATIONS]

    def _who(self, rows: NDArray[np.bool_]) -> list[MadeColumn]:
        at = np.flatnonzero(rows).tolist()
        ages = [int(_years(self.birth[i], self.day[i])) for i in at]
        women = [float(self.sex[i] == "F") for i in at]
        return [
            MadeColumn("age", "Age", np.array(ages, dtype=float), "years"),
            MadeColumn("sex", "Sex", np.array(women), words={0: "male", 1: "female"}),
        ]

    def _values(
        self,
        latest: dict[Key, _Latest],
        covered: list[Key],
        said: dict[Key, str],
        rows: NDArray[np.bool_],
    ) -> list[MadeColumn]:
        taken, columns = {"age", "sex"}, []
        for key in covered:
            values = np.asarray(latest[key].value)[rows]
            whole = len(values) == 0 or bool((values == np.round(values)).all())
            decimals = 0 if whole else 1 if np.abs(values).max() >= 10 else 2
            name = slug(said[key], taken)
            unit = re.sub(r"[{}\[\]]", "", key[1])
            columns.append(MadeColumn(name, said[key], np.round(values, decimals), unit, decimals))
        return columns

    def _rows(self, name: str) -> Iterator[tuple[Problems, int, list[str]]]:
        """The wanted cells of each row of one table, part after part, each with its own problems.

        Raises:
            BadFile: it is not there, or something is wrong with it; each line is named.

        """
        for path in self._parts(name):
            with opened(path, COLUMNS[name]) as table:
                problems = Problems(path.name)
                for line, row in wanted_rows(table, name, problems):
                    yield problems, line, row
                problems.check()

    def _parts(self, name: str) -> list[Path]:
        """The table's file; or its parts, as exporter.csv.max_lines_per_file splits it."""
        whole, stem = self.folder / name, name.removesuffix(".csv")
        parts = [
            path
            for path in self.folder.glob(f"{stem}-*.csv")
            if path.stem.removeprefix(f"{stem}-").isdecimal()
        ]
        if whole.is_file() and parts:
            raise BadFile(
                f"{self.folder} holds {name} and parts such as {min(parts).name}, of two exports. "
                "Move one of them elsewhere."
            )
        if whole.is_file():
            return [whole]
        if not parts:
            raise BadFile(f"There is no {name} in {self.folder}. {WHERE}")
        return sorted(parts, key=lambda path: (int(path.stem.rpartition("-")[2]), path.name))


def _unknown(patient: str, date: str, at: int | None) -> str:
    if at is None:
        return f"the patient {patient[:40]!r} is not in patients.csv."
    return f"{date[:40]!r} is no date such as 1970-12-31."


def _plain(description: str) -> str:
    return _told(description).lower()


def _told(description: str) -> str:
    """A description without SNOMED's tag."""
    return re.sub(r"\s*\((disorder|situation|morphologic abnormality)\)$", "", description.strip())


def _number(value: str) -> float | None:
    try:
        number = float(value)
    except ValueError:
        return None
    return number if np.isfinite(number) else None


def _years(birth: str, day: str) -> int:
    return (int(day.replace("-", "")) - int(birth.replace("-", ""))) // 10_000
