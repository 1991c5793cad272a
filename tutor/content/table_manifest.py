"""What ``models/<id>/model.toml`` may say: a teaching model as data, beside its ``cohort.csv``."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from tutor.content.manifest import Identifier, Line, Strict
from tutor.kit.evidence import FailureKind, Metric

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,59}$")]
Range = tuple[float, float]


class TableColumn(Strict):
    """A column of the table: how it is said, its range, and who sees it."""

    name: Name
    label: Line
    short: str = ""
    unit: str = ""
    decimals: int = Field(default=0, ge=0, le=4)
    reference: Range | None = None
    bounds: Range | None = None
    words: dict[int, Line] = Field(default_factory=dict)
    note: str = ""
    use: Literal["both", "algorithm", "learner", "neither"] = "both"

    @model_validator(mode="after")
    def _in_order(self) -> TableColumn:
        for ends in (self.reference, self.bounds):
            if ends is not None and not ends[0] < ends[1]:
                raise ValueError(f"the range {ends[0]:g} to {ends[1]:g} of {self.name} is empty")
        return self


class Split(Strict):
    """Who is learned from: a ``column`` that says so, or a share ``held_out`` by chance.

    Rows with the same value in ``by`` (a person, a hospital) stay together.
    """

    column: Name | None = None
    held_out: float | None = Field(default=None, gt=0, lt=1)
    by: Name | None = None
    seed: int = Field(default=0, ge=0)

    @model_validator(mode="after")
    def _one_of_both(self) -> Split:
        if (self.column is None) == (self.held_out is None):
            raise ValueError("give either column or held_out")
        return self


class Forest(Strict):
    """The size of the random forest."""

    trees: int = Field(default=60, ge=5, le=200)
    depth: int = Field(default=6, ge=1, le=10)
    leaf: int = Field(default=15, ge=1)


class Group(Strict):
    """Patients with a name of their own, for failure modes to speak of."""

    id: Name
    where: str
    says: Line


class TableMode(Strict):
    """A failure mode as data; ``group`` and ``compared_with`` name groups."""

    id: Identifier
    kind: FailureKind
    title: Line
    sentence: str = Field(min_length=10)
    mechanism: str = Field(min_length=10)
    metric: Metric
    group: Name
    compared_with: Name


class TableManifest(Strict):
    """The whole of ``model.toml``."""

    id: Identifier
    title: Line
    condition: Line
    absence: Line
    label: Name
    truth: Name | None = None
    threshold: float = Field(gt=0, lt=1)
    stories: tuple[Line, ...] = Field(min_length=1)
    present_sentence: Line
    absent_sentence: Line
    alert_says: Line = "it would alert"
    silent_says: Line = "it would stay silent"
    scope: str | None = None
    split: Split
    estimator: Forest = Forest()
    columns: tuple[TableColumn, ...] = Field(min_length=2)
    groups: tuple[Group, ...] = ()
    failure_modes: tuple[TableMode, ...] = ()

    @property
    def outcome(self) -> str:
        """The column of the truth; the label where nothing else is said."""
        return self.truth or self.label
