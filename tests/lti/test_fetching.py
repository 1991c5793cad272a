"""Which addresses of a platform are asked, and registered: none inside the server's own network."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from tests.web.serving import served
from tutor.errors import BadForm, BadInput, PlatformError
from tutor.lti.fetching import MOST_BYTES, Fetcher
from tutor.services.lti.addresses import origin_of, web_address

PRIVATE = [
    "http://tutor.example.org/jwks",
    "https://127.0.0.1/jwks",
    "https://localhost/jwks",
    "https://10.0.0.7/jwks",
    "https://169.254.169.254/latest/meta-data",
    "https://[::1]/jwks",
    "https://[fd00::1]/jwks",
    "https://[::ffff:127.0.0.1]/jwks",
    "https://0.0.0.0/jwks",
    "https://intranet/jwks",
    "https://printer.local/jwks",
]
NO_ADDRESS = [
    "javascript:alert(1)",
    "file:///etc/passwd",
    "ftp://moodle.example.org/",
    "https://",
    "https://user:password@moodle.example.org/",
    "https://moodle.example.org/ jwks",
    'https://moodle.example.org/"><script>',
    "https://moodle.example.org:99999/",
    "https://moodle.example.org;script-src *",
    "https://moodle.example.org/#part",
    "https://moodle.example.org/" + "x" * 1_000,
    "moodle.example.org/jwks",
    "",
]


@pytest.mark.parametrize("address", [*PRIVATE, *NO_ADDRESS])
def test_an_address_that_is_none_or_private_is_neither_registered_nor_asked(address):
    with pytest.raises(BadInput):
        web_address("jwks_url", address, local=False)
    with pytest.raises(PlatformError, match="may not be asked"):
        Fetcher().send("GET", address)


@pytest.mark.parametrize("inside", ["127.0.0.1", "10.1.2.3", "::1", "::ffff:10.0.0.1", "224.0.0.1"])
def test_a_public_name_of_a_private_address_is_not_asked(monkeypatch, inside):
    public = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.216.34", 443))
    private = (socket.AF_INET, socket.SOCK_STREAM, 6, "", (inside, 443))
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [public, private])
    with pytest.raises(PlatformError, match="private network"):
        Fetcher().send("GET", "https://moodle.example.org/jwks")


def test_the_connection_goes_to_the_address_that_was_looked_at(monkeypatch):
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.216.34", 443))]
    asked, reached = [], []
    monkeypatch.setattr(socket, "getaddrinfo", lambda *a, **_: asked.append(a) or found)

    def connect(where, timeout=None):
        reached.append(where)
        raise TimeoutError

    monkeypatch.setattr(socket, "create_connection", connect)
    with pytest.raises(PlatformError, match="took too long"):
        Fetcher().send("GET", "https://moodle.example.org/jwks")
    assert (len(asked), reached) == (1, [("93.184.216.34", 443)])


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    async def away(_: Request) -> Response:
        return RedirectResponse("http://127.0.0.1:1/inside")

    async def huge(_: Request) -> Response:
        return PlainTextResponse("x" * (MOST_BYTES + 1))

    async def words(_: Request) -> Response:
        return PlainTextResponse("no JSON")

    pages = {"/away": away, "/huge": huge, "/words": words}
    with served(Starlette(routes=[Route(path, page) for path, page in pages.items()])) as base:
        yield base


@pytest.mark.parametrize(
    ("path", "said"), [("/away", "status 307"), ("/huge", "more than 2 MB"), ("/words", "no JSON")]
)
def test_an_answer_is_neither_followed_nor_read_without_end(server, path, said):
    with pytest.raises(PlatformError, match=said):
        Fetcher(local=True).get_json(server + path)


def test_a_platform_that_does_not_answer_is_named():
    with pytest.raises(PlatformError, match=r"127\.0\.0\.1 did not answer"):
        Fetcher(local=True).get_json("http://127.0.0.1:9/jwks")


@pytest.mark.parametrize(
    ("address", "origin"),
    [
        ("https://moodle.example.org/a?b", "https://moodle.example.org"),
        ("https://Moodle.example.org:8443/", "https://moodle.example.org:8443"),
        ("javascript:alert(1)", ""),
        ("https://[::1", ""),
    ],
)
def test_the_origin_of_an_address(address, origin):
    assert origin_of(address) == origin


def test_a_registration_says_everything_that_is_wrong_with_it(lasting):
    services, lms = lasting.services, lasting.lms
    typed = {"auth_url": "javascript:alert(1)", "frames": "no-address"}
    with pytest.raises(BadForm) as refused:
        services.platforms.register(lasting.administrator, typed)
    needed = {"name", "issuer", "client_id", "auth_url", "token_url", "jwks_url", "frames"}
    assert set(refused.value.errors) == needed
    with pytest.raises(BadInput, match="registered already"):
        services.platforms.register(lasting.administrator, lms.registration())


def test_the_connection_is_tested_and_what_is_wrong_is_said(lasting):
    services, lms, who = lasting.services, lasting.lms, lasting.administrator
    wrong = lms.registration(client_id="other", jwks_url=f"{lms.base}/frame")
    made = services.platforms.register(who, wrong)
    _, findings = services.platforms.test(who, made.id)
    assert [(one.name, one.state.value) for one in findings] == [
        ("key set", "bad"),
        ("authentication", "good"),
        ("access tokens", "bad"),
    ]
    services.platforms.change(who, made.id, {**wrong, "jwks_url": f"{lms.base}/jwks"})
    _, findings = services.platforms.test(who, made.id)
    assert findings[0].says == "127.0.0.1 publishes 1 key."
    services.platforms.remove(who, made.id, "Moodle of the school")
