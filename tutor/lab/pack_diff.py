"""What changes for learners between two versions of a pack.

Manifests and texts are compared as they are read. Only where something changed that cases are
computed from are both versions built, each in processes with the pack's limits, and their bundles
compared: who is in the bank, what the algorithm says of them, what was measured.
"""

from __future__ import annotations

import json
import zipfile
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from pathlib import Path, PurePosixPath
from typing import Any

from tutor.content.entry_points import locate
from tutor.content.loading import load
from tutor.content.pack import Exercise, Pack, Problem
from tutor.errors import ContentError
from tutor.lab.build import build
from tutor.lab.bundle import Bundle, is_complete
from tutor.lab.process_pool import Progress, cores, quiet

TEXTS = ("intro", "debrief", "guide", "card")
# What learners read or work with; the rest of a manifest is for authors.
SHOWN = ("title", "question", "asks", "action", "blurb", "minutes", "discipline", "form", "drivers")
SMALL = 0.005  # a share that moves by less is the same for a learner


@dataclass(frozen=True)
class KeyChange:
    """A key of the manifest that learners meet, before and after."""

    key: str
    before: str
    after: str


@dataclass(frozen=True)
class TextChange:
    """A text and how many of its lines are new or gone."""

    text: str
    added: int
    removed: int


@dataclass(frozen=True)
class RateChange:
    """A measured number before and after, by name; None on one side where it was not measured."""

    name: str
    before: float | None
    after: float | None


@dataclass(frozen=True)
class PatientChange:
    """The patients of both banks by what became of them.

    ``advice``: the chart is the same, and the algorithm now says something else. ``outcome``: the
    chart is the same, and the truth is another one.
    """

    same: int
    advice: int
    outcome: int
    gone: int
    new: int


@dataclass(frozen=True)
class ExerciseDiff:
    """What changed in one exercise; ``computed`` where its cases or its algorithm may have.

    ``problem`` says why the two could not be compared.
    """

    id: str
    title: str
    versions: tuple[str, str]
    fingerprints: tuple[str, str]
    keys: tuple[KeyChange, ...] = ()
    texts: tuple[TextChange, ...] = ()
    patients: PatientChange | None = None
    numbers: tuple[RateChange, ...] = ()
    modes_added: tuple[str, ...] = ()
    modes_removed: tuple[str, ...] = ()
    problem: Problem | None = None

    @property
    def computed(self) -> bool:
        """Whether what cases are computed from has changed."""
        return self.fingerprints[0] != self.fingerprints[1]

    @property
    def is_empty(self) -> bool:
        """Whether nothing changes for a learner."""
        return not (self.computed or self.keys or self.texts)


@dataclass(frozen=True)
class PackDiff:
    """Two versions of a pack; ``problems`` are those of either that keep an exercise out."""

    pack: str
    versions: tuple[str, str]
    added: tuple[str, ...]
    removed: tuple[str, ...]
    exercises: tuple[ExerciseDiff, ...]
    problems: tuple[Problem, ...] = field(default=())


def unpacked(named: str, into: Path) -> Path:
    """The directory of a pack that is named as a directory, a wheel or an installed pack.

    A wheel is unpacked ``into`` a directory of its own.

    Raises:
        ContentError: it is none of these, or the wheel holds no pack.
    """
    path = Path(named).expanduser()
    if path.suffix != ".whl":
        return locate(named)
    try:
        with zipfile.ZipFile(path) as wheel:
            wheel.extractall(into)
    except (OSError, zipfile.BadZipFile) as error:
        raise ContentError(f"{named} cannot be read as a wheel: {error}.") from error
    found = sorted(into.glob("**/pack.toml"), key=lambda one: len(PurePosixPath(one).parts))
    if not found:
        raise ContentError(f"{named} holds no pack: there is no pack.toml in it.")
    return found[0].parent


@dataclass(frozen=True)
class Bundles:
    """Where bundles are: ``built`` ones of a server, and a ``scratch`` directory for others."""

    built: Path
    scratch: Path

    def of(self, exercise: Exercise) -> Bundle | None:
        """The bundle of an exercise; None where there is none yet."""
        for root in (self.built, self.scratch):
            if is_complete(root / exercise.fingerprint):
                return Bundle(root / exercise.fingerprint)
        return None

    def build(self, pack: Pack, changed: Collection[str], step: Progress) -> dict[str, Problem]:
        """Build what is missing of the ``changed`` exercises; why not, by exercise."""
        todo = [e for e in pack.exercises if e.manifest.id in changed and self.of(e) is None]
        if not todo:
            return {}
        # With one worker or more, code of the pack runs in processes of its own.
        built = build(replace(pack, exercises=tuple(todo)), self.scratch, step, max(1, cores()))
        return {one.exercise.manifest.id: one.problem for one in built if one.problem}


