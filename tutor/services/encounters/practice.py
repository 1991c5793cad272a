"""Practice: enter an exercise, commit, decide, go on. Each call checks whose attempt it is."""

from __future__ import annotations

import secrets
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

import numpy as np

from tutor.content.pack import Exercise
from tutor.core import encounter as core
from tutor.core.assignment import OutcomesShown
from tutor.core.case import Picture
from tutor.core.encounter import Closed, Committed, Decided, Shown
from tutor.core.set_plan import Guidance, practice
from tutor.core.verdicts import Outcome
from tutor.errors import AlreadyThere, NotFound, NotYours, OutOfOrder
from tutor.lab.bundle import Bundle
from tutor.services.classes.assignment_terms import FREE, Terms, terms_of
from tutor.services.clock import now
from tutor.services.encounters.encounter_view import Compared, Ended, View
from tutor.services.encounters.library import Library
from tutor.services.encounters.new_set import new_set
from tutor.store import encounters as store
from tutor.store import practice_sets as set_store
from tutor.store.connection import Connection
from tutor.store.database import Database
from tutor.store.encounters import StoredAttempt
from tutor.store.kept import is_kept, keep_patient, release_patient
from tutor.store.outcomes import add_closing
from tutor.store.practice_sets import PracticeSet

Form = Mapping[str, Any]
LATELY = 4_000


