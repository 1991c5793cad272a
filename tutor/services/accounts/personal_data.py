"""A learner's rights: everything that is stored of them, and to be forgotten."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from datetime import datetime
from typing import Any

from tutor.core.access import Action, Role
from tutor.core.encounter import Closed, Committed, Decided, Revealed, Stage
from tutor.core.spreadsheet import table
from tutor.errors import BadInput
from tutor.services.accounts.access import Access, Caller
from tutor.services.classes.assignment_terms import withheld
from tutor.services.clock import now
from tutor.store import accounts as account_store
from tutor.store import comments as comment_store
from tutor.store import encounters as encounter_store
from tutor.store import erasure as store
from tutor.store import outbox as mail_store
from tutor.store import practice_sets as set_store
from tutor.store.class_changes import changes_of
from tutor.store.database import Database
from tutor.store.encounters import StoredAttempt
from tutor.store.kept import kept_patients
from tutor.store.outcomes import GHOST
from tutor.store.platform_people import known_as
from tutor.store.reflections import reflections_of

WORD = "delete"
COLUMNS = (
    *("encounter", "exercise", "version", "case_number", "shown_at", "first_probability"),
    *("certainty", "findings", "reason", "committed_at", "algorithm", "final_probability"),
    *("advice", "suspected", "decided_at", "present", "chart_risk", "scored"),
    *("acting", "verdict", "closed_at"),
)


class PersonalData:
    """Use cases of one's own data."""

    def __init__(
        self, database: Database, access: Access, clock: Callable[[], datetime] = now
    ) -> None:
        self._database = database
        self._access = access
        self._now = clock

    def everything(self, caller: Caller) -> str:
        """All that is stored of the caller, as JSON. What may not be shown yet is not in it."""
        encounters = self._encounters(caller)
        with self._database.read() as connection:
            account = account_store.find_account(connection, caller.learner)
            sets = set_store.latest_sets(connection, caller.learner)
            waiting = withheld(connection, sets, self._now())
            works = {one.assignment for one, _ in sets if one.id in waiting and one.assignment}
            whole = {
                "name": account_store.name_of(connection, caller.learner),
                "signs_in_with": account.login if account else None,
                "classes": store.places_of(connection, caller.learner),
                "learning_platforms": known_as(connection, caller.learner),
                "comments": store.said_on(connection, caller.learner, waiting),
                "questions": store.asked_by(connection, caller.learner),
                "announcements": store.announced_by(connection, caller.learner),
                "wants_emails": not mail_store.has_opted_out(connection, caller.learner),
                "emails": mail_store.letters_to(connection, caller.learner),
                "comments_on_others": store.said_by(connection, caller.learner),
                "saved_comments": [
                    text for _, text in comment_store.saved_comments(connection, caller.learner)
                ],
                "grades": store.grades_to(connection, caller.learner, works),
                "grade_changes": store.grade_changes_to(connection, caller.learner, works),
                "changes_to_your_places": changes_of(connection, caller.learner),
                "reflections": [
                    {"set": one.title, "text": one.text, "shared": one.shared, "at": one.at}
                    for one in reflections_of(connection, caller.learner)
                ],
                "kept_patients": sorted(kept_patients(connection, caller.learner)),
                "encounters": encounters,
            }
        return json.dumps(whole, ensure_ascii=False, indent=2, default=_moment)

    def encounters(self, caller: Caller) -> str:
        """The caller's encounters as a table."""
        rows = [[row.get(column, "") for column in COLUMNS] for row in self._encounters(caller)]
        return table(COLUMNS, [[_cell(cell) for cell in row] for row in rows])

    def forget(self, caller: Caller, typed: str) -> None:
        """Delete the caller: encounters become nobody's; name, words and account go.

        Raises:
            BadInput: the word was not typed, or nobody would be left to teach or to administer.
        """
        self._access.own(caller, Action.DELETE, caller.learner)
        if typed.strip().casefold() != WORD:
            raise BadInput("word", f"Type the word “{WORD}”, to be sure.")
        with self._database.write(alone=caller.learner) as connection:
            alone = store.only_instructor_of(connection, caller.learner)
            if alone:
                raise BadInput(
                    "word",
                    f"You are the only instructor of {', '.join(alone)}. Make somebody else one, "
                    "or delete the class, first.",
                )
            account = account_store.find_account(connection, caller.learner)
            last = account_store.count_administrators(connection) == 1
            if last and account is not None and account.role == Role.ADMINISTRATOR:
                raise BadInput("word", "You are the only administrator. Invite another one first.")
            ghost = GHOST + secrets.token_urlsafe(16)
            store.forget(connection, caller.learner, ghost, self._now())

    def _encounters(self, caller: Caller) -> list[dict[str, Any]]:
        self._access.own(caller, Action.DOWNLOAD, caller.learner)
        with self._database.read() as connection:
            stored = encounter_store.attempts_of_learner(connection, caller.learner)
            sets = set_store.latest_sets(connection, caller.learner)
            waiting = withheld(connection, sets, self._now())
        return [_row(one, one.set.id in waiting) for one in stored]


def _row(stored: StoredAttempt, waits: bool) -> dict[str, Any]:
    shown, stage = stored.shown, stored.stage
    row: dict[str, Any] = {
        "encounter": shown.id,
        "exercise": f"{stored.set.pack}/{stored.set.exercise}",
        "version": stored.set.version,
        "case_number": shown.position + 1,
        "shown_at": shown.at,
    }
    if not isinstance(stage, Committed | Revealed | Decided | Closed):
        return row
    committed = stage.commitment
    given = committed.judgment
    row |= {
        "first_probability": given.probability,
        "certainty": given.certainty,
        "findings": list(given.drivers),
        "reason": given.reason,
        "committed_at": committed.at,
    }
    revealed, decided = _later(stage)
    if revealed is not None:
        row["algorithm"] = revealed.algorithm
    if decided is not None:
        row |= {
            "final_probability": decided.decision.probability,
            "advice": decided.decision.advice.value,
            "suspected": decided.decision.suspected,
            "decided_at": decided.at,
        }
    if isinstance(stage, Closed) and not waits:
        row |= {
            "present": stage.outcome.present,
            "chart_risk": stage.outcome.chart_risk,
            "scored": stage.outcome.scored,
            "acting": None if stage.acting is None else list(stage.acting),
            "verdict": stage.outcome.verdict.value,
            "closed_at": stage.at,
        }
    return row


def _later(stage: Stage) -> tuple[Revealed | None, Decided | None]:
    judged = stage.judged if isinstance(stage, Closed) else stage
    if isinstance(judged, Decided):
        return judged.revealed, judged
    return (judged if isinstance(judged, Revealed) else None), None


def _moment(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{value!r} cannot be written as JSON.")


def _cell(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if value is None:
        return ""
    return "; ".join(value) if isinstance(value, list) else value
