"""Bad callers over HTTP: out of order, unknown, someone else: a sentence, and nothing stored."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from starlette.types import Message

from tests.databases import ask
from tests.web.conftest import Place
from tests.web.learner import DECISION, JUDGMENT, Learner, Page
from tutor.services.accounts.identity import Identity

OTHER_SECRET = "the secret of another server"


def test_a_decision_before_the_commitment_is_refused(learner: Learner, shown: str) -> None:
    page = learner.decide(shown)
    assert page.is_notice
    assert "Commit your own judgment first" in page.text


def test_a_decision_before_the_commitment_is_not_stored(
    place: Place, learner: Learner, shown: str
) -> None:
    learner.decide(shown)
    assert (place.rows("reveal", shown), place.rows("decision", shown)) == (0, 0)


@pytest.mark.parametrize("stage", ["shown", "revealed"])
def test_the_next_patient_waits_for_this_one(
    stage: str, learner: Learner, request: pytest.FixtureRequest
) -> None:
    page = learner.next(request.getfixturevalue(stage))
    assert "Finish this patient first" in page.text


def test_a_judgment_sent_twice_is_the_first_one(learner: Learner, revealed: str) -> None:
    page = learner.commit(revealed, {**JUDGMENT, "probability": "5"})
    assert "you 60 percent" in page.html


def test_a_decision_sent_twice_is_the_first_one(
    place: Place, learner: Learner, revealed: str
) -> None:
    first = learner.decide(revealed)
    assert learner.decide(revealed, {**DECISION, "final": "1"}).html == first.html


def _expired(secret: str, days: int, monkeypatch: pytest.MonkeyPatch) -> str:
    identity, now = Identity(secret, days), time.time()
    with monkeypatch.context() as earlier:
        earlier.setattr(time, "time", lambda: now - (days + 1) * 86_400)
        return identity.sign(identity.new_guest())


@pytest.fixture(params=["missing", "forged", "signed elsewhere", "expired", "not a guest's"])
def stranger(
    request: pytest.FixtureRequest, place: Place, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Learner]:
    """Someone whose cookie says nothing that can be believed."""
    settings = place.settings
    elsewhere, here = (Identity(s, settings.guest_days) for s in (OTHER_SECRET, settings.secret()))
    cookie = {
        "missing": lambda: None,
        "forged": lambda: here.sign(here.new_guest())[:-3] + "abc",
        "signed elsewhere": lambda: elsewhere.sign(elsewhere.new_guest()),
        "expired": lambda: _expired(settings.secret(), settings.guest_days, monkeypatch),
        "not a guest's": lambda: here.sign("g_'; DROP TABLE learner; --"),
    }[request.param]()
    with Learner(place.base, cookie, greet=False) as someone:
        yield someone


@pytest.mark.parametrize("event", ["commit", "decide", "next", "open"])
def test_without_a_good_cookie_an_event_says_to_reload(
    event: str, stranger: Learner, shown: str
) -> None:
    page = stranger.event(event, {"attempt": shown, "form": {**JUDGMENT, **DECISION}})
    assert page.is_notice
    assert "Reload this page" in page.text


def test_without_a_good_cookie_a_page_is_already_the_new_guests(
    place: Place, stranger: Learner
) -> None:
    first = stranger.enter(place.exercise.key)
    assert first.stage == "shown"
    assert stranger.look(first.attempt).attempt == first.attempt


def test_without_a_good_cookie_nothing_is_stored(
    place: Place, stranger: Learner, shown: str
) -> None:
    stranger.commit(shown)
    assert place.rows("commitment", shown) == 0


def test_loading_a_page_gives_a_stranger_a_good_cookie(place: Place, stranger: Learner) -> None:
    stranger.visit("/record")
    shown = stranger.enter(place.exercise.key).attempt
    assert stranger.commit(shown).stage == "revealed"


def test_asking_for_the_headers_alone_begins_nothing(place: Place) -> None:
    with place.learner() as someone:
        before = ask(place.address, "SELECT count(*) FROM practice_set")
        answer = someone.http.head("/encounter/", params={"exercise": place.exercise.key})
        assert answer.status_code == 200
    assert ask(place.address, "SELECT count(*) FROM practice_set") == before


@pytest.mark.parametrize("event", ["commit", "decide", "next", "open", "a page"])
@pytest.mark.parametrize("stage", ["shown", "revealed"])
def test_an_attempt_of_someone_else_is_refused(
    event: str, stage: str, place: Place, request: pytest.FixtureRequest
) -> None:
    attempt = request.getfixturevalue(stage)
    with place.learner() as other:
        data = {"attempt": attempt, "form": {**JUDGMENT, **DECISION}}
        page = other.look(attempt) if event == "a page" else other.event(event, data)
    assert page.is_notice
    assert "belongs to another learner" in page.text


def test_an_attempt_of_someone_else_stays_as_it_was(place: Place, shown: str) -> None:
    with place.learner() as other:
        other.commit(shown)
    assert place.rows("commitment", shown) == 0


@pytest.mark.parametrize(
    "query",
    [{"exercise": "small/nothing"}, {"exercise": "../../etc"}, {"exercise": ""}, {}],
    ids=["unknown", "a path", "empty", "left out"],
)
def test_an_unknown_exercise_gets_a_sentence(query: dict[str, str], learner: Learner) -> None:
    page = learner.open(**query)
    assert page.is_notice
    assert "Choose one from the list" in page.text


def test_an_unknown_set_gets_a_sentence(learner: Learner) -> None:
    page = learner.open("/record", set="nothing")
    assert page.is_notice
    assert "no such set" in page.text


def test_a_set_of_someone_else_gets_a_sentence(place: Place, learner: Learner, shown: str) -> None:
    with place.learner() as other:
        page = other.open("/record", set=place.set_of(shown))
    assert "belongs to another learner" in page.text


def test_an_unfinished_set_is_not_summed_up(place: Place, learner: Learner, shown: str) -> None:
    page = learner.open("/record", set=place.set_of(shown))
    assert "not finished yet" in page.text


def test_a_notice_leads_back(learner: Learner) -> None:
    assert 'href="/"' in learner.open(exercise="small/nothing").html


def test_the_favicon_is_a_picture(place: Place) -> None:
    answer = httpx.get(f"{place.base}/favicon.ico", timeout=60)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/svg+xml")


@pytest.mark.parametrize("path", ["/nothing", "/encounter/nothing", "/static-equipoise/nothing"])
def test_an_address_that_is_nowhere_is_not_found(path: str, place: Place) -> None:
    assert httpx.get(f"{place.base}{path}", timeout=60).status_code == 404


@pytest.mark.parametrize("path", ["/nothing", "/encounter/nothing", "/static-equipoise/nothing"])
def test_an_address_that_is_nowhere_says_so_to_a_person(path: str, place: Place) -> None:
    answer = httpx.get(f"{place.base}{path}", headers={"accept": "text/html,*/*"}, timeout=60)
    assert answer.status_code == 404
    assert "There is no page at this address" in Page(answer.text).text
    assert 'href="/"' in answer.text


def test_a_file_of_gradios_with_a_name_that_no_disk_takes_is_not_found(place: Place) -> None:
    name = "a" * 30_000 + ".js"
    assert httpx.get(f"{place.base}/gradio/assets/{name}", timeout=60).status_code == 404


@pytest.mark.parametrize("path", ["/session", "/download/grades"])
def test_a_form_whose_sender_leaves_is_no_error(path: str, place: Place) -> None:
    came: list[Message] = [
        {"type": "http.disconnect"},
        {"type": "http.request", "body": b"ticket=a", "more_body": True},
    ]

    async def receive() -> Message:
        return came.pop()

    async def send(message: Message) -> None:
        """Sent to nobody."""

    form = b"application/x-www-form-urlencoded"
    headers = [
        *((b"host", b"a"), (b"origin", b"http://a")),
        *((b"content-type", form), (b"content-length", b"900")),
    ]
    scope = {"type": "http", "method": "POST", "scheme": "http", "path": path, "query_string": b""}
    asked = place.app({**scope, "headers": headers, "client": None}, receive, send)
    # A thread of its own: where a browser has been driven, this one has a loop already.
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, asked).result()
    assert came == []
