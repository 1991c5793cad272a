"""The edge: what is refused before any page hears of it."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.web.conftest import Place
from tests.web.learner import JUDGMENT, Learner
from tutor.web.edge.origin import is_own

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
