"""The forest: seeded, on one thread, of the shape that was asked for."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.ensemble import ExtraTreesClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression

from tutor.kit import forest
from tutor.kit.quick_forest import quick


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


SHAPES = (
    {"max_depth": 6, "min_samples_leaf": 15},
    {"max_features": None, "max_depth": 8, "criterion": "entropy"},
    {"max_features": 0.5, "min_impurity_decrease": 0.001},
    {"max_features": "log2", "min_samples_split": 40},
    {"max_features": 3, "bootstrap": True},
    {"class_weight": "balanced"},  # grown by scikit-learn itself
    {"min_samples_leaf": 0.05},
    {"max_leaf_nodes": 9},
)


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("kind", [RandomForestClassifier, ExtraTreesClassifier])
def test_a_quick_forest_is_the_one_that_scikit_learn_grows(patients, kind, shape):
    inputs, labels = patients
    usual = kind(12, random_state=5, **shape).fit(inputs, labels)
    faster = quick(kind(12, random_state=5, **shape)).fit(inputs, labels)
    assert isinstance(faster, kind)
    assert type(faster) is not kind
    for one, other in zip(usual.estimators_, faster.estimators_, strict=True):
        for part in ("feature", "threshold", "value", "children_left", "weighted_n_node_samples"):
            assert np.array_equal(getattr(one.tree_, part), getattr(other.tree_, part))
        assert (one.predict(inputs) == other.predict(inputs)).all()
    assert (usual.predict_proba(inputs) == faster.predict_proba(inputs)).all()
    assert (usual.predict(inputs) == faster.predict(inputs)).all()
    assert type(clone(faster)) is type(faster)


def test_a_quick_forest_refuses_what_scikit_learn_refuses(patients):
    inputs, labels = patients
    with pytest.raises(ValueError, match="n_estimators"):
        quick(RandomForestClassifier(0)).fit(inputs, labels)
    fitted = quick(RandomForestClassifier(3, random_state=0)).fit(inputs, labels)
    with pytest.raises(ValueError, match="features"):
        fitted.predict_proba(inputs[:, :2])


def test_what_is_no_usual_forest_is_left_as_it_is():
    other = LogisticRegression()
    assert quick(other) is other
