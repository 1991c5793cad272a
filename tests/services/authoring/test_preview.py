"""A preview's state: what is saved, what is shown, what is built meanwhile, what is told."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from threading import Event, Thread

import pytest

from tests.content.packs import replace, second_exercise
from tutor.errors import ContentError, NotFound
from tutor.lab.process_pool import quiet
from tutor.services.authoring.preview import Preview
from tutor.services.authoring.saves import marks, watch

INTRO = "exercises/throat/intro.md"
MANIFEST = "exercises/throat/exercise.toml"
MODEL = "models/throat/model.py"
STORY = ("with a sore throat", "whose throat is sore")


def wait_for(holds: Callable[[], bool]) -> None:
    """Until it does."""
    deadline = time.monotonic() + 120
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_saved_text_leaves_the_bundle_as_it_is(
    draft: Path, draft_bundles: Path, preview: Preview
) -> None:
    def files() -> dict[str, tuple[int, int]]:
        stats = {str(p): p.stat() for p in draft_bundles.rglob("*")}
        return {name: (stat.st_ino, stat.st_mtime_ns) for name, stat in stats.items()}

    before, exercise = files(), preview.sight.exercise
    replace(draft / INTRO, "**many** causes", "a new sentence")
    preview.read()
    assert preview.sight.exercise
    assert exercise
    assert preview.sight.exercise.fingerprint == exercise.fingerprint
    assert preview.sight.exercise.texts.intro != exercise.texts.intro
    assert files() == before


@pytest.mark.long
def test_a_model_that_cannot_be_built_keeps_the_last_good_version(
    draft: Path, preview: Preview
) -> None:
    before = preview.sight.exercise
    replace(draft / MODEL, "def simulate(n", "def simulate(nobody, n")
    preview.read()
    assert preview.sight.building == 0
    wait_for(lambda: preview.sight.building is None)
    assert not preview.sight.current
    assert preview.sight.exercise == before
    (problem,) = preview.sight.problems
    assert problem.file == MODEL
    assert "TypeError" in problem.what


def test_a_fault_at_the_start_is_told_and_waited_for(draft: Path, draft_bundles: Path) -> None:
    whole = (draft / MANIFEST).read_bytes()
    replace(draft / MANIFEST, "minutes = 5", "minutes = ")
    early = Preview(draft, "throat", draft_bundles)
    early.start(quiet)
    assert early.sight.exercise is None
    assert early.sight.problems[0].file == MANIFEST
    (draft / MANIFEST).write_bytes(whole)
    early.read()
    assert early.sight.exercise is not None
    early.stop()


def test_an_unknown_exercise_is_refused_with_those_there_are(
    draft: Path, draft_bundles: Path
) -> None:
    second_exercise(draft)
    with pytest.raises(NotFound, match="There is cough, throat"):
        Preview(draft, "nose", draft_bundles).start(quiet)


def test_a_directory_that_is_no_pack_is_refused(draft_bundles: Path, tmp_path: Path) -> None:
    with pytest.raises(ContentError, match="is not a pack"):
        Preview(tmp_path, "throat", draft_bundles).start(quiet)


@pytest.mark.long
def test_a_text_saved_during_a_build_is_shown_with_it(draft: Path, preview: Preview) -> None:
    replace(draft / MODEL, *STORY)
    preview.read()
    replace(draft / INTRO, "**many** causes", "a new sentence")
    preview.read()
    assert preview.sight.building is not None
    wait_for(lambda: preview.sight.current)
    assert preview.sight.exercise
    assert "a new sentence" in preview.sight.exercise.texts.intro


@pytest.mark.long
def test_code_taken_back_during_a_build_ends_it(draft: Path, preview: Preview) -> None:
    whole = (draft / MODEL).read_bytes()
    replace(draft / MODEL, *STORY)
    preview.read()
    (draft / MODEL).write_bytes(whole)
    preview.read()
    assert preview.sight.current
    wait_for(lambda: preview.sight.claims is not None)
    assert preview.sight.current


@pytest.mark.long
def test_a_claim_that_does_not_hold_is_told(draft: Path, preview: Preview) -> None:
    replace(draft / MODEL, "published=0.35", "published=0.75")
    replace(draft / MODEL, "(0.3, 0.4)", "(0.7, 0.8)")
    preview.read()
    wait_for(lambda: preview.sight.claims is not None)
    assert preview.sight.current
    assert preview.sight.claims == {
        "modes": {"masked_fever": True, "warm_runner": True},
        "figures": {"share": False},
    }
    assert [problem.where for problem in preview.sight.unproved] == ["figure share"]


@pytest.mark.parametrize("file", ["pack.toml", INTRO, MANIFEST, MODEL, "models/throat/new.csv"])
def test_a_save_is_noticed(file: str, draft: Path) -> None:
    saved, stop = Event(), Event()
    thread = Thread(target=watch, args=(draft, marks(draft), saved.set, stop), daemon=True)
    thread.start()
    scratch = draft / "scratch"
    scratch.write_text("Another text.")
    os.replace(scratch, draft / file)  # as many editors save
    assert saved.wait(30)
    stop.set()
    thread.join(60)


def test_what_python_leaves_behind_is_no_save(draft: Path) -> None:
    before = marks(draft)
    cache = draft / "models" / "throat" / "__pycache__"
    cache.mkdir()
    (cache / "model.cpython-311.pyc").write_bytes(b"compiled")
    assert marks(draft) == before
