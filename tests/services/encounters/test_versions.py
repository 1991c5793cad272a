"""Versions side by side: after an upgrade and without its pack, what was begun is what it was."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path

import pytest

from tests.conftest import LEARNER
from tests.services.play import DECISION, JUDGMENT, KEY, finish, play_set
from tests.services.school import Clock, School, found
from tests.services.versions import DEBRIEF, MANIFEST, MODEL, SECOND, built, copy
from tutor.content.pack import Pack
from tutor.core.encounter import Closed
from tutor.core.reliance.item_analysis import FEWEST
from tutor.errors import BadInput, NotFound
from tutor.lab.bundle import KEPT, is_complete, keep_texts
from tutor.lab.bundle import MANIFEST as SUMS
from tutor.services.accounts.identity import Identity
from tutor.services.encounters.library import Library
from tutor.services.services import Services
from tutor.store.database import Database

QUESTION = "Is this throat bacterial?"
TITLE = "The sore throat"


@dataclass
class Server:
    """One database and one folder of bundles, served with these packs or with those."""

    database: Database
    identity: Identity
    bundles: Path
    clock: Clock = field(default_factory=Clock)

    def services(self, *packs: Pack) -> Services:
        """The services after a restart with ``packs``."""
        return Services(self.database, Library(packs, self.bundles), self.identity, self.clock)


@pytest.fixture(scope="module")
def second(tmp_path_factory) -> Pack:
    """The small pack after a year's work."""
    return copy(tmp_path_factory.mktemp("second") / "small", SECOND)


@pytest.fixture(scope="module")
def both(bundles, second, tmp_path_factory) -> Path:
    """Where both versions were built, one after the other; read only."""
    root = tmp_path_factory.mktemp("both") / "bundles"
    shutil.copytree(bundles, root)
    built(root, second)
    return root


@pytest.fixture
def server(database, identity, both, tmp_path) -> Server:
    """A server on which both versions were built."""
    shutil.copytree(both, tmp_path / "bundles")
    return Server(database, identity, tmp_path / "bundles")


@pytest.fixture
def school(server, small_pack) -> School:
    """A school that began with the first version."""
    return found(server.services(small_pack), server.clock, KEY)


def forget_texts(directory: Path) -> None:
    """Make a bundle one of an earlier Equipoise."""
    (directory / KEPT).unlink()
    sums = json.loads((directory / SUMS).read_text())
    del sums[KEPT]
    (directory / SUMS).write_text(json.dumps(sums))


# --- an upgrade ---------------------------------------------------------------------------------


def test_building_a_second_version_leaves_the_first_as_it_was(bundles, exercise, server, second):
    first, here = bundles / exercise.fingerprint, server.bundles / exercise.fingerprint
    assert second.exercises[0].fingerprint != exercise.fingerprint
    assert {p.name: p.read_bytes() for p in first.iterdir()} == {
        p.name: p.read_bytes() for p in here.iterdir()
    }


def test_an_encounter_in_the_middle_of_an_upgrade_is_finished_as_it_was_begun(
    server, small_pack, second
):
    attempt = server.services(small_pack).practice.enter(LEARNER, KEY)
    practice = server.services(second).practice
    view = practice.view(LEARNER, attempt)
    assert view.exercise.manifest.question == QUESTION
    # pulse is no driver and masked_fever no failure mode of the second version.
    view = practice.commit(LEARNER, attempt, {**JUDGMENT, "drivers": ["pulse"]})
    view = practice.decide(LEARNER, attempt, {**DECISION, "suspected": "masked_fever"})
    assert isinstance(view.stage, Closed)
    assert view.exercise.manifest.question == QUESTION


def test_a_set_begun_before_an_upgrade_ends_on_its_version_and_the_next_is_of_the_new(
    server, small_pack, second
):
    server.services(small_pack).practice.enter(LEARNER, KEY)
    services = server.services(second)
    asked = {view.exercise.manifest.question for view in play_set(services.practice, LEARNER)}
    assert asked == {QUESTION}
    fresh = services.practice.view(LEARNER, services.practice.enter(LEARNER, KEY))
    assert fresh.exercise is second.exercises[0]


def test_a_corrected_text_shows_in_what_was_done_before(server, small_pack, tmp_path):
    attempt = server.services(small_pack).practice.enter(LEARNER, KEY)
    corrected = copy(tmp_path / "small", {MANIFEST: {QUESTION: "Is it bacterial?"}})
    view = server.services(corrected).practice.view(LEARNER, attempt)
    assert view.exercise.manifest.question == "Is it bacterial?"


def test_a_text_that_was_corrected_stays_corrected_after_an_upgrade(
    server, small_pack, second, tmp_path
):
    attempt = server.services(small_pack).practice.enter(LEARNER, KEY)
    corrected = copy(tmp_path / "small", {MANIFEST: {QUESTION: "Is it bacterial?"}})
    keep_texts(server.bundles, corrected.exercises[0])
    view = server.services(second).practice.view(LEARNER, attempt)
    assert view.exercise.manifest.question == "Is it bacterial?"


