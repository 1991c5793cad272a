"""A cohort as data: every column of every patient, and the datasheet that says what they are."""

from __future__ import annotations

import csv
import hashlib
import inspect
import io
import platform
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from importlib.metadata import version

import numpy as np

from tutor.content.modules import load_model, pack_code
from tutor.content.pack import Exercise, Pack
from tutor.errors import BadInput
from tutor.kit.cohorts import Column, Patients
from tutor.kit.features import Feature
from tutor.kit.teaching import TeachingModel
from tutor.lab.process_pool import Progress
from tutor.lab.training import HELD_OUT_STEP

MOST = 1_000_000
SUMS = "SHA256SUMS"
LIBRARIES = ("equipoise", "numpy")
GENERATED = "Every patient is simulated; none is a person."
TABLED = "The patients are rows of the `cohort.csv` beside it, one part of it in random order."


class Role(StrEnum):
    """What a column is to the exercise."""

    BOTH = "shown to the learner; read by the algorithm"
    SHOWN = "shown to the learner"
    READ = "read by the algorithm"
    TRUTH = "truth"
    LABEL = "label"
    TRUTH_AND_LABEL = "truth; label"
    HIDDEN = "known to the simulation only"


@dataclass(frozen=True)
class Asked:
    """How many patients, from which seed; those the algorithm meets, or those it learns from."""

    n: int
    seed: int
    training: bool = False

    @property
    def cohort(self) -> str:
        """A word for the cohort, as files are named by it."""
        return "training" if self.training else "deployment"


@dataclass(frozen=True)
class Exported:
    """The files of an export, by name, in the order in which they are written."""

    files: dict[str, bytes]


def export(pack: Pack, exercise: Exercise, model: TeachingModel, asked: Asked) -> Exported:
    """Draw the cohort and describe it; the same request gives the same bytes.

    Raises:
        BadInput: so many patients cannot be drawn.

    """
    if not 1 <= asked.n <= MOST:
        raise BadInput("n", f"Ask for 1 to {MOST:,} patients; {asked.n:,} cannot be drawn.")
    if asked.seed < 0:
        raise BadInput("seed", f"A seed is a whole number from 0; {asked.seed} will not do.")
    setting = model.training if asked.training else model.deployment
    patients = model.measured(model.simulate(asked.n, asked.seed, **setting))
    stem = f"{exercise.manifest.id}-{asked.cohort}"
    files = {f"{stem}.csv": as_csv(patients, in_order(model, patients))}
    sheet = Sheet(pack, exercise, model, asked, patients, f"{stem}.csv")
    files[f"{stem}.md"] = sheet.text().encode()
    sums = [f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in files.items()]
    return Exported({**files, f"{stem}.{SUMS}": "".join(sums).encode()})


def export_apart(wanted: tuple[Pack, Exercise, Asked], _progress: Progress) -> Exported:
    """:func:`export`, as a process of its own does it.

    Raises:
        BadInput: so many patients cannot be drawn. ContentError: the model cannot be run.
    """
    pack, exercise, asked = wanted
    model = load_model(exercise.model_file, exercise.pack, exercise.manifest.model)
    with pack_code(exercise.model_file):
        return export(pack, exercise, model, asked)


def role_of(model: TeachingModel, column: str) -> Role:
    """What ``column`` is to the exercise."""
    if column in (model.truth, model.label):
        if model.truth == model.label:
            return Role.TRUTH_AND_LABEL
        return Role.TRUTH if column == model.truth else Role.LABEL
    shown = column in {finding.column for finding in model.findings}
    read = column in model.columns
    if shown and read:
        return Role.BOTH
    return Role.SHOWN if shown else Role.READ if read else Role.HIDDEN


def in_order(model: TeachingModel, patients: Patients) -> list[str]:
    """The columns: what is measured first, then truth and label, then what nobody sees."""
    order = list(Role)
    return sorted(patients, key=lambda column: order.index(role_of(model, column)))


