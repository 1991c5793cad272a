"""What a learning platform says in a message that has been verified."""

from __future__ import annotations

from dataclasses import dataclass, field

from tutor.core.access import Role


@dataclass(frozen=True)
class PlatformPerson:
    """Somebody as a platform knows them; name and e-mail are empty where it keeps them to itself.

    ``role`` is theirs in the course that the message is about.
    """

    subject: str
    role: Role
    name: str = ""
    email: str = field(default="", repr=False)


@dataclass(frozen=True)
class Course:
    """A course of a platform (its "context"); ``time_zone`` is empty where it says none."""

    id: str
    title: str
    time_zone: str = ""


@dataclass(frozen=True)
class LinkRequest:
    """A platform asks which link to put into a course; ``data`` goes back to it as it came."""

    platform: str
    deployment: str
    return_url: str
    data: str = field(repr=False)


@dataclass(frozen=True)
class Launch:
    """A person opens a link in a course, or is ``choosing`` one for it.

    ``assignment`` is what the link was made for: the id of an assignment, or empty.
    """

    platform: str
    deployment: str
    person: PlatformPerson
    course: Course
    link: str
    assignment: str
    choosing: LinkRequest | None = None


@dataclass(frozen=True)
class Arrival:
    """Where a launch leads: as whom, and to which of our addresses."""

    learner: str
    epoch: int
    address: str
