"""Estimators that a pack may use: seeded, on one thread, and explained exactly in probability."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def forest(trees: int = 60, depth: int = 6, leaf: int = 15, **more: Any) -> Callable[[], Any]:
    """A factory of random forests, for ``TeachingModel(estimator=forest())``.

    ``trees`` is the number of trees, ``depth`` their greatest depth, ``leaf`` the fewest training
    patients in a leaf; ``more`` are further arguments of scikit-learn's ``RandomForestClassifier``,
    such as ``max_features``. Each call of the factory returns an unfitted forest of that class with
    seed 0 on one thread, so that the same training patients give the same forest, bit by bit.
    """

    def estimator() -> Any:
        from tutor.kit.quick_forest import QuickRandomForest

        return QuickRandomForest(
            n_estimators=trees,
            max_depth=depth,
            min_samples_leaf=leaf,
            **{"random_state": 0, "n_jobs": 1, **more},
        )

    return estimator
