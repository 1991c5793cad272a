"""Which rooms there are, and what each is made of."""

from __future__ import annotations

from tutor.services.house import House
from tutor.web.desk import accounts, assignments, classes, grades, people, progress, report, review
from tutor.web.my import comments, data, home, join
from tutor.web.my import report as my_report
from tutor.web.rooms import Room, room_of
from tutor.web.signin import signin_room

MINE = (home, join, comments, data, my_report)
DESK = (classes, people, assignments, progress, grades, report, review, accounts)


def rooms(house: House) -> tuple[Room, ...]:
    """Every room: the door, the learner's own, and the desk of those who teach."""
    return (
        signin_room(house.accounts, house.identity),
        room_of("/my", "My assignments", "My assignments", [m.part(house) for m in MINE]),
        room_of("/desk", "Classes", "Classes", [m.part(house) for m in DESK]),
    )
