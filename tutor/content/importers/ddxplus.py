"""DDXPlus → a table model: a pathology to be told from others by what patients say.

The data set (Fansi Tchango 2022, arXiv 2205.09148) comes as two JSON files and three CSV files,
zipped or not. Its own training part is learned from, its validation and test parts are held out.
"""

from __future__ import annotations

import heapq
import io
import json
import re
import shutil
import tempfile
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutor.content import clinical_words
from tutor.content.cohort_csvs import Made, MadeColumn, slug
from tutor.content.csv_reader import Problems, opened, read_text
from tutor.errors import BadFile, BadInput

WHERE = (
    "The data set's English version is on figshare (DDXPlus Dataset (English)); its files are "
    "described at https://github.com/mila-iqia/ddxplus."
)
COLUMNS = ("age", "sex", "pathology", "evidences")
PARTS = {"train": True, "validate": False, "test": False}
MOST_EVIDENCES = 14
_TOKEN = re.compile(r"'([^']*)'|\"([^\"]*)\"")
_LIST = re.compile(r"\s*\[.*\]\s*", re.DOTALL)


@dataclass(frozen=True)
class WantedPathologies:
    """Any of ``present`` counts as present; ``among`` are the others, all others if empty."""

    present: tuple[str, ...]
    among: tuple[str, ...] = ()
    n: int = 20_000
    seed: int = 0


@dataclass(frozen=True, order=True)
class _Patient:
    """A row, ordered by its lot: those with the smallest are kept."""

    lot: int
    training: bool
    age: int
    woman: bool
    present: bool
    tokens: frozenset[str]


def ddxplus_files(folder: Path, wanted: WantedPathologies, id: str) -> dict[str, bytes]:
    """The files of :func:`ddxplus_table`; too few patients are a BadFile."""
    return ddxplus_table(folder, wanted, id).files()


def ddxplus_table(folder: Path, wanted: WantedPathologies, id: str) -> Made:
    """A table of the pathologies asked about.

    Raises:
        BadFile: a file is missing or cannot be read.
        BadInput: there is no such pathology.

    """
    evidences = _json(folder, "release_evidences.json")
    names = _names(_json(folder, "release_conditions.json"))
    present = {_named(name, names) for name in wanted.present}
    among = {_named(name, names) for name in wanted.among}
    patients, seen = _patients(folder, wanted, present, among, evidences)
    outcome = np.array([patient.present for patient in patients], dtype=bool)
    others = ", ".join(sorted(among)) or "any other pathology of the data set"
    condition = " or ".join(sorted(present))
    return Made(
        id=id,
        title=f"{condition}, by what patients say",
        condition=condition,
        columns=tuple(_columns(patients, evidences)),
        outcome=outcome,
        facts=(
            "Synthetic patients of DDXPlus (Fansi Tchango 2022, arXiv 2205.09148; CC BY).",
            f"{condition} against {others}: {len(patients):,} of {seen:,} such patients, drawn by "
            f"a hash with seed {wanted.seed}.",
            "The data set's training part is learned from; validation and test parts are held out.",
            f"Shown are the {MOST_EVIDENCES} evidences at most that differ most between the two in "
            "the training part; the differential diagnosis is not used.",
        ),
        story="A {age}-year-old patient answers your questions.",
        training=np.array([patient.training for patient in patients], dtype=bool),
    )


def _patients(
    folder: Path,
    wanted: WantedPathologies,
    present: set[str],
    among: set[str],
    evidences: dict[str, Any],
) -> tuple[list[_Patient], int]:
    """``wanted.n`` patients, as if drawn by lot, in one pass; and how many there were."""
    kept: list[tuple[int, int, _Patient]] = []
    seen = 0
    for part, training in PARTS.items():
        with _csv(folder, part) as path, opened(path, COLUMNS) as table:
            problems = Problems(f"release_{part}_patients")
            missing = [name.upper() for name in COLUMNS if name not in table.columns]
            if missing:
                raise BadFile(f"{problems.name} has no column {', '.join(missing)}. {WHERE}")
            places = [table.columns.index(name) for name in COLUMNS]
            for line, row in table.rows:
                if len(row) != len(table.columns):
                    what = f"this row has {len(row)} cells; the header has {len(table.columns)}."
                    problems.add(line, what)
                    continue
                age, sex, pathology, said = (row[at] for at in places)
                if among and pathology not in present | among:
                    continue
                seen += 1
                lot = -zlib.crc32(f"{wanted.seed}/{part}/{line}".encode())
                if len(kept) == wanted.n and lot <= kept[0][0]:
                    continue
                tokens, wrong = _tokens(age, sex, said, evidences)
                if wrong:
                    problems.add(line, wrong)
                    continue
                patient = _Patient(
                    lot, training, int(age), sex == "F", pathology in present, tokens
                )
                push = heapq.heappushpop if len(kept) == wanted.n else heapq.heappush
                push(kept, (lot, seen, patient))
            problems.check()
    return [patient for _, _, patient in sorted(kept, key=lambda item: item[1])], seen


def _tokens(age: str, sex: str, said: str, evidences: dict[str, Any]) -> tuple[frozenset[str], str]:
    """The evidences of a row; or what is wrong with it."""
    if not age.isdecimal() or sex not in ("F", "M"):
        return frozenset(), f"AGE {age[:20]!r} and SEX {sex[:20]!r} are no age and F or M."
    if not _LIST.fullmatch(said):
        return frozenset(), f"EVIDENCES is no list: {said[:40]!r}."
    tokens = frozenset(one or other for one, other in _TOKEN.findall(said))
    unknown = [token for token in tokens if token.partition("_@_")[0] not in evidences]
    if unknown:
        return tokens, f"the evidence {min(unknown)[:40]!r} is not in release_evidences.json."
    return tokens, ""


