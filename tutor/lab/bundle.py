"""A built exercise on disk: what may be seen at each stage lies in a separate file.

Reading a bundle needs neither scikit-learn nor shap. A bundle is written to a temporary
directory and renamed into place, so a killed build leaves nothing that looks finished.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from tutor.core.case import CaseCard, Cell
from tutor.errors import BuildError, NotFound

FILES = ("cards", "shown", "revealed", "closed", "evidence")
MANIFEST = "complete.json"


def write(root: Path, fingerprint: str, parts: Mapping[str, Any]) -> Path:
    """Write a bundle atomically and return its directory."""
    root.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(prefix=f".{fingerprint}-", dir=root))
    sums: dict[str, str] = {}
    for name in FILES:
        data = json.dumps(parts[name], ensure_ascii=False, separators=(",", ":")).encode()
        sums[name] = hashlib.sha256(data).hexdigest()
        (scratch / f"{name}.json").write_bytes(data)
    (scratch / MANIFEST).write_text(json.dumps(sums), encoding="utf-8")
    target = root / fingerprint
    if target.exists():
        shutil.rmtree(target)
    os.replace(scratch, target)
    return target


def is_complete(directory: Path) -> bool:
    """Whether every file of the bundle is there and as it was written."""
    try:
        sums = json.loads((directory / MANIFEST).read_text(encoding="utf-8"))
        return all(
            hashlib.sha256((directory / f"{name}.json").read_bytes()).hexdigest() == sums[name]
            for name in FILES
        )
    except (OSError, ValueError, KeyError):
        return False


@dataclass(frozen=True)
class Bundle:
    """A built exercise; each stage's file is read when that stage is first asked for."""

    directory: Path

    def _part(self, name: str) -> Any:
        try:
            return json.loads((self.directory / f"{name}.json").read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise BuildError(
                f"The bundle {self.directory.name} is damaged. Run `equipoise build`."
            ) from error

    @cached_property
    def cards(self) -> tuple[CaseCard, ...]:
        """What drawing a set needs to know."""
        return tuple(
            CaseCard(row["case"], Cell(row["right"], row["present"]), row["kind"])
            for row in self._part("cards")
        )

    @cached_property
    def shown(self) -> Mapping[str, Any]:
        """Stage 1, by case."""
        return dict(self._part("shown"))

    @cached_property
    def revealed(self) -> Mapping[str, Any]:
        """Stage 3, by case."""
        return dict(self._part("revealed"))

    @cached_property
    def closed(self) -> Mapping[str, Any]:
        """Stage 5, by case."""
        return dict(self._part("closed"))

    @cached_property
    def evidence(self) -> Mapping[str, Any]:
        """The exercise's threshold, failure modes and published figures, as measured."""
        return dict(self._part("evidence"))


def find(part: Mapping[str, Any], case: str) -> Any:
    """One case of a stage.

    Raises:
        NotFound: the bank holds no such case.
    """
    try:
        return part[case]
    except KeyError:
        raise NotFound("This case is no longer in the bank. Start a new set.") from None
