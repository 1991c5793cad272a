"""A learner's record: what they have done."""

from __future__ import annotations

from itertools import groupby

from tutor.services.encounters.history import Encounter
from tutor.services.services import Services
from tutor.web.layout.page_sections import PageRequest, Room
from tutor.web.layout.templating import fill
from tutor.web.learner.rows import row
from tutor.web.learner.summary import summary


def withheld() -> str:
    """A set is done, and its outcomes wait for the class's date."""
    return fill("learner/withheld.html")


def archive(
    encounters: tuple[Encounter, ...], finished: frozenset[str], may_ask: bool = False
) -> str:
    """A learner's encounters, newest set first; ``finished`` sets can be summed up.

    Who is in a class ``may_ask`` about each patient.
    """
    by_set = [(k, list(g)) for k, g in groupby(encounters, key=lambda e: e.set_id)]
    groups = [
        {
            "set_id": set_id,
            "title": rows[0].title,
            "when": f"{rows[-1].at:%-d %B %Y}",
            "summary": set_id in finished,
            "rows": [row(one) for one in rows],
        }
        for set_id, rows in reversed(by_set)
    ]
    return fill("learner/record.html", groups=groups, count=len(encounters), may_ask=may_ask)


def record_room(services: Services) -> Room:
    """What a learner has done; with ``?set=`` one finished set, summed up."""
    record = services.history

    def reflect(ask: PageRequest) -> str:
        shared = bool(ask.said("shared"))
        set_id = ask.here.get("set", "")
        services.reflections.write(ask.caller, set_id, ask.said("reflection"), shared)
        return show(ask.fresh())

    def delete_reflection(ask: PageRequest) -> str:
        services.reflections.delete(ask.caller, ask.here.get("set", ""))
        return show(ask.fresh())

    def show(ask: PageRequest) -> str:
        learner, asked = ask.caller.learner, ask.here.get("set")
        if asked and record.waits(learner, asked):
            return withheld()
        if asked:
            found = record.summary(learner, asked)
            return summary(found, services.reflections.mine(ask.caller, asked), ask)
        may_ask = bool(services.questions.asking(ask.caller).classrooms)
        return archive(record.encounters(learner), record.finished(learner), may_ask)

    acts = {"reflect": reflect, "delete-reflection": delete_reflection}
    return Room("/record", "My record", "My record", show, acts, door=("", "Reload this page"))
