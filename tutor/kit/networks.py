"""Bayesian networks of discrete variables: sampled with ``do``, and asked for exact posteriors.

Exact inference is by variable elimination (Zhang & Poole 1994), the cheapest variable next; what
would cost too much is refused in a sentence rather than begun.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import reduce
from graphlib import CycleError, TopologicalSorter
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tutor.errors import ContentError
from tutor.kit.cohorts import Patients, World

MOST_CELLS = 2**22
MOST_COMBINATIONS = 2**20
Chances = NDArray[np.float64]
NEGATIVE = {"no", "false", "absent", "negative", "0", "off", "normal", "n", "f"}
POSITIVE = {"yes", "true", "present", "positive", "1", "on", "abnormal", "y", "t"}


@dataclass(frozen=True)
class Node:
    """A variable: its states, its parents, and ``chances`` of shape ``(*parents, states)``."""

    name: str
    states: tuple[str, ...]
    parents: tuple[str, ...]
    chances: Chances

    @property
    def is_yes_no(self) -> bool:
        """Whether it has two states of which one is the affirmative."""
        first, last = (state.lower() for state in (self.states[0], self.states[-1]))
        pair = (first in NEGATIVE and last in POSITIVE) or (first in POSITIVE and last in NEGATIVE)
        return len(self.states) == 2 and pair


@dataclass(frozen=True)
class _Factor:
    """A table over ``names``, an axis each."""

    names: tuple[str, ...]
    table: Chances

    def times(self, other: _Factor) -> _Factor:
        names = (*self.names, *(name for name in other.names if name not in self.names))
        return _Factor(names, self._spread(names) * other._spread(names))

    def _spread(self, names: tuple[str, ...]) -> Chances:
        order = sorted(range(len(self.names)), key=lambda axis: names.index(self.names[axis]))
        sizes = dict(zip(self.names, self.table.shape, strict=True))
        shape = [sizes.get(name, 1) for name in names]
        return np.asarray(self.table.transpose(order).reshape(shape))

    def without(self, name: str) -> _Factor:
        axis = self.names.index(name)
        names = (*self.names[:axis], *self.names[axis + 1 :])
        return _Factor(names, np.asarray(self.table.sum(axis=axis)))


@dataclass(frozen=True)
class Network:
    """Nodes by name, parents before their children."""

    nodes: Mapping[str, Node]

    @classmethod
    def of(cls, nodes: list[Node]) -> Network:
        """The network of ``nodes``, in whatever order they come.

        A yes/no variable is coded 0 for no and 1 for yes, whichever its file lists first.

        Raises:
            ContentError: the arrows run in a circle.

        """
        by_name = {node.name: node for node in nodes}
        try:
            order = TopologicalSorter({n.name: n.parents for n in nodes}).static_order()
            ordered = {name: by_name[name] for name in order}
        except CycleError as error:
            circle = " → ".join(reversed(error.args[1]))
            raise ContentError(f"The arrows run in a circle: {circle}.") from None
        turned = {n.name for n in nodes if n.is_yes_no and n.states[0].lower() in POSITIVE}
        return cls({name: _turned(node, turned) for name, node in ordered.items()})

    def node(self, name: str) -> Node:
        """The node of that name.

        Raises:
            ContentError: there is none.

        """
        if name not in self.nodes:
            there = ", ".join(self.nodes)
            raise ContentError(f"There is no node {name!r}; there is {there}.")
        return self.nodes[name]

    def code(self, name: str, state: Any) -> int:
        """The code of a state, given by its name or by the code itself.

        Raises:
            ContentError: the node has no such state.

        """
        states = self.node(name).states
        if isinstance(state, str) and state in states:
            return states.index(state)
        if not isinstance(state, str) and int(state) == state and 0 <= state < len(states):
            return int(state)
        said = repr(str(state) if isinstance(state, str) else state)
        raise ContentError(f"{said} is no state of {name!r}; there is {', '.join(states)}.")

    def sample(self, n: int, seed: int, do: Mapping[str, ArrayLike]) -> Patients:
        """``n`` patients, a column of codes for each node, each from a stream of its own.

        One uniform number decides a node, so another cause changes only whom it must.

        Raises:
            ContentError: ``do`` names a node or a state that is not there.

        """
        codes = {
            name: np.array([self.code(name, state) for state in np.ravel(np.asarray(states))])
            for name, states in do.items()
        }
        world = World(n, seed, {k: v[0] if np.ndim(do[k]) == 0 else v for k, v in codes.items()})
        drawn: dict[str, NDArray[Any]] = {}
        for name, node in self.nodes.items():
            chances = node.chances[tuple(drawn[parent] for parent in node.parents)]
            below = np.cumsum(np.atleast_2d(chances), axis=-1)[:, :-1]

            def state(stream: np.random.Generator, below: Chances = below) -> NDArray[Any]:
                return np.asarray((stream.random(n)[:, None] >= below).sum(axis=1))

            drawn[name] = world.draw(name, state)
        return world.patients()

    def intervened(self, do: Mapping[str, Any]) -> Network:
        """The network in which each node of ``do`` is what it says, whatever its parents are."""
        nodes = dict(self.nodes)
        for name, state in do.items():
            node = self.node(name)
            sure = np.eye(len(node.states))[self.code(name, state)]
            nodes[name] = replace(node, parents=(), chances=sure)
        return Network(nodes)

    def joint(self, names: tuple[str, ...]) -> Chances:
        """The joint distribution of ``names``, an axis each.

        Raises:
            ContentError: it would take more than ``MOST_CELLS`` numbers at once.

        """
        relevant = self.ancestors(names)
        factors = [
            _Factor((*self.nodes[name].parents, name), self.nodes[name].chances)
            for name in self.nodes
            if name in relevant
        ]
        left = [name for name in self.nodes if name in relevant and name not in names]
        while left:
            nearest = {name: self._meeting(factors, name) for name in left}
            cheapest = min(left, key=lambda name: self._cells(nearest[name]))
            self._affordable(nearest[cheapest], names)
            met = [factor for factor in factors if cheapest in factor.names]
            factors = [factor for factor in factors if cheapest not in factor.names]
            factors.append(reduce(_Factor.times, met).without(cheapest))
            left.remove(cheapest)
        self._affordable({*names}, names)
        whole = reduce(_Factor.times, factors)
        order = [whole.names.index(name) for name in names]
        return np.asarray(whole.table.transpose(order))

    def posterior(self, target: str, given: tuple[str, ...], rows: Patients) -> Chances:
        """The exact distribution of ``target`` for each row, given its codes of ``given``.

        Shape ``(n, states)``; NaN in a row that cannot occur.

        Raises:
            ContentError: there are too many combinations, or elimination would cost too much.

        """
        sizes = [len(self.node(name).states) for name in (*given, target)]
        if (cells := int(np.prod(sizes, dtype=float))) > MOST_COMBINATIONS:
            raise ContentError(
                f"The nodes shown have {cells:,} combinations; exact posteriors are kept for "
                f"{MOST_COMBINATIONS:,} at the most. Show fewer nodes."
            )
        joint = self.joint((*given, target))
        chosen = joint[tuple(rows[name].astype(int) for name in given)]
        chosen = np.broadcast_to(chosen, (rows.n, sizes[-1]))
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray(chosen / chosen.sum(axis=1, keepdims=True))

    def ancestors(self, names: tuple[str, ...]) -> set[str]:
        """``names`` and all that come before them; the others add to one and are left out."""
        found, todo = set(), [self.node(name).name for name in names]
        while todo:
            name = todo.pop()
            if name not in found:
                found.add(name)
                todo += self.nodes[name].parents
        return found

    def _meeting(self, factors: list[_Factor], name: str) -> set[str]:
        return {other for factor in factors if name in factor.names for other in factor.names}

    def _cells(self, names: set[str]) -> float:
        return float(np.prod([len(self.nodes[name].states) for name in names], dtype=float))

    def _affordable(self, names: set[str], asked: tuple[str, ...]) -> None:
        if (cells := self._cells(names)) > MOST_CELLS or len(names) > 30:
            raise ContentError(
                f"The exact posterior over {', '.join(asked)} would need a table of {cells:,.0f} "
                f"numbers; {MOST_CELLS:,} is the most. Show fewer nodes, or nodes nearer to the "
                "target."
            )


def _turned(node: Node, turned: set[str]) -> Node:
    """The node with the axes of every variable in ``turned`` the other way round."""
    axes = [axis for axis, name in enumerate((*node.parents, node.name)) if name in turned]
    states = node.states[::-1] if node.name in turned else node.states
    return replace(node, states=states, chances=np.flip(node.chances, axis=tuple(axes)))