def test_after_an_upgrade_a_set_is_summed_up_with_the_texts_it_was_played_with(
    server, small_pack, second
):
    *_, last = play_set(server.services(small_pack).practice, LEARNER)
    summary = server.services(second).history.summary(LEARNER, last.shown.set_id)
    assert "A tablet hides the fever" in summary.exercise.texts.debrief
    assert {row.question for row in summary.encounters} == {QUESTION}
    assert summary.again


def test_the_library_tells_only_the_kinds_of_failure_that_were_played(server, small_pack, second):
    list(play_set(server.services(small_pack).practice, LEARNER))
    services = server.services(second)
    (card,) = services.history.cards(LEARNER)
    assert card.met == ("confounding by treatment", "artefact")
    server.clock.forward(days=365)
    list(play_set(services.practice, LEARNER))
    (card,) = services.history.cards(LEARNER)
    assert card.met == ("proxy label", "artefact", "confounding by treatment")


def test_a_running_assignment_stays_on_the_version_it_was_published_with(
    school, server, second, exercise
):
    cy, work = school.learner("Cy", 1), school.set()
    school.play(cy, work, 1)
    school.services = server.services(second)
    dee = school.learner("Dee", 2)
    for caller in (cy, dee, school.instructor):
        attempt = school.services.learner_assignments.begin(caller, work.id, 0)
        view = school.services.practice.view(caller.learner, attempt)
        assert view.shown.ref.fingerprint == exercise.fingerprint
        assert view.exercise.manifest.question == QUESTION
        assert isinstance(finish(school.services.practice, caller.learner, attempt).stage, Closed)
    assert school.set().parts[0].fingerprint == second.exercises[0].fingerprint


def test_a_draft_is_published_with_the_version_of_the_day(school, server, second):
    work = school.set(publish=False)
    school.services = server.services(second)
    made = school.services.assignments.publish(school.instructor, work.id)
    assert made.parts[0].version == "2"


def spoken_of(report):
    return replace(report, modes=tuple(replace(mode, trained_by=()) for mode in report.modes))


def test_after_an_upgrade_reports_speak_of_the_failures_that_were_played(school, server, second):
    work = school.set(cases=4, same_cases="yes")
    people = [school.learner(f"Learner {n}", n) for n in range(1, FEWEST + 1)]
    for caller in people:
        school.play(caller, work)
    before = school.services.class_reports.see(school.instructor, work.id)[1]
    mine = school.services.learner_reports.mine(people[0])
    school.services = server.services(second)
    after = school.services.class_reports.see(school.instructor, work.id)[1]
    for report in (before, after):  # what trains a failure is offered today, in today's words
        assert all(mode.trained_by for mode in report.modes)
    assert spoken_of(after) == spoken_of(before)
    assert {i.exercise for i in after.items} == {TITLE}
    assert all(" with a sore throat" in i.case and i.case.startswith("A ") for i in after.items)
    assert school.services.learner_reports.mine(people[0]) == mine
    assert {kind.kind for kind in mine.kinds} == {"confounding by treatment", "artefact"}


# --- a pack that is gone ------------------------------------------------------------------------


def test_without_its_pack_nothing_new_is_begun(server):
    services = server.services()
    assert services.history.cards(LEARNER) == ()
    with pytest.raises(NotFound, match="no such exercise"):
        services.practice.enter(LEARNER, KEY)


def test_without_its_pack_an_open_attempt_is_finished(server, small_pack):
    attempt = server.services(small_pack).practice.enter(LEARNER, KEY)
    practice = server.services().practice
    assert practice.enter(LEARNER, KEY) == attempt
    closed = finish(practice, LEARNER, attempt)
    assert closed.exercise.manifest.question == QUESTION
    following, done = practice.next(LEARNER, attempt)
    assert not done
    assert practice.view(LEARNER, following).case.story


def test_without_its_pack_what_was_done_is_read_as_before(server, small_pack):
    services = server.services(small_pack)
    attempts = [view.shown.id for view in play_set(services.practice, LEARNER)]
    record = services.history.encounters(LEARNER)
    summary = services.history.summary(LEARNER, record[0].set_id)
    gone = server.services()
    assert gone.history.encounters(LEARNER) == record
    after = gone.history.summary(LEARNER, record[0].set_id)
    assert (after.exercise.manifest, after.exercise.texts, after.evidence) == (
        summary.exercise.manifest,
        summary.exercise.texts,
        summary.evidence,
    )
    assert not after.again
    view = gone.practice.view(LEARNER, attempts[0])
    assert view.ended == services.practice.view(LEARNER, attempts[0]).ended


