"""A class's assignments: the list, and the form in which one is made, changed and published."""

from __future__ import annotations

from dataclasses import replace

from tutor.core.access import Action
from tutor.errors import BadForm
from tutor.services.classes.assignment_copy import blank
from tutor.services.classes.assignment_detail import AssignmentDetail
from tutor.services.classes.assignment_templates import from_template, template
from tutor.services.classes.session_plan import read_session
from tutor.services.clock import now
from tutor.services.local_time import said, typed, zone
from tutor.services.services import Services
from tutor.store.assignments import Assignment
from tutor.store.classes import Classroom
from tutor.web import words
from tutor.web.instructor.publication import preparing, sentences
from tutor.web.layout import notices
from tutor.web.layout.page_sections import PageRequest, Part, keeping_typed
from tutor.web.layout.templating import fill

# What an address says has just been done, and how it is told.
DONE = {
    "duplicated": "This is the copy. It is a draft without dates.",
    "saved": "The draft is saved. Only staff see it.",
    "published": "Published. Your class sees it among its assignments.",
}


def part(services: Services) -> Part:
    """``/desk/?view=assignments``, ``assignment`` and ``publication``."""
    work, classes = services.assignments, services.classrooms

    def listed(ask: PageRequest) -> str:
        found = classes.see(ask.caller, ask.here.get("class", ""))
        where = zone(found.classroom.time_zone)
        rows = [
            (one, said(one.dates.due, where))
            for one in work.of_class(ask.caller, found.classroom.id)
        ]
        return fill("instructor/assignments.html", ask=ask, seen=found, rows=rows)

    def edit(ask: PageRequest, told: str = "") -> str:
        told = told or ("" if ask.error else DONE.get(ask.here.get("done", ""), ""))
        if ask.here.get("id"):
            seen = work.see(ask.caller, ask.here["id"])
            return _form(ask, services, seen.classroom, seen, told)
        found = classes.see(ask.caller, ask.here.get("class", ""))
        return _form(ask, services, found.classroom, None, told)

    def duplicate(ask: PageRequest) -> str:
        made = work.duplicate(ask.caller, ask.here.get("id", ""))
        return notices.go_to(f"/desk/?view=assignment&id={made.id}&done=duplicated")

    def save(ask: PageRequest) -> str:
        if not ask.here.get("id"):
            made = work.make(ask.caller, ask.here.get("class", ""), ask.typed)
            return notices.go_to(f"/desk/?view=assignment&id={made.id}&done=saved")
        made, whom = work.change(ask.caller, ask.here["id"], ask.typed)
        if made.published_at is None:
            return edit(ask.fresh(), DONE["saved"])
        return edit(ask.fresh(), words.touches(whom.started, whom.finished, whom.waiting))

    def review(ask: PageRequest) -> str:
        id_ = ask.here.get("id", "")
        if id_:
            work.change(ask.caller, id_, ask.typed, publishing=True)
        else:
            room = ask.here.get("class", "")
            id_ = work.make(ask.caller, room, ask.typed, publishing=True).id
        return notices.go_to(f"/desk/?view=publication&id={id_}")

    def publication(ask: PageRequest) -> str:
        seen = work.see(ask.caller, ask.here.get("id", ""))
        standing = services.fresh_patients.standing(ask.caller, seen.assignment.id)
        return fill(
            "instructor/publication.html",
            ask=ask,
            seen=seen,
            sentences=sentences(seen, services.library),
            standing=standing,
            preparing=preparing(standing) if standing else "",
        )

    def publish(ask: PageRequest) -> str:
        id_ = ask.here.get("id", "")
        if work.see(ask.caller, id_, Action.EDIT_ASSIGNMENT).assignment.fresh:
            services.fresh_patients.publish(ask.caller, id_, ask.typed)
            return publication(ask.fresh())
        work.publish(ask.caller, id_, ask.typed)
        return notices.go_to(f"/desk/?view=assignment&id={id_}&done=published")

    def discard(ask: PageRequest) -> str:
        room = work.discard(ask.caller, ask.here.get("id", ""))
        return notices.go_to(f"/desk/?view=assignments&class={room}")

    def give(ask: PageRequest) -> str:
        work.give_dates(ask.caller, ask.here.get("id", ""), ask.said("whom"), ask.typed)
        return edit(ask.fresh(), "The other dates hold from now on.")

    def take(ask: PageRequest) -> str:
        work.take_dates(ask.caller, ask.here.get("id", ""), ask.said("override"))
        return edit(ask.fresh(), "The usual dates hold again.")

    return Part(
        {"assignments": listed, "assignment": edit, "publication": publication},
        {
            "save-assignment": keeping_typed(save, edit),
            "review-publication": keeping_typed(review, edit),
            "duplicate": duplicate,
            "publish": keeping_typed(publish, publication),
            "refresh-publication": publication,
            "discard": discard,
            "give-dates": give,
            "take-dates": take,
        },
    )


