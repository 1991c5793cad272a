"""A school over the small pack: an administrator, an instructor, a class, and a clock to move."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from tutor.services.accounts.access import Caller
from tutor.services.accounts.throttle import Rate, key
from tutor.services.services import Services
from tutor.store import accounts as store
from tutor.store.accounts import Tries
from tutor.store.assignments import Assignment
from tutor.store.classes import Classroom
from tutor.store.database import Database

PASSWORD = "quiet river stone"
BEGAN = datetime(2026, 9, 1, 9, 0, tzinfo=UTC)
JUDGMENT = {"probability": "60", "certainty": "2", "reason": "It looks so."}
DECISION = {"final": "70", "suspected": "none"}
SETTING = {
    "title": "Week one",
    "guidance": "listed",
    "unaided": "0",
    "outcomes": "each",
    "grading": "completion",
    "points": "10",
}


class Clock:
    """The server's time, moved by the test."""

    def __init__(self) -> None:
        self.at = BEGAN

    def __call__(self) -> datetime:
        return self.at

    def forward(self, **passed: float) -> None:
        """Let time pass."""
        self.at += timedelta(**passed)


@dataclass
class School:
    """The services of one school, with its first people."""

    services: Services
    clock: Clock
    administrator: Caller
    instructor: Caller
    classroom: Classroom
    exercise: str

    def guest(self, number: int = 1) -> Caller:
        """Somebody whom the school does not know yet."""
        return Caller(f"g_{number:022d}")

    def learner(self, name: str, number: int, group: str = "") -> Caller:
        """A guest who has joined the class."""
        caller = self.guest(number)
        self.services.joining.join(caller, self.code, name, "10.0.0.1")
        if group:
            form = {"group": group}
            self.services.people.place(self.instructor, self.classroom.id, caller.learner, form)
        return caller

    def assistant(self, number: int, groups: list[str]) -> Caller:
        """A teaching assistant who looks after ``groups``."""
        caller = self.learner(f"Assistant {number}", number)
        form = {"role": "assistant", "groups": groups}
        self.services.people.place(self.instructor, self.classroom.id, caller.learner, form)
        return caller

    @property
    def code(self) -> str:
        """The code that lets people into the class now."""
        seen = self.services.classrooms.see(self.instructor, self.classroom.id)
        return seen.classroom.join_code or ""

    def group(self, name: str) -> str:
        """A new group's id."""
        self.services.people.add_group(self.instructor, self.classroom.id, name)
        seen = self.services.classrooms.see(self.instructor, self.classroom.id)
        return next(id_ for id_, known in seen.groups if known == name)

    def set(self, cases: int = 2, publish: bool = True, **more: Any) -> Assignment:
        """An assignment of the one exercise."""
        form = {**SETTING, f"cases:{self.exercise}": str(cases), **more}
        made = self.services.assignments.make(self.instructor, self.classroom.id, form)
        return self.services.assignments.publish(self.instructor, made.id) if publish else made

    def play(
        self,
        caller: Caller,
        assignment: Assignment,
        cases: int | None = None,
        judgment: Mapping[str, Any] = JUDGMENT,
    ) -> list[str]:
        """Close so many cases of the assignment's first exercise; the attempts' ids."""
        practice = self.services.practice
        closed = []
        for _ in range(assignment.parts[0].cases if cases is None else cases):
            attempt = self.services.learner_assignments.begin(caller, assignment.id, 0)
            view = practice.commit(caller.learner, attempt, judgment)
            if view.compared is not None and view.ended is None:
                practice.decide(caller.learner, attempt, DECISION)
            closed.append(attempt)
        return closed

    def setting(self, assignment: Assignment, **more: Any) -> dict[str, Any]:
        """The form of an assignment as it stands, with some fields typed anew."""
        now = self.services.assignments.see(self.instructor, assignment.id).assignment
        cases = {f"cases:{part.key}": str(part.cases) for part in now.parts}
        return {**SETTING, "title": now.title, "revision": str(now.revision), **cases, **more}


def found(services: Services, clock: Clock, exercise: str) -> School:
    """Open a school."""
    accounts = services.accounts
    token = accounts.first_link()
    assert token is not None
    ada = accounts.welcome(token, "Ada", "ada@school.example", PASSWORD)
    administrator = Caller(ada.learner, ada)
    token = accounts.invite(administrator, "Ben", "ben@school.example", "instructor")
    ben = accounts.welcome(token, "Ben", "", PASSWORD)
    instructor = Caller(ben.learner, ben)
    classroom = services.classrooms.make(instructor, "Year three", "Europe/Berlin")
    return School(services, clock, administrator, instructor, classroom, exercise)


__all__ = ["BEGAN", "DECISION", "JUDGMENT", "SETTING", "Clock", "School", "found"]


def failed_before(
    database: Database, clock: Callable[[], datetime], rate: Rate, times: int, *value: str
) -> None:
    """So many failures at a rate, of which the last made nobody wait."""
    with database.write() as connection:
        store.set_tries(connection, key(rate, value), Tries(times, clock(), clock()))
