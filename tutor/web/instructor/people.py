"""The people of a class: list, groups, assistants, links, and what was done to them last."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlencode

from tutor.core.csv_table import key
from tutor.errors import BadForm
from tutor.services.classes.identifiers import place_version
from tutor.services.classes.place_merging import COUNTS
from tutor.services.classes.roster_loading import Loaded
from tutor.services.classes.selection import GROUP, MERGE, NO_GROUP, REMOVE, WHO, Selection
from tutor.services.classes.uploads import titles
from tutor.services.local_time import short, zone
from tutor.services.services import Services
from tutor.store.places import Member
from tutor.web.instructor import change_text
from tutor.web.layout.page_sections import PageRequest, Part, keeping_typed
from tutor.web.layout.templating import fill

ROLES = (("learner", "Learner"), ("assistant", "Teaching assistant"), ("instructor", "Instructor"))
# So many people stand on one page of the list.
PAGE = 500


@dataclass(frozen=True)
class Outcome:
    """What an act came to, to be shown with the page.

    ``link`` is a name and an address; ``confirm`` an action that waits to be confirmed.
    """

    told: str = ""
    loaded: Loaded | None = None
    link: tuple[str, str] | None = None
    invitation: tuple[str, str] | None = None
    confirm: Selection | None = None
    new_link: Member | None = None
    ticked: Sequence[str] = ()
    cancelled: bool = False


NOTHING = Outcome()


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


def page_of(found: Sequence[Member], asked: str) -> tuple[int, Sequence[Member]]:
    """The page of the list that is asked for, counted from 1, and who stands on it."""
    pages = max(1, -(-len(found) // PAGE))
    number = min(max(int(asked), 1), pages) if asked.isdecimal() and len(asked) < 6 else 1
    return number, found[(number - 1) * PAGE : number * PAGE]


def actions(seen_groups: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """What can be done with several people."""
    return [
        ("", "Choose"),
        *((f"{GROUP}{id_}", f"Put in the group “{name}”") for id_, name in seen_groups),
        (NO_GROUP, "Take out of their group"),
        (MERGE, "Merge two places into one"),
        (REMOVE, "Take out of the class"),
    ]


def part(services: Services) -> Part:
    """``/desk/?view=people``."""
    work, changes = services.people, services.changes

    def people(ask: PageRequest, outcome: Outcome = NOTHING) -> str:
        room = ask.here.get("class", "")
        seen, last = work.see(ask.caller, room), work.last_patients(ask.caller, room)
        where, named = zone(seen.classroom.time_zone), dict(seen.groups)
        find, sort = ask.here.get("find", ""), ask.here.get("sort", "name")
        person = ask.here.get("person", "") if outcome is NOTHING else ""
        wanted = ask.said("learner") if ask.error else person
        found = listed(seen.people, named, last, find, sort)
        number, shown = page_of(found, ask.here.get("part", ""))
        may = seen.place.role == "instructor"
        ticked = set(outcome.ticked or ask.chosen(WHO))
        if ask.here.get("select") == "all" and not ask.typed:
            ticked = {member.learner for member in shown}
        recent = changes.recent(ask.caller, room) if may and outcome.confirm is None else ()
        here = {"view": "people", "class": room, "find": find, "sort": sort}
        return fill(
            "instructor/people.html",
            ask=ask,
            seen=seen,
            may=may,
            find=find,
            sort=sort,
            here=f"/desk/?{urlencode({k: v for k, v in here.items() if v})}",
            chosen=next((m for m in seen.people if m.learner == wanted), None),
            people=shown,
            found=len(found),
            page=number,
            size=PAGE,
            ticked=ticked,
            actions=actions(seen.groups),
            last={learner: short(at, where) for learner, at in last.items()},
            outcome=outcome,
            changes=[(c, change_text.done(c.entry, named), where) for c in recent],
            short=short,
            roles=ROLES,
            version=place_version,
            groups=[("", "No group"), *seen.groups],
            named=named,
            joined=[("", "Choose")] + [(m.learner, m.name) for m in seen.learners if m.claimed],
            titles=[(one, one) for one in titles("roster", ask.typed)] if ask.error else [],
        )

    def room_of(ask: PageRequest) -> str:
        return ask.here.get("class", "")

    def load(ask: PageRequest) -> str:
        done = work.load(ask.caller, room_of(ask), ask.typed)
        return people(ask if done.refused else ask.fresh(), Outcome(loaded=done))

    def add_group(ask: PageRequest) -> str:
        work.add_group(ask.caller, room_of(ask), ask.said("group"))
        return people(ask.fresh(), Outcome("The group is made."))

    def drop_group(ask: PageRequest) -> str:
        work.drop_group(ask.caller, room_of(ask), ask.said("group"))
        return people(ask.fresh(), Outcome("The group is gone; its people are in no group."))

    def place(ask: PageRequest) -> str:
        form = {**ask.typed, "groups": ask.chosen("groups")}
        work.place(ask.caller, room_of(ask), ask.said("learner"), form)
        return people(ask.fresh(), Outcome("Saved."))

    def select(ask: PageRequest) -> str:
        seen, who = work.see(ask.caller, room_of(ask)), ask.chosen(WHO)
        if ask.said("everyone"):
            find = ask.here.get("find", "")
            found = listed(seen.people, dict(seen.groups), {}, find, "")
            who = [member.learner for member in found]
        chosen = work.select(ask.caller, room_of(ask), ask.said("do"), who)
        return people(ask.fresh(), Outcome(confirm=chosen))

    def keep_selection(ask: PageRequest) -> str:
        return people(ask.fresh(), Outcome(ticked=ask.chosen(WHO), cancelled=True))

    def move(ask: PageRequest) -> str:
        who = ask.chosen(WHO)
        work.move(ask.caller, room_of(ask), who, ask.said("group"))
        return people(ask.fresh(), Outcome(change_text.moved(len(who), bool(ask.said("group")))))

    def merge(ask: PageRequest) -> str:
        kept, into = ask.said("kept"), ask.said("into")
        fields = [name for name in ask.typed if name.startswith(COUNTS)]
        counts = {name.removeprefix(COUNTS): ask.said(name) for name in fields}
        try:
            work.merge(ask.caller, room_of(ask), kept, into, counts)
        except BadForm as error:
            asked = work.select(ask.caller, room_of(ask), MERGE, (kept, into))
            return people(replace(ask, error=error), Outcome(confirm=asked))
        return people(ask.fresh(), Outcome("The two places are one now."))

    def remove(ask: PageRequest) -> str:
        who = ask.chosen(WHO)
        work.remove(ask.caller, room_of(ask), who)
        return people(ask.fresh(), Outcome(change_text.removed(len(who))))

    def undo(ask: PageRequest) -> str:
        made = changes.undo(ask.caller, room_of(ask), ask.said("change"))
        return people(ask.fresh(), Outcome(change_text.undone(made)))

    def ask_link(ask: PageRequest) -> str:
        found = work.linkable(ask.caller, room_of(ask), ask.said("learner"))
        return people(ask.fresh(), Outcome(new_link=found))

    def link(ask: PageRequest) -> str:
        token, name = work.link(ask.caller, room_of(ask), ask.said("learner"))
        return people(ask.fresh(), Outcome(link=(name, f"/signin/?token={token}")))

    def invite(ask: PageRequest) -> str:
        form = {**ask.typed, "looks_after": ask.chosen("looks_after")}
        token, name = work.invite(ask.caller, room_of(ask), form)
        return people(ask.fresh(), Outcome(invitation=(name, f"/signin/?token={token}")))

    return Part(
        {"people": people},
        {
            "load-roster": keeping_typed(load, people),
            "add-group": add_group,
            "drop-group": drop_group,
            "place": keeping_typed(place, people, "version"),
            "select-people": select,
            "keep-selection": keep_selection,
            "move-people": move,
            "merge-people": merge,
            "remove-people": remove,
            "undo-change": undo,
            "ask-link": ask_link,
            "link": link,
            "invite-assistant": invite,
        },
    )
