"""The edge: what is refused before any page hears of it."""

from __future__ import annotations

import http.client
import json
import logging
import re
import secrets
import sys
from collections.abc import Mapping
from dataclasses import replace
from unittest import mock
from urllib.parse import urlsplit

import httpx
import pytest
from starlette.routing import Route
from starlette.types import Message, Receive, Scope, Send

from tests.databases import ask
from tests.web.conftest import Place
from tests.web.doors import events
from tests.web.learner import JUDGMENT, Learner
from tests.web.serving import served
from tutor.errors import Unavailable
from tutor.services.accounts.access import Caller
from tutor.services.accounts.identity import COOKIE, Identity
from tutor.services.encounters.library import Library
from tutor.services.services import Services
from tutor.store.database import Database
from tutor.web.app import create_app
from tutor.web.edge.allow_list import allow_list
from tutor.web.edge.body import is_modest
from tutor.web.edge.frames import Frames
from tutor.web.edge.headers import SecurityHeaders, inline_hashes
from tutor.web.edge.logs import JsonLines
from tutor.web.edge.metrics import Metrics
from tutor.web.edge.middleware import Edge
from tutor.web.edge.options import EdgeOptions
from tutor.web.edge.origin import is_opened, is_own
from tutor.web.edge.pace import IN_A_ROW, PER_ADDRESS, HumanPace
from tutor.web.lti.joining import NOT_INSTALLED

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


@pytest.mark.parametrize(
    ("site", "to", "opened"),
    [
        ("none", "document", True),  # typed
        ("same-origin", "empty", True),
        ("cross-site", "document", True),  # a link
        ("same-site", "document", True),
        ("cross-site", "image", False),
        ("cross-site", "iframe", False),
        ("same-site", "iframe", False),
        ("same-site", "empty", False),
        ("cross-site", "", False),
        ("prefetch", "document", False),
    ],
)
def test_a_page_is_opened_by_somebody_and_not_by_another_page_behind_their_back(
    site: str, to: str, opened: bool, place: Place, learner: Learner
) -> None:
    sent = {"sec-fetch-site": site, "sec-fetch-dest": to}
    if site == "prefetch":
        sent = {"sec-fetch-site": "cross-site", "sec-fetch-dest": to, "sec-purpose": "prefetch"}
    begun = "SELECT count(*) FROM practice_set"
    ((before,),) = ask(place.address, begun)
    answer = learner.http.get(f"/encounter/?exercise={place.exercise.key}", headers=sent)
    assert (answer.status_code == 200) is opened
    assert ask(place.address, begun) == [(before + opened,)]
    # Nobody becomes another guest by it.
    assert "set-cookie" not in answer.headers


def test_a_registered_platform_opens_pages_in_its_frames() -> None:
    headers = {b"sec-fetch-site": b"cross-site", b"sec-fetch-dest": b"iframe"}
    assert is_opened(headers, framed=True)
    assert not is_opened({**headers, b"sec-fetch-dest": b"image"}, framed=True)


@pytest.mark.parametrize("path", ["/", "/gradio/gradio_api/run/commit"])
def test_no_other_page_is_allowed_to_read(path: str, learner: Learner) -> None:
    asked = {"origin": "http://evil.example.test", "access-control-request-method": "POST"}
    for method in ("GET", "OPTIONS", "POST"):
        answer = learner.http.request(method, path, headers=asked)
        assert not [name for name in answer.headers if name.startswith("access-control-")]


# --- addresses ----------------------------------------------------------------------------------

RUN = "/gradio/gradio_api/run/"
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


@pytest.mark.parametrize("name", ["jwks", "config.json", "login", "register"])
def test_without_the_extra_the_addresses_of_learning_platforms_say_so(place: Place, name) -> None:
    answer = httpx.get(f"{place.base}/lti/{name}", timeout=60)
    assert (answer.status_code, answer.text) == (404, NOT_INSTALLED)


def test_the_list_holds_our_pages_and_their_events_and_nothing_else(place: Place) -> None:
    """A new route, ours or Gradio's, has to be added here before it is answered."""
    found = allow_list(place.app.routes)
    events = {path.rpartition("/")[2] for path in found.exact if path.startswith("/gradio/")}
    others = {path for path in found.exact if not path.startswith("/gradio/")}
    slashless = {page.rstrip("/") for page in PAGES} - {""}
    files = ("mine", "grades", "gradebook", "encounters", "report")
    downloads = {f"/download/{name}" for name in files}
    more = {"/encounter/following", "/picture", "/join-qr", "/session", "/favicon.ico", "/help"}
    more |= {"/healthz", "/readyz", "/metrics"}
    more |= {f"/lti/{name}" for name in ("jwks", "config.json", "login", "launch", "register")}
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


