"""Which learner a row of another program's file is about: by an identifier of one kind only."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from tutor.core.csv_table import key

# What a spreadsheet makes of a long number: the digits after the sixth are lost.
ROUNDED = re.compile(r"\d(?:[.,]\d+)?E\+?\d+", re.IGNORECASE)

IN_SEVERAL = "stands in several rows of the file"


class Kind(StrEnum):
    """By what a row was matched; the order is that of trust."""

    NUMBER = "number"
    EMAIL = "e-mail"
    LOGIN = "login"
    ZEROS = "number without its leading zeros"
    NAME = "name"


EXACT = (Kind.NUMBER, Kind.EMAIL, Kind.LOGIN)


@dataclass(frozen=True)
class Person:
    """Who somebody is, as far as is known: empty texts where nothing is."""

    name: str
    number: str = ""
    email: str = ""
    login: str = ""

    def identifiers(self) -> dict[Kind, str]:
        """The identifiers that are known, as they are compared; never one Excel has rounded."""
        login = key(self.login)
        email = key(self.email) or (login if "@" in login else "")
        number = "" if ROUNDED.fullmatch(self.number.strip()) else key(self.number)
        known = {Kind.NUMBER: number, Kind.EMAIL: email, Kind.LOGIN: login}
        return {kind: text for kind, text in known.items() if text}


@dataclass(frozen=True)
class Matches:
    """``by_row``: the learner's place and the kind, for each row that is somebody's.

    ``why`` says of rows and learners what kept them apart, where something did.
    """

    by_row: Mapping[int, tuple[int, Kind]]
    why: Mapping[int, str]
    why_learner: Mapping[int, str]


def name_words(name: str) -> str:
    """A name without regard to its order: “Lovelace, Ada” is “Ada Lovelace”."""
    return " ".join(sorted(key(name).replace(",", " ").split()))


def match(learners: Sequence[Person], rows: Sequence[Person]) -> Matches:
    """Match rows to learners; nobody is matched by chance.

    A row whose identifiers point to two learners is nobody's, and so are two rows that point to
    one. A name matches only where it stands once here and once there and no identifier of one kind
    contradicts it.
    """
    return _Matching(learners, rows).result()


@dataclass
class _Matching:
    learners: Sequence[Person]
    rows: Sequence[Person]
    found: dict[int, tuple[int, Kind]] = field(default_factory=dict)
    why: dict[int, str] = field(default_factory=dict)
    why_learner: dict[int, str] = field(default_factory=dict)

    def result(self) -> Matches:
        self.ours = [person.identifiers() for person in self.learners]
        self.theirs = [person.identifiers() for person in self.rows]
        self._by_identifier()
        self._only_one_row_each()
        self._by_number_without_zeros()
        self._by_name()
        return Matches(self.found, self.why, self.why_learner)

    def _by_identifier(self) -> None:
        here = {kind: _places(self.ours, kind) for kind in EXACT}
        there = {kind: _places(self.theirs, kind) for kind in EXACT}
        for at, known in enumerate(self.theirs):
            hits: dict[int, Kind] = {}
            for kind, text in known.items():
                learners = here[kind].get(text, [])
                if learners and len(there[kind][text]) > 1:
                    self.why[at] = f"{kind} {text} {IN_SEVERAL}"
                elif len(learners) > 1:
                    self.why[at] = f"several learners have the {kind} {text}"
                elif learners:
                    hits.setdefault(learners[0], kind)
            if len(hits) > 1:
                names = " and ".join(self.learners[one].name for one in hits)
                self.why[at] = f"its identifiers are those of {names}"
            elif hits and at not in self.why:
                self.found[at] = next(iter(hits.items()))

    def _only_one_row_each(self) -> None:
        rows: defaultdict[int, list[int]] = defaultdict(list)
        for at, (learner, _) in self.found.items():
            rows[learner].append(at)
        for learner, several in rows.items():
            if len(several) > 1:
                for at in several:
                    del self.found[at]
                    self.why[at] = (
                        f"another row, too, has an identifier of “{self.learners[learner].name}”"
                    )
                self.why_learner[learner] = "several rows of the file could be theirs"

    def _by_number_without_zeros(self) -> None:
        here = _places([_stripped(known) for known in self.ours], Kind.NUMBER)
        there = _places([_stripped(known) for known in self.theirs], Kind.NUMBER)
        taken = {learner for learner, _ in self.found.values()}
        for number, rows in there.items():
            learners = here.get(number, [])
            if len(rows) == len(learners) == 1 and self._free(rows[0]) and learners[0] not in taken:
                others = dict(self.theirs[rows[0]])
                del others[Kind.NUMBER]
                if not _contradicts(self.ours[learners[0]], others):
                    self.found[rows[0]] = (learners[0], Kind.ZEROS)

    def _by_name(self) -> None:
        there = Counter(name_words(person.name) for person in self.rows)
        here: defaultdict[str, list[int]] = defaultdict(list)
        for place, person in enumerate(self.learners):
            here[name_words(person.name)].append(place)
        taken = {learner for learner, _ in self.found.values()}
        for at, person in enumerate(self.rows):
            words = name_words(person.name)
            learners = here.get(words, [])
            if not words or not self._free(at) or not learners:
                continue
            if len(learners) > 1 or there[words] > 1:
                self.why[at] = "several people have this name, and no identifier tells them apart"
            elif learners[0] not in taken:
                kind = _contradicts(self.ours[learners[0]], self.theirs[at])
                if kind:
                    self.why[at] = f"a learner has this name, but another {kind}"
                    self.why_learner[learners[0]] = f"the row of this name has another {kind}"
                else:
                    self.found[at] = (learners[0], Kind.NAME)

    def _free(self, at: int) -> bool:
        return at not in self.found and at not in self.why


def _places(known: Iterable[Mapping[Kind, str]], kind: Kind) -> dict[str, list[int]]:
    places: defaultdict[str, list[int]] = defaultdict(list)
    for at, identifiers in enumerate(known):
        if kind in identifiers:
            places[identifiers[kind]].append(at)
    return dict(places)


def _stripped(known: Mapping[Kind, str]) -> dict[Kind, str]:
    number = known.get(Kind.NUMBER, "")
    return {Kind.NUMBER: number.lstrip("0")} if number.isdigit() and number.strip("0") else {}


def _contradicts(ours: Mapping[Kind, str], theirs: Mapping[Kind, str]) -> Kind | None:
    """The kind of identifier that both have and in which they differ."""
    return next((k for k in EXACT if k in ours and k in theirs and ours[k] != theirs[k]), None)
