"""Exact posteriors against enumeration; sampling against the posteriors; doing is not seeing."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.kit.test_bif import ASIA
from tutor.errors import ContentError
from tutor.kit import Patients
from tutor.kit.bif import read_bif
from tutor.kit.networks import Network, Node

NETWORK = read_bif(ASIA)
NAMES = tuple(NETWORK.nodes)


def enumerated(network, names):
    """The joint distribution by its definition: every state of every node."""
    sizes = {name: len(node.states) for name, node in network.nodes.items()}
    joint = np.zeros([sizes[name] for name in names])
    for states in itertools.product(*(range(sizes[name]) for name in network.nodes)):
        at = dict(zip(network.nodes, states, strict=True))
        chance = 1.0
        for name, node in network.nodes.items():
            chance *= node.chances[tuple(at[parent] for parent in node.parents)][at[name]]
        joint[tuple(at[name] for name in names)] += chance
    return joint


@st.composite
def networks(draw):
    """Up to six nodes of two or three states, with random arrows and tables."""
    stream = np.random.default_rng(draw(st.integers(0, 2**31)))
    nodes = []
    for at in range(int(stream.integers(2, 7))):
        parents = [f"n{p}" for p in range(at) if stream.random() < 0.5][:3]
        sizes = [len(next(n for n in nodes if n.name == p).states) for p in parents]
        width = int(stream.integers(2, 4))
        chances = stream.dirichlet(np.ones(width), size=tuple(sizes))
        states = tuple(f"s{state}" for state in range(width))
        nodes.append(Node(f"n{at}", states, tuple(parents), chances))
    names = [f"n{at}" for at in stream.permutation(len(nodes))[: int(stream.integers(1, 4))]]
    return Network.of(nodes), tuple(names)


@given(networks())
def test_elimination_is_enumeration(drawn):
    network, names = drawn
    assert network.joint(names) == pytest.approx(enumerated(network, names), abs=1e-12)


@pytest.mark.parametrize("target", NAMES)
def test_the_posteriors_of_asia_are_those_of_enumeration(target):
    given_ = tuple(name for name in ("asia", "smoke", "xray", "dysp") if name != target)
    rows = np.array(list(itertools.product((0, 1), repeat=len(given_))))
    patients = Patients(dict(zip(given_, rows.T, strict=True)))
    joint = enumerated(NETWORK, (*given_, target))[tuple(rows.T)]
    expected = joint / joint.sum(axis=1, keepdims=True)
    assert NETWORK.posterior(target, given_, patients) == pytest.approx(expected, abs=1e-12)


def test_evidence_that_cannot_be_has_no_posterior():
    rows = Patients({"tub": np.array([1]), "either": np.array([0])})
    assert np.isnan(NETWORK.posterior("lung", ("tub", "either"), rows)).all()


def test_sampled_patients_have_the_joint_distribution():
    n = 40_000
    patients = NETWORK.sample(n, 3, {})
    names = ("smoke", "lung", "xray")
    found = np.zeros((2, 2, 2))
    np.add.at(found, tuple(patients[name] for name in names), 1 / n)
    expected = NETWORK.joint(names)
    assert (np.abs(found - expected) < 5 * np.sqrt(expected * (1 - expected) / n)).all()


def test_doing_leaves_what_comes_before_and_what_is_beside_as_it_was():
    seen, done = NETWORK.sample(5_000, 3, {}), NETWORK.sample(5_000, 3, {"lung": "yes"})
    for name in ("smoke", "asia", "tub", "bronc"):
        assert np.array_equal(seen[name], done[name])
    assert done["either"].all()
    same = seen["lung"] == 1
    for name in ("xray", "dysp"):
        assert np.array_equal(seen[name][same], done[name][same])


def test_seeing_a_cancer_speaks_of_smoking_and_making_one_does_not():
    smoke_given_lung = NETWORK.joint(("lung", "smoke"))[1] / NETWORK.joint(("lung",))[1]
    assert smoke_given_lung[1] == pytest.approx(0.10 / (0.10 + 0.01))
    assert NETWORK.intervened({"lung": "yes"}).joint(("smoke",))[1] == pytest.approx(0.5)


def test_doing_and_seeing_agree_on_a_first_cause():
    seen = NETWORK.joint(("smoke", "lung"))[1] / NETWORK.joint(("smoke",))[1]
    assert NETWORK.intervened({"smoke": "yes"}).joint(("lung",)) == pytest.approx(seen)


def test_doing_and_seeing_differ_on_a_symptom():
    seen = NETWORK.joint(("dysp", "lung"))[1, 1] / NETWORK.joint(("dysp",))[1]
    done = NETWORK.intervened({"dysp": "yes"}).joint(("lung",))[1]
    assert done == pytest.approx(NETWORK.joint(("lung",))[1])
    assert seen > 1.5 * done


def test_a_state_is_set_by_name_or_code_for_all_or_for_each():
    by_name = NETWORK.sample(50, 1, {"smoke": "yes"})
    by_code = NETWORK.sample(50, 1, {"smoke": 1})
    for_each = NETWORK.sample(50, 1, {"smoke": np.ones(50, dtype=int)})
    for name in NAMES:
        assert np.array_equal(by_name[name], by_code[name])
        assert np.array_equal(by_name[name], for_each[name])


@pytest.mark.parametrize(
    ("do", "says"),
    [
        ({"smoking": 1}, "no node 'smoking'; there is asia"),
        ({"smoke": "maybe"}, "'maybe' is no state of 'smoke'; there is no, yes"),
        ({"smoke": 2}, "no state"),
        ({"smoke": 0.5}, "no state"),
        ({"smoke": np.array([0, 1, 2])}, "no state"),
    ],
)
def test_what_cannot_be_done_is_told(do, says):
    with pytest.raises(ContentError, match=says):
        NETWORK.sample(3, 1, do)


def dense(n):
    """Pairs of ``n`` causes each with a common effect: no cheap order to eliminate in."""
    flat = np.full((2, 2, 2), 0.5)
    causes = [Node(f"c{at}", ("a", "b"), (), np.array([0.5, 0.5])) for at in range(n)]
    pairs = itertools.combinations(range(n), 2)
    effects = [
        Node(f"e{i}_{j}", ("a", "b"), (f"c{i}", f"c{j}"), flat) for i, j in pairs
    ]  # fmt: skip
    return Network.of([*causes, *effects])


def test_a_posterior_that_would_cost_too_much_is_refused_before_it_is_begun():
    network = dense(30)
    shown = tuple(f"e{i}_{j}" for i, j in itertools.combinations(range(30), 2))
    with pytest.raises(ContentError, match="combinations"):
        network.posterior("c0", shown, Patients({}))
    with pytest.raises(ContentError, match=r"table of [\d,]+ numbers"):
        network.joint((*shown[:100], "c0"))


def test_nodes_that_nothing_shown_comes_from_cost_nothing():
    """All effects of the dense network are left out when only causes are asked for."""
    assert dense(30).joint(("c0", "c1")) == pytest.approx(np.full((2, 2), 0.25))
