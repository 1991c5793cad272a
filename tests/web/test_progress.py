"""A class's progress: narrowed to a state, with the due date and ways to the work."""

from __future__ import annotations

import re

from tests.web.test_people import place, room

__all__ = ["place", "room"]  # fixtures


def test_progress_is_narrowed_and_leads_to_the_work(room):
    school, class_, staff = room
    work = school.services.assignments
    form = {"title": "Week", "guidance": "listed", "unaided": "0", "outcomes": "each"}
    form |= {"grading": "completion", "points": "10", f"cases:{school.exercise}": "1"}
    made = work.make(school.instructor, class_, form | {"due": "2099-10-01T08:00"})
    work.publish(school.instructor, made.id)
    code = school.services.classrooms.see(school.instructor, class_).classroom.join_code
    fay = school.guest(77)
    school.services.joining.join(fay, code, "Fay", "10.0.0.1")
    school.play(fay, made)
    here = {"view": "progress", "class": class_, "id": made.id}
    everyone = staff.open("/desk", **here)
    assert "Everyone: 4" in everyone.text
    assert "1 October 2099" in everyone.text
    assert f"view=review&amp;id={made.id}&amp;learner={fay.learner}" in everyone.html
    waiting = staff.open("/desk", **here, state="not begun")
    assert re.findall(r"<b>(\w+)</b>\s*<span", waiting.html) == ["Cy", "Dee", "Eli"]
    assert "Fay" not in waiting.text
