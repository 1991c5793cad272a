"""Practice in random orders: several learners, two replicas, restarts, and never a stage too early.

The machine keeps its own book of what each learner has done and compares after every step.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.databases import SqliteFiles
from tests.services.play import KEY, stored
from tutor.core.encounter import Advice, Closed, Decision, Judgment, Revealed, Shown, advice_use
from tutor.core.set_plan import Guidance
from tutor.errors import BadInput, NotYours, OutOfOrder
from tutor.services.encounters.practice import Practice
from tutor.store.database import Database

LEARNERS = tuple("g_" + letter * 22 for letter in "abc")
ROWS = {
    (Shown, True): (0, 0, 0, 0),
    (Shown, False): (0, 0, 0, 0),
    (Revealed, True): (1, 1, 0, 0),
    (Closed, True): (1, 1, 1, 1),
    (Closed, False): (1, 0, 0, 1),
}
judgments = st.builds(
    Judgment,
    st.integers(0, 100).map(lambda percent: percent / 100),
    st.sampled_from([1, 2, 3]),
    st.lists(st.sampled_from(["age", "crp", "pulse"]), unique=True, max_size=3).map(tuple),
    st.sampled_from(["", "It hurts.", "<b>“fièvre”</b> 🌡"]),
)
decisions = st.builds(
    Decision,
    st.integers(0, 100).map(lambda percent: percent / 100),
    st.sampled_from(Advice),
    st.sampled_from(["none", "masked_fever", "warm_runner"]),
)
spoilers = st.sampled_from(
    [{"probability": "NaN", "final": "NaN"}, {"certainty": "0", "keep": "?"}]
)


@dataclass
class Book:
    """What the machine knows of one attempt."""

    id: str
    learner: str
    set_id: str
    position: int
    aided: bool
    stage: type = Shown
    judgment: Judgment | None = None
    decision: Decision | None = None


def form_of(value):
    """The form that a judgment or a decision comes from."""
    percent = f"{100 * value.probability:.0f}"
    if isinstance(value, Judgment):
        return {
            "probability": percent,
            "certainty": str(value.certainty),
            "drivers": list(value.drivers),
            "reason": value.reason,
        }
    return {"final": percent, "suspected": value.suspected}


class Encounters(RuleBasedStateMachine):
    """Learners who do things in any order."""

    def __init__(self, library, bundle, places):
        super().__init__()
        self.library, self.bundle = library, bundle
        self.places = places
        self.address = places.fresh()
        self.books: dict[str, Book] = {}
        self.databases: list[Database] = []
        self.turn = 0
        self.restart()

    def teardown(self):
        for book in self.books.values():
            self.check(book)
        for database in self.databases:
            database.close()
        self.places.drop(self.address)

    @rule()
    def restart(self):
        """Every process ends; two new ones come up."""
        for database in self.databases:
            database.close()
        self.databases = [Database(self.address) for _ in range(2)]
        self.replicas = [Practice(database, self.library) for database in self.databases]

    def any(self):
        """The processes take turns, so that each meets what the other has stored."""
        self.turn += 1
        return self.replicas[self.turn % 2]

    def latest(self, learner):
        """The attempt a learner is at: the last one of the last set."""
        mine = [book for book in self.books.values() if book.learner == learner]
        return mine[-1] if mine else None

    def pick(self, learner, older):
        """The attempt a learner is at, or an older one from another tab."""
        mine = [book for book in self.books.values() if book.learner == learner]
        return mine[-1 - older % len(mine)]

    def note(self, attempt, learner):
        """Write down an attempt that was met for the first time."""
        shown = self.any().view(learner, attempt).shown
        self.books[attempt] = Book(attempt, learner, shown.set_id, shown.position, shown.aided)
        self.check(self.books[attempt])

    # --- moves ----------------------------------------------------------------------------------

    @rule(learner=st.sampled_from(LEARNERS))
    def enter(self, learner):
        before = self.latest(learner)
        attempt = self.any().enter(learner, KEY)
        if before is not None and before.stage is not Closed:
            assert attempt == before.id
            return
        assert attempt not in self.books
        self.note(attempt, learner)
        if before is None or before.position == 11:
            assert self.books[attempt].position == 0
            assert before is None or self.books[attempt].set_id != before.set_id
        else:
            assert self.books[attempt].set_id == before.set_id
            assert self.books[attempt].position == before.position + 1

    has_begun = precondition(lambda self: self.books)

    def met(self, learner):
        return self.latest(learner) is not None

    @has_begun
    @rule(learner=st.sampled_from(LEARNERS), older=st.integers(0, 3))
    def look(self, learner, older):
        if self.met(learner):
            self.check(self.pick(learner, older))

    @has_begun
    @rule(learner=st.sampled_from(LEARNERS), older=st.integers(0, 1), given=judgments)
    def commit(self, learner, older, given):
        if not self.met(learner):
            return
        book = self.pick(learner, older)
        view = self.any().commit(learner, book.id, form_of(given))
        if book.stage is Shown:
            book.judgment, book.stage = given, Revealed if book.aided else Closed
        self.check(book, view)

    @has_begun
    @rule(learner=st.sampled_from(LEARNERS), older=st.integers(0, 1), final=decisions)
    def decide(self, learner, older, final):
        if not self.met(learner):
            return
        book = self.pick(learner, older)
        if book.stage is Shown:
            with pytest.raises(OutOfOrder):
                self.any().decide(learner, book.id, form_of(final))
        else:
            view = self.any().decide(learner, book.id, form_of(final))
            if book.stage is Revealed:
                book.decision, book.stage = final, Closed
            self.check(book, view)
        self.check(book)

    @has_begun
    @rule(learner=st.sampled_from(LEARNERS), given=judgments, final=decisions, spoilt=spoilers)
    def send_nonsense(self, learner, given, final, spoilt):
        if not self.met(learner):
            return
        book = self.latest(learner)
        moves = {
            Shown: lambda: self.any().commit(learner, book.id, {**form_of(given), **spoilt}),
            Revealed: lambda: self.any().decide(learner, book.id, {**form_of(final), **spoilt}),
        }
        if book.stage in moves:
            with pytest.raises(BadInput):
                moves[book.stage]()
        self.check(book)

    @has_begun
    @rule(learner=st.sampled_from(LEARNERS))
    def ask_for_the_next(self, learner):
        if not self.met(learner):
            return
        book = self.latest(learner)
        if book.stage is not Closed:
            with pytest.raises(OutOfOrder):
                self.any().next(learner, book.id)
            return
        found, done = self.any().next(learner, book.id)
        if book.position == 11:
            assert (found, done) == (book.set_id, True)
            return
        assert not done
        self.note(found, learner)
        assert self.books[found].position == book.position + 1

    @has_begun
    @rule(learner=st.sampled_from(LEARNERS), given=judgments, final=decisions)
    def hurry(self, learner, given, final):
        """Close the case and go on, so that sets come to their end."""
        self.commit(learner, 0, given)
        self.decide(learner, 0, final)
        self.ask_for_the_next(learner)

    @has_begun
    @rule(owner=st.sampled_from(LEARNERS), thief=st.sampled_from(LEARNERS), given=judgments)
    def trespass(self, owner, thief, given):
        if owner == thief or not self.met(owner):
            return
        book = self.latest(owner)
        practice = self.any()
        for move in (
            lambda: practice.view(thief, book.id),
            lambda: practice.commit(thief, book.id, form_of(given)),
            lambda: practice.decide(thief, book.id, {}),
            lambda: practice.next(thief, book.id),
        ):
            with pytest.raises(NotYours):
                move()
        self.check(book)

    # --- what must hold ---------------------------------------------------------------------------

    def check(self, book, view=None):
        """The view shows this stage and no later one; each stage is stored exactly once."""
        view = view or self.any().view(book.learner, book.id)
        case = view.shown.ref.case
        advice, truth = self.bundle.revealed[case], self.bundle.closed[case]
        assert type(view.stage) is book.stage
        assert tuple(stored(self.address, book.id).values()) == ROWS[book.stage, book.aided]
        assert view.case == self.bundle.chart(case)
        seen = repr(replace(view, exercise=None))  # its texts are the same for all
        if book.stage is Shown:
            assert view.compared is None
            assert repr(advice["probability"]) not in seen
            assert not any(repr(part["share"]) in seen for part in advice["contributions"])
            assert "masked_fever" not in seen
        else:
            assert view.stage.commitment.judgment == book.judgment
            assert view.compared.algorithm == self.bundle.algorithm_view(case)
        if book.stage is not Closed:
            assert view.ended is None
            assert truth["sentence"] not in seen
        if book.stage is Revealed:
            flagged = view.shown.guidance is Guidance.FLAGGED
            assert view.compared.candidates == (tuple(advice["touched"]) if flagged else None)
        if book.stage is Closed:
            assert view.ended.case == self.bundle.closed_case(case)
            assert view.stage.outcome.present == truth["present"]
            assert list(view.stage.touched) == truth["touched"]
            if book.aided:
                # What the answer does with the algorithm's is told by the numbers alone.
                used = advice_use(book.decision.probability, advice["probability"], view.threshold)
                assert view.stage.judged.decision == replace(book.decision, advice=used)


@pytest.mark.long
def test_any_order_of_any_moves(library, bundle, databases):
    run_state_machine_as_test(
        lambda: Encounters(library, bundle, databases),
        settings=settings(
            # A database of PostgreSQL costs more to make, and the moves are the same.
            max_examples=40 if isinstance(databases, SqliteFiles) else 8,
            stateful_step_count=40,
            deadline=None,
            report_multiple_bugs=False,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        ),
    )
