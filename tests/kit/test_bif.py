"""A published network is read as it is; a malformed one is told with its line."""

from __future__ import annotations

import numpy as np
import pytest

from tests.conftest import ROOT
from tutor.errors import ContentError
from tutor.kit.bif import read_bif

ASIA = (ROOT / "docs/course-teams/asia.bif").read_text(encoding="utf-8")
# Lauritzen & Spiegelhalter 1988, as in EVIDENCE: P(yes | parents), the parents' codes 0 no, 1 yes.
PUBLISHED = {
    "asia": {(): 0.01},
    "tub": {(1,): 0.05, (0,): 0.01},
    "smoke": {(): 0.5},
    "lung": {(1,): 0.10, (0,): 0.01},
    "bronc": {(1,): 0.60, (0,): 0.30},
    "either": {(1, 1): 1.0, (1, 0): 1.0, (0, 1): 1.0, (0, 0): 0.0},
    "xray": {(1,): 0.98, (0,): 0.05},
    "dysp": {(1, 1): 0.9, (0, 1): 0.7, (1, 0): 0.8, (0, 0): 0.1},
}


def test_asia_has_the_published_probabilities():
    network = read_bif(ASIA)
    assert set(network.nodes) == set(PUBLISHED)
    for name, rows in PUBLISHED.items():
        node = network.node(name)
        assert node.states == ("no", "yes")
        assert {key: node.chances[key][1] for key in rows} == rows
        assert node.chances.size == 2 * len(rows)


TWO = """network two { property "made for a test"; }
variable a { type discrete [ 3 ] { low, mid, high }; property position = (1, 2); }
variable b { type discrete [ 2 ] { up, down }; }
probability ( a ) { table 0.2, 0.3, 0.5; }
probability ( b | a ) {
  (low) 0.1, 0.9;
  (high) 0.7, 0.3;
  default 0.5, 0.5;
}
"""
B = [[0.1, 0.9], [0.5, 0.5], [0.7, 0.3]]


def test_default_fills_what_is_not_listed_and_states_keep_their_order():
    network = read_bif(TWO)
    assert network.node("a").states == ("low", "mid", "high")
    assert np.array_equal(network.node("b").chances, B)


def test_a_whole_table_runs_with_the_child_slowest():
    head = TWO[: TWO.index("probability ( b")]
    whole = head + "probability ( b | a ) { table 0.1, 0.5, 0.7, 0.9, 0.5, 0.3; }"
    assert np.array_equal(read_bif(whole).node("b").chances, B)


def test_children_may_stand_before_their_parents_and_comments_anywhere():
    lines = TWO.splitlines()
    turned = "\n".join([lines[0], "// b first", lines[2], "/* then\n a */", lines[1], *lines[3:]])
    assert list(read_bif(turned).nodes) == ["a", "b"]


def test_probabilities_that_were_rounded_are_made_to_add_to_one():
    rounded = TWO.replace("0.2, 0.3, 0.5", "0.2, 0.3, 0.4999")
    assert read_bif(rounded).node("a").chances.sum() == 1


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("table 0.2, 0.3, 0.5", "table 0.2, 0.3", "line 4: 'a' needs 3 probabilities here, not 2"),
        ("table 0.2, 0.3, 0.5", "table 0.2, 0.3, x", "line 4: 'x' is no probability"),
        ("table 0.2, 0.3, 0.5", "table 0.2, 0.3, 1.5", "line 4: '1.5' is no probability"),
        ("table 0.2, 0.3, 0.5", "table 0.2, 0.3, nan", "line 4: 'nan' is no probability"),
        ("table 0.2, 0.3, 0.5", "table 0.2, 0.3, 0.4", "'a' add to 0.9, not 1"),
        ("(low) 0.1, 0.9", "(low) 0.1, 0.8", "'b' given low add to 0.9, not 1"),
        ("(low)", "(tiny)", "line 6: 'tiny' is no state of 'a'; there is low, mid, high"),
        ("(low)", "(low, up)", "line 6: 'b' has 1 parents; 2 states stand here"),
        ("default 0.5, 0.5;", "", "line 5: the table of 'b' has gaps"),
        ("[ 3 ]", "[ 4 ]", "line 2: 'a' says 4 states and lists low, mid, high"),
        ("low, mid, high", "low, low, high", "line 2: 'a' says 3 states"),
        ("discrete", "continuous", "line 2: 'discrete' is expected here, not 'continuous'"),
        ("( b | a )", "( b | c )", "line 5: there is no variable 'c'"),
        ("( b | a )", "( b | b )", "line 5: the probability of 'b' names a variable twice"),
        ("probability ( a )", "probability ( b )", "given twice"),
        ("variable b", "variable a", "line 3: the variable 'a' is declared twice"),
        ("variable b", "node b", "line 3: 'network', 'variable' or 'probability' is expected"),
        ("0.5;\n}", "0.5;\n", "line 8: the file ends here"),
        ("0.5, 0.5;", "0.5, 0.5", "';' is expected here"),
        ('"made for', "\"made\nfor", "line 1: a quotation mark"),
    ],
)  # fmt: skip
def test_what_is_malformed_is_told_with_its_line(old, new, says):
    assert old in TWO
    with pytest.raises(ContentError) as told:
        read_bif(TWO.replace(old, new), "two.bif")
    assert str(told.value).startswith("two.bif")
    assert says in str(told.value)


def test_arrows_in_a_circle_are_told():
    circle = TWO.replace("( a ) { table 0.2, 0.3, 0.5; }", "( a | b ) { default 0.2 0.3 0.5; }")
    with pytest.raises(ContentError, match="circle"):
        read_bif(circle)


@pytest.mark.parametrize("text", ["", "network x { }", "\0", "<html>"])
def test_what_is_no_network_is_told(text):
    with pytest.raises(ContentError, match="line 1"):
        read_bif(text)
