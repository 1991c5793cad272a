"""The people of a class: roster, groups, assistants, links for lost devices."""

from __future__ import annotations

from tutor.services.roster_loading import Loaded
from tutor.services.services import Services
from tutor.services.uploads import titles
from tutor.web.layout.page_sections import PageRequest, Part
from tutor.web.layout.templating import fill

ROLES = (("learner", "Learner"), ("assistant", "Teaching assistant"), ("instructor", "Instructor"))


def part(services: Services) -> Part:
    """``/desk/?view=people``."""
    classes = services.classrooms

    def people(
        ask: PageRequest,
        told: str = "",
        loaded: Loaded | None = None,
        link: tuple[str, str] | None = None,
    ) -> str:
        seen = classes.see(ask.caller, ask.here.get("class", ""))
        return fill(
            "instructor/people.html",
            ask=ask,
            seen=seen,
            told=told,
            loaded=loaded,
            link=link,
            roles=ROLES,
            groups=[("", "No group"), *seen.groups],
            named=dict(seen.groups),
            joined=[("", "Choose")] + [(m.learner, m.name) for m in seen.learners if m.claimed],
            titles=[(one, one) for one in titles("roster", ask.typed)] if ask.error else [],
        )

    def load(ask: PageRequest) -> str:
        done = classes.load(ask.caller, ask.here.get("class", ""), ask.typed)
        return people(ask if done.refused else ask.fresh(), loaded=done)

    def add_group(ask: PageRequest) -> str:
        classes.add_group(ask.caller, ask.here.get("class", ""), ask.said("group"))
        return people(ask.fresh(), "The group is made.")

    def drop_group(ask: PageRequest) -> str:
        classes.drop_group(ask.caller, ask.here.get("class", ""), ask.said("group"))
        return people(ask.fresh(), "The group is gone; its people are in no group.")

    def place(ask: PageRequest) -> str:
        form = {**ask.typed, "groups": ask.chosen("groups")}
        classes.place(ask.caller, ask.here.get("class", ""), ask.said("learner"), form)
        return people(ask.fresh(), "Saved.")

    def merge(ask: PageRequest) -> str:
        room = ask.here.get("class", "")
        classes.merge(ask.caller, room, ask.said("learner"), ask.said("into"))
        return people(ask.fresh(), "The two places are one now.")

    def remove(ask: PageRequest) -> str:
        classes.remove(ask.caller, ask.here.get("class", ""), ask.said("learner"))
        return people(ask.fresh(), "They are out of the class; their work stays theirs.")

    def link(ask: PageRequest) -> str:
        token, name = classes.link(ask.caller, ask.here.get("class", ""), ask.said("learner"))
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
