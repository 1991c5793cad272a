"""The claims of a launch (LTI Core 1.3, section 5): each of the right shape, or it is refused."""

from __future__ import annotations

from typing import Any

from tutor.core.access import Role
from tutor.errors import LaunchRefused
from tutor.services.lti.messages import Course, Launch, PlatformPerson
from tutor.store.platforms import Platform

CLAIM = "https://purl.imsglobal.org/spec/lti/claim/"
VERSION = "1.3.0"
RESOURCE_LINK = "LtiResourceLinkRequest"
MEMBERSHIP = "http://purl.imsglobal.org/vocab/lis/v2/membership"
LONGEST_ID, LONGEST_NAME = 255, 200
_TELL = "Tell an administrator of the learning platform."
_SHORT = frozenset({"Learner", "Instructor", "ContentDeveloper", "Administrator"})
_STAFF = frozenset(f"{MEMBERSHIP}#{role}" for role in ("Instructor", "ContentDeveloper"))
_HEADS = frozenset({f"{MEMBERSHIP}#Administrator"})
_ASSISTANT = f"{MEMBERSHIP}/Instructor#TeachingAssistant"
_LEARNER = f"{MEMBERSHIP}#Learner"


def text_of(claims: Any, name: str, longest: int = LONGEST_ID, needed: bool = True) -> str:
    """A claim that is a text; empty where it is missing and not needed.

    Raises:
        LaunchRefused: it is missing, empty, too long, or no text.
    """
    value = claims.get(name) if isinstance(claims, dict) else None
    if value is None and not needed:
        return ""
    plain = value if isinstance(value, str) and value.isprintable() else ""
    if (needed and not plain.strip()) or len(plain) > longest:
        raise LaunchRefused(f"The launch lacks “{name.removeprefix(CLAIM)}”. {_TELL}")
    return plain


def message_type(claims: dict[str, Any]) -> str:
    """The kind of message, of LTI 1.3.

    Raises:
        LaunchRefused: it is of another version.
    """
    if text_of(claims, f"{CLAIM}version") != VERSION:
        raise LaunchRefused(f"The launch is not of LTI {VERSION}. {_TELL}")
    return text_of(claims, f"{CLAIM}message_type")


def deployment_of(claims: dict[str, Any]) -> str:
    """The deployment that the message comes from."""
    return text_of(claims, f"{CLAIM}deployment_id")


def resource_launch(claims: dict[str, Any], platform: Platform) -> Launch:
    """A verified message as a launch of a link.

    Raises:
        LaunchRefused: something that is needed is missing, or of another shape.
    """
    link = text_of(claims.get(f"{CLAIM}resource_link"), "id")
    custom = claims.get(f"{CLAIM}custom")
    return Launch(
        platform.id,
        deployment_of(claims),
        person_of(claims),
        course_of(claims),
        link,
        text_of(custom, "assignment", 40, needed=False),
    )


def course_of(claims: dict[str, Any]) -> Course:
    """The course that the person comes from."""
    context = claims.get(f"{CLAIM}context")
    if not isinstance(context, dict):
        raise LaunchRefused(
            "This link does not stand in a course, so there is no class to open. Put it into a "
            "course of your learning platform."
        )
    title = text_of(context, "title", 2_000, needed=False)
    label = text_of(context, "label", 2_000, needed=False)
    zone = text_of(claims, "zoneinfo", 60, needed=False)
    return Course(text_of(context, "id"), _cut(title or label), zone)


def person_of(claims: dict[str, Any]) -> PlatformPerson:
    """Who opens the link; without a name and an e-mail where the platform keeps them to itself."""
    whole = text_of(claims, "name", 2_000, needed=False).strip()
    parts = (text_of(claims, part, 2_000, needed=False) for part in ("given_name", "family_name"))
    name = whole or " ".join(filter(None, (part.strip() for part in parts)))
    email = text_of(claims, "email", 2_000, needed=False).strip()
    return PlatformPerson(
        text_of(claims, "sub"),
        role_of(claims.get(f"{CLAIM}roles")),
        _cut(name),
        email if "@" in email and len(email) <= LONGEST_NAME else "",
    )


def role_of(roles: Any) -> Role:
    """What somebody is in the course. Roles in the institution or the system make nobody staff.

    Raises:
        LaunchRefused: the roles are missing, or none of them is one in the course.
    """
    if not isinstance(roles, list):
        raise LaunchRefused(f"The launch lacks “roles”. {_TELL}")
    named = {one for one in roles if isinstance(one, str)}
    named |= {f"{MEMBERSHIP}#{one}" for one in named & _SHORT}
    if named & _HEADS:
        return Role.INSTRUCTOR
    if _ASSISTANT in named:
        return Role.ASSISTANT
    if named & _STAFF:
        return Role.INSTRUCTOR
    if _LEARNER in named:
        return Role.LEARNER
    raise LaunchRefused(
        "You have no role in this course that opens Equipoise. Ask whoever runs the course to make "
        "you a student or a teacher in it."
    )


def _cut(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_NAME else line[: LONGEST_NAME - 1] + "…"
