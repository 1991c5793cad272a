"""What may be known of a case at each stage, and where it lies among the four cells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from tutor.core.intervals import Estimate
from tutor.core.natural_frequency import NaturalFrequency


@dataclass(frozen=True)
class CaseRef:
    """Which case, for ever: an attempt pins all five."""

    pack: str
    exercise: str
    version: str
    fingerprint: str
    case: str


@dataclass(frozen=True)
class Cell:
    """One of the four: algorithm right or wrong × condition present or absent."""

    algorithm_right: bool
    present: bool


@dataclass(frozen=True)
class CaseCard:
    """What drawing a set needs to know of a case, and never shows.

    ``kind`` is the failure mode that acted on the case, else one that touches it ("" for none):
    sets are matched in kind. In a case of ``luck`` a sound decision meets an unlucky outcome: it
    belongs to no cell and is never scored.
    """

    case: str
    cell: Cell
    kind: str
    luck: bool = False


@dataclass(frozen=True)
class Truth:
    """What was true of a case: what its closing records and judges the answers by.

    ``chart_risk`` is the probability of the condition, 0..1, given everything the learner could
    see; ``acting`` are the failure modes that acted here. Both are None in a case of a bundle built
    before they were computed. ``touched`` are the modes that could touch patients like this one.
    ``scored`` is False for a case of luck.
    """

    present: bool
    chart_risk: float | None = None
    scored: bool = True
    acting: tuple[str, ...] | None = None
    touched: tuple[str, ...] = ()


@dataclass(frozen=True)
class Conventional:
    """What a finding says in the unit of the United States; ``range`` is its usual range there."""

    said: str
    unit: str
    range: str


@dataclass(frozen=True)
class Finding:
    """A row of the chart; ``bar`` places the value and its usual range on 0..1."""

    # Packs say so of what the picture shows and no instrument measured.
    SEEN: ClassVar[str] = "see the "

    column: str
    label: str
    short: str
    said: str
    unit: str
    flag: str
    note: str
    bar: tuple[float, float, float] | None
    range: str
    us: Conventional | None

    @property
    def in_picture(self) -> bool:
        """Whether it names a place of the picture instead of holding a value."""
        return self.said.startswith(self.SEEN)


@dataclass(frozen=True)
class Picture:
    """An SVG drawing and its text alternative."""

    svg: str
    alt: str


@dataclass(frozen=True)
class Chart:
    """The patient, and nothing else: what is seen before a commitment."""

    story: str
    picture: Picture | None
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class Contribution:
    """What one input adds to the algorithm's probability, as a share in -1..1."""

    column: str
    label: str
    said: str
    us: Conventional | None
    share: float


@dataclass(frozen=True)
class PossibleAnswers:
    """The answers that a score cannot rule out.

    ``against_alert``: the one answer that is left is the other one than the alert's.
    """

    present: bool
    absent: bool
    against_alert: bool


@dataclass(frozen=True)
class UnlikeFinding:
    """A finding unlike those of training; the ranges are empty where none is told."""

    label: str
    said: str
    us: str
    range: tuple[str, ...] = ()
    unit: str = ""
    range_us: tuple[str, ...] = ()
    unit_us: str = ""


@dataclass(frozen=True)
class Unlike:
    """Findings ``beyond`` the range of training, with so many ``more``; else an ``odd`` pair."""

    beyond: tuple[UnlikeFinding, ...] = ()
    more: int = 0
    odd: tuple[UnlikeFinding, ...] = ()


@dataclass(frozen=True)
class AlgorithmView:
    """What the reveal shows: the probability in 0..1, what such scores have meant, what moved it.

    ``frequency_headline``: the score and what such scores have meant lie on different sides of
    the decision line, so that the frequency is told first. Of recorded advice nobody knows what
    such scores have meant, and ``like`` is None; ``base`` is None where no contributions were
    recorded.
    """

    probability: float
    base: float | None
    contributions: tuple[Contribution, ...]
    like: NaturalFrequency | None
    frequency_headline: bool
    answers: PossibleAnswers | None
    unlike: Unlike | None


@dataclass(frozen=True)
class Difference:
    """A finding that reads differently in the twin."""

    label: str
    unit: str
    said: tuple[str, str]
    us: tuple[Conventional | None, Conventional | None]


