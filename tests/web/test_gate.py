"""The gate over HTTP: nothing hidden leaves the server before the commitment it waits for."""

from __future__ import annotations

import re
import runpy
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.databases import Databases, ask
from tests.web.canaries import OTHER_WORLD, World
from tests.web.conftest import Place, place_with
from tests.web.doors import PAGES, Answer, Door, Known, doors, events, knock, sweep
from tests.web.learner import Learner
from tutor.content.pack import Pack
from tutor.lab.bundle import Bundle
from tutor.services.accounts.identity import COOKIE

ADVICE = ("base", "share", "events", "total", "bounds")
NOT_REPEATABLE = re.compile(
    r'"(?:average_)?duration":[\d.e-]+|(?m:^(?:date|content-length|x-served-by): .*$)'
)


@pytest.fixture(scope="module")
def others(place: Place) -> list[str]:
    """Attempts of somebody else: closed, revealed (or closed), and not yet committed."""
    with place.learner() as ahead, place.learner() as waiting:
        first = ahead.enter(place.exercise.key).attempt
        ahead.finish(first)
        second = ahead.next(first).attempt
        ahead.commit(second)
        return [first, second, waiting.enter(place.exercise.key).attempt]


@pytest.fixture(scope="module")
def me(place: Place) -> Iterator[Learner]:
    """The learner who knocks at every door before committing."""
    with place.learner() as learner:
        yield learner


@pytest.fixture(scope="module")
def known(place: Place, me: Learner, others: list[str]) -> Known:
    """What this learner may know: ids of all kinds, and where the server keeps its files."""
    home = place.settings.home
    return Known(
        mine=me.enter(place.exercise.key).attempt,
        others=others,
        exercise=place.exercise.key,
        sets=_sets(place),
        files=[place.settings.database, home / "secret.key", *home.rglob("closed.*")],
    )


@pytest.fixture(scope="module")
def swept(place: Place, me: Learner, known: Known) -> list[Answer]:
    """Every answer to every request that could be thought of, before the commitment."""
    return sweep(place.base, place.app, known, f"{COOKIE}={me.cookie}")


def _sets(place: Place) -> list[str]:
    return [row[0] for row in ask(place.address, "SELECT id FROM practice_set")]


@pytest.mark.long
def test_no_door_shows_anything_hidden_before_commitment(place: Place, swept: list[Answer]) -> None:
    leaks = [(a.door.method, a.door.path, place.world.found(a.text)[:2]) for a in swept]
    assert [leak for leak in leaks if leak[2]] == []


def test_no_door_hands_out_the_key_that_signs_cookies(place: Place, swept: list[Answer]) -> None:
    assert [a.door for a in swept if place.settings.secret() in a.text] == []


def test_the_sweep_committed_nothing(place: Place, swept: list[Answer], known: Known) -> None:
    assert place.rows("commitment", known.mine) == 0


def test_the_sweep_moved_nobody_else(place: Place, swept: list[Answer], known: Known) -> None:
    assert place.rows("commitment", known.others[2]) == 0


def test_the_sweep_reached_every_event(place: Place, swept: list[Answer]) -> None:
    reached = {a.door.path for a in swept if a.status == 200 and '"data":["<div' in a.text}
    missed = [n for m, _, n in events(place.app) if f"{m}/gradio_api/run/{n}" not in reached]
    assert missed == []


def test_of_what_gradio_opens_by_itself_nothing_answers(swept: list[Answer]) -> None:
    theirs = [a for a in swept if a.door.path.startswith("/gradio/")]
    ours = ("/gradio/gradio_api/run/", "/gradio/assets/")
    other = [a for a in theirs if not a.door.path.startswith(ours)]
    assert len({a.door.path.partition("?")[0] for a in other}) > 50
    assert {a.status for a in other} <= {404}


def test_the_sweep_saw_the_patient(place: Place, swept: list[Answer], known: Known) -> None:
    bundle = Bundle(place.settings.bundles / place.exercise.fingerprint)
    case = bundle.cards[place.case_number(known.mine)].case
    story = bundle.shown[case]["story"]
    assert any(story in a.text for a in swept if a.door.cookie)


@pytest.mark.parametrize(
    ("leak", "is_open"), [("a route", True), ("a header", True), ("a mounted page", False)]
)
def test_a_door_that_leaks_is_found_unless_the_edge_has_closed_it(
    leak: str, is_open: bool, small_pack: Pack, bundle: Bundle, tmp_path: Path
) -> None:
    with place_with(OTHER_WORLD, small_pack, bundle, tmp_path) as leaky:
        hidden = OTHER_WORLD.words("truth", 7)
        open_door(leaky, leak, hidden)
        known = Known("mine", ["another"], leaky.exercise.key)
        asked = {d for d in map(_without_body, doors(leaky.app, known)) if "leak" in d.path}
        found = [OTHER_WORLD.found(knock(leaky.base, door, "").text) for door in asked]
        assert asked
        assert any(found) is is_open


