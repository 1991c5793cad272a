"""The same seed gives the same patients, and an intervention changes only what follows from it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutor.kit import Patients, World, counts, happens, having, sigmoid


def simulate(n, seed, extra=False, **do):
    world = World(n, seed, do)
    if extra:
        world.draw("bystander", lambda rng: rng.normal(size=n))
    cause = world.draw("cause", lambda rng: rng.normal(size=n))
    world.draw("effect", lambda rng: cause + rng.normal(size=n))
    world.draw("apart", lambda rng: rng.normal(size=n))
    return world.patients()


@given(st.integers(0, 2**32), st.integers(1, 50))
def test_the_same_seed_gives_the_same_patients(seed, n):
    one, two = simulate(n, seed), simulate(n, seed)
    for name in one:
        np.testing.assert_array_equal(one[name], two[name])


def test_another_seed_gives_others():
    assert not np.array_equal(simulate(5, 1)["cause"], simulate(5, 2)["cause"])


def test_variables_do_not_share_a_stream():
    p = simulate(2_000, 0)
    assert abs(np.corrcoef(p["cause"], p["apart"])[0, 1]) < 0.1


def test_an_intervention_keeps_the_noise_of_what_follows():
    before, after = simulate(40, 3), simulate(40, 3, cause=2.0)
    np.testing.assert_array_equal(after["cause"], np.full(40, 2.0))
    np.testing.assert_allclose(
        after["effect"] - after["cause"], before["effect"] - before["cause"], atol=1e-12
    )
    np.testing.assert_array_equal(before["apart"], after["apart"])


def test_a_new_variable_leaves_the_others_as_they_were():
    np.testing.assert_array_equal(simulate(9, 3)["effect"], simulate(9, 3, extra=True)["effect"])


def test_an_intervention_may_be_one_value_for_each():
    values = np.arange(4.0)
    np.testing.assert_array_equal(simulate(4, 0, cause=values)["cause"], values)


def test_an_intervention_on_what_is_not_drawn_is_named():
    with pytest.raises(ValueError, match=r"intervene on colour; there is cause, effect, apart"):
        simulate(3, 0, colour=1)


def test_a_variable_is_drawn_once():
    world = World(3, 0, {})
    world.draw("age", lambda rng: rng.normal(size=3))
    with pytest.raises(ValueError, match="'age' is drawn twice"):
        world.draw("age", lambda rng: rng.normal(size=3))


def test_a_variable_has_one_value_for_each_patient():
    with pytest.raises(ValueError, match="'age' has shape"):
        World(3, 0, {}).draw("age", lambda rng: rng.normal(size=2))


def test_patients_as_a_table():
    p = Patients({"a": np.array([1, 2, 3]), "b": np.array([0.5, 1.5, 2.5])})
    assert p.n == 3
    assert p.row(1) == {"a": 2.0, "b": 1.5}
    assert p.take([2, 0]).row(0) == {"a": 3.0, "b": 2.5}
    assert p.take(np.array([False, True, False])).n == 1
    np.testing.assert_array_equal(p.matrix(("b", "a")), [[0.5, 1], [1.5, 2], [2.5, 3]])
    more = p.with_columns(a=np.array([9, 9, 9]), c=np.array([7, 7, 7]))
    assert more.row(0) == {"a": 9.0, "b": 0.5, "c": 7.0}
    assert p.row(0)["a"] == 1.0


def test_a_higher_chance_only_adds_events():
    low = happens(np.random.default_rng(0), 0.2, 500)
    high = happens(np.random.default_rng(0), 0.6, 500)
    assert (high >= low).all()
    assert 0.1 < low.mean() < 0.3


def test_counts_have_the_mean_and_variance_of_poisson():
    drawn = counts(np.random.default_rng(0), np.full(40_000, 2.5), 30)
    assert drawn.mean() == pytest.approx(2.5, abs=0.04)
    assert drawn.var() == pytest.approx(2.5, abs=0.08)
    assert counts(np.random.default_rng(0), np.full(400, 2.5), 3).max() == 3
    assert (counts(np.random.default_rng(0), np.zeros(400), 3) == 0).all()


def test_another_mean_moves_only_that_patients_count_and_only_upwards():
    mean = np.full(500, 3.0)
    low = counts(np.random.default_rng(0), mean, 30)
    mean[100] = 12.0
    high = counts(np.random.default_rng(0), mean, 30)
    assert high[100] > low[100]
    np.testing.assert_array_equal(np.delete(high, 100), np.delete(low, 100))


def test_the_logistic_function():
    np.testing.assert_allclose(sigmoid([0, np.log(3), -np.log(3)]), [0.5, 0.75, 0.25])


def test_having_is_a_predicate_on_one_column():
    patients = Patients({"ward": np.array([0, 1, 2, 1])})
    assert having("ward")(patients).tolist() == [False, True, False, True]
    assert having("ward", 2)(patients).tolist() == [False, False, True, False]
