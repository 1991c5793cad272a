"""Learners without their names, where a class hides them from its staff.

Names stand on the people's page alone, which shows nobody's work. Everywhere else a learner is
"Learner" with five letters and digits, the same on every page and in every file.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from hashlib import blake2b

from tutor.core.access import Role
from tutor.services.classes.join_codes import LETTERS
from tutor.store.classes import Classroom
from tutor.store.places import Member

LENGTH = 5


def hidden_name(classroom: str, learner: str) -> str:
    """What a learner is called where names are hidden."""
    number = int.from_bytes(blake2b(f"{classroom} {learner}".encode(), digest_size=8).digest())
    letters = []
    for _ in range(LENGTH):
        number, at = divmod(number, len(LETTERS))
        letters.append(LETTERS[at])
    return "Learner " + "".join(letters)


def as_shown(classroom: Classroom, people: Iterable[Member]) -> list[Member]:
    """The people of a class as its pages and files show them, by the name that is shown."""
    if not classroom.hide_names:
        return list(people)
    shown = [_without_name(member) if member.role == Role.LEARNER else member for member in people]
    return sorted(shown, key=lambda member: member.name.casefold())


def _without_name(member: Member) -> Member:
    name = hidden_name(member.classroom, member.learner)
    return replace(member, name=name, email="", number="", login="")