def as_csv(patients: Patients, columns: list[str]) -> bytes:
    """A patient a line; a float is written so that it reads back as the very same number."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(zip(*(_plain(patients[column]) for column in columns), strict=True))
    return out.getvalue().encode()


def _plain(values: Column) -> list[int | float]:
    if values.dtype == bool:
        values = values.astype(int)
    return list(values.tolist())


@dataclass(frozen=True)
class Sheet:
    """The datasheet of one export (after Gebru 2021, doi 10.1145/3458723), as Markdown."""

    pack: Pack
    exercise: Exercise
    model: TeachingModel
    asked: Asked
    patients: Patients
    file: str

    def text(self) -> str:
        """The whole sheet."""
        parts = [
            f"# Datasheet: {self.model.title}\n",
            self._head(),
            "## Where the numbers come from\n",
            *self._card(),
            *self._sources(),
            "## Columns\n",
            *self._columns(),
            *self._docstring(),
            "## Making it again\n",
            self._again(),
        ]
        return "\n".join(parts)

    def _head(self) -> str:
        model, asked = self.model, self.asked
        where = f"`models/{self.exercise.manifest.model}/{self.exercise.model_file.name}`"
        truth = float(np.mean(self.patients[model.truth].astype(bool)))
        label = float(np.mean(self.patients[model.label].astype(bool)))
        says = "what the algorithm learns from" if asked.training else "what the algorithm meets"
        setting = model.training if asked.training else model.deployment
        do = ", ".join(f"{name}={value!r}" for name, value in setting.items()) or "none"
        drawn = f"interventions: {do}" if model.structural else do
        return (
            f"- **File:** `{self.file}`, {asked.n:,} patients, {len(self.patients)} columns, "
            "one patient a line, UTF-8, commas.\n"
            f"- **Cohort:** {asked.cohort} ({says}); {drawn}.\n"
            f"- **{'Generator' if model.structural else 'Source'}:** {where} of the pack "
            f"`{self.pack.manifest.id}`, version {self.pack.manifest.version}, exercise version "
            f"{self.exercise.manifest.version}. {GENERATED if model.structural else TABLED}\n"
            f"- **Truth:** `{model.truth}` (1: {model.condition}), {truth:.2%} of these patients. "
            f"**Label** the algorithm is trained on: `{model.label}`, {label:.2%}.\n"
            f"- **Licence:** {self.exercise.manifest.licence}. "
            f"**Authors:** {', '.join(self.exercise.manifest.authors)}.\n"
        )

    def _card(self) -> Iterator[str]:
        """The model card, without its title and what is measured anew at each build."""
        for paragraph in self.exercise.texts.card.split("\n\n"):
            if paragraph.strip() and "{{" not in paragraph and not paragraph.startswith("#"):
                yield f"{paragraph.strip()}\n"

    def _sources(self) -> Iterator[str]:
        yield "Sources:\n"
        for source in self.exercise.manifest.citations:
            yield f"- [@{source.id}] {source.text} https://doi.org/{source.doi}"
        yield ""

    def _columns(self) -> Iterator[str]:
        yield "| column | what | role | unit | bounds | in this file | codes |"
        yield "|---|---|---|---|---|---|---|"
        features = {f.column: f for f in (*self.model.features, *self.model.findings)}
        for column in in_order(self.model, self.patients):
            values = self.patients[column].astype(float)
            known = features.get(column, Feature(column, ""))
            ends = "" if known.bounds is None else f"{known.bounds[0]:g} to {known.bounds[1]:g}"
            found = f"{values.min():.6g} to {values.max():.6g}"
            codes = ", ".join(f"{code}: {word}" for code, word in known.words.items())
            role = role_of(self.model, column)
            cells = (f"`{column}`", known.label, role, known.unit, ends, found, codes)
            yield f"| {' | '.join(cells)} |"
        yield ""

    def _docstring(self) -> Iterator[str]:
        said = inspect.getdoc(self.model.simulate)
        if said and self.model.structural:
            yield "What the generator says of them:\n"
            yield "\n".join(f"> {line}".rstrip() for line in said.splitlines())
            yield ""

    def _again(self) -> str:
        name, asked, model = self.exercise.manifest.id, self.asked, self.model
        libraries = ", ".join(f"{library} {version(library)}" for library in LIBRARIES)
        digest = hashlib.sha256(self.exercise.model_file.read_bytes()).hexdigest()
        export_it = f"equipoise data export {name}"
        return (
            f"`{export_it} --n {asked.n} --seed {asked.seed}{' --training' * asked.training}` "
            "gives these bytes again.\n\n"
            f"The rows that the served algorithm is trained on: `{export_it} --n "
            f"{model.training_size} --seed 0 --training`. The patients it is measured on, "
            f"from whom the cases are taken: `{export_it} --n {model.held_out_size} --seed "
            f"{HELD_OUT_STEP}`.\n\n"
            f"- Seed: {asked.seed}\n"
            f"- Versions: {libraries}, Python {platform.python_version()}\n"
            f"- SHA-256 of `{self.exercise.model_file.name}`: `{digest}`\n"
            "- SHA-256 of the files: in the `.SHA256SUMS` beside them, for `sha256sum -c`\n"
        )
