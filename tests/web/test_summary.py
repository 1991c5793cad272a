"""A set summed up: it counts the patients that there were."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.conftest import LEARNER
from tests.services.play import play_set
from tutor.web.views import sentences, summary


@pytest.fixture
def found(practice, record):
    """A finished set of twelve, ten of them with the algorithm."""
    last = list(play_set(practice, LEARNER))[-1]
    return record.summary(LEARNER, last.shown.set_id)


def test_a_set_of_twelve(found):
    said = sentences(found)
    assert said[0].startswith("Of 10 patients you shared with the algorithm")
    assert said[-1].startswith("A set of 12 patients is small")
    assert "in the 10 cases with the algorithm" in summary(found)


def test_a_set_of_one(found):
    aided = next(e for e in found.encounters if e.outcome.aided)
    alone = replace(found, encounters=(aided,))
    assert sentences(alone)[0].startswith("Of one patient you shared with the algorithm")
    assert sentences(alone)[-1].startswith("A set of one patient is small")
    assert "in the 1 case with the algorithm" in summary(alone)
