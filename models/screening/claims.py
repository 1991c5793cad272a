"""What is claimed of the algorithm, and measured: failure modes, twins, figures."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from tutor.kit import (
    Estimate,
    FailureKind,
    FailureMode,
    Mask,
    Metric,
    Patients,
    PublishedFigure,
    Study,
    Twin,
    everyone,
    proportion,
)

from .cohort import CHECK, CLINIC, HARD, NOTHING, PAIN, PRACTICE, SCREENING
from .story import PLACES

Row = Mapping[str, float]


def _rare(patients: Patients) -> Mask:
    """A suspicious film where cancer is rare, and nothing she noticed speaks for it."""
    quiet = (patients["noticed"] == NOTHING) | (patients["noticed"] == PAIN)
    return np.asarray((patients["setting"] <= SCREENING) & (patients["film"] == 1) & quiet)


def _clinic(patients: Patients) -> Mask:
    return np.asarray((patients["setting"] == CLINIC) & (patients["film"] == 1))


def _old_film(patients: Patients) -> Mask:
    return np.asarray(patients["months_since"] > 0)


def _recent(patients: Patients) -> Mask:
    return ~_old_film(patients)


def _scarred(patients: Patients) -> Mask:
    return np.asarray((patients["scar"] == 1) & (patients["months_since"] == 0))


def _hard_but_clear(patients: Patients) -> Mask:
    hard = patients["examination"] == HARD
    return np.asarray(hard & (patients["film"] == 0) & _recent(patients))


def _dense(patients: Patients) -> Mask:
    return np.asarray((patients["density"] >= 2) & _recent(patients))


def in_scope(patients: Patients) -> Mask:
    """Women about whom there is something to weigh.

    Left out: a clear film in a woman who noticed nothing where cancer is rare; and the few women
    with cancer among the suspicious films there. A set takes each kind of case equally often, so
    it would show as many of them as of false alarms, where in life there is one to ten.
    """
    quiet = (patients["setting"] <= SCREENING) & (patients["film"] == 0)
    quiet &= patients["noticed"] == NOTHING
    return np.asarray(~quiet & ~(_rare(patients) & (patients["cancer"] == 1)))


FAILURE_MODES = (
    FailureMode(
        id="rare_disease",
        kind=FailureKind.PREVALENCE,
        title="Reads every film as if it were taken in the breast clinic",
        sentence="The algorithm learned where one woman in three has cancer, and it is not told "
        "where this woman comes from. A suspicious film in screening gets the clinic's answer.",
        mechanism="The film is as good as ever: it finds as many cancers and is as often "
        "suspicious without one. But where cancer is rare, most suspicious films come from the "
        "many women without it. In the clinic, women who noticed nothing had been sent because "
        "somebody was worried; the algorithm learned that noticing nothing is a bad sign.",
        metric=Metric.FALSE_ALARMS,
        touches=_rare,
        compared_with=_clinic,
        inside="women without cancer whose film in screening or at a health check is suspicious",
        outside="women without cancer whose film in the breast clinic is suspicious",
        figure="prevalence",
    ),
    FailureMode(
        id="old_film",
        kind=FailureKind.SCOPE,
        title="Takes a film of last year for one of today",
        sentence="The algorithm reads the last result on record and not its date. A film from "
        "before the complaint began says little about it.",
        mechanism="In the training data every film was taken at the visit. A cancer that has "
        "grown since the last film cannot be on it, yet 'clear' counts as it did then.",
        metric=Metric.MISSES,
        touches=_old_film,
        inside="women with cancer whose only film is a year old or more",
        outside="women with cancer whose film was taken at this visit",
    ),
    FailureMode(
        id="hand",
        kind=FailureKind.BLIND,
        title="Does not know what the hand felt",
        sentence="A hard, irregular lump calls for a needle whatever the film shows. The "
        "algorithm knows at most that she noticed a lump; a clear film then settles it.",
        mechanism="The examination is in the notes and not among the inputs. To the algorithm a "
        "hard lump and a smooth, mobile one are the same, and most lumps are harmless.",
        metric=Metric.MISSES,
        touches=_hard_but_clear,
        inside="women with cancer, a hard lump and a clear film from this visit",
        outside="all other women with cancer",
    ),
    FailureMode(
        id="scar",
        kind=FailureKind.ARTEFACT,
        title="Alarmed by a scar",
        sentence="A scar from breast surgery pulls at the tissue and looks suspicious on the "
        "film. The algorithm never saw one and is not told of the operation.",
        mechanism="Scarring draws lines into the tissue as some cancers do. Nobody in the "
        "training data had been operated on, so a suspicious film meant what it usually means.",
        metric=Metric.FALSE_ALARMS,
        touches=_scarred,
        inside="women without cancer but with a scar in the breast",
        outside="women without cancer and without a scar",
    ),
    FailureMode(
        id="dense_breast",
        kind=FailureKind.MEASUREMENT,
        title="Misses more in dense breasts",
        sentence="In dense breasts (c and d) a cancer hides in tissue as white as itself. A clear "
        "film reassures the algorithm almost as much as in a fatty breast.",
        mechanism="Cancer and gland are both white on the film. The algorithm reads the density, "
        "but after a clear film it hardly ever crosses its alert threshold.",
        metric=Metric.MISSES,
        touches=_dense,
        compared_with=_recent,
        inside="women with cancer in dense breasts",
        outside="women with cancer in breasts that are not dense",
    ),
)


def _result(row: Row) -> str:
    return f"As she is: {PLACES[round(row['setting'])]}"


def _read(row: Row) -> str:
    return f"As she is: film {'suspicious' if row['film'] == 1 else 'clear'}"


TWINS = (
    Twin(
        id="new_film",
        do={"months_since": 0},
        applies=_old_film,
        as_is=lambda row: f"As she is: film {row['months_since']:.0f} months old",
        changed="With a film taken today",
        lesson="The breast is the same; only now has it been looked at.",
    ),
    Twin(
        id="no_scar",
        do={"scar": 0},
        applies=lambda patients: _scarred(patients) & (patients["film"] == 1),
        as_is=lambda row: "As she is: a scar in the breast",
        changed="The same breast without the scar",
        lesson="Whether there is cancer has not changed; a scar can make the film suspicious.",
    ),
    Twin(
        id="in_the_clinic",
        do={"setting": CLINIC, "noticing": SCREENING, "months_since": 0},
        applies=lambda patients: _rare(patients) & (patients["noticed"] == NOTHING),
        as_is=_result,
        changed="The same findings in the breast clinic",
        lesson="The film says the same, and so does the algorithm. What it means has changed: "
        "compare the two pictures.",
    ),
    Twin(
        id="fatty_breast",
        do={"density": 0},
        applies=lambda patients: (
            _dense(patients) & (patients["cancer"] == 1) & (patients["film"] == 0)
        ),
        as_is=lambda row: "As she is: a dense breast",
        changed="The same cancer in a fatty breast",
        lesson="The cancer is the same; in the dense breast the film could not show it.",
    ),
    Twin(
        id="clear_film",
        do={"film": 0},
        applies=lambda patients: np.asarray(patients["film"] == 1),
        as_is=_read,
        changed="The same woman, film clear",
        lesson="One result moves the algorithm this far. The truth has not moved.",
    ),
    Twin(
        id="suspicious_film",
        do={"film": 1},
        applies=everyone,
        as_is=_read,
        changed="The same woman, film suspicious",
        lesson="One result moves the algorithm this far. The truth has not moved.",
    ),
)


def _today(study: Study, n: int, setting: int) -> Patients:
    """``n`` women who all come from ``setting``, without scars, with a film of today."""
    return study.simulate(n, setting=setting, scar=0, months_since=0)


def _predictive_value(setting: int) -> Callable[[Study], Estimate]:
    """Share with cancer among the suspicious films of ``setting``."""

    def compute(study: Study) -> Estimate:
        women = _today(
            study, {SCREENING: 400_000, PRACTICE: 300_000}.get(setting, 120_000), setting
        )
        suspicious = women["film"] == 1
        return proportion(int(women["cancer"][suspicious].sum()), int(suspicious.sum()))

    return compute


def _rate(column: str, setting: int, among: int | None = None) -> Callable[[Study], Estimate]:
    """Share with ``column`` among women with (1) or without (0) cancer, or among all."""

    def compute(study: Study) -> Estimate:
        women = _today(study, 120_000, setting)
        group = everyone(women) if among is None else women["cancer"] == among
        return proportion(int(women[column][group].sum()), int(group.sum()))

    return compute


def _meaning(id: str, share: str, setting: int, value: float, tolerance: float = 0.01) -> Any:
    label = f"Suspicious films that mean cancer where {share} of women have it"
    return id, label, value, tolerance, _predictive_value(setting), "D"


PUBLISHED = (
    ("prevalence", "Women with cancer, screening", 0.01, 0.002, _rate("cancer", SCREENING), "S"),
    ("sensitivity", "Cancers the film finds", 0.90, 0.01, _rate("film", CLINIC, 1), "S"),
    ("alarms", "False positive films", 0.09, 0.01, _rate("film", SCREENING, 0), "S"),
    _meaning("ppv_check", "0.1 %", CHECK, 0.010),
    _meaning("ppv_screening", "1 %", SCREENING, 0.092, 0.005),
    _meaning("ppv_practice", "10 %", PRACTICE, 0.526),
    _meaning("ppv_clinic", "34 %", CLINIC, 0.837),
)
FIGURES = tuple(
    PublishedFigure(
        id=id,
        label=label,
        published=published,
        doi="10.1111/j.1539-6053.2008.00033.x",
        basis=basis,
        tolerance=tolerance,
        compute=compute,
        citation="gigerenzer2007",
    )
    for id, label, published, tolerance, compute, basis in PUBLISHED
)