def _offered(services: Services, stored: Assignment | None) -> list[tuple[str, str]]:
    """Exercises by key with their titles; a running assignment keeps one whose pack is gone."""
    if stored is not None and stored.published_at is not None:
        return [(part.key, part.title) for part in stored.parts]
    return [(e.key, e.manifest.title) for e in services.library.exercises]


def _gone(services: Services, stored: Assignment | None) -> list[str]:
    """The titles of a draft's exercises that are no longer on this server."""
    if stored is None or stored.published_at is not None:
        return []
    offered = {exercise.key for exercise in services.library.exercises}
    return [part.title for part in stored.parts if part.key not in offered]


def _start(ask: PageRequest, services: Services, classroom: Classroom) -> tuple[Assignment, str]:
    """What a new assignment starts from: a template if the address names one; its second title."""
    chosen, exercises = template(ask.here.get("template", "")), services.library.exercises
    if chosen is None or not exercises:
        return blank(classroom.id, now()), ""
    key = ask.here.get("exercise", "")
    exercise = next((one for one in exercises if one.key == key), exercises[0])
    try:
        session = read_session(ask.here)
    except BadForm:
        return from_template(chosen, exercise, classroom.id, now()), chosen.second
    planned = from_template(chosen, exercise, classroom.id, now(), session.work)
    return replace(planned, guidance=session.guidance), chosen.second


def _form(
    ask: PageRequest,
    services: Services,
    classroom: Classroom,
    seen: AssignmentDetail | None,
    told: str,
) -> str:
    stored = seen.assignment if seen else None
    start, second = (stored, "") if stored else _start(ask, services, classroom)
    where = zone(classroom.time_zone)
    dates = {
        "opens": typed(start.dates.opens, where),
        "due": typed(start.dates.due, where),
        "grace": str(int(start.dates.grace.total_seconds() // 60)),
    }
    names = {m.learner: m.name for m in seen.learners} if seen else {}
    groups = dict(seen.groups) if seen else {}
    overrides = [
        (
            o.id,
            names.get(o.learner or "", "") or groups.get(o.group or "", ""),
            said(o.override.opens, where),
            said(o.override.due, where),
            o.override.grace,
        )
        for o in (seen.overrides if seen else ())
    ]
    offered = _offered(services, stored)
    return fill(
        "instructor/assignment.html",
        ask=ask,
        classroom=classroom,
        seen=seen,
        now=stored,
        v=start,
        second=second,
        told=told,
        exercises=offered,
        quantities=[f"cases:{key}" for key, _ in offered],
        due_says=said(start.dates.due, where) or "No due date",
        gone=_gone(services, stored),
        cases={part.key: part.cases for part in start.parts},
        dates=dates,
        rubric="\n".join(f"{row['name']}: {row['points']:g}" for row in start.rubric),
        overrides=overrides,
        whom=[(f"group:{id_}", f"Group {name}") for id_, name in groups.items()]
        + [(f"learner:{id_}", name) for id_, name in names.items()],
    )
