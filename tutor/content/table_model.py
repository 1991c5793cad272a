"""A teaching model without a line of Python: ``model.toml`` and ``cohort.csv`` → TeachingModel."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

import numpy as np

from tutor.content import source_positions
from tutor.content.cohort_csv import read_cohort
from tutor.content.files import read_manifest
from tutor.content.pack import COHORT, TABLE, Problem
from tutor.content.rules import Rule
from tutor.content.table_manifest import Group, TableColumn, TableManifest
from tutor.errors import ContentError
from tutor.kit.evidence import FailureMode, Metric, Retrain
from tutor.kit.features import Feature
from tutor.kit.tables import HELD_OUT, TRAINING, Predicate, TableCohort, forest
from tutor.kit.teaching import TeachingModel, everyone

_FIELD = re.compile(r"\{([^{}]*)\}")
Row = Mapping[str, float]


def table_model(folder: Path) -> TeachingModel:
    """The teaching model of ``folder``.

    Raises:
        ContentError: it cannot be used; every problem is said.
    """
    problems: list[Problem] = []
    model = read_table(folder.parents[1], folder, problems)
    if model is None:
        raise ContentError("\n".join(str(problem) for problem in problems))
    return model


def read_table(root: Path, folder: Path, problems: list[Problem]) -> TeachingModel | None:
    """The teaching model, or None and what is wrong with it."""
    manifest = read_manifest(root, folder / TABLE, TableManifest, problems)
    if manifest is None:
        return None
    name = str((folder / TABLE).relative_to(root))
    text = (folder / TABLE).read_text(encoding="utf-8")
    told = [
        Problem(
            name,
            where,
            what,
            mend,
            source_positions.of_key(text, _loc(where)),
            rule=Rule.TABLE_MANIFEST,
        )
        for where, what, mend in _wrong(manifest)
    ]
    if not told:
        file = str((folder / COHORT).relative_to(root))
        cohort = read_cohort(folder, file, manifest)
        if isinstance(cohort, TableCohort):
            return model_of(manifest, cohort)
        told = cohort
    problems += told
    return None


def _loc(where: str) -> list[str | int]:
    """``columns.0`` as pydantic would name it."""
    return [int(part) if part.isdigit() else part for part in where.split(".")]


def digest(folder: Path) -> str:
    """A digest of everything such a model computes from."""
    sums = [hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in (TABLE, COHORT)]
    return "\0".join(sums)


def _wrong(manifest: TableManifest) -> list[tuple[str, str, str]]:
    """What the manifest says against itself: (where, what, how to mend it)."""
    found = []
    names = [column.name for column in manifest.columns]
    outcomes = {manifest.label, manifest.outcome}
    for at, column in enumerate(manifest.columns):
        where = f"columns.{at}"
        if names.index(column.name) != at:
            found.append((where, f"{column.name!r} is declared twice.", "Declare it once."))
        if column.name in outcomes:
            mend = "Take it out: label and truth are never shown."
            found.append((where, f"{column.name!r} is the label or the truth.", mend))
    for use, what in (("algorithm", "the algorithm reads"), ("learner", "the learner sees")):
        count = sum(column.use in ("both", use) for column in manifest.columns)
        if count < 2:
            mend = f'Give use = "{use}" or "both" to more columns.'
            found.append(("columns", f"{what.capitalize()} {count} columns.", mend))
    for at, story in enumerate(manifest.stories):
        for name in _FIELD.findall(story):
            if name not in names:
                there = ", ".join(names)
                what = f"The story names {{{name}}}; there is {there}."
                found.append((f"stories.{at}", what, "Correct the name."))
    return [*found, *_wrong_predicates(manifest)]


def _wrong_predicates(manifest: TableManifest) -> list[tuple[str, str, str]]:
    found, known = [], {group.id for group in manifest.groups}
    for at, group in enumerate(manifest.groups):
        mend = "Write comparisons of columns, joined by and, or, not."
        try:
            _groups(manifest, at + 1)
        except ContentError as error:
            found.append((f"groups.{at}.where", str(error), mend))
            break
        if group.id in {column.name for column in manifest.columns}:
            what = f"{group.id!r} is the name of a column too."
            found.append((f"groups.{at}.id", what, "Give it another."))
    for at, mode in enumerate(manifest.failure_modes):
        for field in ("group", "compared_with"):
            if (name := getattr(mode, field)) not in known:
                there = ", ".join(sorted(known)) or "none"
                what = f"There is no group {name!r}; there is {there}."
                found.append((f"failure_modes.{at}.{field}", what, "Add it to [[groups]]."))
        if unknown := {*mode.also_reads} - {column.name for column in manifest.columns}:
            what = f"{min(unknown)!r} is no column that is declared."
            found.append((f"failure_modes.{at}.also_reads", what, "Correct the name."))
    if manifest.scope and not found:
        try:
            _scope(manifest)
        except ContentError as error:
            found.append(("scope", str(error), "Write it as a group's `where`."))
    return found


def _words(manifest: TableManifest) -> dict[str, dict[str, int]]:
    columns = {
        column.name: {word: code for code, word in column.words.items()}
        for column in manifest.columns
    }
    return {**columns, manifest.label: {}, manifest.outcome: {}}


def _groups(manifest: TableManifest, first: int | None = None) -> dict[str, Predicate]:
    """The groups by id; each may name those before it."""
    found: dict[str, Predicate] = {}
    for group in manifest.groups[:first]:
        found[group.id] = Predicate.of(group.where, _words(manifest), dict(found))
    return found


def _scope(manifest: TableManifest) -> Predicate:
    return Predicate.of(manifest.scope or "", _words(manifest), _groups(manifest))


def model_of(manifest: TableManifest, cohort: TableCohort) -> TeachingModel:
    """The teaching model that the two describe."""
    features = {column.name: _feature(column) for column in manifest.columns}
    uses = {column.name: column.use for column in manifest.columns}
    size = manifest.estimator
    return TeachingModel(
        id=manifest.id,
        title=manifest.title,
        condition=manifest.condition,
        absence=manifest.absence,
        simulate=cohort,
        label=manifest.label,
        truth=manifest.outcome,
        features=tuple(f for name, f in features.items() if uses[name] in ("both", "algorithm")),
        findings=tuple(f for name, f in features.items() if uses[name] in ("both", "learner")),
        estimator=partial(forest, size.trees, size.depth, size.leaf),
        threshold=manifest.threshold,
        failure_modes=_modes(manifest),
        twins=(),
        figures=(),
        story=_story(manifest, features),
        truth_sentence=partial(_truth_sentence, manifest),
        scope=_scope(manifest) if manifest.scope else everyone,
        training={"part": TRAINING},
        deployment={"part": HELD_OUT},
        training_size=cohort.size(TRAINING),
        held_out_size=cohort.size(HELD_OUT),
        alert_says=manifest.alert_says,
        silent_says=manifest.silent_says,
        structural=False,
    )


def _feature(column: TableColumn) -> Feature:
    return Feature(
        column=column.name,
        label=column.label,
        unit=column.unit,
        decimals=column.decimals,
        reference=column.reference,
        bounds=column.bounds,
        words=dict(column.words),
        short=column.short,
        note=column.note,
    )


def _modes(manifest: TableManifest) -> tuple[FailureMode, ...]:
    masks = _groups(manifest)
    groups = {group.id: group for group in manifest.groups}
    return tuple(
        FailureMode(
            id=mode.id,
            kind=mode.kind,
            title=mode.title,
            sentence=mode.sentence,
            mechanism=mode.mechanism,
            metric=mode.metric,
            touches=masks[mode.group],
            compared_with=masks[mode.compared_with],
            inside=_counted(manifest, groups[mode.group], mode.metric),
            outside=_counted(manifest, groups[mode.compared_with], mode.metric),
            undo=Retrain(also_reads=mode.also_reads) if mode.also_reads else None,
        )
        for mode in manifest.failure_modes
    )


def _counted(manifest: TableManifest, group: Group, metric: Metric) -> str:
    """Those of a group among whom a metric counts: with the condition, or without it."""
    if metric is Metric.MISSES:
        return group.says_present or f"{group.says} ({manifest.condition})"
    return group.says_absent or f"{group.says} ({manifest.absence})"


def _story(
    manifest: TableManifest, features: Mapping[str, Feature]
) -> Callable[[Row, np.random.Generator], str]:
    def story(row: Row, stream: np.random.Generator) -> str:
        text = manifest.stories[int(stream.integers(len(manifest.stories)))]
        return _FIELD.sub(lambda match: features[match[1]].say(row[match[1]]), text)

    return story


def _truth_sentence(manifest: TableManifest, row: Row) -> str:
    return manifest.present_sentence if row[manifest.outcome] else manifest.absent_sentence
