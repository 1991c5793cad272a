"""The gradebook of a class, and the page of one grade: how it came about, and how it changed."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from tutor.services.classes.gradebook_rows import BY_NAME, GradebookFilter
from tutor.services.local_time import said, short, zone
from tutor.services.services import Services
from tutor.web.grading_text import came_about
from tutor.web.layout import notices
from tutor.web.layout.page_sections import PageRequest, Part
from tutor.web.layout.templating import fill

NOTHING_TO_GRADE = "No other grade is still to be given."


def wanted_of(here: Mapping[str, str]) -> GradebookFilter:
    """What an address asks of the gradebook, whatever it says."""
    page = here.get("page", "")
    return GradebookFilter(
        find=here.get("find", "")[:200],
        group=here.get("group", ""),
        sort=here.get("sort", "") or BY_NAME,
        descending=here.get("down", "") == "yes",
        ungraded=here.get("ungraded", "") == "yes",
        page=int(page) if page.isascii() and page.isdigit() and len(page) < 6 else 1,
    )


def address(classroom: str, wanted: GradebookFilter, **other: object) -> str:
    """The address of a gradebook like ``wanted``, with ``other`` fields of it changed."""
    asked = {
        "find": wanted.find,
        "group": wanted.group,
        "sort": "" if wanted.sort == BY_NAME else wanted.sort,
        "down": "yes" if wanted.descending else "",
        "ungraded": "yes" if wanted.ungraded else "",
        "page": "",
        **other,
    }
    query = {"view": "gradebook", "class": classroom, **{k: v for k, v in asked.items() if v}}
    return "/desk/?" + urlencode(query)


def cell_address(assignment: str, learner: str) -> str:
    """The address of one grade's page."""
    return "/desk/?" + urlencode({"view": "grade", "id": assignment, "learner": learner})


def part(services: Services) -> Part:
    """``/desk/?view=gradebook`` and ``/desk/?view=grade``."""
    books, grades = services.gradebooks, services.grades

    def book(ask: PageRequest, told: str = "") -> str:
        wanted, room = wanted_of(ask.here), ask.here.get("class", "")
        found = books.see(ask.caller, room, wanted)

        def to(**other: object) -> str:
            return address(found.classroom.id, wanted, **other)

        def sorted_by(column: str) -> str:
            down = wanted.sort == column and not wanted.descending
            return to(sort=column, down="yes" if down else "")

        return fill(
            "instructor/gradebook.html",
            ask=ask,
            told=told,
            seen=found,
            wanted=wanted,
            to=to,
            sorted_by=sorted_by,
            groups=[("", "All groups"), *found.groups],
        )

    def cell(ask: PageRequest, told: str = "") -> str:
        found = grades.cell(ask.caller, ask.here.get("id", ""), ask.here.get("learner", ""))
        where = zone(found.seen.classroom.time_zone)
        return fill(
            "instructor/grade.html",
            ask=ask,
            told=told,
            found=found,
            sentences=came_about(found.row.cell, said(found.row.cell.dates.end, where)),
            history=[(one, short(one.at, where)) for one in found.changes],
        )

    def following(ask: PageRequest) -> str:
        room = ask.here.get("class", "")
        after = ask.here.get("id", ""), ask.here.get("learner", "")
        found = books.next_ungraded(ask.caller, room, *after)
        if found is None:
            return book(ask, NOTHING_TO_GRADE)
        here = {"view": "grade", "id": found[0], "learner": found[1]}
        return cell(PageRequest(ask.caller, ask.cookie, ask.origin, here))

    def which(ask: PageRequest) -> tuple[str, str]:
        """The grade that a form is about: it says so itself, for its address may not."""
        return ask.said("assignment"), ask.said("learner")

    def at_its_grade(ask: PageRequest) -> PageRequest:
        assignment, learner = which(ask)
        return PageRequest(
            ask.caller,
            ask.cookie,
            ask.origin,
            {"view": "grade", "id": assignment, "learner": learner},
        )

    def give(ask: PageRequest) -> str:
        grades.give(ask.caller, *which(ask), ask.typed)
        return cell(at_its_grade(ask), "The grade is stored. Nothing computed replaces it.")

    def give_and_go_on(ask: PageRequest) -> str:
        assignment, learner = which(ask)
        grades.give(ask.caller, assignment, learner, ask.typed)
        room = grades.cell(ask.caller, assignment, learner).seen.classroom.id
        found = books.next_ungraded(ask.caller, room, assignment, learner)
        return notices.go_to(cell_address(*found) if found else address(room, GradebookFilter()))

    def excuse(ask: PageRequest) -> str:
        grades.excuse(ask.caller, *which(ask), ask.typed)
        return cell(at_its_grade(ask), "Excused. This assignment counts in no total of theirs.")

    def drop(ask: PageRequest) -> str:
        grades.take_back(ask.caller, *which(ask), ask.typed)
        return cell(at_its_grade(ask), "The grade by hand is removed.")

    return Part(
        {"gradebook": book, "grade": cell, "next-grade": following},
        {
            "set-grade": give,
            "set-grade-next": give_and_go_on,
            "excuse": excuse,
            "drop-grade": drop,
        },
    )