@dataclass(frozen=True)
class Twin:
    """The same patient with one thing changed; pairs are the patient as is, then changed."""

    as_is: str
    changed: str
    lesson: str
    differences: tuple[Difference, ...]
    algorithm: tuple[float, float]
    present: tuple[bool, bool]
    picture: Picture | None


@dataclass(frozen=True)
class SecondModel:
    """What a second, equally good model says of the case, in 0..1."""

    probability: float


@dataclass(frozen=True)
class SharedCredit:
    """The input that takes over credit when another is ``dropped``; shares in -1..1."""

    dropped: str
    share: float
    heir: str
    before: float
    after: float
    correlation: float


@dataclass(frozen=True)
class OtherComparison:
    """The longest bar against all patients, and against ``n`` who were recorded as having it."""

    base: float
    top: str
    share: float
    other_base: float
    other_top: str
    other_share: float
    n: int


@dataclass(frozen=True)
class OnlyTheAlgorithm:
    """A finding that reads otherwise in the twin, where the truth is the same."""

    label: str
    before: str
    before_us: str
    after: str
    after_us: str
    share: float
    present: bool


@dataclass(frozen=True)
class Lessons:
    """What the explanation did not say; most cases have two of these at the most."""

    second: SecondModel | None = None
    credit: SharedCredit | None = None
    compared: OtherComparison | None = None
    not_patient: OnlyTheAlgorithm | None = None

    @property
    def any(self) -> bool:
        """Whether there is one."""
        return any((self.second, self.credit, self.compared, self.not_patient))


@dataclass(frozen=True)
class ClosedCase:
    """What the closing tells beside the truth; ``twin`` is None where none teaches anything."""

    truth: Truth
    sentence: str
    twin: Twin | None
    lessons: Lessons


@dataclass(frozen=True)
class ModeEvidence:
    """A failure mode as measured: how often the algorithm errs inside and outside of it.

    Of a failure that authors describe nothing is measured: ``metric`` is empty, rates are None.
    """

    id: str
    kind: str
    title: str
    sentence: str
    mechanism: str
    metric: str
    inside_says: str
    outside_says: str
    inside: Estimate | None
    outside: Estimate | None
    figure: str | None


@dataclass(frozen=True)
class FigureEvidence:
    """A published figure, and the same measured here."""

    id: str
    label: str
    published: float
    interval: tuple[float, float] | None
    unit: str
    bounded: bool
    doi: str
    basis: str
    citation: str
    ours: Estimate

    @property
    def told(self) -> bool:
        """Whether learners see it: it was published as such, or as a share of such."""
        return self.basis in ("P", "S") and bool(self.unit)


@dataclass(frozen=True)
class Coverage:
    """How often the possible answers held the truth, by class, at ``level`` in 0..1."""

    level: float
    present: Estimate
    absent: Estimate


@dataclass(frozen=True)
class SecondModelEvidence:
    """How a second model compares: both areas under the curve, and how often the two differ."""

    auroc: tuple[float, float]
    often: float


@dataclass(frozen=True)
class Recording:
    """Where the advice of written cases comes from, and who stated the chart's risk.

    ``risks`` of the ``cases`` have a stated chart risk; ``basis`` says whose it is, and is empty
    where there is none. ``contributions`` says whether the recording holds them.
    """

    algorithm: str
    version: str
    source: str
    cases: int
    risks: int
    basis: str
    contributions: bool


@dataclass(frozen=True)
class Evidence:
    """What was measured of an exercise's algorithm as a whole.

    ``grey_zone`` is the factor of the decision line's odds within which either decision is sound.
    What a bundle of an earlier Equipoise does not hold is None. Of written cases, which have a
    ``recording``, nothing is measured: prevalence and area under the curve are None.
    """

    threshold: float
    condition: str
    absence: str
    alert_says: str
    silent_says: str
    findings: Mapping[str, str]
    background: int
    held_out: int
    prevalence: float | None
    auroc: float | None
    modes: tuple[ModeEvidence, ...]
    figures: tuple[FigureEvidence, ...]
    coverage: Coverage | None
    odder_than: float | None
    second: SecondModelEvidence | None
    grey_zone: float | None
    recording: Recording | None = None
