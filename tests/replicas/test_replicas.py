"""Any server answers any request: whole encounters over three of them, one killed on the way."""

from __future__ import annotations

import shutil
import subprocess
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, expect

from tests.browser import playing
from tests.conftest import SMALL
from tests.databases import ask
from tests.replicas import nginx
from tests.replicas.conftest import SECRET, Town, start, wait_for
from tests.services.school import PASSWORD, SETTING
from tests.web.learner import Learner
from tutor.content.loading import load
from tutor.services.accounts.access import Caller
from tutor.services.accounts.identity import Identity
from tutor.services.encounters.library import Library
from tutor.services.services import Services
from tutor.store.database import Database
from tutor.web.cookie_choice import HOST_COOKIE

pytestmark = pytest.mark.long
KEY = "small/throat"
LEARNERS, CASES = 6, 4


class Seen:
    """A learner through nginx, and which servers answered them."""

    def __init__(self, town: Town) -> None:
        self.learner = Learner(town.base)
        self.by: set[str] = set()
        self.learner.http.event_hooks["response"].append(self._note)
        self.learner.http.timeout = 60

    def _note(self, answer: httpx.Response) -> None:
        self.by.add(answer.headers.get("x-served-by", "").split(", ")[-1])

    def play(self, attempt: str) -> str:
        """Close a case, holding each page to its stage, and go on; the next attempt."""
        page = self.learner.look(attempt)
        assert page.stage == "shown", page.text
        assert "Known failure modes" not in page.text
        closed = self.learner.finish(attempt)
        assert closed.stage in ("closed", "stored"), closed.text
        assert self.learner.look(attempt).stage == closed.stage
        following = self.learner.next(attempt)
        return following.attempt


@pytest.fixture(scope="module")
def services(old_town: Town, bundles: Path) -> Iterator[Services]:
    """The services over the town's database, as a fourth server would have them."""
    pack, _ = load(SMALL)
    database = Database(old_town.address)
    yield Services(database, Library([pack], bundles), Identity(SECRET, 30))
    database.close()


@pytest.fixture(scope="module")
def ada(services: Services) -> Caller:
    """Who has the first account."""
    made = services.accounts.welcome(services.accounts.first_link(), "Ada", "ada", PASSWORD)
    return Caller(made.learner, made)


def test_nothing_is_lost_or_shown_early_when_a_server_is_killed(town):
    counted = "SELECT count(*), count(DISTINCT attempt_id) FROM closing"
    ((before, _),) = ask(town.address, counted)
    everyone = [Seen(town) for _ in range(LEARNERS)]
    attempts = [one.learner.enter(KEY).attempt for one in everyone]
    with ThreadPoolExecutor(LEARNERS) as pool:
        for case in range(CASES):
            playing_on = [
                pool.submit(one.play, attempt)
                for one, attempt in zip(everyone, attempts, strict=True)
            ]
            if case == CASES // 2:
                town.replicas[1].kill()
            attempts = [one.result() for one in playing_on]
    assert ask(town.address, counted) == [(before + LEARNERS * CASES,) * 2]
    orphans = "SELECT count(*) FROM reveal r LEFT JOIN commitment c USING (attempt_id)"
    assert ask(town.address, f"{orphans} WHERE c.attempt_id IS NULL") == [(0,)]
    for one in everyone:
        assert len(one.by) >= 2, one.by
    servers = set().union(*(one.by for one in everyone))
    assert len(servers) == len(town.replicas)


def test_the_same_commitment_at_every_server_at_once_is_stored_once(town):
    one = Seen(town)
    attempt = one.learner.enter(KEY).attempt
    cookie = one.learner.cookie
    direct = [Learner(f"http://127.0.0.1:{r.port}", cookie) for r in town.replicas]
    with ThreadPoolExecutor(len(direct)) as pool:
        stages = {page.stage for page in pool.map(lambda each: each.commit(attempt), direct)}
    assert len(stages) == 1
    assert stages <= {"revealed", "closed"}
    stored = "SELECT count(*) FROM commitment WHERE attempt_id = ?"
    assert ask(town.address, stored, attempt) == [(1,)]


