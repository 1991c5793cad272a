"""A published network → the files of a structural teaching model."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from tutor.content.clinical_words import capital, inside, label
from tutor.content.network_text import read_network_text
from tutor.errors import BadInput
from tutor.kit.bif import read_bif
from tutor.kit.network_model import chance, network_model
from tutor.kit.networks import POSITIVE, Network

NETWORK = "network.bif"
SUMS = "SHA256SUMS"
_MODEL = '''"""The network {name} as a teaching model: {target}, from {count} nodes.

Nodes are coded by their states in order, a yes/no node as 0 and 1. `simulate(n, seed, smoke=1)` is
`do`; the column `true_probability` is exact. What stands here is yours to change: the words, the
threshold, what the algorithm reads and whom it learned from. Add what it gets wrong.
"""

from pathlib import Path

from tutor.kit.bif import read_bif
from tutor.kit.network_model import network_model

HERE = Path(__file__).resolve().parent
MODEL = network_model(
    read_bif((HERE / "{file}").read_text(encoding="utf-8"), "{file}"),
    id={id!r},
    title={title!r},
    target={target!r},
    present={present!r},
    # What the learner sees, and how the chart says it.
    show={show!r},
    labels={labels},
    condition={condition!r},
    absence={absence!r},
    threshold={threshold!r},
    # Which of them the algorithm reads (all, if left out): inputs=("…", "…"),
    # In which world it learned (the network as it is, if left out): training={{"…": "no"}},
    # What it gets wrong, as a claim that `equipoise check` measures: failure_modes=(…),
)
'''
_CARD = """# Model card: {target} in the network {name}

**Purpose.** A teaching model. It estimates the probability that {target} is {present}, from
{shown}. It exists to be weighed and is not for use in care.

**Population.** Patients drawn from a published Bayesian network. Write here who published it,
where, and under which licence it may be passed on.

**Truth.** The network gives the exact probability of {target} for each patient, from what is shown.

**Estimator.** Random forest, 60 trees, depth 6, fixed seed. AUROC {{{{measured:auroc}}}}.
It is right in {{{{measured:right}}}} of the held-out patients.

**Known failure modes.** None is declared yet.
"""
_SHEET = """# Datasheet: the network {name}

- **Source:** `{file}`, {nodes} nodes, {arrows} arrows, {numbers} probabilities. The network is read
  as it is; its publication, its version and its licence are not in the file: write them here.
- **Target:** `{target}`, present where it is `{present}` (before anything is known: {chance:.2%}).
- **Shown:** {shown}.
- **Columns:** every node, coded as below; `outcome` (0 or 1); `true_probability`, the exact
  probability of the outcome given what is shown.
- **Rows:** drawn when they are asked for; `equipoise data export` writes them.

| node | parents | codes |
|---|---|---|
{rows}
"""


@dataclass(frozen=True)
class Wanted:
    """What is asked of a network: ``target`` may say its state, as ``lung=yes``.

    ``encoding`` is that of the file; found out if left empty.
    """

    target: str
    show: tuple[str, ...]
    threshold: float | None = None
    encoding: str = ""


def network_files(path: Path, wanted: Wanted, id: str) -> dict[str, bytes]:
    """The files of a model made from the .bif file at ``path``, by name.

    Raises:
        BadFile: the file cannot be read.
        ContentError: it is malformed, a node is not there, or posteriors would cost too much.
        BadInput: it is not clear which state of the target is the condition.

    """
    text, _ = read_network_text(path, wanted.encoding)
    network = read_bif(text, path.name)
    target, _, state = wanted.target.partition("=")
    present = state or _present(network, target)
    condition, absence = _says(network, target, present)
    name = path.name.removesuffix(".gz").removesuffix(".bif")
    before = chance(network, target, present)
    threshold = wanted.threshold or round(min(max(before, 0.02), 0.5), 2)
    says = {
        "id": id,
        "title": f"{capital(condition)} in the network {name}",
        "target": target,
        "present": present,
        "show": wanted.show,
        "condition": condition,
        "absence": absence,
        "threshold": threshold,
    }
    # One patient is drawn: what exact posteriors would cost is told now, not at the first build.
    network_model(network, **says).simulate(1, 0)  # type: ignore[arg-type]
    more = {
        "name": name,
        "file": NETWORK,
        "shown": ", ".join(wanted.show),
        "labels": _labels(wanted.show),
    }
    files = {
        NETWORK: text,
        "model.py": _MODEL.format(**says, **more, count=len(wanted.show)),
        "card.md": _CARD.format(**says, **more),
        "datasheet.md": _SHEET.format(**says, **more, **_facts(network), chance=before),
    }
    return with_sum({name: content.encode() for name, content in files.items()}, NETWORK)


def with_sum(files: dict[str, bytes], data: str) -> dict[str, bytes]:
    """The files and, last, the checksum of the ``data`` for ``sha256sum -c``.

    The others are there to be edited, and would not keep theirs.
    """
    return {**files, SUMS: f"{hashlib.sha256(files[data]).hexdigest()}  {data}\n".encode()}


def _present(network: Network, target: str) -> str:
    states = network.node(target).states
    found = [state for state in states if state.lower() in POSITIVE]
    if len(found) != 1:
        raise BadInput(
            "target",
            f"Which state of {target!r} is the condition? Say --target {target}={states[0]}; "
            f"there is {', '.join(states)}.",
        )
    return found[0]


def _says(network: Network, target: str, present: str) -> tuple[str, str]:
    """The condition and its absence, as a sentence says them: bronchitis, no bronchitis."""
    said = label(target)
    if present.lower() in POSITIVE and len(network.node(target).states) == 2:
        return inside(said), f"no {inside(said)}"
    return f"{inside(said)}: {present}", f"{inside(said)}: not {present}"


def _labels(show: tuple[str, ...]) -> str:
    """A dict to be edited, a node a line."""
    lines = [f"        {name!r}: {label(name)!r},\n" for name in show]
    return "".join(["{\n", *lines, "    }"])


def _facts(network: Network) -> dict[str, object]:
    rows = [
        f"| `{name}` | {', '.join(node.parents)} | "
        f"{', '.join(f'{code}: {state}' for code, state in enumerate(node.states))} |"
        for name, node in network.nodes.items()
    ]
    return {
        "nodes": len(network.nodes),
        "arrows": sum(len(node.parents) for node in network.nodes.values()),
        "numbers": sum(node.chances.size for node in network.nodes.values()),
        "rows": "\n".join(rows),
    }
