"""What was true waits for its time: before it, no answer to the learner holds anything of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from tests.services.school import Clock, School, found
from tests.web.canaries import World
from tests.web.conftest import Place, place_with
from tests.web.learner import Learner
from tutor.content.pack import Pack
from tutor.core.verdicts import Verdict
from tutor.lab.bundle import Bundle
from tutor.services.reports.learner_report import FIGURES
from tutor.store.assignments import Assignment
from tutor.web import words

WORLD = World(name="withheld", word="CANARYW")
CASES = 4
MINUTE = "%Y-%m-%dT%H:%M"
TRUTH, MECHANISM = f"{WORLD.word} truth-", f"{WORLD.word} mechanism"
# A mechanism is told of a failure that touched the patient, and only once that may be known.
TELLING = (
    *(TRUTH, MECHANISM, "could touch patients like this", "whole chart"),
    *(said for verdict in Verdict for said in (words.VERDICT[verdict], words.LESSON[verdict])),
    *('"verdict"', '"present"', '"chart_risk"', '"acting"', '"closed_at"'),
    *(f",{verdict.value}," for verdict in Verdict),
)


@pytest.fixture(scope="module")
def hiding(
    small_pack: Pack, bundle: Bundle, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Place]:
    """A server of one's own whose every hidden value is a canary."""
    home = tmp_path_factory.mktemp("withheld")
    with place_with(WORLD, small_pack, bundle, home) as running:
        yield running


@pytest.fixture(scope="module")
def school(hiding: Place) -> School:
    """A class on that server."""
    return found(hiding.app.state.services, Clock(), hiding.exercise.key)


@pytest.fixture
def cy(hiding: Place, school: School) -> Iterator[Learner]:
    """Somebody of the class."""
    with hiding.learner() as someone:
        caller = school.services.access.caller(someone.cookie)
        school.services.joining.join(caller, school.code, caller.learner, "10.0.0.1")
        yield someone


def work(school: School, outcomes: str, due: datetime) -> Assignment:
    """An assignment in which nothing is marked, half of it without the algorithm."""
    return school.set(CASES, outcomes=outcomes, unaided="50", due=due.strftime(MINUTE))


def play(learner: Learner, set_: Assignment, cases: int) -> list[tuple[str, str]]:
    """Close so many cases; each attempt with the page that closed it."""
    closed = []
    for _ in range(cases):
        attempt = learner.open(assignment=set_.id, part="0").attempt
        closed.append((attempt, learner.finish(attempt).html))
    return closed


def everything(learner: Learner, place: Place, set_: Assignment, attempts: list[str]) -> str:
    """Every answer that a learner can get at after playing, one after the other."""
    sets = {place.set_of(attempt) for attempt in attempts}
    views: list[dict[str, str]] = [
        *({"view": view, "id": set_.id} for view in ("", "join", "comments", "report", "data")),
        {"view": "report", "assignment": set_.id},
        {"view": "report", "exercise": place.exercise.key},
        *({"view": "report", "of": figure} for figure in FIGURES),
        *({"view": "report", "of": f"verdict:{verdict.value}"} for verdict in Verdict),
        *({"view": "report", "of": f"set:{one}"} for one in sets),
    ]
    said = [learner.open("/my", **view).html for view in views]
    said.append(learner.open("").html)
    said.append(learner.open("/record").html)
    said += [learner.open("/record", set=one).html for one in sets]
    for attempt in attempts:
        said.append(learner.look(attempt).html)
        said.append(learner.event("open", {"attempt": attempt}).html)
        said += [learner.commit(attempt).html, learner.decide(attempt).html]
    for address in (
        *("/download/mine", "/download/mine?shape=csv"),
        *(f"/download/grades?assignment={set_.id}", f"/download/encounters?class={set_.classroom}"),
    ):
        said.append(learner.http.get(address).text)
    return "\n".join(said)


def told(text: str) -> list[str]:
    """What ``text`` says of how it was."""
    return [sign for sign in TELLING if sign in text]


def shown_after(text: str) -> bool:
    """Whether the truth is in it, and what was at work, and the verdicts, on page and in files."""
    verdicts = [said for said in words.VERDICT.values() if said in text]
    return TRUTH in text and MECHANISM in text and bool(verdicts) and '"verdict"' in text


def test_until_the_last_patient_of_the_set_nothing_is_told(
    hiding: Place, school: School, cy: Learner
) -> None:
    set_ = work(school, "end", datetime.now() + timedelta(days=3))
    closed = play(cy, set_, CASES - 1)
    attempts = [attempt for attempt, _ in closed]
    assert [told(html) for _, html in closed] == [[]] * len(closed)
    assert told(everything(cy, hiding, set_, attempts)) == []
    play(cy, set_, 1)
    assert shown_after(everything(cy, hiding, set_, attempts))


def test_until_the_due_date_nothing_is_told(
    hiding: Place, school: School, cy: Learner, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_ = work(school, "due", datetime.now() + timedelta(days=3))
    closed = play(cy, set_, CASES)
    attempts = [attempt for attempt, _ in closed]
    assert [told(html) for _, html in closed] == [[]] * len(closed)
    assert told(cy.next(attempts[-1]).html) == []
    assert told(everything(cy, hiding, set_, attempts)) == []
    past = datetime.now(UTC) - timedelta(days=3)
    # Typed while it was still to come.
    monkeypatch.setattr(school.services.assignments, "_now", lambda: past - timedelta(days=1))
    due = past.strftime(MINUTE)
    form = school.setting(set_, outcomes="due", unaided="50", due=due)
    school.services.assignments.change(school.instructor, set_.id, form)
    assert shown_after(everything(cy, hiding, set_, attempts))


def test_what_is_told_at_once_is_found(hiding: Place, school: School, cy: Learner) -> None:
    set_ = work(school, "each", datetime.now() + timedelta(days=3))
    assert [TRUTH in told(html) for _, html in play(cy, set_, CASES)] == [True] * CASES