def _without_body(door: Door) -> Door:
    return Door(door.method, door.path)


def open_door(place: Place, kind: str, hidden: str) -> None:
    """Make a mistake: let an application say what it must not."""
    from fastapi import FastAPI, Response

    inner = FastAPI(openapi_url=None)

    @inner.get("/leak/{attempt}")
    def leak(attempt: str) -> Response:
        if kind == "a header":
            return Response(headers={"x-truth": hidden})
        return Response(hidden)

    if kind == "a mounted page":
        place.app.mount("/inner", inner)
        place.app.router.routes.insert(0, place.app.router.routes.pop())
    else:
        place.app.router.routes[:0] = inner.router.routes
    place.app.middleware_stack = None  # its list of addresses is read anew


def test_the_whole_set_tells_each_thing_at_its_stage_and_no_earlier(place: Place) -> None:
    assert faults_of_a_set(place) == []


def faults_of_a_set(place: Place) -> list[object]:
    """Where a whole set, played through, tells something at another stage than its own."""
    faults: list[object] = []
    with place.learner() as learner:
        page = learner.enter(place.exercise.key)
        for position in range(12):
            attempt, world = page.attempt, place.world
            number = place.case_number(attempt)
            if world.found(page.html):
                faults.append((position, "shown", world.found(page.html)[:2]))
            page = learner.commit(attempt)
            if page.stage == "revealed":
                truth = [f for f in world.found(page.html) if "truth-" in f or world.risk in f]
                truth += [page.text] if re.search(">acts here<|whole chart", page.html) else []
                faults += [(position, "revealed", truth)] if truth else []
                flagged = "could touch patients like this" in page.text
                faults += [(position, "flags", flagged)] if flagged != (position < 4) else []
                page = learner.decide(attempt)
            if world.words("truth-sentence", number) not in page.text:
                faults.append((position, "closed", "the truth is missing"))
            page = learner.next(attempt)
    return faults


@pytest.fixture(scope="module")
def revealed(place: Place) -> tuple[int, str]:
    """A case's number, and the page that answered the commitment."""
    with place.learner() as learner:
        attempt = learner.enter(place.exercise.key).attempt
        return place.case_number(attempt), learner.commit(attempt).html


@pytest.mark.parametrize("what", ADVICE)
def test_after_commitment_the_advice_is_there(
    what: str, place: Place, revealed: tuple[int, str]
) -> None:
    number, html = revealed
    digits = str(int(place.world.number(getattr(place.world, what), number)))
    assert digits.rstrip("0") in html


def test_after_commitment_the_probability_is_there(revealed: tuple[int, str]) -> None:
    assert "algorithm 12 percent" in revealed[1]


def test_after_commitment_the_finding_outside_its_training_is_named(
    place: Place, revealed: tuple[int, str]
) -> None:
    number, html = revealed
    kind = "odd" if number % 2 else "beyond"
    assert place.world.words(f"advice-unlike-{kind}-0-label", number) in html


def test_after_commitment_the_answers_that_stay_possible_are_there(
    revealed: tuple[int, str],
) -> None:
    assert re.search("certainty (for each answer|only)", revealed[1])


def test_after_commitment_the_truth_is_not_there_yet(
    place: Place, revealed: tuple[int, str]
) -> None:
    _, html = revealed
    assert [said for said in place.world.found(html) if "truth-" in said] == []


def test_after_commitment_no_second_model_has_spoken(
    place: Place, revealed: tuple[int, str]
) -> None:
    spoken = [str(place.world.auroc), str(place.world.often), "More about this explanation"]
    assert [said for said in spoken if said in revealed[1]] == []


@pytest.mark.parametrize(
    "what",
    ["sentence", "twin-as_is", "twin-changed", "twin-lesson", "twin-picture-svg",
     "twin-findings-0-before", "twin-findings-0-after", "more-credit-dropped", "more-credit-heir",
     "more-compared-top", "more-compared-other_top", "more-not_patient-after"],
)  # fmt: skip
def test_after_the_decision_the_truth_and_the_twin_are_there(what: str, place: Place) -> None:
    with place.learner() as learner:
        attempt = learner.enter(place.exercise.key).attempt
        html = learner.finish(attempt).html
        assert place.world.words(f"truth-{what}", place.case_number(attempt)) in html


@pytest.mark.parametrize("what", ["auroc", "often", "twin"])
def test_after_the_decision_the_second_model_is_there(what: str, place: Place) -> None:
    """Its probability is a number of the closed file, as the twin's are."""
    with place.learner() as learner:
        attempt = learner.enter(place.exercise.key).attempt
        html = learner.finish(attempt).html
        lesson = html[html.index("A second model, equally good") :]
        assert str(getattr(place.world, what)) in lesson[: lesson.index("</p>")]


