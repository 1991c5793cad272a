"""Which cookie is ours: one of the host's own name over HTTPS, and never one of two elsewhere."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from starlette.testclient import TestClient

from tests.web.conftest import Place
from tests.web.learner import Learner, Page, panel_of
from tutor.services.accounts.identity import COOKIE, Identity
from tutor.services.encounters.library import Library
from tutor.store.database import Database
from tutor.web.app import create_app
from tutor.web.cookie_choice import HOST_COOKIE, removals
from tutor.web.cookies import TWO_AT_EVENT
from tutor.web.layout.addresses import serve_below

SECURE = "https://tutor.example.test"


@pytest.fixture
def secured(
    sqlite_database: Database, library: Library, identity: Identity
) -> Iterator[TestClient]:
    """The application as it is served over HTTPS."""
    app = create_app(sqlite_database, library, identity, secure_cookies=True)
    with TestClient(app, base_url=SECURE, headers={"origin": SECURE}) as client:
        yield client


def reads(client: TestClient, *cookies: str) -> httpx.Response:
    """A page, asked for with these cookies alone."""
    client.cookies.clear()
    return client.get("/record/", headers={"cookie": "; ".join(cookies)})


def test_over_https_the_cookie_is_one_that_only_our_host_can_set(
    secured: TestClient, identity: Identity
) -> None:
    (header,) = reads(secured).headers.get_list("set-cookie")
    own = header.partition(";")[0]
    assert own.startswith("__Host-equipoise_guest=")
    assert {"Path=/", "Secure", "HttpOnly"} <= set(header.split("; "))
    assert "Domain" not in header
    # Neither a neighbour's cookie of the plain name nor two of them change who is asking.
    planted = [f"{COOKIE}={identity.sign(f'g_{number:022d}')}" for number in (1, 2)]
    for sent in ([*planted, own], [own, *planted]):
        answer = reads(secured, *sent)
        assert (answer.status_code, answer.headers.get_list("set-cookie")) == (200, [])
    # What the server gives now is worth nothing under the plain name, where anyone can plant it.
    stripped = own.removeprefix("__Host-")
    (new,) = reads(secured, stripped).headers.get_list("set-cookie")
    host = identity.for_host()
    given = new.partition("=")[2].partition(";")[0]
    assert host.read(given) != host.read(own.partition("=")[2])


def test_a_cookie_of_the_former_name_is_moved_over(secured: TestClient, identity: Identity) -> None:
    (header,) = reads(secured, f"{COOKIE}={identity.sign('g_' + 'a' * 22)}").headers.get_list(
        "set-cookie"
    )
    name, _, value = header.partition(";")[0].partition("=")
    assert name == HOST_COOKIE
    assert identity.for_host().read(value) == "g_" + "a" * 22
    secured.cookies.clear()
    afresh = secured.post("/session", headers={"cookie": f"{name}={value}"}, follow_redirects=False)
    assert [one.partition(";")[0] for one in afresh.headers.get_list("set-cookie")][1:] == [
        f"{COOKIE}="
    ]


@pytest.mark.parametrize("order", [1, -1])
def test_of_two_good_cookies_none_is_taken(place: Place, learner: Learner, order: int) -> None:
    with place.learner() as other:
        both = "; ".join([f"{COOKIE}={one.cookie}" for one in (learner, other)][::order])
    headers = {"cookie": both, "host": "tutor.example.test"}
    page = httpx.get(f"{place.base}/desk/", headers=headers, timeout=60)
    assert page.status_code == 409
    assert "two cookies of Equipoise" in page.text
    removed = page.headers.get_list("set-cookie")
    assert f"{COOKIE}=; Max-Age=0; Path=/; Domain=example.test" in removed
    # Our own cookie has this path and no domain.
    assert f"{COOKIE}=; Max-Age=0; Path=/" not in removed
    event = f"{place.base}/gradio/gradio_api/run/open"
    sent = {"cookie": both, "origin": place.base}
    said = httpx.post(event, json={"data": [], "event_data": {}}, headers=sent, timeout=60)
    assert (said.status_code, said.text) == (409, TWO_AT_EVENT)
    assert len(said.text) <= 300
    afresh = httpx.post(f"{place.base}/session", headers=sent, timeout=60)
    assert afresh.status_code == 303
    assert COOKIE in afresh.headers["set-cookie"]


@pytest.mark.parametrize("order", [1, -1])
def test_the_one_good_cookie_of_two_is_taken(
    place: Place, learner: Learner, shown: str, order: int
) -> None:
    both = "; ".join([f"{COOKIE}={learner.cookie}", f"{COOKIE}=forged.by.somebody"][::order])
    answer = httpx.get(
        f"{place.base}/encounter/", params={"attempt": shown}, headers={"cookie": both}, timeout=60
    )
    assert Page(panel_of(answer.text)).attempt == shown


def test_below_a_path_the_cookie_of_the_shorter_path_is_removed() -> None:
    serve_below("/equipoise")
    try:
        found = removals({"path": "/my/", "headers": [(b"host", b"10.0.0.1:80")]}, "")
    finally:
        serve_below("")
    paths = [one.partition("Path=")[2] for one in found]
    assert paths == ["/", "/equipoise", "/equipoise/my", "/equipoise/my/"]