def compare(old: Path, new: Path, bundles: Bundles, step: Progress = quiet) -> PackDiff:
    """Compare the packs in two directories; ``step`` hears each step of what must be built.

    Raises:
        ContentError: one of the two is no pack.
    """
    (before, first), (after, second) = load(old), load(new)
    olds, news = _by_id(before), _by_id(after)
    both = [name for name in news if name in olds]
    changed = {name for name in both if olds[name].fingerprint != news[name].fingerprint}
    failed = bundles.build(before, changed, step) | bundles.build(after, changed, step)
    found = [_exercise(olds[name], news[name], bundles, failed.get(name)) for name in both]
    return PackDiff(
        after.manifest.id,
        (before.manifest.version, after.manifest.version),
        tuple(news[name].manifest.title for name in news if name not in olds),
        tuple(olds[name].manifest.title for name in olds if name not in news),
        tuple(one for one in found if not one.is_empty),
        (*first, *second),
    )


def _by_id(pack: Pack) -> dict[str, Exercise]:
    return {exercise.manifest.id: exercise for exercise in pack.exercises}


def _exercise(
    old: Exercise, new: Exercise, bundles: Bundles, problem: Problem | None
) -> ExerciseDiff:
    plain: dict[str, Any] = {
        "id": new.manifest.id,
        "title": new.manifest.title,
        "versions": (old.manifest.version, new.manifest.version),
        "fingerprints": (old.fingerprint, new.fingerprint),
        "keys": tuple(_keys(old, new)),
        "texts": tuple(_texts(old, new)),
    }
    before, after = bundles.of(old), bundles.of(new)
    if old.fingerprint == new.fingerprint or before is None or after is None:
        return ExerciseDiff(**plain, problem=problem)
    return ExerciseDiff(**plain, **_bundles(before, after))


def _keys(old: Exercise, new: Exercise) -> Iterator[KeyChange]:
    before, after = (
        one.manifest.model_dump(mode="json", include={*SHOWN, "ethics"}) for one in (old, new)
    )
    for key in (*SHOWN, "ethics"):
        if before[key] != after[key]:
            yield KeyChange(key, _plain(before[key]), _plain(after[key]))


def _plain(value: Any) -> str:
    if isinstance(value, dict):
        return str(value.get("question", value))
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _texts(old: Exercise, new: Exercise) -> Iterator[TextChange]:
    for name in TEXTS:
        before, after = (getattr(one.texts, name).splitlines() for one in (old, new))
        if before == after:
            continue
        steps = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
        changed = [step for step in steps if step[0] != "equal"]
        yield TextChange(
            name, sum(j - i for *_, i, j in changed), sum(j - i for _, i, j, *_ in changed)
        )


def _bundles(old: Bundle, new: Bundle) -> dict[str, Any]:
    before, after = old.measured, new.measured
    modes = [{mode.id: mode.title for mode in one.modes} for one in (before, after)]
    return {
        "patients": _patients(old, new),
        "numbers": tuple(_moved(_numbers(old), _numbers(new))),
        "modes_added": tuple(title for id_, title in modes[1].items() if id_ not in modes[0]),
        "modes_removed": tuple(title for id_, title in modes[0].items() if id_ not in modes[1]),
    }


def _patients(old: Bundle, new: Bundle) -> PatientChange:
    """The patients matched by their charts; of charts that are alike as many as both have."""
    before, after = (_by_chart(bundle) for bundle in (old, new))
    kept = Counter[str]()
    for chart in before.keys() & after.keys():
        pairs = min(len(before[chart]), len(after[chart]))
        for (said, truth), (says, true) in zip(before[chart], after[chart], strict=False):
            kept["outcome" if truth != true else "advice" if said != says else "same"] += 1
        kept["matched"] += pairs
    sizes = [sum(map(len, charts.values())) for charts in (before, after)]
    gone, new_ones = (size - kept["matched"] for size in sizes)
    return PatientChange(kept["same"], kept["advice"], kept["outcome"], gone, new_ones)


def _by_chart(bundle: Bundle) -> dict[str, list[tuple[str, bool]]]:
    """By what is seen of a patient: the algorithm's answer as it is read, and the truth."""
    found: dict[str, list[tuple[str, bool]]] = {}
    for card in (*bundle.cards, *bundle.assessment):
        chart = json.dumps(bundle.shown[card.case], sort_keys=True).replace(card.case, "")
        said = f"{bundle.algorithm_view(card.case).probability:.3f}"
        found.setdefault(chart, []).append((said, bundle.closed_case(card.case).truth.present))
    return {chart: sorted(cases) for chart, cases in found.items()}


def _numbers(bundle: Bundle) -> dict[str, float]:
    """What was measured, by the name under which a course team knows it."""
    evidence = bundle.evidence
    found = {"decision line": float(evidence["threshold"])}
    if "right" in evidence:
        found["share in which the algorithm is right"] = float(evidence["right"])
    for mode in bundle.measured.modes:
        if mode.inside is None or mode.outside is None:
            continue  # its authors describe it; nothing was measured
        found[f"{mode.title}: {mode.metric} of those it touches"] = float(mode.inside.value)
        found[f"{mode.title}: {mode.metric} of the others"] = float(mode.outside.value)
    for figure in bundle.measured.figures:
        found[f"figure: {figure.label}"] = float(figure.ours.value)
    return found


def _moved(before: Mapping[str, float], after: Mapping[str, float]) -> Iterator[RateChange]:
    for name in dict.fromkeys([*before, *after]):
        first, second = before.get(name), after.get(name)
        if first is None or second is None or abs(first - second) >= SMALL:
            yield RateChange(name, first, second)
