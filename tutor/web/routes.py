"""Which rooms there are, and what each is made of."""

from __future__ import annotations

from tutor.services.house import House
from tutor.web.account import accounts
from tutor.web.account.signin import signin_room
from tutor.web.instructor import assignments, classes, grades, people, progress, review
from tutor.web.layout.page_sections import Room, room_of
from tutor.web.learner import comments, data, home, join
from tutor.web.reports import class_report, learner_report

MINE = (home, join, comments, data, learner_report)
DESK = (classes, people, assignments, progress, grades, class_report, review, accounts)


def rooms(house: House) -> tuple[Room, ...]:
    """Every room: the door, the learner's own, and the desk of those who teach."""
    return (
        signin_room(house.accounts, house.identity),
        room_of("/my", "My assignments", "My assignments", [m.part(house) for m in MINE]),
        room_of("/desk", "Classes", "Classes", [m.part(house) for m in DESK]),
    )
