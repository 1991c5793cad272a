"""Columns of numbers → the files of a table model: table, manifest, card, datasheet, checksum."""

from __future__ import annotations

import csv
import io
import json
import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from tutor.content.cohort_csv import FEWEST
from tutor.content.network_pack import with_sum
from tutor.content.table_manifest import Group, TableManifest, TableMode
from tutor.errors import BadFile

FEWEST_OF_A_CLASS = 20
LABEL, PART = "outcome", "part"
SCHEMA = "#:schema ../../model.schema.json"  # beside the pack, where `equipoise new` put it


@dataclass(frozen=True)
class MadeColumn:
    """A column with its values, shape ``(n,)``, how it is said and who sees it.

    ``bounds`` are those of the values where none are given.
    """

    name: str
    label: str
    values: NDArray[np.float64]
    unit: str = ""
    decimals: int = 0
    words: dict[int, str] = field(default_factory=dict)
    reference: tuple[float, float] | None = None
    bounds: tuple[float, float] | None = None
    use: str = "both"

    @property
    def range(self) -> tuple[float, float]:
        """The values that can occur at all."""
        return self.bounds or (float(self.values.min() // 1), float(self.values.max() + 1))


@dataclass(frozen=True)
class Made:
    """A table as made of someone's export: ``outcome`` 0 or 1, ``training`` where parts are given.

    ``facts`` are sentences for the datasheet: where it comes from, what was kept and left out.
    ``absence`` and ``threshold`` are found where none are given.
    """

    id: str
    title: str
    condition: str
    columns: tuple[MadeColumn, ...]
    outcome: NDArray[np.bool_]
    facts: tuple[str, ...]
    story: str
    training: NDArray[np.bool_] | None = None
    absence: str = ""
    threshold: float | None = None
    groups: tuple[Group, ...] = ()
    modes: tuple[TableMode, ...] = ()

    def manifest(self) -> TableManifest:
        """What ``model.toml`` says.

        Raises:
            ValidationError: it may not say that.

        """
        return TableManifest.model_validate(tomllib.loads(self._toml(self._varying())))

    def _varying(self) -> tuple[MadeColumn, ...]:
        return tuple(c for c in self.columns if np.ptp(c.values) > 0)

    def files(self) -> dict[str, bytes]:
        """The files by name.

        Raises:
            BadFile: there are too few patients, or too few of a class, to teach from.

        """
        n, present = len(self.outcome), int(self.outcome.sum())
        if n < FEWEST or min(present, n - present) < FEWEST_OF_A_CLASS:
            raise BadFile(
                f"{n:,} patients can be used, {present:,} of them with {self.condition}; teaching "
                f"needs {FEWEST} or more, {FEWEST_OF_A_CLASS} of each kind. "
                f"{' '.join(self.facts[1:])}"
            )
        columns = self._varying()
        if len(columns) < 2:
            raise BadFile("Fewer than two findings vary; there is nothing to teach from.")
        files = {
            "cohort.csv": self._csv(columns),
            "model.toml": self._toml(columns),
            "card.md": self._card(columns),
            "datasheet.md": self._sheet(columns),
        }
        return with_sum({name: text.encode() for name, text in files.items()}, "cohort.csv")

    def _csv(self, columns: Sequence[MadeColumn]) -> str:
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        part = [] if self.training is None else [PART]
        writer.writerow([*(c.name for c in columns), LABEL, *part])
        said = [[f"{v:.{c.decimals}f}" for v in c.values.tolist()] for c in columns]
        said.append([str(int(v)) for v in self.outcome.tolist()])
        if self.training is not None:
            said.append(["training" if v else "held-out" for v in self.training.tolist()])
        writer.writerows(zip(*said, strict=True))
        return out.getvalue()

    def _toml(self, columns: Sequence[MadeColumn]) -> str:
        prevalence = float(self.outcome.mean())
        threshold = self.threshold or round(min(max(prevalence, 0.02), 0.5), 2)
        head = {
            "id": self.id,
            "title": self.title,
            "condition": self.condition,
            "absence": self.absence or f"no {self.condition}",
            "label": LABEL,
            "threshold": threshold,
            "stories": [self.story],
            "present_sentence": f"The record says: {self.condition}.",
            "absent_sentence": f"The record says: {self.absence or f'no {self.condition}'}.",
        }
        split: dict[str, object] = {"column": PART}
        if self.training is None:
            split = {"held_out": 0.4}
        lines = [SCHEMA, *_entries(head), "", "[split]", *_entries(split)]
        for column in columns:
            entry: dict[str, object] = {"name": column.name, "label": column.label[:300]}
            if column.unit:
                entry["unit"] = column.unit
            if column.decimals:
                entry["decimals"] = column.decimals
            if column.reference:
                entry["reference"] = list(column.reference)
            if not column.words:
                entry["bounds"] = list(column.range)
            if column.use != "both":
                entry["use"] = column.use
            lines += ["", "[[columns]]", *_entries(entry)]
            if column.words:
                words = ", ".join(f"{code} = {_said(w[:300])}" for code, w in column.words.items())
                lines.append(f"words = {{ {words} }}")
        for name, entries in (("groups", self.groups), ("failure_modes", self.modes)):
            for one in entries:
                said = one.model_dump(mode="json", exclude_defaults=True)
                lines += ["", f"[[{name}]]", *_entries(said)]
        if not self.modes:
            lines += ["", "# Add [[groups]] and [[failure_modes]]: see docs/course-teams/data.md."]
        return "\n".join([*lines, ""])

    def _card(self, columns: Sequence[MadeColumn]) -> str:
        read = [column.label for column in columns if column.use == "both"]
        modes = [
            f"- {mode.title}: {mode.metric.value} in {{{{mode:{mode.id}:inside}}}} of those it "
            f"touches, and in {{{{mode:{mode.id}:outside}}}} of those it is compared with."
            for mode in self.modes
        ]
        known = "\n\n" + "\n".join(modes) if modes else " None is declared yet."
        return (
            f"# Model card: {self.title}\n\n"
            f"**Purpose.** A teaching model. It estimates the probability of {self.condition}. It "
            "exists to be weighed and is not for use in care.\n\n"
            f"**Population.** {' '.join(self.facts)}\n\n"
            f"**Inputs ({len(read)}).** {', '.join(read)}.\n\n"
            "**Estimator.** Random forest, 60 trees, depth 6, fixed seed. AUROC "
            "{{measured:auroc}}. It is right in {{measured:right}} of the held-out patients.\n\n"
            f"**Known failure modes.**{known}\n"
        )

    def _sheet(self, columns: Sequence[MadeColumn]) -> str:
        n, present = len(self.outcome), int(self.outcome.sum())
        rows = [
            f"| `{c.name}` | {c.label} | {c.unit} | {c.values.min():g} to {c.values.max():g} "
            f"| {', '.join(f'{code}: {word}' for code, word in c.words.items())} |"
            for c in columns
        ]
        facts = "\n".join(f"- {fact}" for fact in self.facts)
        return (
            f"# Datasheet: {self.title}\n\n{facts}\n"
            f"- `cohort.csv` holds {n:,} patients, a line each; `{LABEL}` is 1 for the {present:,} "
            f"with {self.condition}.\n\n"
            "| column | what | unit | in this file | codes |\n|---|---|---|---|---|\n"
            + "\n".join(rows)
            + "\n"
        )


def _entries(values: dict[str, object]) -> list[str]:
    return [f"{key} = {_said(value)}" for key, value in values.items()]


def _said(value: object) -> str:
    """A string, a number or a list as TOML writes it; for these JSON is TOML."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "")


def slug(text: str, taken: set[str]) -> str:
    """A column name of letters, digits and _ that is not yet ``taken``; it is then."""
    plain = re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")[:40].strip("_") or "x"
    plain = plain if plain[0].isalpha() else f"c_{plain}"
    name, at = plain, 2
    while name in taken or name in (LABEL, PART):
        name, at = f"{plain}_{at}", at + 1
    taken.add(name)
    return name
