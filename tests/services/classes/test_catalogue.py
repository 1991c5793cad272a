"""What an assignment starts from: templates, copies, exercises with their sample patients."""

from __future__ import annotations

import pytest

from tests.services.school import SETTING
from tutor.core.assignment import OutcomesShown
from tutor.services.classes.assignment_templates import TEMPLATES, from_template, patients_within
from tutor.services.clock import now


def test_sample_patients_are_of_practice_and_looking_stores_nothing(school, bundle, database):
    ben, room = school.instructor, school.classroom.id
    tables = ("practice_set", "attempt", "slot", "learner")

    def stored():
        with database.read() as connection:
            counts = (f"SELECT COUNT(*) FROM {table}" for table in tables)
            return [connection.exec_driver_sql(one).scalar() for one in counts]

    before = stored()
    entry, samples = school.services.catalogue.samples(ben, room, school.exercise)
    assert stored() == before
    assert {one.case for one in samples} <= {card.case for card in bundle.cards}
    assert not {one.case for one in samples} & {card.case for card in bundle.assessment}
    threshold = bundle.measured.threshold
    assert [
        (one.algorithm.probability >= threshold, one.closed.truth.present) for one in samples
    ] == [(True, True), (True, False), (False, True)]
    assert entry.modes == bundle.measured.modes


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template.id)
def test_what_a_template_fills_in_can_be_published_as_it_is(school, exercise, template):
    draft = from_template(template, exercise, school.classroom.id, now())
    form = {
        **SETTING,
        **{"title": draft.title, "guidance": draft.guidance.value, "second": template.second},
        **{f"cases:{part.key}": str(part.cases) for part in draft.parts},
        "outcomes": draft.outcomes.value,
    }
    ben, room = school.instructor, school.classroom.id
    made = school.services.assignments.make(ben, room, form, publishing=True)
    published = school.services.assignments.publish(ben, made.id)
    assert published.cases == (template.patients or patients_within(25, exercise.manifest.minutes))
    of_class = school.services.assignments.of_class(ben, room)
    titles = {one.title: one.published_at is None for one in of_class}
    assert titles == {draft.title: False, **({template.second: True} if template.second else {})}


def test_a_seminar_holds_as_many_patients_as_its_minutes_allow():
    assert [patients_within(25, declared) for declared in (12, 20, 25, 240, 1)] == [
        25,
        15,
        12,
        1,
        60,
    ]


def test_a_copy_is_a_draft_without_dates_with_patients_of_its_own(school):
    work = school.set(due="2026-10-01T08:00", outcomes="due", same_cases="on", points="7")
    made = school.services.assignments.duplicate(school.instructor, work.id)
    assert (made.title, made.published_at, made.dates.due) == ("Week one (copy)", None, None)
    assert (made.outcomes, made.same_cases, made.points) == (OutcomesShown.DUE, True, 7)
    assert (made.cases, made.parts[0].fingerprint) == (work.cases, None)
    assert made.seed != work.seed
