"""What can be practised is what is built and whole; old versions stay readable while there."""

from __future__ import annotations

import shutil
from dataclasses import replace

import pytest

from tests.conftest import LEARNER
from tests.services.play import DECISION, JUDGMENT, KEY
from tutor.core.encounter import Closed
from tutor.errors import NotFound
from tutor.services.encounters.history import History
from tutor.services.encounters.library import Library
from tutor.services.encounters.practice import Practice


@pytest.fixture
def root(bundles, tmp_path):
    """Bundles of one's own."""
    shutil.copytree(bundles, tmp_path / "bundles")
    return tmp_path / "bundles"


@pytest.fixture
def newer(small_pack, exercise, root):
    """The pack after an update: another fingerprint, built."""
    updated = replace(exercise, fingerprint="0" * 24)
    shutil.copytree(root / exercise.fingerprint, root / updated.fingerprint)
    return replace(small_pack, exercises=(updated,))


def test_a_built_exercise_is_there_by_its_key(library, exercise):
    assert library.exercises == (exercise,)
    assert library.exercise(KEY) is exercise


def test_an_exercise_that_is_not_built_is_not_listed(small_pack, tmp_path):
    library = Library([small_pack], tmp_path)
    assert library.exercises == ()
    with pytest.raises(NotFound):
        library.exercise(KEY)


def test_an_exercise_whose_bundle_is_damaged_is_not_listed(small_pack, root, exercise):
    (root / exercise.fingerprint / "closed.lines").unlink()
    assert Library([small_pack], root).exercises == ()


def test_a_set_begun_before_an_update_is_finished_on_its_own_version(
    database, small_pack, root, newer
):
    before = Practice(database, Library([small_pack], root))
    attempt = before.enter(LEARNER, KEY)
    shown = before.view(LEARNER, attempt)
    after = Practice(database, Library([newer], root))
    assert after.enter(LEARNER, KEY) == attempt
    assert after.view(LEARNER, attempt).case == shown.case
    after.commit(LEARNER, attempt, JUDGMENT)
    assert isinstance(after.decide(LEARNER, attempt, DECISION).stage, Closed)


def test_without_the_old_version_a_new_set_is_begun_and_the_record_stays(
    database, small_pack, root, newer, exercise
):
    before = Practice(database, Library([small_pack], root))
    attempt = before.enter(LEARNER, KEY)
    before.commit(LEARNER, attempt, JUDGMENT)
    before.decide(LEARNER, attempt, DECISION)
    shutil.rmtree(root / exercise.fingerprint)
    library = Library([newer], root)
    after = Practice(database, library)
    with pytest.raises(NotFound, match="earlier version"):
        after.view(LEARNER, attempt)
    fresh = after.enter(LEARNER, KEY)
    assert after.view(LEARNER, fresh).shown.position == 0
    assert [row.attempt for row in History(database, library).encounters(LEARNER)] == [attempt]
