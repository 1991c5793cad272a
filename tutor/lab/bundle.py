"""A built exercise on disk: what may be seen at each stage lies in a separate file.

Reading a bundle needs neither scikit-learn nor shap. A bundle is written to a temporary
directory and renamed into place, so a killed build leaves nothing that looks finished.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from tutor.content.pack import Exercise
from tutor.core.case import AlgorithmView, CaseCard, Chart, ClosedCase, Evidence
from tutor.core.drawing import Slot, draw, draw_written
from tutor.core.set_plan import Plan
from tutor.errors import BuildError, NotFound
from tutor.lab import case_codec

_DAMAGED = "The bundle {} is damaged. Run `equipoise build`."
WHOLE = ("cards", "evidence")
STAGES = ("shown", "revealed", "closed")
MANIFEST = "complete.json"
_FRESH = re.compile(r"[0-9a-f]+-[0-9a-f]{16}")
Marks = tuple[tuple[str, int, int, int], ...]
FILES = (*(f"{name}.json" for name in WHOLE), *(f"{name}.lines" for name in STAGES))
# Bundles of earlier versions of Equipoise are without these.
KEPT = "exercise.json"
ASSESSMENT = "assessment.json"
LATER = (KEPT, ASSESSMENT)


def fresh_fingerprint(fingerprint: str, seed: int) -> str:
    """The name of the bundle with fresh patients of ``seed`` for a built exercise."""
    of = hashlib.blake2b(f"{fingerprint}/{seed}".encode(), digest_size=8).hexdigest()
    return f"{fingerprint}-{of}"


def remove_fresh(root: Path, name: str) -> None:
    """Delete a bundle of fresh patients, if it is there; it is gone at once or not at all.

    Raises:
        ValueError: it is no bundle of fresh patients. OSError: it cannot be deleted.
    """
    if not _FRESH.fullmatch(name):
        raise ValueError(f"{name} is no bundle of fresh patients.")
    scratch = Path(tempfile.mkdtemp(prefix=f".{name}-", dir=root))
    try:
        with suppress(FileNotFoundError):
            os.replace(root / name, scratch)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    (root / f".{name}.checked").unlink(missing_ok=True)


def write(root: Path, fingerprint: str, parts: Mapping[str, Any]) -> Path:
    """Write a bundle atomically and return its directory.

    ``exercise`` and ``assessment`` may be left out, as bundles of earlier versions did.
    """
    root.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(prefix=f".{fingerprint}-", dir=root))
    files = {f"{name}.json": _json(parts[name]) for name in WHOLE}
    for name in STAGES:
        lines = (f"{case}\t".encode() + _json(value) for case, value in parts[name].items())
        files[f"{name}.lines"] = b"".join(line + b"\n" for line in lines)
    files |= {f: _json(parts[n]) for f in LATER if (n := f.removesuffix(".json")) in parts}
    for file, data in files.items():
        (scratch / file).write_bytes(data)
    sums = {file: hashlib.sha256(data).hexdigest() for file, data in files.items()}
    (scratch / MANIFEST).write_bytes(_json(sums))
    target = root / fingerprint
    while True:
        try:
            os.replace(scratch, target)
            return target
        except OSError:
            if is_complete(target):  # another build was first
                shutil.rmtree(scratch)
                return target
            if not target.is_dir():
                raise
            shutil.rmtree(target, ignore_errors=True)


def keep_texts(root: Path, exercise: Exercise) -> None:
    """Bring what a whole bundle keeps of its exercise up to date: texts may be corrected.

    Each file is replaced at once; killed between the two, the bundle counts as damaged.

    Raises:
        OSError: the bundle cannot be read or written.
    """
    directory, data = root / exercise.fingerprint, _json(exercise.keep())
    if (directory / KEPT).exists() and (directory / KEPT).read_bytes() == data:
        return
    sums = json.loads((directory / MANIFEST).read_bytes())
    sums[KEPT] = hashlib.sha256(data).hexdigest()
    fresh = {name: directory / f".{name}.{os.getpid()}" for name in (KEPT, MANIFEST)}
    fresh[KEPT].write_bytes(data)
    fresh[MANIFEST].write_bytes(_json(sums))
    for name, path in fresh.items():
        path.replace(directory / name)


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def is_complete(directory: Path) -> bool:
    """Whether every file of the bundle is there and as it was written."""
    later = tuple(name for name in LATER if (directory / name).exists())
    try:
        marks = tuple(
            # The time of the last change of any kind cannot be set back, unlike that of writing.
            (name, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_size)
            for name in (MANIFEST, *FILES, *later)
            for stat in [(directory / name).stat()]
        )
    except OSError:
        return False
    return _matches(directory, marks)


@lru_cache(maxsize=1_024)
def _matches(directory: Path, marks: Marks) -> bool:
    """Hold each file against its checksum: once for files that have not changed since.

    What was found whole is noted beside the bundle, so that a later start need not read it all.
    """
    noted = directory.with_name(f".{directory.name}.checked")
    note = _json(marks)
    with suppress(OSError):
        if noted.read_bytes() == note:
            return True
    try:
        sums = json.loads((directory / MANIFEST).read_bytes())
        whole = set(sums) == {name for name, *_ in marks} - {MANIFEST} and all(
            _checksum(directory / file) == written for file, written in sums.items()
        )
    except (OSError, ValueError, TypeError, AttributeError):
        return False
    if whole:
        with suppress(OSError):  # a directory that cannot be written to is read at each start
            noted.write_bytes(note)
    return whole


def _checksum(file: Path) -> str:
    with file.open("rb") as data:
        return hashlib.file_digest(data, "sha256").hexdigest()


class Lines(Mapping[str, Any]):
    """A stage's file, one case a line; a case is read when it is asked for.

    Only where each line lies is kept in memory, so a hundred banks cost no more than one; and the
    case read last, which a step that stores and then shows asks for twice.
    """

    def __init__(self, path: Path) -> None:
        self._places: dict[str, tuple[int, int]] = {}
        at = 0
        with path.open("rb") as file:
            for line in file:
                head = line.index(b"\t") + 1
                self._places[line[: head - 1].decode()] = (at + head, len(line) - head)
                at += len(line)
        self._file = os.open(path, os.O_RDONLY)
        self._last: tuple[str | None, Any] = (None, None)

    def __getitem__(self, case: str) -> Any:
        known, read = self._last
        if known != case:
            start, length = self._places[case]
            read = json.loads(os.pread(self._file, length, start))
            self._last = (case, read)
        return read

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)

    def __del__(self) -> None:
        if hasattr(self, "_file"):
            os.close(self._file)


@dataclass(frozen=True)
class Bundle:
    """A built exercise; each stage's file is opened when that stage is first asked for."""

    directory: Path

    def _whole(self, name: str) -> Any:
        try:
            return json.loads((self.directory / f"{name}.json").read_bytes())
        except (OSError, ValueError) as error:
            raise BuildError(_DAMAGED.format(self.directory.name)) from error

    def _stage(self, name: str) -> Mapping[str, Any]:
        try:
            return Lines(self.directory / f"{name}.lines")
        except (OSError, ValueError) as error:
            raise BuildError(_DAMAGED.format(self.directory.name)) from error

    @cached_property
    def cards(self) -> tuple[CaseCard, ...]:
        """What drawing a set of practice needs to know."""
        return tuple(case_codec.card(row) for row in self._whole("cards"))

    @cached_property
    def assessment(self) -> tuple[CaseCard, ...]:
        """The same for an assignment, whose patients practice never shows.

        Empty in a bundle of an earlier Equipoise, and where too few patients were left.
        """
        if not (self.directory / ASSESSMENT).exists():
            return ()
        return tuple(case_codec.card(row) for row in self._whole("assessment"))

    @cached_property
    def shown(self) -> Mapping[str, Any]:
        """Stage 1, by case."""
        return self._stage("shown")

    @cached_property
    def revealed(self) -> Mapping[str, Any]:
        """Stage 3, by case."""
        return self._stage("revealed")

    @cached_property
    def closed(self) -> Mapping[str, Any]:
        """Stage 5, by case."""
        return self._stage("closed")

    def draw(
        self, plan: Plan, seed: int, seen: Iterable[str] = (), counts: bool = False
    ) -> tuple[Slot, ...]:
        """A set from the bank of practice; one that ``counts``, from that of assignments.

        Raises:
            ContentError: the bank holds too few cases.
        """
        cards = (counts and self.assessment) or self.cards
        if self.measured.recording:
            return draw_written(cards, plan, seed, seen)
        return draw(cards, plan, seed, seen)

    def chart(self, case: str) -> Chart:
        """The patient: all that may be seen before a commitment.

        Raises:
            NotFound: the bank holds no such case. So do the next three.
        """
        return case_codec.chart(find(self.shown, case))

    def algorithm_view(self, case: str) -> AlgorithmView:
        """What may be seen once the learner has committed."""
        return case_codec.algorithm_view(find(self.revealed, case), self.measured.threshold)

    def candidates(self, case: str) -> tuple[str, ...]:
        """The failure modes that could touch the patient."""
        return tuple(find(self.revealed, case)["touched"])

    def closed_case(self, case: str) -> ClosedCase:
        """What may be seen once the learner has decided."""
        return case_codec.closed_case(find(self.closed, case), case not in self._luck)

    @cached_property
    def measured(self) -> Evidence:
        """What was measured of the algorithm as a whole."""
        return case_codec.evidence(self.evidence)

    @cached_property
    def _luck(self) -> frozenset[str]:
        return frozenset(card.case for card in (*self.cards, *self.assessment) if card.luck)

    @cached_property
    def evidence(self) -> Mapping[str, Any]:
        """The exercise's threshold, failure modes and published figures, as measured."""
        return dict(self._whole("evidence"))

    @property
    def exercise(self) -> Exercise | None:
        """The exercise as it was when this was built, read anew each time.

        None in a bundle of an earlier Equipoise, which kept none, and where a manifest said what
        this one does not understand.
        """
        if not (self.directory / KEPT).exists():
            return None
        try:
            return Exercise.kept(self.directory.name, self._whole("exercise"))
        except (KeyError, TypeError, ValueError):
            return None


def find(part: Mapping[str, Any], case: str) -> Any:
    """One case of a stage.

    Raises:
        NotFound: the bank holds no such case.
    """
    try:
        return part[case]
    except KeyError:
        raise NotFound("This case is no longer in the bank. Start a new set.") from None