@pytest.fixture(scope="module")
def on_postgresql(
    postgresql_databases: Databases, small_pack: Pack, bundle: Bundle,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Place]:  # fmt: skip
    """The same server over PostgreSQL."""
    address, home = postgresql_databases.fresh(), tmp_path_factory.mktemp("postgresql")
    with place_with(World(name="elsewhere"), small_pack, bundle, home, address) as running:
        yield running
    postgresql_databases.drop(address)


def test_on_postgresql_no_event_shows_anything_hidden_before_commitment(
    on_postgresql: Place,
) -> None:
    place = on_postgresql
    with place.learner() as ahead, place.learner() as me:
        first = ahead.enter(place.exercise.key).attempt
        ahead.finish(first)
        mine = me.enter(place.exercise.key).attempt
        known = Known(mine, [first], place.exercise.key, _sets(place))
        asked = {
            (door.path, repr(door.body), door.cookie): door
            for door in doors(place.app, known)
            if "/gradio_api/run/" in door.path and "/predict" not in door.path
        }
        answers = [knock(place.base, d, f"{COOKIE}={me.cookie}") for d in asked.values()]
    assert [a.door for a in answers if place.world.found(a.text)] == []
    assert [a.door for a in answers if a.status >= 500] == []
    assert place.rows("commitment", mine) == 0
    said = {a.door.path.partition("?")[0] for a in answers if '"data":["<div' in a.text}
    assert said >= {f"{m}/gradio_api/run/{name}" for m, _, name in events(place.app)}


def test_on_postgresql_a_set_tells_each_thing_at_its_stage(on_postgresql: Place) -> None:
    assert faults_of_a_set(on_postgresql) == []


@pytest.fixture(scope="module")
def two_worlds(
    place: Place, known: Known, small_pack: Pack, bundle: Bundle,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[Place, Place]]:  # fmt: skip
    """Two servers that differ in nothing but what is hidden; the same learners, the same cases."""
    home = tmp_path_factory.mktemp("turned")
    with closing(sqlite3.connect(place.settings.database)) as here:
        here.execute("VACUUM INTO ?", [str(home / "equipoise.db")])
    with closing(sqlite3.connect(home / "equipoise.db")) as there, there:
        there.execute("UPDATE practice_set SET fingerprint = ?", [OTHER_WORLD.name])
    shutil.copy(place.settings.home / "secret.key", home)
    with place_with(OTHER_WORLD, small_pack, bundle, home) as turned:
        yield place, turned


def test_before_commitment_a_world_with_other_truths_answers_byte_for_byte_alike(
    two_worlds: tuple[Place, Place], me: Learner, known: Known
) -> None:
    here, there = two_worlds
    cookie = f"{COOKIE}={me.cookie}"
    mine = Known(known.mine, known.others[2:], known.exercise)
    # What streams or runs in a queue is not the same twice; direct events are.
    asked = [d for d in doors(here.app, mine) if "/gradio_api/run/" in d.path or _is_page(d)]
    assert any(_is_page(door) for door in asked)
    different = [
        door
        for door in asked
        if _said(knock(here.base, door, cookie)) != _said(knock(there.base, door, cookie))
    ]
    assert asked
    assert different == []


def test_after_commitment_the_two_worlds_differ(
    two_worlds: tuple[Place, Place], me: Learner, known: Known
) -> None:
    said = set()
    for place in two_worlds:
        with place.learner(me.cookie) as learner:
            said.add(learner.commit(known.mine).html)
    assert len(said) == 2


def _is_page(door: Door) -> bool:
    """A whole page, as somebody who is known sees it: anyone else becomes a guest of their own."""
    return door.cookie and door.path.partition("?")[0] in PAGES


def _said(answer: Answer) -> tuple[int, str]:
    return answer.status, NOT_REPEATABLE.sub("", answer.text)


def test_what_is_played_in_the_container_is_an_encounter_from_judgment_to_close(place):
    play = runpy.run_path(str(ROOT / "deploy" / "trial" / "play.py"))["play"]
    played = play(place.base)
    assert played.startswith(f"{place.exercise.key}, patient ")
    assert "shown → revealed → closed" in played


def test_what_asks_whether_a_container_is_well_is_answered_whatever_host_it_names(place, learner):
    deployed = (ROOT / "deploy").rglob("*")
    files = [
        path.read_text(encoding="utf-8")
        for path in deployed
        if path.is_file() and path.suffix in ("", ".yaml")
    ]
    asked = {path for text in files for path in re.findall(r"/\w+z\b", text)}
    assert asked == {"/healthz", "/readyz"}
    for path in asked:
        answer = learner.http.get(path, headers={"host": "10.1.2.3:7860"})
        assert answer.status_code == 200
