"""My classes, and one class's settings: name, code, end, next term."""

from __future__ import annotations

from tutor.core.access import Action, Relation, allowed
from tutor.services.house import House
from tutor.services.zones import zones
from tutor.web import views
from tutor.web.rooms import Ask, Part
from tutor.web.templating import fill


def part(house: House) -> Part:
    """``/desk/`` and ``/desk/?view=class``."""
    classes = house.classrooms

    def mine(ask: Ask) -> str:
        return fill(
            "desk_classes.html",
            ask=ask,
            rows=classes.mine(ask.caller),
            may_make=allowed(ask.caller.role, Action.CREATE_CLASS, Relation.NONE),
            may_manage=allowed(ask.caller.role, Action.MANAGE_ACCOUNTS, Relation.NONE),
            zones=[(name, name.replace("_", " ")) for name in zones()],
        )

    def settings(ask: Ask, told: str = "") -> str:
        seen = classes.see(ask.caller, ask.here.get("class", ""))
        names = [(name, name.replace("_", " ")) for name in zones()]
        return fill("desk_class.html", ask=ask, seen=seen, told=told, zones=names)

    def make(ask: Ask) -> str:
        made = classes.make(ask.caller, ask.said("name"), ask.said("time_zone"))
        return views.go_to(f"/desk/?view=class&class={made.id}")

    def change(ask: Ask) -> str:
        classes.change(ask.caller, ask.here.get("class", ""), ask.typed)
        return settings(_fresh(ask), "Saved.")

    def new_code(ask: Ask) -> str:
        classes.new_code(ask.caller, ask.here.get("class", ""))
        return settings(_fresh(ask), "A new code. The old one lets nobody in any more.")

    def let_in(ask: Ask) -> str:
        is_open = ask.said("open") == "yes"
        classes.let_in(ask.caller, ask.here.get("class", ""), is_open)
        return settings(
            _fresh(ask), "The code lets people in." if is_open else "Nobody new can join."
        )

    def archive(ask: Ask) -> str:
        ended = ask.said("ended") == "yes"
        classes.archive(ask.caller, ask.here.get("class", ""), ended)
        return settings(_fresh(ask), "The class has ended." if ended else "The class runs again.")

    def again(ask: Ask) -> str:
        made = classes.again(ask.caller, ask.here.get("class", ""), ask.said("again"))
        return views.go_to(f"/desk/?view=assignments&class={made.id}")

    def delete(ask: Ask) -> str:
        classes.delete(ask.caller, ask.here.get("class", ""), ask.said("confirm"))
        return views.go_to("/desk/")

    return Part(
        {"": mine, "class": settings},
        {
            "create-class": make,
            "change-class": change,
            "new-code": new_code,
            "let-in": let_in,
            "archive": archive,
            "again": again,
            "delete-class": delete,
        },
    )


def _fresh(ask: Ask) -> Ask:
    return Ask(ask.caller, ask.cookie, ask.origin, ask.here)
