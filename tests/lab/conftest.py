"""The small model, trained."""

from __future__ import annotations

import pytest

from tutor.content.modules import load_model
from tutor.content.pack import Exercise
from tutor.kit import TeachingModel
from tutor.lab.build import SEED
from tutor.lab.rated_cohort import RatedCohort
from tutor.lab.training import HeldOut, study


@pytest.fixture(scope="session")
def small_model(exercise: Exercise) -> TeachingModel:
    """The teaching model of the small pack."""
    return load_model(exercise.model_file, "small", "throat")


@pytest.fixture(scope="session")
def small_study(small_model: TeachingModel) -> HeldOut:
    """The small model on the seed that is built; never to be changed."""
    return study(small_model, SEED)


@pytest.fixture
def fresh_study(small_model: TeachingModel) -> HeldOut:
    """The same, trained anew for a test that changes it."""
    return study(small_model, SEED)


@pytest.fixture(scope="session")
def small_rated(small_study: HeldOut) -> RatedCohort:
    """The same held-out patients with the chart's own risks."""
    return RatedCohort.of(small_study)
