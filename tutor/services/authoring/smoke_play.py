"""A robot plays an exercise as a learner would, before a learner does.

It meets a case of each cell under each guidance, and one without the algorithm; it commits, decides
and closes, in a database of its own, and reads every page that it is shown.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

from markupsafe import escape

from tutor.content.manifest import PackManifest
from tutor.content.pack import Exercise, Pack
from tutor.core.case import Cell
from tutor.core.drawing import CELLS, Slot
from tutor.core.encounter import CHANGE, KEEP, NO_MODE, Closed, Revealed, Shown
from tutor.core.set_plan import Guidance
from tutor.errors import EquipoiseError
from tutor.lab import bundle
from tutor.services.encounters.encounter_view import View
from tutor.services.encounters.library import Library
from tutor.services.encounters.new_set import new_set
from tutor.services.encounters.practice import Practice
from tutor.store import practice_sets as set_store
from tutor.store.database import Database, sqlite_url
from tutor.store.practice_sets import PracticeSet

Draw = Callable[[View], str]
ROBOT = "g_robot"
_TAG = re.compile(r"<[^>]*>")
_SENTENCE = re.compile(r"(?<=\.) (?=[A-Z])")
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


def walk(exercise: Exercise, parts: Mapping[str, Any], draw: Draw) -> list[str]:
    """What stood in the robot's way, one sentence each; ``draw`` makes the page of a view.

    ``parts`` is what :func:`tutor.lab.build.compute` makes of the exercise, all cells filled.
    """
    slots = _slots(parts["cards"])
    mine = {slot.case for slot in slots}
    few = {
        **parts,
        "cards": [card for card in parts["cards"] if card["case"] in mine],
        "assessment": [],
        **{stage: {c: parts[stage][c] for c in mine} for stage in bundle.STAGES},
    }
    with tempfile.TemporaryDirectory(prefix="equipoise-walk-") as directory:
        root = Path(directory)
        bundle.write(root, exercise.fingerprint, few)
        (root / "walk.db").write_bytes(_migrated())
        database = Database(sqlite_url(root / "walk.db"))
        try:
            robot = _Robot(exercise, database, root, draw)
            return list(dict.fromkeys(robot.play(slots)))
        except EquipoiseError as error:
            return [f"The robot could not go on: {error}"]
        finally:
            database.close()


@cache
def _migrated() -> bytes:
    """A database without a row, as a file: to make its tables takes longer than to play in them."""
    with tempfile.TemporaryDirectory(prefix="equipoise-walk-") as directory:
        path = Path(directory) / "empty.db"
        Database(sqlite_url(path)).close()
        return path.read_bytes()


def _slots(cards: list[dict[str, Any]]) -> tuple[Slot, ...]:
    """A case of each cell under each guidance, one without the algorithm, and one of luck."""
    wanted = [(cell, guidance, True) for cell, guidance in product(CELLS, Guidance)]
    wanted.append((CELLS[0], Guidance.LISTED, False))
    pools = {
        cell: iter([c["case"] for c in cards if not _luck(c) and _flags(c) == cell])
        for cell in CELLS
    }
    if any(
        sum(not _luck(c) and _flags(c) == cell for c in cards)
        < sum(asked == cell for asked, *_ in wanted)
        for cell in CELLS
    ):
        return _few_slots([card["case"] for card in cards][: len(wanted)])
    slots = [
        Slot(at, next(pools[cell]), guidance, aided)
        for at, (cell, guidance, aided) in enumerate(wanted)
    ]
    lucky = [c["case"] for c in cards if _luck(c)][:1]
    return (*slots, *(Slot(len(slots), case, Guidance.LISTED, True) for case in lucky))


def _few_slots(cases: list[str]) -> tuple[Slot, ...]:
    """Of a small bank each case once; the guidances in turn, the last without the algorithm."""
    guidances, last = list(Guidance), len(cases) - 1
    return tuple(
        Slot(at, case, guidances[at % len(guidances)], at != last) for at, case in enumerate(cases)
    )


def _flags(card: Mapping[str, Any]) -> Cell:
    return Cell(card["right"], card["present"])


def _luck(card: Mapping[str, Any]) -> bool:
    return bool(card.get("luck", False))


class _Robot:
    """One learner, one set, and what was said on the way."""

    def __init__(self, exercise: Exercise, database: Database, root: Path, draw: Draw) -> None:
        self._exercise = exercise
        self._database = database
        self._draw = draw
        alone = PackManifest(id=exercise.pack, title="-", version="-", licence="-", authors=("-",))
        self._library = Library([Pack(alone, root, (exercise,))], root)
        self._practice = Practice(database, self._library, clock=lambda: _EPOCH)

    def play(self, slots: tuple[Slot, ...]) -> Iterator[str]:
        """Every case in turn; yields what is wrong with its pages."""
        entered = self._enter(slots)
        for slot in slots:
            with self._database.write() as connection:
                attempt = self._practice.go_on(connection, entered)
            yield from self._case(attempt, slot)

    def _enter(self, slots: tuple[Slot, ...]) -> PracticeSet:
        entered = new_set(self._exercise, self._bundle, ROBOT, len(slots), _EPOCH)
        with self._database.write() as connection:
            set_store.ensure_learner(connection, ROBOT, _EPOCH)
            set_store.add_set(connection, entered, slots)
        return entered

    @property
    def _bundle(self) -> bundle.Bundle:
        return self._library.bundle(self._exercise.fingerprint)

    def _case(self, attempt: str, slot: Slot) -> Iterator[str]:
        """Enter, commit, decide, close: each page holds what is its own and nothing later."""
        sentence = self._bundle.closed_case(slot.case).sentence
        truth, *rest = _SENTENCE.split(_words(str(escape(sentence))))
        view = self._practice.view(ROBOT, attempt)
        page = _words(self._draw(view))
        if not isinstance(view.stage, Shown):
            yield f"The case {slot.case} does not begin with the patient alone."
        told = truth in page
        if told:
            yield f"What is told at the end stands on the first page: {sentence!r}."
        view = self._practice.commit(ROBOT, attempt, self._judgment(slot))
        page = _words(self._draw(view))
        if slot.aided:
            if not isinstance(view.stage, Revealed):
                yield f"The case {slot.case} is not revealed once the robot has committed."
            if truth in page and not told:
                yield f"What is told at the end stands beside the algorithm's view: {sentence!r}."
            view = self._practice.decide(ROBOT, attempt, self._decision(slot))
            page = _words(self._draw(view))
        if not isinstance(view.stage, Closed) or not all(part in page for part in (truth, *rest)):
            yield f"The case {slot.case} does not end with what was true."

    def _judgment(self, slot: Slot) -> dict[str, Any]:
        drivers = self._exercise.manifest.drivers
        return {
            "probability": str(5 + 90 * slot.position // 13),
            "certainty": str(1 + slot.position % 3),
            "drivers": [drivers[slot.position % len(drivers)]],
            "reason": "A robot's.",
        }

    def _decision(self, slot: Slot) -> dict[str, Any]:
        """Each failure mode is suspected in turn, and none at times."""
        suspects = [NO_MODE, *(mode.id for mode in self._bundle.measured.modes)]
        return {
            "keep": KEEP if slot.position % 3 else CHANGE,
            "final": "" if slot.position % 3 else "50",
            "suspected": suspects[slot.position % len(suspects)],
        }


def _words(page: str) -> str:
    """What is read on a page, one space between two words."""
    return " ".join(_TAG.sub(" ", page).split())
