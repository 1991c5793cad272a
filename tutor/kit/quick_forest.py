"""Forests grown as scikit-learn grows them, tree by tree to the bit, in two thirds of the time.

For every tree scikit-learn sorts the labels twice to learn the classes, which the forest has
numbered once already, and reads the signatures of its own constructors to copy parameters. Here
each tree goes straight to scikit-learn's builder. A forest with parameters that are not known here
is grown by scikit-learn itself. So are all where scikit-learn has another version than the one that
this was tried with: its builder is not part of its interface.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import sklearn
from numpy.typing import NDArray
from sklearn.ensemble import ExtraTreesClassifier, RandomForestClassifier
from sklearn.tree import DecisionTreeClassifier, ExtraTreeClassifier
from sklearn.tree._classes import CRITERIA_CLF, DENSE_SPLITTERS
from sklearn.tree._tree import DepthFirstTreeBuilder, Tree

TRIED = "1.9."
CLASSES = 2
INTEGER = (int, np.integer)
MOST_SEED = np.iinfo(np.int32).max
# What each parameter must be for a forest to be grown here.
USUAL = {
    "class_weight": None,
    "max_leaf_nodes": None,
    "max_samples": None,
    "min_weight_fraction_leaf": 0.0,
    "ccp_alpha": 0.0,
    "monotonic_cst": None,
    "oob_score": False,
    "warm_start": False,
    "verbose": 0,
}

WHOLE = ("min_samples_leaf", "min_samples_split", "random_state", "n_estimators")

Array = NDArray[Any]


def quick(estimator: Any) -> Any:
    """The same unfitted forest in a class that grows faster; other estimators as they are."""
    for usual, faster in FASTER.items():
        if type(estimator) is usual and sklearn.__version__.startswith(TRIED):
            return faster(**estimator.get_params())
    return estimator


class _Quick:
    """How a binary forest is grown and asked; the rest is scikit-learn's."""

    _kind: type[DecisionTreeClassifier]

    def fit(self: Any, X: Any, y: Any, sample_weight: Any = None) -> Any:
        """Grow the forest on inputs of shape ``(n, k)`` and labels of shape ``(n,)``."""
        self._validate_params()
        rows = np.ascontiguousarray(X, dtype=np.float32)
        classes, labels = np.unique(y, return_inverse=True)
        known = sample_weight is None and len(classes) == CLASSES and np.isfinite(rows).all()
        if not known or not _is_usual(self.get_params()):
            return super().fit(X, y, sample_weight)  # type: ignore[misc]
        seeds = np.random.RandomState(self.random_state)
        of_trees = [seeds.randint(MOST_SEED) for _ in range(self.n_estimators)]
        self.n_features_in_, self.n_outputs_ = rows.shape[1], 1
        self.classes_, self.n_classes_ = classes, CLASSES
        self.estimator_ = self._kind()
        target = np.ascontiguousarray(labels.reshape(-1, 1), dtype=np.float64)
        self.estimators_ = [self._tree(seed, rows, target) for seed in of_trees]
        return self

    def predict_proba(self: Any, X: Any) -> Any:
        """The mean of the trees' probabilities, shape ``(n, 2)``."""
        rows = np.ascontiguousarray(X, dtype=np.float32)
        usual = rows.ndim == 2 and rows.shape[1] == self.n_features_in_ and np.isfinite(rows).all()
        if not usual or self.n_outputs_ != 1 or self.n_classes_ != CLASSES:
            return super().predict_proba(X)  # type: ignore[misc]
        total = np.zeros((len(rows), CLASSES))
        for tree in self.estimators_:
            total += tree.tree_.predict(rows)
        total /= len(self.estimators_)
        return total

    def _tree(self: Any, seed: int, rows: Array, target: Array) -> Any:
        tree = self._kind(**{name: getattr(self, name) for name in self.estimator_params})
        tree.random_state = seed
        features = tree.max_features_ = _most_features(self.max_features, rows.shape[1])
        tree.n_features_in_, tree.n_outputs_ = rows.shape[1], 1
        tree.classes_, tree.n_classes_ = np.arange(float(CLASSES)), np.intp(CLASSES)
        weight = None
        if self.bootstrap:
            drawn = np.random.RandomState(seed).randint(0, len(rows), len(rows), dtype=np.int32)
            weight = np.bincount(drawn, minlength=len(rows)).astype(np.float64)
        classes, leaf = np.array([CLASSES], dtype=np.intp), self.min_samples_leaf
        split, depth = max(self.min_samples_split, 2 * leaf), self.max_depth or MOST_SEED
        criterion = CRITERIA_CLF[self.criterion](1, classes)
        splitter = DENSE_SPLITTERS[tree.splitter](
            criterion, features, leaf, 0.0, np.random.RandomState(seed), None
        )
        tree.tree_ = Tree(rows.shape[1], classes, 1)
        DepthFirstTreeBuilder(splitter, split, leaf, 0.0, depth, self.min_impurity_decrease).build(
            tree.tree_, rows, target, weight, None
        )
        return tree


def _is_usual(params: dict[str, Any]) -> bool:
    depth, features = params["max_depth"], params["max_features"]
    return (
        all(params[name] == value for name, value in USUAL.items())
        and all(isinstance(params[name], INTEGER) for name in WHOLE)
        and params["n_jobs"] in (None, 1)
        and params["criterion"] in CRITERIA_CLF
        and (depth is None or isinstance(depth, INTEGER))
        and (
            features is None
            or features in ("sqrt", "log2")
            or isinstance(features, (*INTEGER, float, np.floating))
        )
    )


def _most_features(asked: Any, inputs: int) -> int:
    """How many inputs are tried at a split."""
    if asked is None:
        return inputs
    if asked == "sqrt":
        return max(1, int(np.sqrt(inputs)))
    if asked == "log2":
        return max(1, int(np.log2(inputs)))
    if isinstance(asked, INTEGER):
        return int(asked)
    return max(1, int(asked * inputs))


class QuickRandomForest(_Quick, RandomForestClassifier):  # type: ignore[misc]
    """A random forest, grown faster."""

    _kind = DecisionTreeClassifier


class QuickExtraTrees(_Quick, ExtraTreesClassifier):  # type: ignore[misc]
    """A forest of extremely randomised trees, grown faster."""

    _kind = ExtraTreeClassifier


FASTER = {RandomForestClassifier: QuickRandomForest, ExtraTreesClassifier: QuickExtraTrees}
