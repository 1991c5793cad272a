"""Over HTTP: a server restarted with a newer pack, and without it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from tests.services.versions import SECOND, built, copy
from tests.web.learner import DECISION, JUDGMENT, Learner
from tests.web.serving import served
from tutor.content.pack import Pack
from tutor.settings import Settings
from tutor.web.serve import assemble

KEY = "small/throat"
FIRST, NEXT = "Is this throat bacterial?", "Are there bacteria in this throat?"
Restart = Callable[..., AbstractContextManager[Learner]]


@pytest.fixture
def restart(tmp_path: Path) -> Restart:
    """The same learner, before a server that was started with these packs."""
    settings, cookies = Settings(home=tmp_path / "home"), []

    @contextmanager
    def running(*packs: Pack) -> Iterator[Learner]:
        built(settings.bundles, *packs)
        with (
            served(assemble(packs, settings)) as base,
            Learner(base, *cookies[:1]) as learner,
        ):
            cookies.append(learner.cookie)
            yield learner

    return running


def test_a_case_shown_before_an_upgrade_is_gone_through_as_it_was(
    restart: Restart, small_pack: Pack, tmp_path: Path
) -> None:
    with restart(small_pack) as learner:
        shown = learner.enter(KEY)
    with restart(copy(tmp_path / "second", SECOND)) as learner:
        page = learner.enter(KEY)
        assert (page.attempt, page.fields.keys()) == (shown.attempt, shown.fields.keys())
        assert page.offered["drivers"] == shown.offered["drivers"]
        page = learner.commit(page.attempt, {**JUDGMENT, "drivers": ["pulse"]})
        assert page.stage == "revealed"
        assert "masked_fever" in page.offered["suspected"]
        page = learner.decide(page.attempt, {**DECISION, "suspected": "masked_fever"})
        assert page.stage == "closed"
        assert FIRST in learner.next(page.attempt).text
        assert NEXT in learner.open("").text


def test_without_its_pack_a_set_is_played_on_and_read_and_no_other_is_begun(
    restart: Restart, small_pack: Pack
) -> None:
    with restart(small_pack) as learner:
        page = learner.enter(KEY)
        learner.finish(page.attempt)
    with restart() as learner:
        assert "No exercise is built yet" in learner.open("").text
        assert learner.look(page.attempt).stage == "closed"
        while not page.goto:
            learner.finish(page.attempt)
            page = learner.next(page.attempt)
        summed = learner.open("/record", set=page.goto.partition("=")[2])
        assert "A tablet hides the fever" in summed.text
        assert "Another set" not in summed.text
        assert "The sore throat" in learner.open("/record").text
        refused = learner.enter(KEY)
        assert refused.is_notice
        assert "Choose one from the list" in refused.text
