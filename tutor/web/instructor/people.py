"""The people of a class: roster, groups, assistants, links for lost devices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from tutor.core.csv_table import key
from tutor.services.classes.roster_loading import Loaded
from tutor.services.classes.uploads import titles
from tutor.services.local_time import short, zone
from tutor.services.services import Services
from tutor.store.places import Member
from tutor.web.layout.page_sections import PageRequest, Part
from tutor.web.layout.templating import fill

ROLES = (("learner", "Learner"), ("assistant", "Teaching assistant"), ("instructor", "Instructor"))


def listed(
    people: Sequence[Member],
    groups: Mapping[str, str],
    last: Mapping[str, datetime],
    find: str,
    sort: str,
) -> list[Member]:
    """The people in whom what is sought stands, in the order that is wanted."""
    wanted = key(find)

    def group(member: Member) -> str:
        return groups.get(member.group or "", "")

    def texts(member: Member) -> str:
        known = (member.name, member.email, member.number, member.login, group(member))
        return key(" ".join(known))

    def order(member: Member) -> tuple[str, str]:
        at = last.get(member.learner)
        first = {
            "group": key(group(member)),
            "number": key(member.number),
            "last": at.isoformat() if at else "",
            "joined": "1" if member.claimed else "0",
            "listed": "1" if member.listed else "0",
        }
        return first.get(sort, ""), key(member.name)

    return sorted((m for m in people if wanted in texts(m)), key=order)


def part(services: Services) -> Part:
    """``/desk/?view=people``."""
    classes, work = services.classrooms, services.people

    def people(
        ask: PageRequest,
        told: str = "",
        loaded: Loaded | None = None,
        link: tuple[str, str] | None = None,
    ) -> str:
        room = ask.here.get("class", "")
        seen, last = classes.see(ask.caller, room), work.last_patients(ask.caller, room)
        where, named = zone(seen.classroom.time_zone), dict(seen.groups)
        find, sort = ask.here.get("find", ""), ask.here.get("sort", "name")
        person = "" if told or link else ask.here.get("person", "")
        wanted = ask.said("learner") if ask.error else person
        return fill(
            "instructor/people.html",
            ask=ask,
            seen=seen,
            find=find,
            sort=sort,
            chosen=next((m for m in seen.people if m.learner == wanted), None),
            people=listed(seen.people, named, last, find, sort),
            last={learner: short(at, where) for learner, at in last.items()},
            told=told,
            loaded=loaded,
            link=link,
            roles=ROLES,
            groups=[("", "No group"), *seen.groups],
            named=named,
            joined=[("", "Choose")] + [(m.learner, m.name) for m in seen.learners if m.claimed],
            titles=[(one, one) for one in titles("roster", ask.typed)] if ask.error else [],
        )

    def load(ask: PageRequest) -> str:
        done = work.load(ask.caller, ask.here.get("class", ""), ask.typed)
        return people(ask if done.refused else ask.fresh(), loaded=done)

    def add_group(ask: PageRequest) -> str:
        work.add_group(ask.caller, ask.here.get("class", ""), ask.said("group"))
        return people(ask.fresh(), "The group is made.")

    def drop_group(ask: PageRequest) -> str:
        work.drop_group(ask.caller, ask.here.get("class", ""), ask.said("group"))
        return people(ask.fresh(), "The group is gone; its people are in no group.")

    def place(ask: PageRequest) -> str:
        form = {**ask.typed, "groups": ask.chosen("groups")}
        work.place(ask.caller, ask.here.get("class", ""), ask.said("learner"), form)
        return people(ask.fresh(), "Saved.")

    def merge(ask: PageRequest) -> str:
        room = ask.here.get("class", "")
        work.merge(ask.caller, room, ask.said("learner"), ask.said("into"))
        return people(ask.fresh(), "The two places are one now.")

    def remove(ask: PageRequest) -> str:
        work.remove(ask.caller, ask.here.get("class", ""), ask.said("learner"))
        return people(ask.fresh(), "They are out of the class; their work stays theirs.")

    def link(ask: PageRequest) -> str:
        token, name = work.link(ask.caller, ask.here.get("class", ""), ask.said("learner"))
        return people(ask.fresh(), link=(name, f"/signin/?token={token}"))

    return Part(
        {"people": people},
        {
            "load-roster": load,
            "add-group": add_group,
            "drop-group": drop_group,
            "place": place,
            "merge": merge,
            "remove": remove,
            "link": link,
        },
    )
