"""The edge: what is refused before any page hears of it."""

from __future__ import annotations

import http.client
from collections.abc import Mapping
from urllib.parse import urlsplit

import pytest
from starlette.types import Message

from tests.web.conftest import Place
from tests.web.learner import JUDGMENT, Learner
from tutor.services.identity import COOKIE
from tutor.web.edge.allow_list import allow_list
from tutor.web.edge.body import too_large
from tutor.web.edge.headers import SecurityHeaders, inline_hashes
from tutor.web.edge.options import EdgeOptions
from tutor.web.edge.origin import is_own
from tutor.web.edge.pace import IN_A_ROW, PER_ADDRESS, HumanPace

HOST = "tutor.example.edu:8443"
PUBLIC = "https://tutor.example.edu"


@pytest.mark.parametrize(
    ("sent", "public", "own"),
    [
        ({}, "", False),
        ({"origin": f"http://{HOST}"}, "", True),
        ({"origin": f"HTTP://{HOST}/"}, "", True),
        ({"origin": "http://tutor.example.edu"}, "", False),
        ({"origin": "http://tutor.example.edu:80", "host": "tutor.example.edu"}, "", True),
        ({"origin": "https://tutor.example.edu", "host": "tutor.example.edu:443"}, "", True),
        ({"origin": "http://other.example.edu:8443"}, "", False),
        ({"origin": "null"}, "", False),
        ({"origin": "null", "host": ""}, "", False),
        ({"origin": f"http://{HOST}", "sec-fetch-site": "same-origin"}, "", True),
        # A proxy may call us by another name; the browser's own word holds.
        ({"origin": PUBLIC, "sec-fetch-site": "same-origin"}, "", True),
        ({"origin": f"http://{HOST}", "sec-fetch-site": "same-site"}, "", False),
        ({"origin": f"http://{HOST}", "sec-fetch-site": "cross-site"}, "", False),
        ({"sec-fetch-site": "none"}, "", False),
        ({"sec-fetch-site": "same-origin"}, "", True),
        ({"origin": PUBLIC}, PUBLIC, True),
        ({"origin": f"{PUBLIC}:443"}, PUBLIC, True),
        ({"origin": f"http://{HOST}"}, PUBLIC, False),
        ({"origin": "http://tutor.example.edu"}, PUBLIC, False),
        ({"origin": "https://other.example.edu", "sec-fetch-site": "same-origin"}, PUBLIC, False),
        ({"sec-fetch-site": "same-origin"}, PUBLIC, True),
    ],
)
def test_a_request_is_our_own_if_it_was_sent_from_our_address(
    sent: Mapping[str, str], public: str, own: bool
) -> None:
    headers = {"host": HOST, **sent}
    assert is_own({k.encode(): v.encode() for k, v in headers.items()}, public) is own


@pytest.mark.parametrize("origin", ["http://evil.example.test", "null", ""])
def test_a_judgment_sent_from_another_page_is_refused_and_not_stored(
    origin: str, place: Place, learner: Learner, shown: str
) -> None:
    learner.http.headers["origin"] = origin
    answer = learner.send("commit", {"attempt": shown, "form": JUDGMENT})
    assert answer.status_code == 403
    assert "came from a page at another address" in answer.text
    assert place.rows("commitment", shown) == 0


@pytest.mark.parametrize("path", ["/", "/gradio/gradio_api/run/commit"])
def test_no_other_page_is_allowed_to_read(path: str, learner: Learner) -> None:
    asked = {"origin": "http://evil.example.test", "access-control-request-method": "POST"}
    for method in ("GET", "OPTIONS", "POST"):
        answer = learner.http.request(method, path, headers=asked)
        assert not [name for name in answer.headers if name.startswith("access-control-")]


# --- addresses ----------------------------------------------------------------------------------

PAGES = {"/", "/encounter/", "/record/", "/signin/", "/my/", "/desk/"}
EVENTS = {"commit", "decide", "next", "open", "keep", "act"}
GRADIOS = [
    "gradio_api/upload",
    "gradio_api/queue/join",
    "gradio_api/queue/data?session_hash=a",
    "gradio_api/file=http://127.0.0.1:1/",
    "gradio_api/heartbeat/a",
    "gradio_api/run/predict",
    "gradio_api/run/nothing",
    "gradio_api/api/commit",
    "gradio_api/call/commit",
    "gradio_api/info",
    "gradio_api/dev/reload",
    "gradio_api/custom_component/a/b/c/d",
    "gradio_api/stream/a",
    "gradio_api/startup-events",
    "monitoring/summary",
    "config",
    "theme.css",
    "login",
    "openapi.json",
    "docs",
    "static/img/logo.svg",
    "",
]


def test_the_list_holds_our_pages_and_their_events_and_nothing_else(place: Place) -> None:
    """A new route, ours or Gradio's, has to be added here before it is answered."""
    found = allow_list(place.app.routes)
    events = {path.rpartition("/")[2] for path in found.exact if path.startswith("/gradio/")}
    others = {path for path in found.exact if not path.startswith("/gradio/")}
    slashless = {page.rstrip("/") for page in PAGES} - {""}
    downloads = {f"/download/{name}" for name in ("mine", "grades", "encounters")}
    more = {"/encounter/following", "/picture", "/session", "/favicon.ico"}
    assert events == EVENTS
    assert others == PAGES | slashless | downloads | more
    assert {folder for folder, _ in found.folders} == {"/static-equipoise/", "/gradio/assets/"}