def test_without_its_pack_a_class_goes_on_and_is_reported_on(school, server):
    work = school.set(cases=2, same_cases="yes")
    people = [school.learner(f"Learner {n}", n) for n in range(1, FEWEST + 1)]
    for caller in people[:-1]:
        school.play(caller, work)
    school.services = server.services()
    (attempt, _) = school.play(people[-1], work)
    school.services.feedback.comment(
        school.instructor, work.id, people[-1].learner, attempt, "Well seen."
    )
    (first, _) = school.services.feedback.mine(people[-1], work.id).work
    assert [c.text for c in first.comments] == ["Well seen."]
    assert first.case.story
    assert school.services.feedback.review(school.instructor, work.id).submission.work
    _, report, _ = school.services.class_reports.see(school.instructor, work.id)
    assert {i.exercise for i in report.items} == {TITLE}
    assert [title for title, *_ in report.benchmarks] == [TITLE]
    mine = school.services.learner_reports.mine(people[0])
    assert [choice.title for choice in mine.exercises] == [TITLE]


def test_without_its_pack_a_draft_says_so_and_a_change_of_dates_still_holds(school, server):
    draft, running = school.set(publish=False), school.set()
    school.services = server.services()
    with pytest.raises(BadInput, match=f"“{TITLE}” is no longer here"):
        school.services.assignments.publish(school.instructor, draft.id)
    form = school.setting(running, due="2026-09-08T09:00")
    made, _ = school.services.assignments.change(school.instructor, running.id, form)
    assert made.parts == running.parts


def test_without_pack_and_bundle_the_record_stays_and_the_rest_is_told_plainly(
    server, small_pack, exercise
):
    *_, last = play_set(server.services(small_pack).practice, LEARNER)
    shutil.rmtree(server.bundles / exercise.fingerprint)
    gone = server.services()
    assert {row.question for row in gone.history.encounters(LEARNER)} == {TITLE}
    for ask in (
        lambda: gone.practice.view(LEARNER, last.shown.id),
        lambda: gone.history.summary(LEARNER, last.shown.set_id),
    ):
        with pytest.raises(NotFound, match="no longer on this server"):
            ask()


# --- a bundle of an earlier Equipoise -----------------------------------------------------------


def test_a_bundle_that_keeps_no_texts_is_whole_and_served(server, small_pack, exercise):
    forget_texts(server.bundles / exercise.fingerprint)
    assert is_complete(server.bundles / exercise.fingerprint)
    practice = server.services(small_pack).practice
    attempt = practice.enter(LEARNER, KEY)
    assert finish(practice, LEARNER, attempt).exercise is small_pack.exercises[0]


def test_todays_texts_stand_in_where_a_bundle_keeps_none(server, small_pack, second, exercise):
    attempt = server.services(small_pack).practice.enter(LEARNER, KEY)
    forget_texts(server.bundles / exercise.fingerprint)
    view = server.services(second).practice.view(LEARNER, attempt)
    assert view.exercise is second.exercises[0]
    with pytest.raises(NotFound, match="no longer on this server"):
        server.services().practice.view(LEARNER, attempt)


def test_texts_that_this_version_cannot_read_are_as_if_none_were_kept(
    server, small_pack, second, exercise
):
    attempt = server.services(small_pack).practice.enter(LEARNER, KEY)
    directory = server.bundles / exercise.fingerprint
    forget_texts(directory)
    (directory / KEPT).write_text('{"pack": "small", "manifest": {"shape": "of the year 2040"}}')
    sums = json.loads((directory / SUMS).read_text())
    sums[KEPT] = sha256((directory / KEPT).read_bytes()).hexdigest()
    (directory / SUMS).write_text(json.dumps(sums))
    view = server.services(second).practice.view(LEARNER, attempt)
    assert view.exercise is second.exercises[0]


# --- two packs ----------------------------------------------------------------------------------


@pytest.mark.parametrize("changes", [{}, {MODEL: {"The culture grew": "On the plate grew"}}])
def test_two_packs_with_a_model_of_the_same_name_are_served_side_by_side(
    server, small_pack, tmp_path, changes
):
    other = copy(
        tmp_path / "other",
        {**changes, "pack.toml": {'id = "small"': 'id = "other"'}, DEBRIEF: {"A tablet": "A pill"}},
    )
    built(server.bundles, other)
    services = server.services(small_pack, other)
    assert [e.key for e in services.library.exercises] == [KEY, "other/throat"]
    said, debriefs = [], []
    for key in (KEY, "other/throat"):
        view = finish(services.practice, LEARNER, services.practice.enter(LEARNER, key))
        said.append(view.ended.case.sentence.partition(" grew")[0])
        debriefs.append(view.exercise.texts.debrief.partition(" hides")[0])
    assert said == ["The culture", "On the plate" if changes else "The culture"]
    assert debriefs == ["A tablet", "A pill"]
    alone = server.services(other).practice
    rows = services.history.encounters(LEARNER)
    kept = [alone.view(LEARNER, row.attempt).exercise.texts.debrief for row in rows]
    assert [text.partition(" hides")[0] for text in kept] == debriefs
