"""Patients for one assignment alone: prepared in the background, met by whoever it counts for."""

from __future__ import annotations

import shutil
import time
from datetime import timedelta
from pathlib import Path
from threading import Event

import pytest

from tests.services.classes.test_learner_assignments import met
from tutor.errors import BadInput, Forbidden, NotFound
from tutor.lab.bundle import Bundle, fresh_fingerprint, remove_fresh
from tutor.services.classes import fresh_patients
from tutor.services.classes.fresh_patients import SILENT, Wanted, build_wanted

LONGEST = 60  # seconds; a build of the small pack takes about three


@pytest.fixture
def work(school):
    """A draft that wants patients of its own."""
    return school.set(cases=3, publish=False, fresh="on")


@pytest.fixture
def begun(monkeypatch):
    """What is begun in the background instead of being built."""
    wanted = []

    class Never:
        def __init__(self, task, item, limits):
            wanted.append((task, item))

        def result(self, progress):
            progress("train")
            return "No memory is left."

    monkeypatch.setattr(fresh_patients, "Apart", Never)
    return wanted


class Silent:
    """Threads that never run, as of a server that was killed."""

    def __init__(self, begun):
        self.begun = begun

    def __call__(self, **how):
        self.begun.append(how)
        return self

    def start(self):
        pass


def found(school, work):
    return school.services.assignments.see(school.instructor, work.id).assignment


def standing(school, work):
    return school.services.fresh_patients.standing(school.instructor, work.id)


def wait(school, work):
    end = time.monotonic() + LONGEST
    while (at := standing(school, work)) and at.running and time.monotonic() < end:
        time.sleep(0.05)
    return at


def test_they_are_prepared_then_published_and_met_by_what_counts_alone(
    school, work, bundle, database, library
):
    school.services.fresh_patients.publish(school.instructor, work.id)
    assert wait(school, work) is None
    made = found(school, work)
    assert made.published_at
    own = Bundle(library.root / made.parts[0].fresh)
    cy = school.learner("Cy", 1)
    first = met(school, database, cy, work)
    assert first <= {card.case for card in own.assessment}
    practice = {card.case for card in bundle.cards}
    for again in (cy, school.instructor):
        assert met(school, database, again, work) <= practice


def test_what_goes_wrong_is_told_and_nothing_is_published(school, work, begun):
    school.services.fresh_patients.publish(school.instructor, work.id)
    at = wait(school, work)
    assert (at.done, at.total, at.running) == (0, 1, False)
    assert at.problem.endswith("No memory is left.")
    assert found(school, work).published_at is None
    school.services.fresh_patients.publish(school.instructor, work.id)
    assert wait(school, work).problem == at.problem
    assert len(begun) == 2


def test_asked_for_twice_it_is_begun_once_and_given_up_when_nobody_is_heard_of(
    school, work, monkeypatch
):
    begun = []
    monkeypatch.setattr(fresh_patients, "Thread", Silent(begun))
    for _ in range(2):
        school.services.fresh_patients.publish(school.instructor, work.id)
    assert standing(school, work).running
    assert len(begun) == 1
    school.clock.forward(seconds=SILENT.total_seconds() + 1)
    assert "interrupted" in standing(school, work).problem
    school.services.fresh_patients.publish(school.instructor, work.id)
    assert standing(school, work).running


def test_an_assignment_that_was_not_prepared_is_not_published(school, work):
    with pytest.raises(NotFound):
        school.services.assignments.publish(school.instructor, work.id)
    assert found(school, work).published_at is None


def test_only_those_who_may_publish_may_prepare(school, work):
    cy, eve = school.learner("Cy", 1), school.guest(9)
    with pytest.raises(Forbidden):
        school.services.fresh_patients.publish(cy, work.id)
    with pytest.raises(NotFound):
        school.services.fresh_patients.publish(eve, work.id)
    with pytest.raises(Forbidden):
        school.services.fresh_patients.standing(cy, work.id)
    empty = school.set(publish=False, fresh="on", **{f"cases:{school.exercise}": ""})
    with pytest.raises(BadInput, match="at least one exercise"):
        school.services.fresh_patients.publish(school.instructor, empty.id)


def test_a_build_that_cannot_be_is_a_sentence(exercise, tmp_path):
    assert build_wanted(Wanted(exercise, 1, tmp_path), lambda _: None) == (
        "The exercise is not built. Run `equipoise build`."
    )


def test_one_is_prepared_after_another_and_who_waits_is_heard_of(school, work, monkeypatch):
    """However many are published at once, one process works."""
    other = school.set(publish=False, fresh="on", title="Week two")
    free, at_once, most = Event(), [], []

    class Slow:
        def __init__(self, *_):
            at_once.append(self)
            most.append(len(at_once))

        def result(self, progress):
            free.wait(LONGEST)
            at_once.remove(self)
            return "No memory is left."

    monkeypatch.setattr(fresh_patients, "Apart", Slow)
    monkeypatch.setattr(fresh_patients, "WAITING", timedelta(seconds=0.02))
    for one in (work, other):
        school.services.fresh_patients.publish(school.instructor, one.id)
    while not at_once:
        time.sleep(0.01)
    school.clock.forward(seconds=SILENT.total_seconds() - 1)
    time.sleep(0.2)
    school.clock.forward(seconds=2)
    alive = [standing(school, one).running for one in (work, other)]
    assert sorted(alive) == [False, True]  # the one that waits has been heard of meanwhile
    free.set()
    for one in (work, other):
        end = time.monotonic() + LONGEST
        while "memory" not in standing(school, one).problem and time.monotonic() < end:
            time.sleep(0.02)
    assert most == [1, 1]


def test_a_disk_that_is_nearly_full_is_left_to_others(school, work, monkeypatch):
    monkeypatch.setattr(fresh_patients, "LEAST_FREE", 2**62)
    with pytest.raises(BadInput, match="disk is nearly full"):
        school.services.fresh_patients.publish(school.instructor, work.id)
    assert standing(school, work) is None


def test_they_go_with_their_assignment_unless_somebody_met_them(
    school, exercise, bundle, library, monkeypatch
):
    """A copy of the usual bundle stands in for what a build would make."""

    class Copied:
        def __init__(self, _task, item, _limits):
            name = fresh_fingerprint(item.exercise.fingerprint, item.seed)
            shutil.copytree(bundle.directory, library.root / name)

        def result(self, _progress):
            return ""

    monkeypatch.setattr(fresh_patients, "Apart", Copied)
    works = [school.set(cases=1, publish=False, fresh="on", title=t) for t in ("One", "Two")]
    directories = []
    for work in works:
        school.services.fresh_patients.publish(school.instructor, work.id)
        assert wait(school, work) is None
        directories.append(library.root / found(school, work).parts[0].fresh)
    assert all(map(Path.is_dir, directories))
    unmet, met_ = directories
    school.services.assignments.discard(school.instructor, works[0].id)
    assert not unmet.exists()
    school.play(school.learner("Cy", 1), works[1])
    room = school.classroom
    school.services.classrooms.delete(school.instructor, room.id, room.name)
    assert met_.is_dir()
    shutil.rmtree(met_)
    with pytest.raises(ValueError, match="no bundle of fresh patients"):
        remove_fresh(library.root, exercise.fingerprint)