def test_an_event_is_the_one_that_its_address_names(
    place: Place, learner: Learner, shown: str
) -> None:
    """What is asked of one address (the pace of judgments, a body's size) holds for its event."""
    (commit,) = (number for _, number, name in events(place.app) if name == "commit")
    body = {"data": [], "fn_index": commit, "trigger_id": 1}
    data = {"attempt": shown, "form": JUDGMENT}
    learner.http.post(f"{RUN}next", json={**body, "event_data": data})
    assert place.rows("commitment", shown) == 0


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"null", b"\xff", b'{"data": NaN}', b"[" * 9_000, b"9" * 9_000]
    + [b'{"fn_index": %s}' % n for n in (b"99", b"-1", b'"a"', b"9223372036854775808")],
)  # fmt: skip
def test_an_event_that_no_page_sends_is_answered_with_a_sentence(
    body: bytes, learner: Learner
) -> None:
    for kind, wanted in (("application/json", {200, 400}), ("text/plain", {400})):
        answer = learner.http.post(f"{RUN}commit", content=body, headers={"content-type": kind})
        assert answer.status_code in wanted
        assert "page" in answer.text


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
    statuses: list[int] = []

    async def send(message: Message) -> None:
        sent.append(message)

    around = SecurityHeaders(
        options, "<script>one</script>", Frames(options.framed_by, None)
    ).around(send, scheme, statuses.append)
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
    connection = http.client.HTTPConnection(str(address.hostname), address.port, timeout=60)
    connection.putrequest("POST", f"/gradio/gradio_api/run/{event}")
    for name, value in {"Origin": place.base, "Cookie": f"{COOKIE}={cookie}", **headers}.items():
        connection.putheader(name.replace("_", "-"), value)
    connection.endheaders()
    answer = connection.getresponse()
    said = answer.read().decode()
    connection.close()
    return answer.status, said


def test_what_is_too_large_is_refused_before_it_is_read(place: Place, learner: Learner) -> None:
    for event in ("commit", "decide", "next", "open", "keep", "act"):
        status, said = begun(place, event, learner.cookie, Content_Length="256001")
        assert (status, "larger than 256 kB" in said) == (413, True)
    assert begun(place, "commit", learner.cookie, Transfer_Encoding="chunked")[0] == 411


def cookie_of_staff(place: Place) -> str:
    """An account that teaches a class, and its cookie."""
    services: Services = place.app.state.services
    name = f"teacher {secrets.token_hex(4)}"
    identity = Identity(place.settings.secret(), 1)
    account = services.accounts.keep(Caller(identity.new_guest()), name, name, "quiet river stone")
    teacher = replace(account, role="instructor")
    services.classrooms.make(Caller(account.learner, teacher), "Radiology", "UTC")
    return identity.sign(account.learner, account.epoch)


def test_only_somebody_who_teaches_may_send_a_file(place: Place, learner: Learner) -> None:
    """Not a guest, a new account, or a cookie that is made up or no longer good."""
    identity = Identity(place.settings.secret(), 1)
    services: Services = place.app.state.services
    cookie = cookie_of_staff(place)
    bearer = identity.bearer(cookie)
    made = services.accounts.keep(Caller(identity.new_guest()), "A", "own", "quiet river stone")
    others = [
        identity.sign(made.learner, made.epoch),
        identity.sign(identity.new_guest(), 0),
        identity.sign(bearer.learner, (bearer.epoch or 0) + 1),
        Identity("another secret", 1).sign(bearer.learner, bearer.epoch),
    ]
    for other in others:
        assert begun(place, "act", other, Content_Length="256001")[0] == 413
    assert begun(place, "commit", cookie, Content_Length="256001")[0] == 413
    assert begun(place, "act", cookie, Content_Length="12000001")[0] == 413
    with place.learner(cookie) as teacher:
        whole = teacher.send_act("/desk", "load-roster", {"roster_file": "A" * 11_000_000})
        assert whole.status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        b'{"event_data":{"form":[' + b"[]," * 9_000 + b"[]]}}",
        b'{"event_data":{"held":[' + b"1," * 9_000 + b"1]}}",
        b'{"event_data":' + b'{"a":' * 9 + b"1" + b"}" * 10,
        b'{"event_data":{"form":"' + b'\\"' * 9_000,
    ],
    ids=["lists", "numbers", "deep", "no end"],
)
def test_what_would_take_long_to_parse_is_not_parsed(body: bytes, learner: Learner) -> None:
    learner.http.headers["content-type"] = "application/json"
    with mock.patch("json.loads", side_effect=AssertionError("parsed")):
        answer = learner.http.post("/gradio/gradio_api/run/open", content=body)
    assert (answer.status_code, "not a form of this page" in answer.text) == (400, True)


