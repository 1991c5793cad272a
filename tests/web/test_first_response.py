"""The first response of a page: readable by itself, kept by nobody, and for whom it is drawn."""

from __future__ import annotations

import gzip
import re

import brotli
import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import StreamingResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from tests.web.conftest import Place
from tests.web.learner import Learner, Page, panel_of
from tutor.services.accounts.identity import COOKIE
from tutor.web.compression import Compressed
from tutor.web.layout.gradio_loader import asset_names

HEADINGS = {
    "": "Exercises",
    "/my": "My assignments",
    "/record": "My record",
    "/signin": "Sign in",
}
OURS = re.compile(r'(?:href|src)="(/static-equipoise/[^"]+)"')
NEIGHBOURS = [
    'consent={"a":1,"b":2}; {own}',
    "name=Jörg M; arr[0]=1; {own}",
    "a@b=1; {own}",
    "{own}; later=[1;2]",
]


@pytest.mark.parametrize("page", HEADINGS)
def test_a_page_can_be_read_before_any_script_runs(page: str, learner: Learner) -> None:
    found = learner.open(page)
    assert re.search(rf"<h1[^>]*>{HEADINGS[page]}", found.html)
    assert not found.is_notice


@pytest.mark.parametrize("stage", ["shown", "revealed"])
def test_a_stage_is_loaded_as_its_event_answers_it(
    stage: str, learner: Learner, request: pytest.FixtureRequest
) -> None:
    attempt = request.getfixturevalue(stage)
    assert learner.look(attempt).html == learner.event("open", {"attempt": attempt}).html


def test_a_closed_case_is_loaded_as_it_was_answered(learner: Learner, shown: str) -> None:
    assert learner.finish(shown).html == learner.look(shown).html


def test_the_title_says_the_stage(learner: Learner, shown: str) -> None:
    whole = learner.visit(attempt=shown).text
    said = re.search(r'data-title="([^"]+)"', whole)
    assert said
    assert f"<title>{said[1]} · Equipoise</title>" in whole


@pytest.mark.parametrize("page", [*HEADINGS, "/desk", "/encounter"])
def test_a_page_is_stored_by_nobody(page: str, learner: Learner) -> None:
    assert learner.visit(page).headers["cache-control"] == "no-store"


def test_a_page_without_its_slash_is_found(learner: Learner) -> None:
    answer = learner.http.get("/encounter", params={"attempt": "a&b"})
    assert answer.status_code == 307
    assert answer.headers["location"] == "/encounter/?attempt=a%26b"


@pytest.mark.parametrize("cookies", NEIGHBOURS)
def test_a_neighbours_odd_cookie_hides_nobody(
    cookies: str, place: Place, learner: Learner, shown: str
) -> None:
    sent = cookies.replace("{own}", f"{COOKIE}={learner.cookie}").encode()
    answer = httpx.get(
        f"{place.base}/encounter/", params={"attempt": shown}, headers={b"Cookie": sent}, timeout=60
    )
    assert "set-cookie" not in answer.headers
    assert Page(panel_of(answer.text)).attempt == shown


def test_odd_cookies_alone_make_a_guest(place: Place) -> None:
    answer = httpx.get(f"{place.base}/", headers={"Cookie": "a@b=1; equipoise_guest=x"}, timeout=60)
    assert answer.status_code == 200
    assert COOKIE in answer.headers["set-cookie"]


# --- files --------------------------------------------------------------------------------------


def test_a_newcomers_style_sheet_comes_within_the_page(place: Place, learner: Learner) -> None:
    first, later = httpx.get(f"{place.base}/", timeout=60).text, learner.visit("").text
    (address,) = re.findall(r'<link rel="stylesheet" href="([^"]+)">', later)
    (within,) = re.findall(rf'<style data-file="{address}">(.*?)</style>', first, re.DOTALL)
    assert 'rel="stylesheet"' not in first
    file = httpx.get(place.base + address, timeout=60).text
    assert within == file.replace('url("source', 'url("/static-equipoise/source') != file


def test_what_a_page_names_is_kept_for_ever(place: Place, learner: Learner) -> None:
    named = OURS.findall(learner.visit("").text)
    assert {address.rpartition(".")[2] for address in named} == {"css", "js", "svg", "woff2"}
    for address in named:
        answer = httpx.get(place.base + address, timeout=60)
        assert "immutable" in answer.headers["cache-control"]


def test_a_name_of_another_version_is_todays_file_and_asked_for_again(place: Place) -> None:
    answer = httpx.get(f"{place.base}/static-equipoise/equipoise-0123456789ab.css", timeout=60)
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-cache")


def test_gradios_files_have_one_place_and_are_kept_for_ever(place: Place) -> None:
    (entry, *_), _ = asset_names()
    answer = httpx.get(f"{place.base}/gradio/assets/{entry}", timeout=60)
    assert answer.headers["content-type"].startswith("text/javascript")
    assert "immutable" in answer.headers["cache-control"]


@pytest.mark.parametrize("name", ["nothing.js", "..%2Findex.html", "%2e%2e/index.html", "a/b.js"])
def test_beside_them_nothing_is_served(name: str, place: Place) -> None:
    assert httpx.get(f"{place.base}/gradio/assets/{name}", timeout=60).status_code == 404


def test_what_is_unchanged_is_not_sent_again(place: Place) -> None:
    first = httpx.get(f"{place.base}/favicon.ico", timeout=60)
    seen = {"if-none-match": first.headers["etag"]}
    again = httpx.get(f"{place.base}/favicon.ico", headers=seen, timeout=60)
    assert (again.status_code, again.content) == (304, b"")


# --- compressed ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip", "gzip"),
        ("br;q=0, gzip", "gzip"),
        ("identity", None),
        ("", None),
    ],
)
@pytest.mark.parametrize("path", ["/", "/static-equipoise/equipoise.css"])
def test_an_answer_comes_in_a_coding_that_is_accepted(
    path: str, accepted: str, coding: str | None, place: Place, learner: Learner
) -> None:
    headers = {"accept-encoding": accepted}
    with learner.http.stream("GET", path, headers=headers) as answer:
        raw = b"".join(answer.iter_raw())
    undo = {"br": brotli.decompress, "gzip": gzip.decompress, None: bytes}[coding]
    assert answer.headers.get("content-encoding") == coding
    assert int(answer.headers["content-length"]) == len(raw)
    plain = learner.http.get(path, headers={"accept-encoding": "identity"}).content
    assert undo(raw) == plain
    assert coding is None or "accept-encoding" in answer.headers["vary"].lower()


def test_what_comes_in_pieces_passes_as_it_is() -> None:
    async def pieces(request: Request) -> StreamingResponse:
        return StreamingResponse(iter(["a" * 2000, "b" * 2000]), media_type="text/csv")

    app = Compressed(Starlette(routes=[Route("/", pieces)]))
    answer = TestClient(app).get("/")
    assert "content-encoding" not in answer.headers
    assert answer.text == "a" * 2000 + "b" * 2000
