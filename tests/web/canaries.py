"""Values that cannot be there by chance, planted wherever a bundle hides something of a case.

Words say ``CANARY``. Numbers begin with digits that no page, picture or script holds; those that
pages round are so large that rounding leaves the digits standing.
"""

from __future__ import annotations

import base64
import copy
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tutor.lab.bundle import Bundle

Parts = dict[str, Any]
# Few enough that every cell keeps the cases that its sets ask for.
LUCK_EVERY = 20


def _in_base64(word: str) -> list[str]:
    """How ``word`` looks inside base64, whichever byte it starts at."""
    cores = []
    for shift in range(3):
        text = base64.b64encode(b"\0" * shift + word.encode() + b"\0" * 3).decode()
        whole = (shift * 8 + 5) // 6, (shift + len(word)) * 8 // 6
        cores.append(text[whole[0] : whole[1]])
    return cores


@dataclass(frozen=True)
class World:
    """The canaries of one bundle; a second world hides other values behind the same patients."""

    name: str = "planted"
    word: str = "CANARYA"
    chance: str = "0.12345"
    risk: str = "0.35791"
    base: int = 424_24
    share: int = 313_37
    events: int = 918_27
    total: int = 773_31
    bounds: int = 555_81
    twin: int = 666_19
    auroc: int = 484_37
    often: int = 391_53
    turned: bool = False

    @property
    def signs(self) -> re.Pattern[str]:
        """Finds any of them, as JSON writes it or as a page rounds it."""
        numbers = (
            self.base, self.share, self.events, self.total, self.bounds, self.twin,
            self.auroc, self.often,
        )  # fmt: skip
        words = "|".join([self.word, *_in_base64(self.word)])
        rounded = "|".join(str(number) for number in numbers)
        chances = f"(?:{re.escape(self.chance)}|{re.escape(self.risk)})"
        numbers_say = rf"(?<![\d.])(?:(?:{rounded})[\d,]{{4,}}|{chances}[67]\d*)"
        return re.compile(rf"{words}|{numbers_say}", re.I)

    def found(self, text: str) -> list[str]:
        """The canaries in ``text``, each with what stands around it."""
        return [
            text[max(0, hit.start() - 30) : hit.end() + 30] for hit in self.signs.finditer(text)
        ]

    def number(self, lead: int, case: int) -> float:
        """A number of case ``case`` whose first digits are ``lead``'s, however it is rounded."""
        return float(lead * 1_000_000 + case * 1_000)

    def words(self, what: str, case: int) -> str:
        """A phrase about case ``case``."""
        return f"{self.word} {what} {case:03d}"

    def probability(self, case: int) -> float:
        """The algorithm's; like the chart's risk it must lie between 0 and 1."""
        return float(self.chance) + 6.789e-6 + case * 1e-9

    def chart_risk(self, case: int) -> float:
        """The chart's."""
        return float(self.risk) + 6.789e-6 + case * 1e-9


OTHER_WORLD = World(
    name="turned", word="CANARYB", chance="0.87654", risk="0.64208", base=27_182, share=57_721,
    events=16_180, total=14_142, bounds=26_449, twin=69_314, auroc=73_205, often=98_696,
    turned=True,
)  # fmt: skip


# Every lesson at once, and both kinds of notice in turn: a real bank has them for some cases.
MORE: Parts = {
    "second": {"probability": 0.5},
    "credit": {"dropped": "a", "share": 0.1, "heir": "b", "before": 0.1, "after": 0.2,
               "correlation": 0.5},
    "compared": {"base": 0.1, "top": "a", "share": 0.1, "other_base": 0.5, "other_top": "b",
                 "other_share": -0.1, "n": 100},
    "not_patient": {"label": "a", "before": "1", "before_us": "3", "after": "2",
                    "after_us": "4", "share": 0.1, "present": True},
}  # fmt: skip
FINDING: Parts = {"label": "a", "said": "1", "us": "4"}
UNLIKE: tuple[Parts, ...] = (
    {
        "beyond": [
            {**FINDING, "range": ["2", "3"], "unit": "u", "range_us": ["5", "6"], "unit_us": "w"}
        ],
        "more": 1,
    },
    {"odd": [FINDING, FINDING]},
)


