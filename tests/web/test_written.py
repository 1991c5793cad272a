"""Written cases in the browser's eyes: nothing before the commitment, and what cannot be shown."""

from __future__ import annotations

import pytest

from tests.content.vignettes import NAME, of_rows, rows, write_rows, written_pack
from tutor.content.loading import load
from tutor.core.encounter import Closed
from tutor.lab.build import build
from tutor.lab.process_pool import quiet
from tutor.services.encounters.library import Library
from tutor.services.encounters.practice import Practice
from tutor.store.database import Database, sqlite_url
from tutor.web import written
from tutor.web.encounter.view import encounter

JUDGMENT = {"probability": "60", "certainty": "2", "drivers": ["age"], "reason": ""}
DECISION = {"keep": "keep", "suspected": "none"}


@pytest.fixture
def practice(tmp_path):
    """Ten cases whose every hidden word is a canary; no chart risk, no contributions, no modes."""
    bank = written_pack(tmp_path / "my-school")
    kept = ("case", "story", "truth", "advice", "age", "bmi", "ntprobnp", "egfr", "ankles", "lungs")
    cases = of_rows(rows(bank), kept)
    write_rows(bank, [{**case, "truth_sentence": "CANARY was found."} for case in cases])
    path = bank / "vignettes.toml"
    text = path.read_text(encoding="utf-8").partition("[[modes]]")[0]
    path.write_text(text.replace("an invented score", "CANARY score"), encoding="utf-8")
    pack, problems = load(tmp_path / "my-school")
    assert problems == []
    assert [built.problem for built in build(pack, tmp_path / "bundles", quiet)] == [None]
    database = Database(sqlite_url(tmp_path / "written.db"))
    yield Practice(database, Library([pack], tmp_path / "bundles"))
    database.close()


def test_a_set_of_ten_keeps_the_gate_and_says_what_is_not_known(practice):
    cases = set()
    attempt = practice.enter("me", f"my-school/{NAME}")
    for number in range(10):
        view = practice.view("me", attempt)
        assert view.size == 10
        cases.add(view.shown.ref.case)
        assert "CANARY" not in encounter(view)
        view = practice.commit("me", attempt, JUDGMENT)
        if view.shown.aided:
            page = encounter(view)
            assert "CANARY was found" not in page
            assert "CANARY score" in page
            for says in (written.NO_FREQUENCY, written.NO_CONTRIBUTIONS, written.NO_MODES):
                assert says in page
            view = practice.decide("me", attempt, {**DECISION, "suspected": ""})
        page = encounter(view)
        assert isinstance(view.stage, Closed)
        for says in ("CANARY was found", written.NO_TWIN, written.UNKNOWN_RISK):
            assert says in page
        assert not any(blame in page for blame in ("You kept a wrong answer", "both wrong"))
        attempt, done = practice.next("me", attempt)
        assert done is (number == 9)
    assert len(cases) == 10
