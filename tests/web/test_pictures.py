"""A picture by its address: one's own alone, and nothing that could run."""

from __future__ import annotations

from tests.web.conftest import Place
from tests.web.learner import Learner


def test_the_picture_is_the_one_on_the_page(learner: Learner, shown: str) -> None:
    answer = learner.http.get("/picture", params={"attempt": shown})
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("image/svg+xml")
    assert answer.text.startswith("<svg")
    inside = answer.text.partition(">")[2]
    assert inside.strip() in learner.look(shown).html


def test_it_is_kept_by_its_reader_alone_and_can_run_nothing(learner: Learner, shown: str) -> None:
    headers = learner.http.get("/picture", params={"attempt": shown}).headers
    assert headers["cache-control"].startswith("private")
    assert "default-src 'none'" in headers["content-security-policy"]


def test_anothers_picture_is_not_there(place: Place, shown: str) -> None:
    with place.learner() as other:
        assert other.http.get("/picture", params={"attempt": shown}).status_code == 404
        assert other.http.get("/picture").status_code == 404


def test_before_the_commitment_it_holds_nothing_hidden(
    place: Place, learner: Learner, shown: str
) -> None:
    text = learner.http.get("/picture", params={"attempt": shown}).text
    assert place.world.found(text) == []
