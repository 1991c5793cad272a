"""The forest: seeded, on one thread, of the shape that was asked for."""

from __future__ import annotations

import numpy as np
import pytest

from tutor.kit import forest


@pytest.fixture(scope="module")
def patients():
    stream = np.random.default_rng(0)
    inputs = stream.normal(size=(600, 4))
    return inputs, (inputs[:, 0] + stream.normal(size=600) > 0).astype(int)


def test_a_factory_gives_the_same_forest_each_time(patients):
    make = forest(trees=10)
    first, second = make().fit(*patients), make().fit(*patients)
    assert first is not second
    assert (first.predict_proba(patients[0]) == second.predict_proba(patients[0])).all()


def test_the_shape_is_the_one_asked_for(patients):
    fitted = forest(trees=7, depth=3, leaf=40)().fit(*patients)
    trees = [tree.tree_ for tree in fitted.estimators_]
    assert len(trees) == 7
    assert max(tree.max_depth for tree in trees) == 3
    assert min(int(t.n_node_samples[t.children_left == -1].min()) for t in trees) >= 40
    assert fitted.n_jobs == 1


def test_further_arguments_reach_the_forest():
    assert forest(max_features=0.5)().max_features == 0.5
    assert forest(random_state=3)().random_state == 3
    with pytest.raises(TypeError):
        forest(colour="red")()
