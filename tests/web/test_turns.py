"""Waiting for a thread: addresses take turns, lines are bounded, who has gone is skipped."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from threading import Event
from unittest import mock
from urllib.parse import urlsplit

import pytest

from tests.web.learner import Learner
from tests.web.serving import served
from tutor.errors import Unavailable
from tutor.services.accounts.accounts import Accounts
from tutor.services.accounts.identity import COOKIE, Identity
from tutor.services.encounters.library import Library
from tutor.store.database import Database
from tutor.web.app import create_app
from tutor.web.layout.turns import CROWDED, TurnedAway, Turns


async def stays() -> bool:
    return False


async def gone() -> bool:
    return True


def in_a_line(turns: Turns, waiting: list[tuple[str, bool]]) -> tuple[list[str], list[int]]:
    """What is done of ``waiting`` (address, whether its client leaves) once a first work ends.

    And the statuses of those that are turned away.
    """
    done: list[str] = []
    ends = Event()

    def noted(address: str) -> Callable[[], str]:
        return lambda: done.append(address) or address

    async def all_of_them() -> list[int]:
        first = asyncio.ensure_future(turns.run("first", lambda: str(ends.wait(60)), stays))
        await asyncio.sleep(0)
        others = [
            asyncio.ensure_future(turns.run(address, noted(address), gone if leaves else stays))
            for address, leaves in waiting
        ]
        await asyncio.sleep(0.01)
        ends.set()
        answers = await asyncio.gather(first, *others, return_exceptions=True)
        # The thread is free again.
        assert await turns.run("last", lambda: "last", gone) == "last"
        return [answer.status for answer in answers if isinstance(answer, TurnedAway)]

    # A thread of its own: where a browser has been driven, this one has a loop already.
    with ThreadPoolExecutor(1) as pool:
        return done, pool.submit(asyncio.run, all_of_them()).result()


def test_one_address_that_sends_much_keeps_another_waiting_for_one() -> None:
    flood = [("flood", False)] * 50
    done, away = in_a_line(Turns(1), [*flood, ("honest", False)])
    assert done.index("honest") == 1
    assert (len(done), away) == (51, [])


@pytest.mark.parametrize(
    ("bounds", "status"), [((10, 3), 429), ((3, 10), 503)], ids=["of one", "of all"]
)
def test_a_line_is_bounded(bounds: tuple[int, int], status: int) -> None:
    done, away = in_a_line(Turns(1, *bounds), [("a", False)] * 5)
    assert (len(done), away) == (3, [status] * 2)


def test_who_has_gone_is_skipped() -> None:
    done, away = in_a_line(Turns(1), [("a", True)] * 20 + [("b", False)])
    assert (done, len(away)) == (["b"], 20)


def test_no_page_waits_for_passwords_and_who_has_gone_is_not_served(
    sqlite_database: Database, library: Library
) -> None:
    made: list[Turns] = []

    def turns(threads: int) -> Turns:
        made.append(Turns(threads, most_of_one=1))
        return made[-1]

    with mock.patch("tutor.web.layout.page.Turns", turns):
        app = create_app(sqlite_database, library, Identity("turns", 1))
    began, ends = Event(), Event()

    def slow(*_: object) -> None:
        began.set()
        assert ends.wait(60)
        raise Unavailable("Away.")

    keep = mock.patch.object(Accounts, "keep", side_effect=slow)
    with keep as kept, served(app) as base, Learner(base) as learner, ThreadPoolExecutor() as pool:
        first = pool.submit(learner.send_act, "/signin", "keep", {"name": "Cy"})
        try:
            assert began.wait(60)
            leaves = sent(base, learner, {"page": "/signin", "act": "keep"})
            deadline = time.monotonic() + 60
            while not any(line.waiting for line in made):  # else the next may come before it
                assert time.monotonic() < deadline
                time.sleep(0.01)
            refused = learner.send_act("/signin", "keep", {"name": "Cy"})
            leaves.close()
            page = learner.visit("/signin")
        finally:
            ends.set()
        answer = first.result()
    assert (refused.status_code, refused.text) == (429, CROWDED)
    assert (page.status_code, answer.status_code) == (200, 200)
    assert "Away." in answer.text
    assert kept.call_count == 1


def sent(base: str, learner: Learner, data: dict[str, str]) -> HTTPConnection:
    """An event that was sent and whose answer is not read."""
    address = urlsplit(base)
    connection = HTTPConnection(str(address.hostname), address.port, timeout=60)
    headers = {"Origin": base, "Cookie": f"{COOKIE}={learner.cookie}"}
    headers["Content-Type"] = "application/json"
    body = json.dumps({"event_data": data})
    connection.request("POST", "/gradio/gradio_api/run/act", body, headers)
    return connection
