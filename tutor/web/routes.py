"""Which rooms there are, and what each is made of."""

from __future__ import annotations

from tutor.services.services import Services
from tutor.web.account import accounts, platforms, server
from tutor.web.account.signin import signin_room
from tutor.web.encounter.page import encounter_room
from tutor.web.instructor import (
    assignments,
    catalogue,
    classes,
    gradebook,
    grades,
    people,
    progress,
    review,
    schedule,
    session_plan,
    student_view,
)
from tutor.web.instructor import messages as class_messages
from tutor.web.layout.page_sections import Room, room_of
from tutor.web.learner import comments, data, home, join, messages
from tutor.web.learner.library import library_room
from tutor.web.learner.record import record_room
from tutor.web.reports import class_report, comparison, guide, learner_report, seminar

MINE = (home, join, comments, messages, data, learner_report)
DESK = (
    *(
        classes,
        people,
        assignments,
        catalogue,
        student_view,
        schedule,
        session_plan,
        progress,
        gradebook,
        grades,
    ),
    *(
        class_report,
        class_messages,
        review,
        comparison,
        seminar,
        guide,
        accounts,
        platforms,
        server,
    ),
)


def rooms(services: Services) -> tuple[Room, ...]:
    """Every room: encounter, record, the door, one's own, the desk of those who teach, library."""
    return (
        encounter_room(services),
        record_room(services),
        signin_room(services.accounts, services.identity),
        room_of("/my", "My assignments", "My assignments", [m.part(services) for m in MINE]),
        room_of(
            "/desk",
            "Classes",
            "Classes",
            [m.part(services) for m in DESK],
            back=("/desk/", "My classes"),
        ),
        library_room(services),
    )
