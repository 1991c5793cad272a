"""A published Bayesian network as a teaching model, where each patient's true chance is known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutor.errors import ContentError
from tutor.kit.cohorts import Patients
from tutor.kit.evidence import FailureMode, Twin
from tutor.kit.features import Feature
from tutor.kit.networks import Network
from tutor.kit.tables import forest
from tutor.kit.teaching import TeachingModel

OUTCOME, TRUE_PROBABILITY = "outcome", "true_probability"
_NOTHING: Mapping[str, Any] = MappingProxyType({})
Row = Mapping[str, float]


@dataclass(frozen=True)
class NetworkCohort:
    """Draws patients from a network; ``do`` takes states by name or by code.

    Two columns are added: ``outcome``, 1 where ``target`` is in the state ``present``, and
    ``true_probability``, the exact chance of that given the nodes shown and what was done.
    """

    network: Network
    target: str
    present: str
    show: tuple[str, ...]

    def __call__(self, n: int, seed: int, **do: Any) -> Patients:
        """``n`` patients, every node a column of codes."""
        patients = self.network.sample(n, seed, do)
        code = self.network.code(self.target, self.present)
        return patients.with_columns(
            **{
                OUTCOME: (patients[self.target] == code).astype(int),
                TRUE_PROBABILITY: self.true_probability(patients, tuple(do)),
            }
        )

    def true_probability(
        self, patients: Patients, done: tuple[str, ...] = ()
    ) -> NDArray[np.float64]:
        """P(target is present | what is shown, and that the nodes ``done`` were set), ``(n,)``."""
        code = self.network.code(self.target, self.present)
        found = np.empty(patients.n)
        codes = np.column_stack([np.zeros(patients.n), *(patients[name] for name in done)])
        for setting in np.unique(codes, axis=0):
            rows = (codes == setting).all(axis=1)
            do = dict(zip(done, setting[1:], strict=True))
            network = self.network.intervened(do)
            found[rows] = network.posterior(self.target, self.show, patients.take(rows))[:, code]
        return found


def network_model(
    network: Network,
    *,
    id: str,
    title: str,
    target: str,
    present: str,
    show: tuple[str, ...],
    condition: str,
    absence: str,
    threshold: float,
    story: str = "Someone of whom you know what the chart says.",
    labels: Mapping[str, str] = _NOTHING,
    inputs: tuple[str, ...] = (),
    training: Mapping[str, Any] = _NOTHING,
    failure_modes: tuple[FailureMode, ...] = (),
) -> TeachingModel:
    """The teaching model in which a learner sees the nodes ``show``.

    ``labels`` says a node as the chart does, by its name if left out. ``inputs`` are those of the
    shown nodes that the algorithm reads; all of them if left out. ``training`` is what was done,
    states by name, where the patients it learned from are drawn: ``{"bronc": "no"}``.

    Raises:
        ContentError: a node or state is not there, the target is shown, an input is not, or exact
            posteriors cost too much.

    """
    network.code(target, present)
    if target in show or len({*show}) != len(show) or len(show) < 2:
        raise ContentError("Show two nodes or more, each once, and not the target.")
    taken = {OUTCOME, TRUE_PROBABILITY} & {*network.nodes}
    if taken:
        raise ContentError(f"The node {taken.pop()!r} has a name that is needed; rename it.")
    if unseen := [name for name in inputs if name not in show]:
        raise ContentError(f"The algorithm reads {unseen[0]!r}, which is not shown; show it too.")
    for name, state in training.items():
        network.code(name, state)
    cohort = NetworkCohort(network, target, present, show)
    findings = tuple(_feature(network, name, labels.get(name, name)) for name in show)
    return TeachingModel(
        id=id,
        title=title,
        condition=condition,
        absence=absence,
        simulate=cohort,
        label=OUTCOME,
        truth=OUTCOME,
        features=tuple(f for f in findings if not inputs or f.column in inputs),
        findings=findings,
        estimator=partial(forest, 60, 6, 15),
        threshold=threshold,
        failure_modes=failure_modes,
        twins=_twins(network, target, present, labels),
        figures=(),
        story=lambda row, stream: story,
        truth_sentence=partial(_truth_sentence, condition, absence),
        training=training,
        training_size=20_000,
        exact=TRUE_PROBABILITY,
        # Exact networks are seldom wrong: enough patients in whom they are must be found.
        held_out_size=60_000,
    )


def chance(network: Network, target: str, present: str) -> float:
    """How likely the target is before anything is known."""
    return float(network.joint((target,))[network.code(target, present)])


def _feature(network: Network, name: str, label: str) -> Feature:
    states = network.node(name).states
    return Feature(name, label, bounds=(0, len(states) - 1), words=dict(enumerate(states)))


def _twins(
    network: Network, target: str, present: str, labels: Mapping[str, str]
) -> tuple[Twin, ...]:
    """For each state of the strongest first cause, the state that changes the target most."""
    cause, chances = max(
        (
            (name, np.array([_if_set(network, target, present, name, s) for s in node.states]))
            for name, node in network.nodes.items()
            if not node.parents and name in network.ancestors((target,))
        ),
        key=lambda found: float(np.ptp(found[1])),
    )
    states, said = network.node(cause).states, labels.get(cause, cause)
    twins = []
    for code, state in enumerate(states):
        other = int(np.abs(chances - chances[code]).argmax())
        twins.append(
            Twin(
                id=f"{cause}_{code}",
                do={cause: other},
                applies=partial(_is, cause, code),
                as_is=partial(_says, f"As they are. {said}: {state}"),
                changed=f"Changed. {said}: {states[other]}",
            )
        )
    return tuple(twins)


def _if_set(network: Network, target: str, present: str, cause: str, state: str) -> float:
    return chance(network.intervened({cause: state}), target, present)


def _is(cause: str, code: int, patients: Patients) -> NDArray[np.bool_]:
    return np.asarray(patients[cause] == code)


def _says(text: str, _row: Row) -> str:
    return text


def _truth_sentence(condition: str, absence: str, row: Row) -> str:
    said = condition if row[OUTCOME] else absence
    exact = f"{100 * row[TRUE_PROBABILITY]:.1f}"
    return (
        f"{said[:1].upper()}{said[1:]}. From what was shown, the exact probability was {exact} %."
    )
