"""A class list brought into a class: who is new, and whose place it completes."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field, replace
from datetime import datetime

from tutor.core.access import Role
from tutor.core.csv_table import key
from tutor.core.learner_match import IN_SEVERAL, Kind, Person, match, name_words
from tutor.core.roster import Entry, Refusal, Roster
from tutor.store import groups as group_store
from tutor.store import places as place_store
from tutor.store.connection import Connection
from tutor.store.places import Member
from tutor.store.practice_sets import ensure_learners


@dataclass(frozen=True)
class Loaded:
    """What loading a roster came to.

    People ``added``, ``completed`` (their place lacked something that the list knows) and ``known``
    (nothing to add); refused rows; and sentences about what was passed over.
    """

    added: int
    completed: int
    known: int
    refused: tuple[Refusal, ...]
    notes: tuple[str, ...]


def person_of(member: Member) -> Person:
    """A place as it is matched with rows of a file."""
    return Person(member.name, member.number, member.email, member.login)


@dataclass
class RosterLoading:
    """One list brought into one class, within one transaction."""

    connection: Connection
    classroom: str
    people: tuple[Member, ...]
    groups: tuple[tuple[str, str], ...]
    at: datetime
    refused: list[Refusal] = field(default_factory=list)

    def load(self, roster: Roster) -> Loaded:
        """Every entry becomes a place, completes one, or is refused."""
        self.by_group = {key(name): id_ for id_, name in self.groups}
        learners = [member for member in self.people if member.role == Role.LEARNER]
        rows = [Person(e.name, e.number, e.email, e.login) for e in roster.entries]
        matches = match([person_of(member) for member in learners], rows)
        known = {name_words(m.name) for m in learners if not person_of(m).identifiers()}
        added: list[Member] = []
        completed = unchanged = 0
        for at, entry in enumerate(roster.entries):
            if at in matches.by_row:
                place, kind = matches.by_row[at]
                if self._is_doubtful(learners[place], entry, kind):
                    continue
                if self._complete(learners[place], entry):
                    completed += 1
                else:
                    unchanged += 1
            elif reason := _doubt(entry, matches.why.get(at, ""), known):
                self.refused.append(Refusal(entry.line, reason))
            else:
                added.append(self._new(entry))
        if added:
            ensure_learners(self.connection, [member.learner for member in added], self.at)
            place_store.add_members(self.connection, added)
        refused = sorted([*roster.refused, *self.refused], key=lambda refusal: refusal.line)
        return Loaded(len(added), completed, unchanged, tuple(refused), roster.notes)

    def _is_doubtful(self, member: Member, entry: Entry, kind: Kind) -> bool:
        """Whether a number that differs in zeros is all that speaks for a place; then refused."""
        if kind is not Kind.ZEROS or name_words(member.name) == name_words(entry.name):
            return False
        self.refused.append(
            Refusal(
                entry.line,
                f"“{member.name}” has the number {member.number} here. If {entry.number} is "
                "somebody else, correct one of the two numbers.",
            )
        )
        return True

    def _complete(self, member: Member, entry: Entry) -> bool:
        """Fill in what a place does not say yet; nothing it says is changed."""
        made = replace(
            member,
            email=member.email or entry.email,
            number=member.number or entry.number,
            login=member.login or entry.login,
            group=member.group or self._group(entry),
            listed=True,
        )
        if made != member:
            place_store.change_member(self.connection, made)
        return made != replace(member, listed=True)

    def _new(self, entry: Entry) -> Member:
        return Member(
            classroom=self.classroom,
            learner="r_" + secrets.token_urlsafe(16),
            role=Role.LEARNER.value,
            group=self._group(entry),
            name=entry.name,
            email=entry.email,
            number=entry.number,
            login=entry.login,
            claimed=False,
            left_at=None,
            at=self.at,
            listed=True,
        )

    def _group(self, entry: Entry) -> str | None:
        if not entry.group:
            return None
        found = self.by_group.get(key(entry.group))
        if found is None:
            found = self.by_group[key(entry.group)] = secrets.token_urlsafe(12)
            group_store.add_group(self.connection, found, self.classroom, entry.group)
        return found


def _doubt(entry: Entry, why: str, unidentified: set[str]) -> str:
    """Why an entry that is nobody's is not simply somebody new; else an empty text."""
    if name_words(entry.name) in unidentified and why:
        return (
            f"Somebody is in the class as “{entry.name}” without e-mail and number, and it cannot "
            "be told who that is. Type their number under People, and load the list again."
        )
    if why.startswith(("its identifiers", "several learners", "another row")) or IN_SEVERAL in why:
        return f"It cannot be told who this is: {why}. Correct the list, or the places here."
    return ""