@pytest.mark.parametrize(
    "text", ["[{,:" * 9_000, 'a "quoted" \\ line', "\\" * 9_000], ids=["csv", "quoted", "slashes"]
)
def test_a_long_text_is_of_a_modest_shape(text: str) -> None:
    assert is_modest(json.dumps({"event_data": {"form": {"roster": text}}}).encode())


# --- pace ---------------------------------------------------------------------------------------


def test_a_person_commits_at_a_human_pace_and_a_class_behind_one_address_together() -> None:
    at = [0.0]
    pace = HumanPace(6, lambda: at[0])
    assert [pace.too_fast("one", "a") for _ in range(IN_A_ROW)] == [""] * IN_A_ROW
    assert "Wait 10 seconds, then send it again" in pace.too_fast("one", "a")
    assert pace.too_fast("another", "a") == ""
    at[0] += 10
    assert pace.too_fast("one", "a") == ""
    hall = [pace.too_fast(f"learner {n % 200}", "hall") for n in range(200 * 12)]
    assert hall == [""] * 200 * 12
    guests = [pace.too_fast(f"guest {n}", "b") for n in range(2 * IN_A_ROW * PER_ADDRESS)]
    assert guests.count("") == IN_A_ROW * PER_ADDRESS
    assert pace.too_fast("elsewhere", "c") == ""


def test_a_judgment_that_comes_too_fast_is_not_stored(
    sqlite_database: Database, library: Library
) -> None:
    app = create_app(sqlite_database, library, Identity("pace", 1), edge=EdgeOptions(per_minute=1))
    few = mock.patch("tutor.web.edge.pace.IN_A_ROW", 1)
    with few, served(app) as base, Learner(base) as learner:
        attempt = learner.enter(library.exercises[0].key).attempt
        assert learner.finish(attempt).stage == "closed"
        form = {"attempt": learner.next(attempt).attempt, "form": JUDGMENT}
        assert learner.send("commit", form).status_code == 429
        assert learner.look(form["attempt"]).stage == "shown"


def test_only_a_judgment_that_was_stored_counts(
    sqlite_database: Database, library: Library
) -> None:
    """Neither against its learner nor against the address, from which others come as well."""
    app = create_app(sqlite_database, library, Identity("pace", 1), edge=EdgeOptions(per_minute=1))
    few = mock.patch.multiple("tutor.web.edge.pace", IN_A_ROW=2, PER_ADDRESS=1)
    exercise, commit = library.exercises[0].key, "/gradio/gradio_api/run/commit"
    with few, served(app) as base, Learner(base) as learner, Learner(base) as other:
        attempt, theirs = learner.enter(exercise).attempt, other.enter(exercise).attempt
        honest = {"attempt": attempt, "form": JUDGMENT}
        wrong = {"attempt": attempt, "form": {**JUDGMENT, "probability": "?"}}
        for form in (wrong, {**honest, "attempt": "none"}, {**honest, "attempt": theirs}):
            assert [learner.send("commit", form).status_code for _ in range(3)] == [200] * 3
        junk = [learner.http.post(commit, content=b"x").status_code for _ in range(3)]
        assert junk == [400] * 3
        with mock.patch.object(Database, "write", side_effect=Unavailable("Away.")):
            away = [learner.event("commit", honest).text for _ in range(3)]
        assert ["Away." in text for text in away] == [True] * 3
        # Sent again, the first one stands.
        assert [learner.commit(attempt).stage for _ in range(4)] == ["revealed"] * 4
        assert other.commit(theirs).stage == "revealed"
        assert other.send("commit", {**honest, "attempt": theirs}).status_code == 429


# --- what a caller says of itself ---------------------------------------------------------------


