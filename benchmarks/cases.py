"""What is said of single cases, and what independent judges say of the same: one row an exercise.

Judges are classifiers of other kinds than the chart's own risk: a random forest, a logistic
regression and a small neural network, each cross-fitted on the held-out cohort with other folds.
"Told unsound" is the share of scored cases in which such a judge, deciding by its own probability,
falls on the other side of the line than the sound decision.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.ratio import Ratio
from tutor.content.loading import built_in, load
from tutor.content.modules import load_model
from tutor.content.pack import Exercise
from tutor.lab.bank import Bank
from tutor.lab.build import compute, train_and_measure
from tutor.lab.case_audit import CaseAudit, audit
from tutor.lab.chart_risk import seen
from tutor.lab.limited_process import Ended
from tutor.lab.process_pool import Progress, cores, quiet, side_by_side
from tutor.lab.rated_cohort import RatedCohort
from tutor.lab.undoing import Undoing

FOLDS = 3
BOUND = 0.03  # of scored cases in which a judge may be told "unsound"
HEAD = (
    "exercise",
    "cases",
    "scored",
    "luck",
    "errors explained",
    "marks true",
    "sound right",
    "twins moving",
    "set against alert",
    "slope",
    "told unsound: forest",
    "logistic",
    "network",
)
Judges = dict[str, Callable[[], Any]]


def judges() -> Judges:
    """Classifiers of other kinds than the observers that make the chart's own risk."""
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.linear_model import LogisticRegression
    from sklearn.neural_network import MLPClassifier
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    return {
        "forest": lambda: RandomForestClassifier(100, min_samples_leaf=10, random_state=1),
        "logistic": lambda: make_pipeline(StandardScaler(), LogisticRegression(max_iter=500)),
        "network": lambda: make_pipeline(
            StandardScaler(), MLPClassifier((32,), early_stopping=True, random_state=0, max_iter=60)
        ),
    }


def told_unsound(rated: RatedCohort, chosen: Bank) -> dict[str, float]:
    """By judge, the share of scored cases in which it would be told that it decided unsoundly."""
    held_out = rated.held_out
    rows = np.array(
        [row for row, card in zip(chosen.rows, chosen.cards, strict=True) if not card.luck]
    )
    told, truth = held_out.patients.matrix(seen(held_out.fitted.model)), held_out.truth
    fold = np.random.default_rng(5).permutation(len(truth)) % FOLDS
    found = {}
    for name, make in judges().items():
        said = np.empty(len(rows))
        for number in range(FOLDS):
            learned, asked = np.flatnonzero(fold != number), fold[rows] == number
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                fitted = make().fit(told[learned], truth[learned])
            said[asked] = fitted.predict_proba(told[rows[asked]])[:, 1]
        found[name] = float(np.mean((said >= rated.risk.line) != rated.risk.act[rows]))
    return found


def _measured(exercise: Exercise, _progress: Progress) -> tuple[CaseAudit, dict[str, float]]:
    model = load_model(exercise.model_file, exercise.pack, exercise.manifest.model)
    trained = train_and_measure(model, quiet)
    parts = compute(exercise, model, quiet, trained)
    grey = exercise.manifest.bank.grey_zone
    chosen, rated = parts["chosen"].both, trained.rated
    undoing = Undoing(trained.held_out)
    counts = audit(exercise.manifest.id, rated, chosen, parts, grey, undoing)
    return counts, told_unsound(rated, chosen)


def measure(_home: Path) -> list[Ratio]:
    """Print the table; the worst judge beside its bound."""
    exercises = load(built_in())[0].exercises
    done = side_by_side(_measured, exercises, quiet, cores())
    found = [one for one in done if not isinstance(one, Ended)]
    print(f"\n| {' | '.join(HEAD)} |\n|{'---|' * len(HEAD)}")
    for counts, unsound in found:
        print(f"| {' | '.join(_row(counts, unsound))} |")
    worst = max(max(unsound.values()) for _, unsound in found)
    return [Ratio("scored cases told unsound, worst judge / all", worst, 1.0, "", BOUND)]


def _row(counts: CaseAudit, unsound: dict[str, float]) -> list[str]:
    low, high = counts.chart_risk.interval
    return [
        counts.exercise,
        str(counts.cases),
        str(counts.scored),
        str(counts.luck),
        f"{counts.errors_explained} of {counts.errors}",
        f"{counts.marks_true} of {counts.marks}",
        f"{counts.sound_right} of {counts.scored}",
        f"{counts.twins_moving} of {counts.twins}",
        str(counts.set_against_alert_shown),
        f"{counts.chart_risk.slope:.2f} ({low:.2f}–{high:.2f})",
        *(f"{100 * share:.1f} %" for share in unsound.values()),
    ]
