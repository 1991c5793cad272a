"""Two classes with everything in them, everybody who might ask, and a way back to how it was."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.services.school import School
from tutor.core.access import Action, Relation, Role, allowed
from tutor.services.accounts.access import NOBODY, Caller
from tutor.services.lti.deep_links import sealed_request
from tutor.services.lti.messages import LinkRequest
from tutor.services.services import Services

PLATFORM = {
    **{"name": "Potoroo", "client_id": "1", "deployment": "dep-1"},
    **{name: f"https://lms.example.org/{name}" for name in ("issuer", "auth_url")},
    **{name: f"https://lms.example.org/{name}" for name in ("token_url", "jwks_url")},
}
ROSTER = "name,email\nRosalind,rosalind@x.example\n"


@dataclass(frozen=True)
class Person:
    """Somebody who asks: what they are in Cy's class (None: no place there) and elsewhere."""

    caller: Caller
    place: Role | None = None
    looks_after_cy: bool = False
    is_cy: bool = False


@dataclass(frozen=True)
class Need:
    """An action on an object: ``anyone``, ``own``, the ``class``, Cy's ``work``, ``cy``'s own, or
    one's own place or work in the class (``member``)."""

    action: Action
    on: str

    def met_by(self, person: Person) -> bool:
        """What the one table says."""
        caller = person.caller
        account = caller.role if caller.learner else Role.NOBODY
        if self.on == "anyone":
            return allowed(account, self.action, Relation.NONE)
        if self.on == "own":
            return allowed(account, self.action, Relation.OWN if caller.learner else Relation.NONE)
        if self.on == "cy":
            return person.is_cy and allowed(account, self.action, Relation.OWN)
        if person.place is None:
            return False
        return allowed(person.place, self.action, self._relation(person))

    def _relation(self, person: Person) -> Relation:
        if self.on == "member":
            return Relation.OWN
        if self.on == "class":
            return Relation.CLASS
        if person.is_cy:
            return Relation.OWN
        near = person.place is Role.INSTRUCTOR or person.looks_after_cy
        return Relation.GROUP if near else Relation.CLASS


@dataclass
class Scene:
    """The school as it was, and the ids of what stands in it."""

    school: School
    people: Mapping[str, Person]
    ids: Mapping[str, str]
    secrets: tuple[str, ...]
    database: Path
    copy: Path
    app: Any = None
    base: str = ""

    @property
    def services(self) -> Services:
        """The services."""
        return self.school.services

    def keep(self) -> None:
        """Remember the database as it is."""
        with (
            closing(sqlite3.connect(self.database)) as now,
            closing(sqlite3.connect(self.copy)) as kept,
        ):
            now.backup(kept)

    def restore(self) -> None:
        """Put everything back."""
        with (
            closing(sqlite3.connect(self.copy)) as kept,
            closing(sqlite3.connect(self.database)) as now,
        ):
            kept.backup(now)


def furnish(school: School, database: Path, copy: Path) -> Scene:
    """Fill the school's class, make another beside it, and call everybody together."""
    services, ben, room = school.services, school.instructor, school.classroom.id
    tuesday, friday = school.group("Tuesday"), school.group("Friday")
    cy, dee = school.learner("Cyprian", 1, tuesday), school.learner("Deirdre", 2, friday)
    near, far = school.assistant(3, [tuesday]), school.assistant(4, [friday])
    services.people.load(ben, room, {"roster": ROSTER})
    work, draft = school.set(cases=1, title="Marsupials"), school.set(publish=False, title="Draft")
    later = school.set(cases=1, title="Later", outcomes="due", due="2199-01-01T08:00")
    (attempt,) = school.play(cy, work)
    opened = services.learner_assignments.begin(cy, school.set(cases=2, title="Second").id, 0)
    revealed = services.practice.enter(cy.learner, school.exercise)
    services.practice.commit(cy.learner, revealed, {"probability": "60", "certainty": "2"})
    (withheld,) = school.play(cy, later)
    services.feedback.comment(ben, work.id, cy.learner, attempt, "Wombats would have waited")
    services.feedback.save(ben, work.id, "A saved word")
    question = services.questions.ask(cy, room, attempt, "Why not quolls?")
    services.announcements.make(ben, room, "Bring a bilby")
    services.grades.give(ben, work.id, cy.learner, {"points": "3", "note": "Numbats"})
    services.assignments.give_dates(ben, work.id, f"learner:{cy.learner}", {"grace": "60"})
    seen = services.assignments.see(ben, work.id)
    kept = next(m for m in services.classrooms.see(ben, room).people if m.name == "Rosalind")
    token = services.accounts.invite(
        school.administrator, "Eve", "eve@school.example", "instructor"
    )
    made = services.accounts.welcome(token, "Eve", "", "quiet river stone")
    eve, olaf = Caller(made.learner, made), school.guest(5)
    other = services.classrooms.make(eve, "Year four", "UTC")
    services.joining.join(olaf, other.join_code or "", "Olaf", "10.0.0.2")
    people = {
        "nobody": Person(NOBODY),
        "guest": Person(school.guest(6)),
        "Cy": Person(cy, Role.LEARNER, is_cy=True),
        "learner of the class": Person(dee, Role.LEARNER),
        "learner of another class": Person(olaf),
        "assistant of Cy's group": Person(near, Role.ASSISTANT, looks_after_cy=True),
        "assistant of another group": Person(far, Role.ASSISTANT),
        "instructor": Person(ben, Role.INSTRUCTOR),
        "instructor of another class": Person(eve),
        "administrator": Person(school.administrator),
    }
    ids = {
        "class": room,
        "change": services.changes.recent(ben, room)[0].entry.id,
        "work": work.id,
        "draft": draft.id,
        "later": later.id,
        "attempt": attempt,
        "opened": opened,
        "revealed": revealed,
        "withheld": withheld,
        "set": next(b.set_id for b in seen.begun if b.learner == cy.learner),
        "cy": cy.learner,
        "rosalind": kept.learner,
        "group": tuesday,
        "override": seen.overrides[0].id,
        "code": school.code,
        "token": services.accounts.invite(school.administrator, "Zed", "zed", "learner"),
        "eve": eve.learner,
        "question": question.id,
        "asked": services.questions.see(cy, question.id).messages[0].id,
        "mail": services.identity.mail_token(cy.learner),
        "announcement": services.announcements.of_class(ben, room)[0].id,
    }
    ids["platform"] = services.platforms.register(school.administrator, PLATFORM).id
    request = LinkRequest(ids["platform"], "dep-1", "https://lms.example.org/back", "")
    ids["link_request"] = sealed_request(services.identity, request, room)
    secrets = (
        *("Year three", "Cyprian", "Deirdre", "Rosalind", "rosalind@", "Marsupials", "Tuesday"),
        *(
            "Wombats",
            "Numbats",
            "It looks so",
            "Assistant 3",
            school.code,
            "quolls",
            "bilby",
            "Potoroo",
        ),
    )
    scene = Scene(school, people, ids, secrets, database, copy)
    scene.keep()
    return scene
