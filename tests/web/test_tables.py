"""Where the patients come from a table, the page says why nobody stands beside them."""

from __future__ import annotations

import pytest

from tests.content.tables import table_pack
from tests.web.learner import Learner
from tests.web.serving import served
from tutor.content.loading import load
from tutor.lab.build import build
from tutor.lab.process_pool import quiet
from tutor.settings import Settings
from tutor.web.serve import assemble


@pytest.fixture(scope="module")
def closed(tmp_path_factory):
    """The last page of a patient from a table."""
    home = tmp_path_factory.mktemp("tables")
    table_pack(home / "pack")
    pack, problems = load(home / "pack")
    assert problems == []
    settings = Settings(home=home / "home")
    assert [built.problem for built in build(pack, settings.bundles, quiet)] == [None]
    with served(assemble([pack], settings)) as base, Learner(base) as learner:
        page = learner.enter("small/throat")
        while learner.commit(page.attempt).stage != "revealed":
            page = learner.next(page.attempt)
        yield learner.decide(page.attempt)


def test_the_closed_page_says_nothing_of_a_second_patient(closed):
    assert closed.stage == "closed"
    assert 'class="pair"' not in closed.html
    assert "one thing changed" not in closed.text
    assert "None" not in closed.text.replace("None acts here.", "")
