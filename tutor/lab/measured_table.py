"""One design of a table's algorithm, trained: its bank, its claims, and what is lacking."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from tutor.content.cohort_csvs import LABEL, Made
from tutor.content.manifest import Bank as BankManifest
from tutor.content.table_model import model_of
from tutor.errors import BuildError
from tutor.kit.cohorts import Patients
from tutor.kit.tables import TableCohort
from tutor.kit.teaching import TeachingModel
from tutor.lab import bank
from tutor.lab.build import NO_ASSESSMENT
from tutor.lab.chart_risk import ChartRisk, chart_risk
from tutor.lab.check_cases import EXPLAINED_IN_TABLES
from tutor.lab.evidence import SEEDS, measure_mode
from tutor.lab.rated_cohort import RatedCohort
from tutor.lab.training import HeldOut, study
from tutor.lab.undoing import Undoing

CASES = 120


@dataclass(frozen=True)
class Proposal:
    """A cohort with its failure modes, what was measured, and what `check` would miss."""

    made: Made
    measured: tuple[str, ...]
    lacking: tuple[str, ...]


class MeasuredTable:
    """One design, trained: its bank, its claims, and what is lacking."""

    def __init__(self, made: Made, risk: ChartRisk | None) -> None:
        self.made = made
        self.model = teaching_model(made)
        held_out = study(self.model, SEEDS[0])
        # The chart's risk is that of the held-out patients, whoever the algorithm learned from.
        self.rated = RatedCohort(held_out, risk or chart_risk(held_out), Undoing(held_out))

    @cached_property
    def studies(self) -> list[HeldOut]:
        """The model on every seed of `check`."""
        return [self.rated.held_out, *(study(self.model, seed) for seed in SEEDS[1:])]

    @cached_property
    def shown(self) -> dict[str, bool]:
        """Whether each claim holds on every seed."""
        return {
            mode.id: all(measure_mode(mode, on).demonstrated for on in self.studies)
            for mode in self.model.failure_modes
        }

    @property
    def lacking(self) -> tuple[str, ...]:
        """What `check` would say of the claims and the banks, in sentences."""
        claims = (
            f"The failure mode {mode!r} does not show on all of three seeds; it is left out."
            for mode, holds in self.shown.items()
            if not holds
        )
        return (*claims, *self.banks_lack)

    @cached_property
    def banks_lack(self) -> tuple[str, ...]:
        """What `check` would say of the two banks."""
        found = []
        try:
            banks = bank.choose_banks(self.rated, BankManifest(cases=CASES), self.made.id)
        except BuildError as error:
            return (str(error),)
        asked = {"case bank": (banks.practice, CASES)}
        if banks.assessment.cards:
            asked["bank for assignments"] = (banks.assessment, BankManifest().assessment)
        else:
            found.append(NO_ASSESSMENT)
        for name, (chosen, cases) in asked.items():
            for cell, count in bank.lacking(chosen, cases).items():
                found.append(
                    f"The {name} has {count} of {bank.wanted(cases, cell)} cases with "
                    f"{bank.describe(cell)}."
                )
        return (
            *found,
            *self._unexplained("case bank", banks.practice),
            *self._unexplained("bank for assignments", banks.assessment),
        )

    def _unexplained(self, name: str, chosen: bank.Bank) -> Iterator[str]:
        wrong = np.array(
            [r for r, c in zip(chosen.rows, chosen.cards, strict=True)
             if not c.luck and not c.cell.algorithm_right],
            dtype=int,
        )  # fmt: skip
        explained = int(self.rated.acting(wrong).explained.sum()) if len(wrong) else 0
        if explained < EXPLAINED_IN_TABLES * len(wrong):
            yield (
                f"The failure modes explain {explained} of the algorithm's {len(wrong)} errors in "
                f"the {name}; {EXPLAINED_IN_TABLES:.0%} are asked for."
            )

    @property
    def score(self) -> tuple[int, int]:
        """What is better: fuller banks, then more claims that hold.

        Claims are measured on three seeds only where the banks lack nothing.
        """
        return -len(self.banks_lack), 0 if self.banks_lack else sum(self.shown.values())

    @property
    def proposal(self) -> Proposal:
        """The cohort with the claims that hold, and what was measured."""
        kept = tuple(mode for mode in self.made.modes if self.shown[mode.id])
        return Proposal(
            replace(self.made, modes=kept, groups=self.made.groups if kept else ()),
            tuple(self._measured()),
            self.lacking,
        )

    def _measured(self) -> Iterator[str]:
        says = {group.id: group.says for group in self.made.groups}
        for mode, claim in zip(self.model.failure_modes, self.made.modes, strict=True):
            if self.shown[mode.id]:
                found = measure_mode(mode, self.rated.held_out)
                yield (
                    f"{mode.metric.value}: {found.inside.value:.0%} in {says[claim.group]}, "
                    f"{found.outside.value:.0%} in {says[claim.compared_with]}"
                )


def teaching_model(made: Made) -> TeachingModel:
    """The model that the files of ``made`` describe."""
    assert made.training is not None
    columns: dict[str, NDArray[np.float64]] = {c.name: c.values for c in made.columns}
    columns[LABEL] = made.outcome.astype(float)
    return model_of(made.manifest(), TableCohort(Patients(columns), made.training))