def test_an_assignment_keeps_its_terms_on_every_server(town, services, ada):
    """Outcomes wait for the end of the set, whichever server is asked."""
    room = services.classrooms.make(ada, "Year three", "Europe/Berlin")
    form = {**SETTING, "outcomes": "end", "reasons_required": "yes", f"cases:{KEY}": "3"}
    work = services.assignments.publish(ada, services.assignments.make(ada, room.id, form).id)

    one = Seen(town)
    one.learner.enter(KEY)  # gives the guest their cookie
    form = {"code": room.join_code, "name": "Cy"}
    joined = one.learner.act("/my", "join", form)
    assert joined.goto == f"/my/?joined={room.id}"
    stages = defaultdict(list)
    for _ in range(3):
        page = one.learner.open(assignment=work.id, part="0")
        one.learner.finish(page.attempt)
        for server in town.replicas:
            direct = Learner(f"http://127.0.0.1:{server.port}", one.learner.cookie)
            stages[page.attempt].append(direct.look(page.attempt).stage)
    first, second, last = stages.values()
    assert set(first) == set(second) == {"stored"}
    assert set(last) == {"closed"}


@pytest.mark.usefixtures("ada")
def test_who_signs_in_at_one_server_is_known_at_the_others(town):
    one = Seen(town)
    one.learner.enter(KEY)
    form = {"login": "ada", "password": PASSWORD}
    entered = one.learner.act("/signin", "sign-in", form)
    one.learner.become(entered)
    for server in town.replicas:
        direct = Learner(f"http://127.0.0.1:{server.port}", one.learner.cookie)
        page = direct.open("/signin")
        assert "Signed in as" in page.text


def test_a_browser_goes_through_nginx_without_knowing(town, browser: Browser):
    context = browser.new_context()
    page = context.new_page()
    by: set[str] = set()
    page.on("response", lambda r: by.add(r.headers.get("x-served-by", "")))
    page.goto(f"{town.base}/encounter/?exercise={KEY}")
    expect(page.get_by_role("heading", name="The patient")).to_be_visible(timeout=30_000)
    playing.judge(page)
    playing.commit(page)
    town.replicas[0].kill()
    page.reload()
    expect(page.locator("[data-stage=revealed]")).to_be_visible(timeout=30_000)
    context.close()
    assert len(by - {""}) >= 2


def test_over_tls_every_address_is_secure_and_so_is_the_cookie(
    nginx_binary, certificate, sqlite_address, bundles, tmp_path, browser: Browser
):
    home, run = tmp_path / "home", tmp_path / "nginx"
    run.mkdir()
    shutil.copytree(bundles, home / "bundles")
    replica = start(
        home,
        sqlite_address,
        EQUIPOISE_SECURE_COOKIES="true",
        EQUIPOISE_TRUSTED_PROXIES="127.0.0.1",
    )
    try:
        wait_for(replica)
        with nginx.serving(nginx_binary, run, [replica.port], certificate) as base:
            context = browser.new_context(ignore_https_errors=True)
            page = context.new_page()
            asked: list[str] = []
            page.on("request", lambda r: asked.append(r.url))
            page.goto(f"{base}/encounter/?exercise={KEY}")
            expect(page.get_by_role("heading", name="The patient")).to_be_visible(timeout=30_000)
            playing.judge(page)
            playing.commit(page)
            (cookie,) = context.cookies()
            written = page.request.get(page.url).text()
            context.close()
    finally:
        replica.process.kill()
        replica.process.join()
    assert [address for address in asked if not address.startswith((base, "data:"))] == []
    # A page names no host at all, so it is as secure as the address it was asked at.
    assert base.partition("//")[2] not in written
    assert cookie["name"] == HOST_COOKIE
    assert cookie["secure"]
    assert cookie["httpOnly"]


def test_nginx_accepts_the_configuration_without_a_certificate(nginx_binary, tmp_path):
    written = tmp_path / "nginx.conf"
    written.write_text(nginx.configuration(tmp_path, "127.0.0.1:8443", [7860, 7861, 7862]))
    words = [nginx_binary, "-t", "-c", str(written), "-p", str(tmp_path)]
    tried = subprocess.run(words, capture_output=True, text=True)
    assert tried.returncode == 0, tried.stderr