@pytest.mark.parametrize("host", ["evil.example.test", "[", "a b"])
def test_a_forged_host_is_in_no_answer(host: str, place: Place, learner: Learner) -> None:
    learner.http.headers["x-forwarded-host"] = host
    for answer in (learner.send("open", {}), learner.http.get("/"), learner.http.get("/my")):
        assert answer.status_code in (200, 307)
        assert "evil" not in str(answer.headers) + answer.text


def test_no_page_hears_of_a_forged_host(identity: Identity) -> None:
    """What builds an address from such a header would believe whoever wrote it."""
    heard: list[bytes] = []

    async def page(scope: Scope, receive: Receive, send: Send) -> None:
        heard.extend(name for name, _ in scope["headers"])

    async def nothing(message: Message) -> None:
        """Sent to nobody."""

    edge = Edge(page, EdgeOptions(), lambda: [Route("/", page)], "", "", identity, Metrics())
    forged = (b"x-forwarded-host", b"x-gradio-server", b"x-forwarded-prefix")
    headers = [(name, b"evil.example.test") for name in forged]
    scope = {"type": "http", "path": "/", "method": "GET", "scheme": "http"}
    asked = edge({**scope, "headers": [(b"host", b"a"), *headers]}, mock.Mock(), nothing)
    # A coroutine that waits for nothing ends at once.
    with pytest.raises(StopIteration):
        asked.send(None)
    assert heard == [b"host"]


def test_a_host_that_is_none_is_refused(place: Place) -> None:
    assert httpx.get(f"{place.base}/", headers={"host": "a/b"}, timeout=60).status_code == 400


def test_no_answer_says_what_or_where_the_server_is(learner: Learner) -> None:
    headers = learner.http.get("/").headers
    assert "server" not in headers
    assert re.fullmatch("[0-9a-f]{8}", headers["x-served-by"])


def test_a_log_is_one_line_of_json_whatever_a_caller_writes() -> None:
    nasty = 'a\nb\x1b[31m\u2028{"level": "info"}'
    try:
        raise ValueError(nasty)
    except ValueError:
        error = sys.exc_info()
    record = logging.LogRecord("uvicorn.error", 30, "", 0, "Said: %s", (nasty,), error)
    line = JsonLines().format(record)
    assert line.isprintable()
    assert json.loads(line)["message"] == f"Said: {nasty}"
    assert "ValueError" in json.loads(line)["error"]


# --- watched ------------------------------------------------------------------------------------


def test_a_server_says_that_it_is_up_and_ready(learner: Learner) -> None:
    assert [learner.http.get(path).text for path in ("/healthz", "/readyz")] == ["up\n", "ready\n"]


def test_without_a_token_there_are_no_metrics(learner: Learner) -> None:
    for sent in ({}, {"authorization": "Bearer"}):
        assert learner.http.get("/metrics", headers=sent).status_code == 404


def test_metrics_are_for_who_has_the_token_and_tell_nothing_of_anybody(
    sqlite_database: Database, library: Library
) -> None:
    token = "m" * 32
    app = create_app(
        sqlite_database, library, Identity(token, 1), edge=EdgeOptions(metrics_token=token)
    )
    with served(app) as base, Learner(base) as learner:
        attempt = learner.enter(library.exercises[0].key).attempt
        learner.commit(attempt)
        learner.http.get("/nothing-of-ours")
        assert learner.http.get("/metrics").status_code == 404
        said = learner.http.get("/metrics", headers={"authorization": f"Bearer {token}"}).text
        assert learner.http.get("/readyz").text == "ready\n"
    assert 'equipoise_answers_total{kind="commit",status="200"} 1\n' in said
    assert 'equipoise_answers_total{kind="unknown",status="404"} 1\n' in said
    assert 'equipoise_commit_seconds_bucket{le="+Inf"} 1\n' in said
    assert "equipoise_exercises 1\n" in said
    assert "equipoise_group_transactions " in said
    assert not [word for word in (attempt, learner.cookie, "nothing-of-ours") if word in said]


def test_a_server_whose_database_does_not_answer_is_not_ready(
    sqlite_database: Database, library: Library
) -> None:
    app = create_app(sqlite_database, library, Identity("n" * 32, 1))
    with served(app) as base, mock.patch.object(Database, "read", side_effect=Unavailable("Away.")):
        answer = httpx.get(f"{base}/readyz", timeout=60)
        assert (answer.status_code, answer.text) == (503, "Away.")
        assert httpx.get(f"{base}/healthz", timeout=60).status_code == 200