class Practice:
    """The learner's use cases."""

    def __init__(
        self, database: Database, library: Library, clock: Callable[[], datetime] = now
    ) -> None:
        self._database = database
        self._library = library
        self._now = clock
        self._lately: OrderedDict[str, StoredAttempt] = OrderedDict()

    def enter(self, learner: str, exercise_key: str) -> str:
        """The attempt to go on with: the open set's next case, or the first of a new set.

        An open set is finished in the version it was begun on, also where the pack is gone.

        Raises:
            NotFound: no such exercise.
        """
        with self._database.write(alone=learner) as connection:
            for practice_set, closed in set_store.latest_sets(connection, learner):
                mine = practice_set.key == exercise_key and practice_set.assignment is None
                if mine and closed < practice_set.size and self._readable(practice_set):
                    return self._go_on(connection, practice_set)
            exercise = self._library.exercise(exercise_key)
            set_store.ensure_learner(connection, learner, self._now())
            return self._go_on(connection, self._new_set(connection, learner, exercise))

    def view(self, learner: str, attempt_id: str) -> View:
        """The attempt as far as it has come.

        A commitment whose reveal was lost in a crash is revealed now.

        Raises:
            NotFound: no such attempt. NotYours: it is another learner's.
        """
        stored = self._own(learner, attempt_id)
        if isinstance(stored.stage, Committed):
            try:
                stored = self._reveal(stored, stored.stage)
            except AlreadyThere:
                stored = self._own(learner, attempt_id)
        return self._view(stored)

    def commit(
        self,
        learner: str,
        attempt_id: str,
        form: Form,
        on_stored: Callable[[], None] = lambda: None,
    ) -> View:
        """Accept the learner's judgment, then reveal. Sent twice, the first one stands.

        ``on_stored`` is called if this judgment is the one that is stored.

        Raises:
            BadInput: a field cannot be stored; nothing was.
        """
        stored = self._recent(learner, attempt_id)
        if not isinstance(stored.stage, Shown):
            return self.view(learner, attempt_id)
        exercise, terms = self._exercise_of(stored), self._terms(stored)
        terms.check_open(self._now())
        given = core.judgment(
            form.get("probability"),
            form.get("certainty"),
            form.get("drivers"),
            form.get("reason"),
            offered=frozenset(exercise.manifest.drivers),
            reason_required=terms.reasons_required,
        )
        committed = core.commit(stored.stage, given, self._now())
        try:
            revealed = self._reveal(stored, committed, fresh=True)
        except AlreadyThere:
            return self.view(learner, attempt_id)
        on_stored()
        return self._view(revealed)

    def decide(self, learner: str, attempt_id: str, form: Form) -> View:
        """Accept the final judgment, then close. Sent twice, the first one stands.

        Raises:
            OutOfOrder: there is no commitment yet. BadInput: a field cannot be stored.
        """
        stored = self._own(learner, attempt_id)
        stage = stored.stage
        if isinstance(stage, Shown):
            raise OutOfOrder("Commit your own judgment first; the algorithm waits for it.")
        if isinstance(stage, Closed | Decided):
            return self._view(stored)
        if isinstance(stage, Committed):
            return self.view(learner, attempt_id)
        bundle = self._bundle_of(stored)
        modes = frozenset(mode.id for mode in bundle.measured.modes)
        final = core.decision(
            form.get("keep"), form.get("final"), form.get("suspected"), modes, stage
        )
        decided = core.decide(stage, final, self._now())
        truth = bundle.closed_case(self._case(stored)).truth
        closed = core.close(decided, truth, self._now())
        try:
            with self._database.write() as connection:
                store.check_owner(connection, stored.shown)
                store.add_decision(connection, decided)
                add_closing(connection, stored.set, closed)
        except AlreadyThere:
            return self.view(learner, attempt_id)
        return self._view(StoredAttempt(closed, stored.set))

    def next(self, learner: str, attempt_id: str) -> tuple[str, bool]:
        """The next attempt's id, or the set's id and True when the set is done.

        Raises:
            OutOfOrder: this attempt is not closed yet.
        """
        stored = self._closed(learner, attempt_id)
        with self._database.write(alone=learner) as connection:
            if stored.set.assignment is not None:
                terms_of(connection, stored.set).check_open(self._now())
            attempts = store.attempts_of_set(connection, stored.set.id)
            open_ = [a for a in attempts if not isinstance(a.stage, Closed)]
            if open_ or len(attempts) < stored.set.size:
                return self._go_on(connection, stored.set), False
        return stored.set.id, True

    def keep(self, learner: str, attempt_id: str, kept: bool) -> View:
        """Keep the patient of a closed encounter to look at again, or keep it no longer.

        Raises:
            OutOfOrder: this attempt is not closed yet.
        """
        stored = self._closed(learner, attempt_id)
        with self._database.write(alone=learner) as connection:
            if kept:
                keep_patient(connection, attempt_id, self._now())
            else:
                release_patient(connection, attempt_id)
        return self._view(stored)

    def picture(self, learner: str, attempt_id: str) -> Picture:
        """The picture of a learner's own patient.

        Raises:
            NotFound: no such attempt, or its patient has none. NotYours: it is another learner's.
        """
        stored = self._own(learner, attempt_id)
        found = self._bundle_of(stored).chart(self._case(stored)).picture
        if found is None:
            raise NotFound("This patient has no picture.")
        return found

    def following(self, learner: str, attempt_id: str) -> View | None:
        """The next patient as the page will show them, or None where there is none to show yet.

        Nothing is stored: the patient begins with :meth:`next`, and until then has no id.

        Raises:
            OutOfOrder: this attempt is not closed yet.
        """
        stored = self._closed(learner, attempt_id)
        with self._database.read() as connection:
            if stored.set.assignment is not None:
                terms_of(connection, stored.set).check_open(self._now())
            attempts = store.attempts_of_set(connection, stored.set.id)
            if not all(isinstance(a.stage, Closed) for a in attempts):
                return None
            shown = store.not_yet_shown(connection, stored.set, len(attempts), self._now())
        return self._view(StoredAttempt(shown, stored.set)) if shown else None

    def go_on(self, connection: Connection, practice_set: PracticeSet) -> str:
        """The attempt to go on with in a set: its open one, or a new one at the next position."""
        return self._go_on(connection, practice_set)

    def _terms(self, stored: StoredAttempt) -> Terms:
        if stored.set.assignment is None:
            return FREE
        with self._database.read() as connection:
            return terms_of(connection, stored.set)

    def _waits(self, stored: StoredAttempt) -> OutcomesShown | None:
        """When the outcome of a closed encounter will show, or None if it may now."""
        if stored.set.assignment is None:
            return None
        with self._database.read() as connection:
            terms = terms_of(connection, stored.set)
            if terms.outcomes is OutcomesShown.EACH:
                return None
            attempts = store.attempts_of_set(connection, stored.set.id)
        done = sum(isinstance(a.stage, Closed) for a in attempts) >= stored.set.size
        return None if terms.shows(done, self._now()) else terms.outcomes

    def _new_set(self, connection: Connection, learner: str, exercise: Exercise) -> PracticeSet:
        bundle = self._library.bundle(exercise.fingerprint)
        seed = secrets.randbits(31)
        plan = practice(np.random.default_rng([seed, 1]), len(bundle.cards))
        manifest = exercise.manifest
        seen = set_store.cases_seen(connection, learner, exercise.pack, manifest.id)
        made = new_set(exercise, bundle, learner, plan.size, self._now(), seed)
        set_store.add_set(connection, made, bundle.draw(plan, seed, seen))
        return made

    def _go_on(self, connection: Connection, practice_set: PracticeSet) -> str:
        """The first attempt that is not closed, or a new one at the next position."""
        attempts = store.attempts_of_set(connection, practice_set.id)
        for stored in attempts:
            if not isinstance(stored.stage, Closed):
                return stored.shown.id
        new = secrets.token_urlsafe(16)
        store.add_attempt(connection, new, practice_set, len(attempts), self._now())
        return new

    def _own(self, learner: str, attempt_id: str) -> StoredAttempt:
        with self._database.read() as connection:
            stored = store.find_attempt(connection, attempt_id)
        if stored is None:
            raise NotFound("There is no such patient here. Choose an exercise and start again.")
        if stored.set.learner != learner:
            raise NotYours(store.ANOTHERS)
        return stored

    def _closed(self, learner: str, attempt_id: str) -> StoredAttempt:
        stored = self._own(learner, attempt_id)
        if not isinstance(stored.stage, Closed):
            raise OutOfOrder("Finish this patient first.")
        return stored

    def _recent(self, learner: str, attempt_id: str) -> StoredAttempt:
        """An attempt as this process showed it last, else as it is stored.

        What was shown never changes, the database refuses a second commitment, and whose it is
        is asked anew when one is stored, so an old copy can do no harm; it saves the reading.
        """
        stored = self._lately.get(attempt_id)
        return (
            stored if stored and stored.set.learner == learner else self._own(learner, attempt_id)
        )

    def _remember(self, stored: StoredAttempt) -> None:
        if stored.shown.id:
            self._lately[stored.shown.id] = stored
        while len(self._lately) > LATELY:
            self._lately.popitem(last=False)

    def _reveal(
        self, stored: StoredAttempt, committed: Committed, fresh: bool = False
    ) -> StoredAttempt:
        """Store the commitment (if ``fresh``) with its reveal, or its closing if unaided."""
        bundle, case = self._bundle_of(stored), self._case(stored)
        if committed.shown.aided:
            chance = bundle.algorithm_view(case).probability
            revealed = core.reveal(committed, chance, stored.set.threshold, self._now())
            with self._database.write() as connection:
                _begin(connection, committed, fresh)
                store.add_reveal(connection, revealed)
            return StoredAttempt(revealed, stored.set)
        truth = bundle.closed_case(case).truth
        closed = core.close_unaided(committed, truth, stored.set.threshold, self._now())
        with self._database.write() as connection:
            _begin(connection, committed, fresh)
            add_closing(connection, stored.set, closed)
        return StoredAttempt(closed, stored.set)

    def _view(self, stored: StoredAttempt) -> View:
        exercise = self._exercise_of(stored)
        bundle, stage, case = self._bundle_of(stored), stored.stage, self._case(stored)
        base = View(
            stage=stage,
            shown=stored.shown,
            exercise=exercise,
            size=stored.set.size,
            threshold=stored.set.threshold,
            chart=partial(bundle.chart, case),
            assigned=stored.set.assignment is not None,
            preview_of=(stored.set.assignment or "") if stored.set.is_preview else "",
        )
        if isinstance(stage, Shown | Committed):
            if stored.shown.id:  # a patient fetched ahead has not begun, so nothing commits to them
                self._remember(stored)
            terms = self._terms(stored)
            begins = terms.rule is not None and stored.shown.position == 0
            return replace(
                base,
                reasons_required=terms.reasons_required,
                graded=(terms.rule, terms.outcomes) if begins and terms.rule else None,
            )
        if isinstance(stage, Closed) and (waits := self._waits(stored)):
            return replace(base, withheld=waits)
        compared = Compared(
            bundle.algorithm_view(case),
            bundle.measured,
            _flagged(bundle, stored.shown),
        )
        if not isinstance(stage, Closed):
            return replace(base, compared=compared)
        with self._database.read() as connection:
            kept = is_kept(connection, stored.shown.id)
        ended = Ended(stage, bundle.closed_case(case), self._past(stored), kept)
        return replace(base, compared=compared, ended=ended)

    def _past(self, stored: StoredAttempt) -> tuple[Outcome, ...]:
        """The learner's closed encounters, this one too."""
        with self._database.read() as connection:
            attempts = store.attempts_of_learner(connection, stored.set.learner)
        return tuple(
            a.stage.outcome
            for a in attempts
            if isinstance(a.stage, Closed) and a.set.assignment in (None, stored.set.assignment)
        )

    def _readable(self, practice_set: PracticeSet) -> bool:
        try:
            self._library.exercise_at(practice_set.key, practice_set.fingerprint)
            self._library.bundle(practice_set.fingerprint)
        except NotFound:
            return False
        return True

    def _bundle_of(self, stored: StoredAttempt) -> Bundle:
        return self._library.bundle(stored.set.fingerprint)

    def _exercise_of(self, stored: StoredAttempt) -> Exercise:
        return self._library.exercise_at(stored.set.key, stored.set.fingerprint)

    def _case(self, stored: StoredAttempt) -> str:
        return stored.shown.ref.case


def _flagged(bundle: Bundle, shown: Shown) -> tuple[str, ...] | None:
    """The failures marked as possible; None where none is marked.

    Authors of written cases say which failures acted, and of no patient which could have.
    """
    if shown.guidance is not Guidance.FLAGGED or bundle.measured.recording:
        return None
    return bundle.candidates(shown.ref.case)


def _begin(connection: Connection, committed: Committed, fresh: bool) -> None:
    """Store the commitment, or make sure that what follows an earlier one is still its learner's.

    Raises:
        NotYours: it is not. AlreadyThere, on leaving the transaction: there was one.
    """
    if fresh:
        store.add_commitment(connection, committed)
    else:
        store.check_owner(connection, committed.shown)
