"""My classes, and one class's settings: name, code, end, next term."""

from __future__ import annotations

from tutor.core.access import Action, Relation, allowed
from tutor.services.local_time import zones
from tutor.services.services import Services
from tutor.web.layout import notices
from tutor.web.layout.page_sections import PageRequest, Part, keeping_typed
from tutor.web.layout.templating import fill


def part(services: Services) -> Part:
    """``/desk/`` and ``/desk/?view=class``."""
    classes = services.classrooms

    def mine(ask: PageRequest) -> str:
        return fill(
            "instructor/classes.html",
            ask=ask,
            rows=classes.mine(ask.caller),
            may_make=allowed(ask.caller.role, Action.CREATE_CLASS, Relation.NONE),
            may_manage=allowed(ask.caller.role, Action.MANAGE_ACCOUNTS, Relation.NONE),
            zones=[(name, name.replace("_", " ")) for name in zones()],
        )

    def settings(ask: PageRequest, told: str = "") -> str:
        seen = classes.see(ask.caller, ask.here.get("class", ""))
        names = [(name, name.replace("_", " ")) for name in zones()]
        return fill("instructor/class.html", ask=ask, seen=seen, told=told, zones=names)

    def make(ask: PageRequest) -> str:
        made = classes.make(ask.caller, ask.said("name"), ask.said("time_zone"))
        return notices.go_to(f"/desk/?view=class&class={made.id}")

    def change(ask: PageRequest) -> str:
        classes.change(ask.caller, ask.here.get("class", ""), ask.typed)
        return settings(ask.fresh(), "Saved.")

    def new_code(ask: PageRequest) -> str:
        classes.new_code(ask.caller, ask.here.get("class", ""))
        return settings(ask.fresh(), "A new code. The old one lets nobody in any more.")

    def let_in(ask: PageRequest) -> str:
        is_open = ask.said("open") == "yes"
        classes.let_in(ask.caller, ask.here.get("class", ""), is_open)
        return settings(
            ask.fresh(), "The code lets people in." if is_open else "Nobody new can join."
        )

    def archive(ask: PageRequest) -> str:
        ended = ask.said("ended") == "yes"
        classes.archive(ask.caller, ask.here.get("class", ""), ended)
        return settings(ask.fresh(), "The class has ended." if ended else "The class runs again.")

    def again(ask: PageRequest) -> str:
        made = classes.again(ask.caller, ask.here.get("class", ""), ask.said("again"))
        return notices.go_to(f"/desk/?view=assignments&class={made.id}")

    def delete(ask: PageRequest) -> str:
        classes.delete(ask.caller, ask.here.get("class", ""), ask.said("confirm"))
        return notices.go_to("/desk/")

    return Part(
        {"": mine, "class": settings},
        {
            "create-class": make,
            "change-class": keeping_typed(change, settings),
            "new-code": new_code,
            "let-in": let_in,
            "archive": archive,
            "again": again,
            "delete-class": delete,
        },
    )
