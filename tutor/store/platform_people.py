"""Which course of a learning platform is which class, and which of its people is who here."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from tutor.store import lti_tables as t
from tutor.store.lti_tables import lti_course, lti_person, lti_platform


def class_of_course(
    connection: Connection, platform: str, deployment: str, context: str
) -> str | None:
    """The id of the class that a platform's course is, or None."""
    k = lti_course.c
    found: str | None = connection.execute(
        select(k.classroom_id).where(
            k.platform_id == platform, k.deployment_id == deployment, k.context_id == context
        )
    ).scalar()
    return found


def add_course(
    connection: Connection,
    id_: str,
    platform: str,
    deployment: str,
    context: str,
    classroom: str,
    at: datetime,
) -> None:
    """Note that a platform's course is a class of ours."""
    connection.execute(
        insert(t.lti_course),
        {
            "id": id_,
            "platform_id": platform,
            "deployment_id": deployment,
            "context_id": context,
            "classroom_id": classroom,
            "at": at,
        },
    )


def drop_courses_of(connection: Connection, classroom: str) -> None:
    """Forget which courses a class is, before it is deleted."""
    connection.execute(delete(lti_course).where(lti_course.c.classroom_id == classroom))


def learner_of(connection: Connection, platform: str, deployment: str, subject: str) -> str | None:
    """The learner whom a platform calls ``subject``, or None."""
    p = lti_person.c
    found: str | None = connection.execute(
        select(p.learner_id).where(
            p.platform_id == platform, p.deployment_id == deployment, p.subject == subject
        )
    ).scalar()
    return found


def add_person(
    connection: Connection,
    platform: str,
    deployment: str,
    subject: str,
    learner: str,
    at: datetime,
) -> None:
    """Note whom a platform means by ``subject``."""
    connection.execute(
        insert(lti_person),
        {
            "platform_id": platform,
            "deployment_id": deployment,
            "subject": subject,
            "learner_id": learner,
            "at": at,
        },
    )


def move_person(connection: Connection, learner: str, to: str) -> None:
    """A learner has another id."""
    connection.execute(
        update(lti_person).where(lti_person.c.learner_id == learner).values(learner_id=to)
    )


def drop_person(connection: Connection, learner: str) -> None:
    """Forget who somebody is on learning platforms."""
    connection.execute(delete(lti_person).where(lti_person.c.learner_id == learner))


def known_as(connection: Connection, learner: str) -> list[dict[str, Any]]:
    """What learning platforms call somebody, for their own data."""
    rows = connection.execute(
        select(
            lti_platform.c.name.label("platform"),
            lti_platform.c.issuer,
            lti_person.c.deployment_id.label("deployment"),
            lti_person.c.subject,
            lti_person.c.at.label("since"),
        )
        .join(lti_platform, lti_platform.c.id == lti_person.c.platform_id)
        .where(lti_person.c.learner_id == learner)
        .order_by(lti_person.c.at)
    )
    return [dict(row._mapping) for row in rows]
