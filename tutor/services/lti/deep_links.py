"""Deep linking: a teacher chooses, inside the platform, which assignment a link leads to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tutor.content.pack import Exercise
from tutor.core.access import Action
from tutor.errors import BadForm, LaunchRefused, NotFound, SignedOut
from tutor.services.accounts.access import Access, Caller
from tutor.services.accounts.identity import Identity
from tutor.services.classes.assignment_templates import TEMPLATES, Template, from_template
from tutor.services.classes.assignments import Assignments
from tutor.services.clock import now
from tutor.services.encounters.library import Library
from tutor.services.lti.messages import LinkRequest
from tutor.store import assignments as assignment_store
from tutor.store import classes as class_store
from tutor.store.assignments import Assignment
from tutor.store.classes import Classroom
from tutor.store.database import Database

PURPOSE = "lti-link-request"
SECONDS = 7_200
NEW = "new"
_LATE = "This page is too old. Go back to the course and add the link again."


@dataclass(frozen=True)
class LinkChoices:
    """What a teacher chooses among: the class's assignments, or a new one of these."""

    classroom: Classroom
    assignments: tuple[Assignment, ...]
    templates: tuple[Template, ...]
    exercises: tuple[Exercise, ...]


@dataclass(frozen=True)
class ChosenLink:
    """The assignment that was chosen, and the request that it answers."""

    request: LinkRequest
    assignment: Assignment


def sealed_request(identity: Identity, request: LinkRequest, classroom: str) -> str:
    """A platform's request, as the teacher's browser carries it while they choose."""
    told = [request.platform, request.deployment, request.return_url, request.data, classroom]
    return identity.seal(PURPOSE, told)


class DeepLinks:
    """Use cases of a teacher who puts a link into a course."""

    def __init__(
        self,
        database: Database,
        library: Library,
        access: Access,
        assignments: Assignments,
        identity: Identity,
        clock: Callable[[], datetime] = now,
    ) -> None:
        self._database = database
        self._library = library
        self._access = access
        self._assignments = assignments
        self._identity = identity
        self._now = clock

    def choices(self, caller: Caller, sealed: str) -> LinkChoices:
        """What the caller may choose for a request.

        Raises:
            LaunchRefused: the request is forged or too old. NotFound: no such class for the
                caller. Forbidden: not its instructor.
        """
        _, classroom = self._opened(sealed)
        with self._database.read() as connection:
            self._access.in_class(connection, caller, Action.EDIT_ASSIGNMENT, classroom)
            room = class_store.find_classroom(connection, classroom)
            works = assignment_store.assignments_of_class(connection, classroom)
        assert room is not None  # the caller has a place in it
        single = tuple(one for one in TEMPLATES if not one.second)
        return LinkChoices(room, tuple(works), single, self._library.exercises)

    def choose(self, caller: Caller, sealed: str, form: Mapping[str, Any]) -> ChosenLink:
        """The assignment that the link shall lead to, published if it was a draft.

        ``form`` names an ``assignment`` of the class; or it is ``new``, and a ``template`` and an
        ``exercise`` say what it is made of.

        Raises:
            LaunchRefused, NotFound, Forbidden: as in :meth:`choices`. BadForm: nothing is chosen,
                or it cannot be published.
        """
        request, classroom = self._opened(sealed)
        choices = self.choices(caller, sealed)
        wanted = str(form.get("assignment") or "")
        if wanted == NEW:
            return ChosenLink(request, self._new(caller, classroom, form))
        found = next((one for one in choices.assignments if one.id == wanted), None)
        if found is None:
            raise BadForm({"assignment": "Choose an assignment, or make a new one."})
        return ChosenLink(request, self._assignments.publish(caller, found.id))

    def _new(self, caller: Caller, classroom: str, form: Mapping[str, Any]) -> Assignment:
        wrong: dict[str, str] = {}
        chosen = next((one for one in TEMPLATES if one.id == form.get("template")), None)
        if chosen is None:
            wrong["template"] = "Choose how you want to use it."
        try:
            exercise = self._library.exercise(str(form.get("exercise") or ""))
        except NotFound:
            wrong["exercise"] = "Choose an exercise."
        if wrong or chosen is None:
            raise BadForm(wrong)
        made = from_template(chosen, exercise, classroom, self._now())
        with self._database.write() as connection:
            self._access.in_class(connection, caller, Action.EDIT_ASSIGNMENT, classroom)
            self._assignments.check_running(connection, classroom)
            assignment_store.add_assignment(connection, made)
        return self._assignments.publish(caller, made.id)

    def _opened(self, sealed: str) -> tuple[LinkRequest, str]:
        try:
            *told, classroom = self._identity.unseal(PURPOSE, sealed, SECONDS)
            return LinkRequest(*told), str(classroom)
        except (SignedOut, ValueError, TypeError):
            raise LaunchRefused(_LATE) from None
