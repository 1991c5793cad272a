"""What several figures of one study compute from is computed once."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from tutor.kit.evidence import Study

Args = ParamSpec("Args")
Result = TypeVar("Result")


def once_per_study(
    compute: Callable[Concatenate[Study, Args], Result],
) -> Callable[Concatenate[Study, Args], Result]:
    """Keep what ``compute(study, ...)`` returned while the same study is asked about.

    Use it as a decorator where several figures need the same fresh cohort. Results are kept by
    the further arguments (which must be hashable) for the latest study alone, so that memory
    holds the cohorts of one study. Nobody may change a result that is kept.
    """
    latest: list[Study] = []
    kept: dict[object, Result] = {}

    @wraps(compute)
    def cached(study: Study, /, *args: Args.args, **kwargs: Args.kwargs) -> Result:
        if not latest or latest[0] is not study:
            latest[:] = [study]
            kept.clear()
        key = (args, tuple(sorted(kwargs.items())))
        if key not in kept:
            kept[key] = compute(study, *args, **kwargs)
        return kept[key]

    return cached
