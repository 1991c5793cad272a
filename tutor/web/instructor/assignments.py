"""A class's assignments: the list, and the form in which one is made, changed and published."""

from __future__ import annotations

from typing import Any

from tutor.services.classes.assignments import Seen
from tutor.services.local_time import said, typed, zone
from tutor.services.services import Services
from tutor.store.assignments import Assignment
from tutor.web import words
from tutor.web.layout import notices
from tutor.web.layout.page_sections import PageRequest, Part
from tutor.web.layout.templating import fill


def part(services: Services) -> Part:
    """``/desk/?view=assignments`` and ``/desk/?view=assignment``."""
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
        if ask.here.get("id"):
            seen = work.see(ask.caller, ask.here["id"])
            return _form(ask, services, seen.classroom, seen, told)
        found = classes.see(ask.caller, ask.here.get("class", ""))
        return _form(ask, services, found.classroom, None, told)

    def save(ask: PageRequest) -> str:
        if not ask.here.get("id"):
            made = work.make(ask.caller, ask.here.get("class", ""), ask.typed)
            return notices.go_to(f"/desk/?view=assignment&id={made.id}")
        _, whom = work.change(ask.caller, ask.here["id"], ask.typed)
        return edit(ask.fresh(), words.touches(whom.started, whom.finished, whom.waiting))

    def publish(ask: PageRequest) -> str:
        work.publish(ask.caller, ask.here.get("id", ""))
        return edit(ask.fresh(), "Published. Your class sees it among its assignments.")

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
        {"assignments": listed, "assignment": edit},
        {
            "save-assignment": save,
            "publish": publish,
            "discard": discard,
            "give-dates": give,
            "take-dates": take,
        },
    )


def _offered(services: Services, now: Assignment | None) -> list[tuple[str, str]]:
    """Exercises by key with their titles; a running assignment keeps one whose pack is gone."""
    offered = {e.key: e.manifest.title for e in services.library.exercises}
    if now is not None and now.published_at is not None:
        offered |= {p.key: p.title for p in now.parts}
    return list(offered.items())


def _form(
    ask: PageRequest, services: Services, classroom: Any, seen: Seen | None, told: str
) -> str:
    now = seen.assignment if seen else None
    where = zone(classroom.time_zone)
    cases = {part.key: part.cases for part in now.parts} if now else {}
    dates = {
        "opens": typed(now.dates.opens, where) if now else "",
        "due": typed(now.dates.due, where) if now else "",
        "grace": str(int(now.dates.grace.total_seconds() // 60)) if now else "0",
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
    return fill(
        "instructor/assignment.html",
        ask=ask,
        classroom=classroom,
        seen=seen,
        now=now,
        told=told,
        exercises=_offered(services, now),
        cases=cases,
        dates=dates,
        rubric="\n".join(f"{row['name']}: {row['points']:g}" for row in now.rubric) if now else "",
        overrides=overrides,
        whom=[(f"group:{id_}", f"Group {name}") for id_, name in groups.items()]
        + [(f"learner:{id_}", name) for id_, name in names.items()],
    )
