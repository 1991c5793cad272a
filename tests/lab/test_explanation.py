"""An explanation whose parts do not sum to the model's own probability is refused."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tutor.errors import BuildError
from tutor.lab.explanation import Explained, verify

EXPLAINED = Explained(
    base=0.2,
    contributions=np.array([[0.1, 0.1], [-0.1, 0.3], [0.05, -0.05]]),
    probability=np.array([0.4, 0.4, 0.2]),
)


@pytest.mark.parametrize("spoil", [2e-6, -2e-6, 0.3, np.nan, np.inf])
@pytest.mark.parametrize("place", ["base", "contributions", "probability"])
def test_verify_refuses_a_planted_error(spoil, place):
    if place == "base":
        wrong = replace(EXPLAINED, base=EXPLAINED.base + spoil)
    else:
        values = getattr(EXPLAINED, place).copy()
        values.flat[-1] += spoil
        wrong = replace(EXPLAINED, **{place: values})
    with pytest.raises(BuildError, match="1e-6"):
        verify("throat", wrong)


def test_verify_accepts_what_differs_by_rounding():
    verify("throat", replace(EXPLAINED, base=EXPLAINED.base + 5e-7))


def test_verify_names_the_worst_row():
    more = np.array([[0, 0], [0, 0.2], [0, 0]])
    wrong = replace(EXPLAINED, contributions=EXPLAINED.contributions + more)
    with pytest.raises(BuildError, match=r"off by 0\.2 at row 1"):
        verify("throat", wrong)