def _columns(patients: list[_Patient], evidences: dict[str, Any]) -> Iterator[MadeColumn]:
    yield MadeColumn("age", "Age", np.array([float(p.age) for p in patients]), "years")
    women = np.array([float(p.woman) for p in patients])
    yield MadeColumn("sex", "Sex", women, words={0: "male", 1: "female"})
    taken = {"age", "sex"}
    for key in _most_different(patients, evidences):
        code, _, value = key.partition("_@_")
        evidence = evidences[code]
        asked = str(evidence.get("question_en") or evidence.get("question_fr") or code)
        question = clinical_words.of_question(asked)
        if value or evidence["data_type"] == "B":
            found = np.array([float(key in p.tokens) for p in patients])
            label = f"{question}: {_meaning(evidence, value)}" if value else question
            words = {0: "no", 1: "yes"}
        else:
            found, words = _answers(patients, code, evidence)
            label = question
        yield MadeColumn(slug(key, taken), label, found, words=words)


def _most_different(patients: list[_Patient], evidences: dict[str, Any]) -> list[str]:
    """The evidences whose answers differ most between the two kinds in the training part."""
    counts = (Counter[str](), Counter[str]())
    totals = [0, 0]
    for patient in patients:
        if patient.training:
            totals[patient.present] += 1
            counts[patient.present].update(patient.tokens)
    best: dict[str, float] = {}
    for token in {*counts[0], *counts[1]}:
        apart = abs(counts[1][token] / max(totals[1], 1) - counts[0][token] / max(totals[0], 1))
        code = token.partition("_@_")[0]
        # A categorical evidence is one column; a multi-choice one a column for each choice.
        key = code if evidences[code]["data_type"] == "C" else token
        best[key] = max(best.get(key, 0.0), apart)
    return sorted(best, key=lambda key: (-best[key], key))[:MOST_EVIDENCES]


def _answers(
    patients: list[_Patient], code: str, evidence: dict[str, Any]
) -> tuple[NDArray[np.float64], dict[int, str]]:
    """The answers to a categorical evidence, as numbers or as codes with words."""
    values = [str(value) for value in evidence["possible-values"]]
    default = str(evidence["default_value"])
    values += [] if default in values else [default]
    numeric = all(re.fullmatch(r"-?\d+", value) for value in values)
    number = {v: float(v) if numeric else float(at) for at, v in enumerate(values)}
    found = []
    for patient in patients:
        mine = [t.partition("_@_")[2] for t in patient.tokens if t.startswith(f"{code}_@_")]
        found.append(number.get(min(mine), number[default]) if mine else number[default])
    words = {} if numeric else {at: _meaning(evidence, v) for at, v in enumerate(values)}
    return np.array(found), words


def _meaning(evidence: dict[str, Any], value: str) -> str:
    meaning = evidence.get("value_meaning", {}).get(value, {})
    said = str(meaning.get("en") or meaning.get("fr") or value)
    return "not applicable" if said == "NA" else said


def _names(conditions: dict[str, Any]) -> dict[str, str]:
    """Each name of a pathology, in small letters, to the one by which patients are labelled."""
    found = {}
    for key, condition in conditions.items():
        label = str(condition.get("condition_name", key))
        for name in (key, label, condition.get("cond-name-eng"), condition.get("cond-name-fr")):
            if name:
                found[str(name).lower()] = label
    return found


def _named(name: str, names: dict[str, str]) -> str:
    if name.strip().lower() in names:
        return names[name.strip().lower()]
    near = get_close_matches(name.lower(), names, 3, 0.4) or sorted(names)[:5]
    there = ", ".join(dict.fromkeys(names[one] for one in near))
    raise BadInput("pathology", f"There is no pathology {name!r}; there is {there}.")


def _json(folder: Path, name: str) -> dict[str, Any]:
    if not (folder / name).is_file():
        raise BadFile(f"There is no {name} in {folder}. {WHERE}")
    try:
        found = json.loads(read_text(folder / name))
    except (ValueError, RecursionError) as error:
        raise BadFile(f"{name} is no JSON: {error}.") from None
    if not isinstance(found, dict) or not all(isinstance(v, dict) for v in found.values()):
        raise BadFile(f"{name} does not hold an entry for each name. {WHERE}")
    if name == "release_evidences.json":
        needed = {"data_type", "default_value", "possible-values"}
        for key, entry in found.items():
            if lacking := needed - {*entry}:
                raise BadFile(f"{name}: {key} has no {', '.join(sorted(lacking))}.")
    return found


@contextmanager
def _csv(folder: Path, part: str) -> Iterator[Path]:
    """The table of one part, out of its archive if need be."""
    stem = f"release_{part}_patients"
    for name in (f"{stem}.csv", stem):
        if (folder / name).is_file():
            yield folder / name
            return
    archive = folder / f"{stem}.zip"
    if not archive.is_file():
        raise BadFile(f"There is no {stem}.zip (or .csv) in {folder}. {WHERE}")
    with tempfile.TemporaryDirectory() as scratch:
        try:
            with zipfile.ZipFile(archive) as zipped, zipped.open(zipped.namelist()[0]) as inside:
                path = Path(scratch) / f"{stem}.csv"
                with path.open("wb") as out:
                    shutil.copyfileobj(inside, out, io.DEFAULT_BUFFER_SIZE)
        except (zipfile.BadZipFile, IndexError):
            raise BadFile(f"{archive.name} is no archive that can be opened. {WHERE}") from None
        yield path
