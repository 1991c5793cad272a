"""Which rooms there are, and what each is made of."""

from __future__ import annotations

from tutor.services.house import House
from tutor.web.desk import accounts, assignments, classes, grades, people, progress, review
from tutor.web.my import home, join
from tutor.web.rooms import Room, room_of
from tutor.web.signin import signin_room


def rooms(house: House) -> tuple[Room, ...]:
    """Every room: the door, the learner's own, and the desk of those who teach."""
    return (
        signin_room(house.accounts, house.identity),
        room_of("/my", "My assignments", "My assignments", (home.part(house), join.part(house))),
        room_of(
            "/desk",
            "Classes",
            "Classes",
            tuple(
                made.part(house)
                for made in (classes, people, assignments, progress, grades, review, accounts)
            ),
        ),
    )
