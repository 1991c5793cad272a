"""What is claimed of the algorithm, and measured: failure modes, twins, figures."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from tutor.kit import (
    Estimate,
    FailureKind,
    FailureMode,
    Intervene,
    Mask,
    Metric,
    Patients,
    PublishedFigure,
    Retrain,
    Study,
    Twin,
    everyone,
    proportion,
)

from .cohort import CHECK, CLINIC, HARD, NOTHING, PAIN, PRACTICE, SCREENING

Row = Mapping[str, float]


def _rare(patients: Patients) -> Mask:
    """A suspicious mammogram where cancer is rare, and nothing she noticed speaks for it."""
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

    Left out: a clear mammogram in a woman who noticed nothing where cancer is rare.
    """
    quiet = (patients["setting"] <= SCREENING) & (patients["film"] == 0)
    return np.asarray(~(quiet & (patients["noticed"] == NOTHING)))


FAILURE_MODES = (
    FailureMode(
        id="rare_disease",
        kind=FailureKind.PREVALENCE,
        title="Reads every mammogram as if it came from the breast clinic",
        sentence="The algorithm learned where one woman in three has cancer. It is not told where "
        "this woman is seen, so it reads a suspicious mammogram as if she were in the clinic.",
        mechanism="The mammogram is as good in screening as in the clinic. But where cancer is "
        "rare, most suspicious mammograms come from the many women without cancer. In the clinic, "
        "women who had noticed nothing were referred because somebody was worried. The algorithm "
        "learned that noticing nothing is a bad sign.",
        metric=Metric.FALSE_ALARMS,
        touches=_rare,
        compared_with=_clinic,
        inside="women without cancer whose mammogram in screening or at a health check is "
        "suspicious",
        outside="women without cancer whose mammogram in the breast clinic is suspicious",
        figure="prevalence",
        undo=Retrain(training={"months_since": 0, "scar": 0}, also_reads=("setting",)),
    ),
    FailureMode(
        id="old_film",
        kind=FailureKind.SCOPE,
        title="Takes an old mammogram for a new one",
        sentence="The algorithm reads the last result on record and not its date. A mammogram from "
        "before the complaint began says little about it.",
        mechanism="In the training data every mammogram was taken at the visit. A cancer that has "
        "grown since the last mammogram cannot be on it. The algorithm trusts 'clear' all the "
        "same.",
        metric=Metric.MISSES,
        touches=_old_film,
        inside="women with cancer whose only mammogram is a year old or more",
        outside="women with cancer whose mammogram was taken at this visit",
        undo=Intervene({"months_since": 0}),
    ),
    FailureMode(
        id="hand",
        kind=FailureKind.BLIND,
        title="Does not know the clinical breast examination",
        sentence="A hard, irregular lump needs a biopsy whatever the mammogram shows. The "
        "algorithm knows at most that she noticed a lump, and a clear mammogram reassures it.",
        mechanism="The examination is in the notes and not among the inputs. To the algorithm a "
        "hard lump and a smooth, mobile one are the same, and most lumps are benign.",
        metric=Metric.MISSES,
        touches=_hard_but_clear,
        inside="women with cancer, a hard lump and a clear mammogram from this visit",
        outside="all other women with cancer",
        undo=Retrain(also_reads=("examination",)),
    ),
    FailureMode(
        id="scar",
        kind=FailureKind.ARTEFACT,
        title="Reads a scar as cancer",
        sentence="A scar from breast surgery distorts the tissue and can look suspicious on a "
        "mammogram. The algorithm never met a scar and is not told of the operation.",
        mechanism="Scarring draws lines into the tissue as some cancers do. Nobody in the "
        "training data had been operated on, so the algorithm takes a mammogram that a scar has "
        "made suspicious for any other suspicious one.",
        metric=Metric.FALSE_ALARMS,
        touches=_scarred,
        inside="women without cancer who have a scar in the breast",
        outside="women without cancer and without a scar",
        undo=Intervene({"scar": 0}),
    ),
    FailureMode(
        id="dense_breast",
        kind=FailureKind.MEASUREMENT,
        title="Misses more cancers in dense breasts",
        sentence="In dense breasts (c and d) a cancer and the tissue around it are both white. A "
        "clear mammogram reassures the algorithm almost as much as in a fatty breast.",
        mechanism="Dense tissue can hide a cancer. The algorithm reads the density, but after a "
        "clear mammogram it hardly ever reaches its decision line.",
        metric=Metric.MISSES,
        touches=_dense,
        compared_with=_recent,
        inside="women with cancer in dense breasts",
        outside="women with cancer in breasts that are not dense",
        undo=Intervene({"density": 0}),
    ),
)


def _mammogram(row: Row) -> str:
    return f"As she is: mammogram {'suspicious' if row['film'] == 1 else 'clear'}"


TWINS = (
    Twin(
        id="new_film",
        do={"months_since": 0},
        applies=_old_film,
        as_is=lambda row: f"As she is: mammogram {row['months_since']:.0f} months old",
        changed="With a mammogram taken today",
        lesson="The breast is the same. Only the date of the mammogram has changed.",
    ),
    Twin(
        id="no_scar",
        do={"scar": 0},
        applies=lambda patients: _scarred(patients) & (patients["film"] == 1),
        as_is=lambda row: "As she is: a scar in the breast",
        changed="The same breast without the scar",
        lesson="Whether she has cancer has not changed. The scar made the mammogram suspicious.",
    ),
    Twin(
        id="fatty_breast",
        do={"density": 0},
        applies=_dense,
        as_is=lambda row: "As she is: a dense breast",
        changed="The same woman with a fatty breast",
        lesson="Whether she has cancer has not changed. Density changes what a mammogram shows and "
        "what the algorithm expects.",
    ),
    Twin(
        id="clear_film",
        do={"film": 0},
        applies=lambda patients: np.asarray(patients["film"] == 1),
        as_is=_mammogram,
        changed="The same woman, mammogram clear",
        lesson="One result moves the algorithm this far. Whether she has cancer has not changed.",
        plain=True,
    ),
    Twin(
        id="suspicious_film",
        do={"film": 1, "months_since": 0},
        applies=lambda patients: np.asarray(patients["film"] == 0),
        as_is=_mammogram,
        changed="The same woman, with a suspicious mammogram of today",
        lesson="One result moves the algorithm this far. Whether she has cancer has not changed.",
        plain=True,
    ),
)


def _today(study: Study, n: int, setting: int) -> Patients:
    """``n`` women who all come from ``setting``, without scars, with a mammogram of today."""
    return study.simulate(n, setting=setting, scar=0, months_since=0)


def _predictive_value(setting: int) -> Callable[[Study], Estimate]:
    """Share with cancer among the suspicious mammograms of ``setting``."""

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
    label = f"Suspicious mammograms that mean cancer where {share} of women have it"
    return id, label, value, tolerance, _predictive_value(setting), "D"


PUBLISHED = (
    ("prevalence", "Women with cancer, screening", 0.01, 0.002, _rate("cancer", SCREENING), "S"),
    ("sensitivity", "Cancers that the mammogram finds", 0.90, 0.01, _rate("film", CLINIC, 1), "S"),
    ("alarms", "False positive mammograms", 0.09, 0.01, _rate("film", SCREENING, 0), "S"),
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
        basis=basis,
        tolerance=tolerance,
        compute=compute,
        citation="gigerenzer2007",
    )
    for id, label, published, tolerance, compute, basis in PUBLISHED
)
