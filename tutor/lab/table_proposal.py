"""A table's algorithm made to fail as algorithms do, and the failure modes that are measured on it.

Two designs are known. **A shortcut**: in the rows that the algorithm learns from, one finding goes
with the condition more than it does elsewhere, because rows that disagree are left out of them.
**A finding it is not given**: the learner sees it, the algorithm does not. Each makes two claims, a
miss and a false alarm, and only what shows on three seeds is proposed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tutor.content.cohort_csvs import Made, MadeColumn
from tutor.content.table_manifest import Group, TableMode
from tutor.core.intervals import Z95
from tutor.errors import BadFile
from tutor.kit.evidence import FailureKind, Metric
from tutor.kit.tables import HELD_OUT, TRAINING
from tutor.lab.chart_risk import ChartRisk
from tutor.lab.measured_table import MeasuredTable, Proposal

HELD_OUT_SHARE = 0.6
# Of a shortcut with the label, where the algorithm learns: the least that makes enough errors.
AGREEMENT = (0.85, 0.88, 0.91, 0.94, 0.97)
CANDIDATES = 3  # findings tried as the one that the algorithm is not given
FEWEST_IN_A_PART = 5
STRONG = 0.25  # of the patients: those in whom a seen finding speaks most for the condition
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class _Side:
    """Patients on one side of a finding: as a condition, in words, and as rows."""

    where: str
    says: str
    rows: Mask


@dataclass(frozen=True)
class _Sides:
    """The side of a finding that speaks for the condition, and the other."""

    column: MadeColumn
    speaks_for: _Side
    against: _Side

    @classmethod
    def of(cls, column: MadeColumn, outcome: Mask, share: float = 0.5) -> _Sides:
        """Cut a finding in two: by a word, or so that a ``share`` of patients speak for it."""
        if column.words:
            code = _most_apart(column, outcome)
            with_it, word = column.values == code, column.words[code]
            return cls._ordered(
                column,
                outcome,
                _Side(f"{column.name} == {code}", f"with “{column.label}: {word}”", with_it),
                _Side(f"{column.name} != {code}", _otherwise(column, code), ~with_it),
            )
        halves = cls._cut(column, outcome, 0.5)
        if share == 0.5:
            return halves
        high = ">=" in halves.speaks_for.where
        return cls._cut(column, outcome, 1 - share if high else share)

    @classmethod
    def _cut(cls, column: MadeColumn, outcome: Mask, quantile: float) -> _Sides:
        cut = round(float(np.quantile(column.values, quantile)), column.decimals)
        if (column.values >= cut).all():
            cut = float(np.unique(column.values)[1])
        high = column.values >= cut
        amount = f"{cut:.{column.decimals}f} {column.unit}".strip()
        return cls._ordered(
            column,
            outcome,
            _Side(f"{column.name} >= {cut:g}", f"with “{column.label}” of {amount} or more", high),
            _Side(f"{column.name} < {cut:g}", f"with “{column.label}” below {amount}", ~high),
        )

    @classmethod
    def _ordered(cls, column: MadeColumn, outcome: Mask, first: _Side, second: _Side) -> _Sides:
        """The side with more of the condition first; where they are equal, as they stand."""
        rates = [outcome[side.rows].mean() for side in (first, second)]
        error = sum(
            rate * (1 - rate) / side.rows.sum()
            for rate, side in zip(rates, (first, second), strict=True)
        )
        if rates[0] < rates[1] - Z95 * error**0.5:
            first, second = second, first
        return cls(column, first, second)


@dataclass(frozen=True)
class _Claim:
    """Whom a design fails, and whom it is compared with, as groups of ``model.toml``."""

    missed: tuple[Group, Group]
    alarmed: tuple[Group, Group]

    @property
    def groups(self) -> tuple[Group, ...]:
        """Every group, each once."""
        return tuple({group.id: group for group in (*self.missed, *self.alarmed)}.values())


def _of_shortcut(sides: _Sides) -> _Claim:
    """Misses where the shortcut speaks against the condition, false alarms where it speaks for."""
    speaks_for = _group("shortcut_for", sides.speaks_for)
    against = _group("shortcut_against", sides.against)
    return _Claim((against, speaks_for), (speaks_for, against))


def _of_unseen(hidden: _Sides, seen: MadeColumn, outcome: Mask) -> _Claim:
    """Misses where the unseen finding speaks for the condition and a seen one not strongly.

    They are compared with patients in whom both speak for it; false alarms the other way round.
    """
    strongly = _Sides.of(seen, outcome, STRONG)
    hardly = _Sides.of(seen, outcome, 1 - STRONG)
    return _Claim(
        (
            _group("unseen_alone", hidden.speaks_for, strongly.against),
            _group("both_for", hidden.speaks_for, strongly.speaks_for),
        ),
        (
            _group("seen_alone", hidden.against, hardly.speaks_for),
            _group("both_against", hidden.against, hardly.against),
        ),
    )


def _group(id: str, *sides: _Side) -> Group:
    says = " and ".join(side.says for side in sides)
    return Group(id=id, where=" and ".join(side.where for side in sides), says=f"patients {says}")


def _most_apart(column: MadeColumn, outcome: Mask) -> int:
    """The code whose patients differ most from the others; that of two codes is the last."""
    if len(column.words) == 2:
        return max(column.words)
    rate = outcome.mean()
    share = {
        code: abs(outcome[column.values == code].mean() - rate) * (column.values == code).mean()
        for code in column.words
        if 0 < (column.values == code).sum() < len(outcome)
    }
    return max(share, key=lambda code: (share[code], -code))


def _otherwise(column: MadeColumn, code: int) -> str:
    others = [word for other, word in column.words.items() if other != code]
    return (
        f"with “{column.label}: {others[0]}”"
        if len(others) == 1
        else (f"with another “{column.label}” than {column.words[code]}")
    )


def propose(made: Made, shortcut: str = "", unseen: str = "") -> Proposal:
    """The best design for ``made``.

    With this ``shortcut``; or with this finding ``unseen`` by the algorithm; or, where neither is
    named, with the unseen finding that fills the case bank best.

    Raises:
        BadFile: hardly anybody in one of the parts has, or has not, the condition.
    """
    made = replace(made, training=_training(made) if made.training is None else made.training)
    assert made.training is not None
    _check_parts(made.outcome, made.training)
    risk: ChartRisk | None = None
    best: MeasuredTable | None = None
    for design in _designs(made, shortcut, unseen):
        measured = MeasuredTable(design, risk)
        risk = measured.rated.risk
        if best is None or measured.score > best.score:
            best = measured
        if not best.banks_lack and not best.lacking:
            break
    assert best is not None
    return best.proposal


def _training(made: Made) -> Mask:
    """Rows to learn from, by a fixed draw."""
    return _draw("part").random(len(made.outcome)) >= HELD_OUT_SHARE


def _draw(name: str) -> np.random.Generator:
    """A stream of its own: a table drawn from a seed such as 0 must not go with the draw."""
    return np.random.default_rng([*b"data table", *name.encode()])


def _check_parts(outcome: Mask, training: Mask) -> None:
    for part, rows in ((TRAINING, training), (HELD_OUT, ~training)):
        found = int(outcome[rows].sum())
        if min(found, int(rows.sum()) - found) < FEWEST_IN_A_PART:
            raise BadFile(
                f"The {part} part has {int(rows.sum()):,} rows, {found:,} of them with the "
                f"condition; {FEWEST_IN_A_PART} with and as many without are needed. Add rows."
            )


def _designs(made: Made, shortcut: str, unseen: str) -> Iterator[Made]:
    columns = {column.name: column for column in made.columns}
    if shortcut:
        sides = _Sides.of(columns[shortcut], made.outcome)
        for agreement in AGREEMENT:
            selected = _selected(made, sides, agreement)
            yield _with_modes(selected, sides.column, _of_shortcut(sides))
        return
    decisive = _decisive(made)
    for name in [unseen] if unseen else decisive[:CANDIDATES]:
        hidden = replace(columns[name], use="learner")
        kept = tuple(hidden if column.name == name else column for column in made.columns)
        seen = columns[next(other for other in decisive if other != name)]
        claim = _of_unseen(_Sides.of(hidden, made.outcome), seen, made.outcome)
        yield _with_modes(replace(made, columns=kept), hidden, claim)


def _selected(made: Made, sides: _Sides, agreement: float) -> Made:
    """The rows in which the shortcut agrees with the label so often among those to learn from."""
    assert made.training is not None
    agrees = sides.speaks_for.rows == made.outcome
    disagree = np.flatnonzero(made.training & ~agrees)
    most = round((made.training & agrees).sum() * (1 - agreement) / agreement)
    kept = np.ones(len(agrees), dtype=bool)
    kept[_draw("kept").permutation(disagree)[most:]] = False
    alike = int((agrees & kept & made.training).sum())
    unlike = int((~agrees & kept & made.training).sum())
    fact = (
        f"The algorithm learned from {alike:,} rows in which “{sides.column.label}” agrees with "
        f"the outcome and from {unlike:,} in which it does not. For this, {int((~kept).sum()):,} "
        "rows that disagree were left out of the training part; the others are as they were."
    )
    return _rows(replace(made, facts=(*made.facts, fact)), kept)


def _rows(made: Made, kept: Mask) -> Made:
    assert made.training is not None
    columns = tuple(
        replace(c, values=c.values[kept], bounds=c.range if not c.words else None)
        for c in made.columns
    )
    return replace(made, columns=columns, outcome=made.outcome[kept], training=made.training[kept])


def _with_modes(made: Made, column: MadeColumn, claim: _Claim) -> Made:
    """Both claims of a design, in words to be completed."""
    blind, label = column.use == "learner", column.label
    what = f"does not know “{label}”" if blind else f"relies on “{label}”"
    (missed, found), (alarmed, spared) = claim.missed, claim.alarmed

    def mode(
        id: str, metric: Metric, title: str, does: str, pair: tuple[Group, Group]
    ) -> TableMode:
        return TableMode(
            id=id,
            kind=FailureKind.BLIND if blind else FailureKind.SHORTCUT,
            title=f"{title}: it {what}"[:300],
            sentence=f"The algorithm {what}, and {does} in {pair[0].says}.",
            mechanism=(
                f"The algorithm is not given “{label}”; the learner is."
                if blind
                else f"Where it learned, “{label}” went with the outcome more often than it does "
                "here."
            ),
            metric=metric,
            group=pair[0].id,
            compared_with=pair[1].id,
            also_reads=(column.name,) if blind else (),
        )

    misses = mode("miss", Metric.MISSES, "Misses", f"misses {made.condition}", (missed, found))
    alarms = mode(
        "false-alarm", Metric.FALSE_ALARMS, "False alarms", "alerts without need", (alarmed, spared)
    )
    return replace(made, groups=claim.groups, modes=(misses, alarms))


def _decisive(made: Made) -> list[str]:
    """Findings by how much worse a forest is on held-out patients once each is shuffled."""
    from sklearn.metrics import roc_auc_score

    from tutor.kit.tables import forest

    assert made.training is not None
    told = np.column_stack([column.values for column in made.columns])
    learned = np.flatnonzero(made.training)[:4_000]
    judged = np.flatnonzero(~made.training)[:2_000]
    fitted = forest(40, 6, 15).fit(told[learned], made.outcome[learned])
    lost = {}
    for at, column in enumerate(made.columns):
        shuffled = told[judged].copy()
        shuffled[:, at] = _draw(column.name).permutation(shuffled[:, at])
        lost[column.name] = roc_auc_score(
            made.outcome[judged], fitted.predict_proba(shuffled)[:, 1]
        )
    return sorted(lost, key=lambda name: lost[name])
