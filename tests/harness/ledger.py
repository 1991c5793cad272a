"""What learners were told is stored, held against what a database holds."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field

from tests.databases import ask

# Rows that a database must never hold, by what they would mean.
NEVER = {
    "doubled": """
        SELECT count(*) FROM (SELECT set_id, position FROM attempt
        GROUP BY set_id, position HAVING count(*) > 1) AS twice
        UNION ALL SELECT count(*) FROM (SELECT attempt_id FROM outcome
        GROUP BY attempt_id HAVING count(*) > 1) AS twice""",
    "out of order": """
        SELECT count(*) FROM reveal r LEFT JOIN commitment c USING (attempt_id)
        WHERE c.attempt_id IS NULL OR r.at < c.at
        UNION ALL SELECT count(*) FROM decision d LEFT JOIN reveal r USING (attempt_id)
        WHERE r.attempt_id IS NULL OR d.at < r.at
        UNION ALL SELECT count(*) FROM closing x LEFT JOIN commitment c USING (attempt_id)
        LEFT JOIN decision d USING (attempt_id)
        WHERE c.attempt_id IS NULL OR x.at < c.at OR (x.aided AND d.attempt_id IS NULL)
        UNION ALL SELECT count(*) FROM attempt later JOIN attempt earlier
        ON later.set_id = earlier.set_id AND later.position = earlier.position + 1
        LEFT JOIN closing x ON x.attempt_id = earlier.id WHERE x.attempt_id IS NULL
        UNION ALL SELECT count(*) FROM closing x LEFT JOIN outcome o USING (attempt_id)
        WHERE o.attempt_id IS NULL""",
}
STORED = {
    "commitment": "SELECT attempt_id, reason FROM commitment",
    "decision": "SELECT attempt_id, probability FROM decision",
}


@dataclass
class Entry:
    """What was sent for one stage of one attempt, in order, and what was acknowledged.

    ``acknowledged`` is how many had been sent when the first acknowledgement came, at ``at``; what
    was sent later must not be what is stored.
    """

    sent: list[str | float] = field(default_factory=list)
    acknowledged: int = 0
    at: float = 0.0


@dataclass
class Ledger:
    """Entries by stage and attempt, and faults that players saw themselves."""

    entries: dict[str, dict[str, Entry]] = field(
        default_factory=lambda: {stage: {} for stage in STORED}
    )
    live_faults: Counter[str] = field(default_factory=Counter)

    def send(self, stage: str, attempt: str, value: str | float) -> None:
        """Note what is about to be sent."""
        self.entries[stage].setdefault(attempt, Entry()).sent.append(value)

    def acknowledge(self, stage: str, attempt: str) -> None:
        """Note that the learner was told it is stored."""
        entry = self.entries[stage][attempt]
        if not entry.acknowledged:
            entry.acknowledged, entry.at = len(entry.sent), time.monotonic()

    def is_acknowledged(self, stage: str, attempt: str) -> bool:
        """Whether the learner was told."""
        entry = self.entries[stage].get(attempt)
        return entry is not None and entry.acknowledged > 0

    @property
    def acknowledged(self) -> int:
        """How many judgments and decisions learners were told are stored."""
        return sum(
            bool(entry.acknowledged) for known in self.entries.values() for entry in known.values()
        )

    def faults(self, address: str, before: float = float("inf")) -> Counter[str]:
        """What is lost, changed, doubled or out of order in a database, by kind.

        Only what was acknowledged ``before`` a moment of the monotonic clock can be lost.
        """
        found = Counter(self.live_faults)
        for stage, query in STORED.items():
            stored = dict(ask(address, query))
            for attempt, entry in self.entries[stage].items():
                if entry.acknowledged and entry.at < before and attempt not in stored:
                    found["lost"] += 1
                allowed = entry.sent[: entry.acknowledged or None]
                if attempt in stored and stored[attempt] not in allowed:
                    found["changed"] += 1
        for kind, query in NEVER.items():
            found[kind] += sum(count for (count,) in ask(address, query))
        return +found
