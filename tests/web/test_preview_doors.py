"""Learners never have a preview: not its addresses, not its code, not from another machine."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import httpx
import pytest

from tests.conftest import ROOT
from tests.web.learner import Learner
from tests.web.serving import served
from tutor.errors import Misconfigured
from tutor.services.accounts.identity import Identity
from tutor.services.authoring.preview import Preview
from tutor.services.encounters.library import Library
from tutor.store.database import Database
from tutor.web.app import create_app
from tutor.web.author.app import create_preview, loopback

pytestmark = pytest.mark.usefixtures("claims_unmeasured")
DOORS = {
    "/author/": "GET",
    "/author": "GET",
    "/author/version": "GET",
    "/author/again": "GET",
    "/author/open": "POST",
    "/author/afresh": "POST",
    "/author/preview.js": "GET",
    "/author/preview.css": "GET",
}


@pytest.fixture
def base(preview: Preview, sqlite_database: Database) -> Iterator[str]:
    """The address of a preview."""
    with served(create_preview(preview, sqlite_database)) as address:
        yield address


@pytest.fixture
def doors(preview: Preview, sqlite_database: Database) -> set[str]:
    """Every address that a preview has and ``serve`` has not."""
    paths = [getattr(r, "path", "") for r in create_preview(preview, sqlite_database).routes]
    return {path for path in paths if path.startswith("/author")}


def test_every_door_of_the_preview_is_named_here(doors: set[str]) -> None:
    assert doors == set(DOORS)


def test_what_learners_are_served_has_no_such_door(
    sqlite_database: Database, library: Library, identity: Identity
) -> None:
    with served(create_app(sqlite_database, library, identity)) as base, Learner(base) as someone:
        for path, method in DOORS.items():
            assert someone.http.request(method, path).status_code == 404, path
            assert someone.http.request("PUT", path).status_code in (404, 405), path


def test_serve_loads_nothing_of_the_preview() -> None:
    code = (
        "import sys, tutor.cli, tutor.web.serve\n"
        "print([m for m in sys.modules if m.startswith('tutor.') and m.split('.')[-1] in "
        "('preview', 'author', 'apart', 'saves', 'panel')])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2", "localhost", "::1"])
def test_an_address_of_this_machine_alone_will_do(host: str) -> None:
    assert loopback(host) == host


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.0.0.7", "example.org", ""])
def test_an_address_that_others_reach_is_refused(host: str) -> None:
    with pytest.raises(Misconfigured, match="A preview is for its author alone"):
        loopback(host)


@pytest.mark.parametrize("path", ["/author/", "/", "/author/version"])
def test_a_request_by_another_name_is_refused(path: str, base: str) -> None:
    """As it would come through a tunnel, or from a page that has rebound its name to us."""
    answer = httpx.get(f"{base}{path}", headers={"host": "evil.example"}, verify=False, timeout=60)
    assert answer.status_code == 400


def test_cookies_of_a_server_at_the_same_address_are_left_alone(base: str) -> None:
    with httpx.Client(base_url=base, verify=False, timeout=30) as http:
        http.cookies.set("equipoise_guest", "another server's")
        for path in ("/", "/encounter/", "/author/"):
            assert "set-cookie" not in http.get(path).headers
        sent_from = {"origin": base}
        answer = http.post("/author/open", data={"cell": "right-absent"}, headers=sent_from)
    assert answer.headers["location"].startswith("/encounter/?attempt=")