def plant(bundle: Bundle, world: World) -> Parts:
    """The parts of a copy of ``bundle`` with every hidden value of every case replaced."""
    planted: Parts = {
        "cards": [],
        "assessment": [],
        "shown": dict(bundle.shown),
        "revealed": {},
        "closed": {},
        "evidence": _evidence(bundle.evidence, world),
    }
    modes = [mode["id"] for mode in planted["evidence"]["modes"]]
    # So that every case has a twin to hide, also where the bank shows none.
    twin = next(closed["twin"] for closed in bundle.closed.values() if closed["twin"])
    for number, card in enumerate((*bundle.cards, *bundle.assessment)):
        case, cell = card.case, card.cell
        planted["cards" if number < len(bundle.cards) else "assessment"].append(
            {
                "case": case,
                "right": cell.algorithm_right != world.turned,
                "present": cell.present != world.turned,
                "kind": f"{world.word}-kind-{card.kind}",
                "luck": number % LUCK_EVERY == 0,
            }
        )
        touched = modes[(number + world.turned) % 2 :: 2]
        planted["revealed"][case] = _advice(bundle.revealed[case], world, number, touched)
        planted["closed"][case] = {
            **replaced(
                {**bundle.closed[case], "twin": bundle.closed[case]["twin"] or twin, "more": MORE},
                world,
                number,
                "truth",
            ),
            "touched": touched,
            "acting": touched[:1],
            "chart_risk": world.chart_risk(number),
        }
    return planted


def _evidence(found: Mapping[str, Any], world: World) -> dict[str, Any]:
    evidence = copy.deepcopy(dict(found))
    evidence["condition"] = f"{world.word} condition"
    evidence["absence"] = f"{world.word} absence"
    evidence["second"] = {
        "auroc": [world.number(world.auroc, 0)] * 2,
        "difference": [0.0, 0.0],
        "often": {"value": world.number(world.often, 0), "low": 0.0, "high": 0.0},
    }
    for at, mode in enumerate(evidence["modes"]):
        mode["id"] = f"{world.word}-mode-{at}"
        for said in ("title", "sentence", "mechanism"):
            mode[said] = f"{world.word} {said} {at}"
    return evidence


def _advice(found: Mapping[str, Any], world: World, case: int, touched: list[str]) -> Any:
    kept = {k: v for k, v in found.items() if k != "contributions"}
    advice = replaced({**kept, "unlike": UNLIKE[case % len(UNLIKE)]}, world, case)
    base, chance = world.number(world.base, case), world.probability(case)
    parts = [
        {**part, "said": world.words(f"said-{at}", case)}
        for at, part in enumerate(found["contributions"])
    ]
    if len(parts) % 2 == 0:
        parts.append({**parts[-1], "label": "One more"})
    for at, part in enumerate(parts):
        part["share"] = (-1) ** at * (world.number(world.share, case) + 10 * (at // 2))
    # They must add up from the base to the probability: the pairs cancel, the last takes the base.
    parts[-1]["share"] = chance - base - sum(part["share"] for part in parts[:-1])
    like = {
        "events": int(world.number(world.events, case)),
        "n": int(world.number(world.total, case)),
        "low": world.number(world.bounds, case),
        "high": world.number(world.bounds, case) + 1,
    }
    advice |= {"probability": chance, "base": base, "contributions": parts, "like": like}
    return {**advice, "touched": touched}


def replaced(value: Any, world: World, case: int, name: str = "advice") -> Any:
    """``value`` with every string and number in it a canary, whatever its shape."""
    if isinstance(value, Mapping):
        return {key: replaced(inner, world, case, f"{name}-{key}") for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [replaced(v, world, case, f"{name}-{at}") for at, v in enumerate(value)]
    if isinstance(value, bool):
        return value != world.turned
    if isinstance(value, int | float):
        return world.number(world.twin, case)
    if isinstance(value, str) and value.startswith("<svg"):
        return value.replace("</svg>", f"<desc>{world.words(name, case)}</desc></svg>")
    return world.words(name, case) if isinstance(value, str) else value
