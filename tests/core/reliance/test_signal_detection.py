"""d′ and criterion: textbook values, the published noise of few trials, and honest intervals."""

from __future__ import annotations

import numpy as np
import pytest

from tutor.core.reliance.signal_detection import (
    criterion,
    d_prime,
    d_prime_error,
    detection,
    loglinear,
)


def found(*people):
    return detection(np.array(people), np.random.default_rng(5))


def test_d_prime_and_criterion_of_a_symmetric_observer():
    assert d_prime(0.84134475, 0.15865525) == pytest.approx(2, abs=1e-6)
    assert criterion(0.84134475, 0.15865525) == pytest.approx(0, abs=1e-6)


def test_one_who_seldom_names_it_has_a_criterion_above_zero():
    assert criterion(0.5, 0.02275013) == pytest.approx(1, abs=1e-6)


def test_the_correction_adds_half_an_event_and_one_trial():
    assert loglinear(0, 9) == 0.05
    assert loglinear(9, 9) == 0.95


@pytest.mark.parametrize(("trials", "error"), [(6, 0.78), (12, 0.55), (24, 0.39)])
def test_a_dozen_trials_are_noise(trials, error):
    assert d_prime_error(0.6, trials, 0.2, trials) == pytest.approx(error, abs=0.005)


def test_one_person_has_the_interval_of_independent_trials():
    one = found((6, 6, 0, 6))
    error = d_prime_error(6.5 / 7, 6, 0.5 / 7, 6)
    assert one.d_prime.value == pytest.approx(d_prime(6.5 / 7, 0.5 / 7))
    assert one.d_prime.high - one.d_prime.value == pytest.approx(1.959964 * error, rel=1e-6)
    assert one.criterion.high - one.criterion.value == pytest.approx(1.959964 * error / 2, rel=1e-6)


def test_people_who_differ_widen_the_interval():
    alike = found(*[(3, 6, 1, 6)] * 12)
    apart = found(*[(6, 6, 0, 6), (0, 6, 2, 6)] * 6)
    assert alike.d_prime.value == apart.d_prime.value
    assert width(apart.d_prime) > 1.5 * width(alike.d_prime)


def width(estimate):
    return estimate.high - estimate.low


def test_without_signals_or_without_noise_there_is_no_d_prime():
    assert found((0, 0, 1, 6)).d_prime is None
    assert found((0, 0, 1, 6)).hits.value is None
    assert found((3, 6, 0, 0)).criterion is None
    assert found((3, 6, 0, 0)).hits.value == 0.5


def test_of_nobody_there_is_nothing_to_say():
    nobody = found((0, 0, 0, 0))
    assert nobody.hits.interval is None
    assert nobody.d_prime is None


def test_d_prime_of_a_class_holds_the_truth_it_was_drawn_from():
    """200 classes of 20 alike learners, 6 and 6 trials each; the correction shrinks d′ a little."""
    stream, held = np.random.default_rng(8), 0
    truth = d_prime(0.6, 0.2)
    for _ in range(200):
        hits, alarms = stream.binomial(6, 0.6, 20), stream.binomial(6, 0.2, 20)
        six = np.full(20, 6)
        estimate = detection(np.stack([hits, six, alarms, six], axis=1), stream).d_prime
        held += estimate.low <= truth <= estimate.high
    assert 0.91 <= held / 200 <= 0.99