@pytest.mark.parametrize(
    "path", [*(f"/gradio/{path}" for path in GRADIOS), "/openapi.json", "/docs"]
)
def test_what_no_page_asks_for_is_not_found_in_our_words(path: str, learner: Learner) -> None:
    for method in ("GET", "POST"):
        answer = learner.http.request(method, path, content=b"{}")
        assert (answer.status_code, answer.text) == (404, "There is no page at this address.")


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/gradio/gradio_api/run/commit"), ("POST", "/"), ("PUT", "/my/")]
)
def test_an_address_takes_its_own_methods_only(method: str, path: str, learner: Learner) -> None:
    assert learner.http.request(method, path).status_code == 405


# --- headers ------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/", "/my/", "/nothing", "/favicon.ico", "/session", "event"])
def test_every_answer_says_what_the_browser_is_to_refuse(path: str, learner: Learner) -> None:
    answer = learner.send("open", {}) if path == "event" else learner.http.get(path)
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'; script-src 'self' 'sha256-" in policy
    assert "'unsafe-eval'" not in policy
    assert "'unsafe-inline'" not in policy.replace("style-src 'self' 'unsafe-inline'", "")
    assert "frame-ancestors 'self'" in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "same-origin"
    assert "camera=()" in answer.headers["permissions-policy"]
    assert answer.headers["cache-control"] in ("no-store", "no-cache")
    assert "strict-transport-security" not in answer.headers


def test_the_inline_script_of_a_page_is_the_one_that_the_policy_names(learner: Learner) -> None:
    answer = learner.visit("")
    (named,) = inline_hashes(answer.text)
    assert named in answer.headers["content-security-policy"]


def started(options: EdgeOptions, scheme: str) -> dict[bytes, bytes]:
    """The headers of an answer that says nothing itself."""
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    around = SecurityHeaders(options, "<script>one</script>").around(send, scheme)
    # A coroutine that waits for nothing ends at once.
    with pytest.raises(StopIteration):
        around({"type": "http.response.start", "status": 200, "headers": []}).send(None)
    return dict(sent[0]["headers"])


@pytest.mark.parametrize(
    ("public", "scheme", "secure"),
    [("", "http", False), ("", "https", True), (PUBLIC, "http", True)],
)
def test_over_https_browsers_are_told_to_stay_there(public: str, scheme: str, secure: bool) -> None:
    headers = started(EdgeOptions(public), scheme)
    assert (b"strict-transport-security" in headers) is secure


def test_only_a_registered_platform_may_show_a_page_in_a_frame() -> None:
    headers = started(EdgeOptions(framed_by=("https://moodle.example.edu",)), "https")
    policy = headers[b"content-security-policy"]
    assert policy.endswith(b"frame-ancestors 'self' https://moodle.example.edu")
    assert b"x-frame-options" not in headers
    assert started(EdgeOptions(), "https")[b"x-frame-options"] == b"SAMEORIGIN"


# --- bodies -------------------------------------------------------------------------------------


def begun(place: Place, event: str, cookie: str, **headers: str) -> tuple[int, str]:
    """What is said to a request whose body has not been sent."""
    address = urlsplit(place.base)
    connection = http.client.HTTPConnection(str(address.hostname), address.port, timeout=20)
    connection.putrequest("POST", f"/gradio/gradio_api/run/{event}")
    for name, value in {"Origin": place.base, "Cookie": f"{COOKIE}={cookie}", **headers}.items():
        connection.putheader(name.replace("_", "-"), value)
    connection.endheaders()
    answer = connection.getresponse()
    said = answer.read().decode()
    connection.close()
    return answer.status, said


def test_what_is_too_large_is_refused_before_it_is_read(place: Place, learner: Learner) -> None:
    status, said = begun(place, "commit", learner.cookie, Content_Length="3000001")
    assert (status, "larger than 3 MB" in said) == (413, True)
    assert begun(place, "act", learner.cookie, Content_Length="3000001")[0] == 413
    assert begun(place, "commit", learner.cookie, Transfer_Encoding="chunked")[0] == 411


def test_a_class_list_of_somebody_signed_in_may_be_longer() -> None:
    length = {b"content-length": b"12000000"}
    assert too_large("/gradio/gradio_api/run/act", length, lambda: True) == ""
    assert "larger than 3 MB" in too_large("/gradio/gradio_api/run/act", length, lambda: False)
    assert "larger than 3 MB" in too_large("/gradio/gradio_api/run/commit", length, lambda: True)
    longer = {b"content-length": b"12000001"}
    assert "larger than 12 MB" in too_large("/gradio/gradio_api/run/act", longer, lambda: True)


# --- pace ---------------------------------------------------------------------------------------


def test_a_person_commits_at_a_human_pace_and_a_class_behind_one_address_together() -> None:
    at = [0.0]
    pace = HumanPace(6, lambda: at[0])
    assert [pace.too_fast("one", "a") for _ in range(IN_A_ROW)] == [""] * IN_A_ROW
    assert "Wait 10 seconds, then send it again" in pace.too_fast("one", "a")
    assert pace.too_fast("another", "a") == ""
    at[0] += 10
    assert pace.too_fast("one", "a") == ""
    guests = [pace.too_fast(f"guest {n}", "b") for n in range(2 * IN_A_ROW * PER_ADDRESS)]
    assert guests.count("") == IN_A_ROW * PER_ADDRESS
    assert pace.too_fast("elsewhere", "c") == ""


def test_a_judgment_that_comes_too_fast_is_not_stored(place: Place, learner: Learner) -> None:
    form = {"attempt": "none", "form": JUDGMENT}
    answers = [learner.send("commit", form).status_code for _ in range(IN_A_ROW + 1)]
    assert answers == [200] * IN_A_ROW + [429]
