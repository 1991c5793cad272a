"""What ``models/<id>/model.toml`` may say: a teaching model as data, beside its ``cohort.csv``."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import ConfigDict, Field, model_validator

from tutor.content.manifest import Identifier, Line, Strict
from tutor.kit.evidence import FailureKind, Metric

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,59}$")]
Range = tuple[float, float]


class TableColumn(Strict):
    """A column of the table: how it is said, its range, and who sees it."""

    name: Name = Field(description="The column of ``cohort.csv``.")
    label: Line = Field(description="What the chart calls it.")
    short: str = Field(default="", description="A shorter name, for narrow places.")
    unit: str = Field(default="", description="Its unit, as on a chart.")
    decimals: int = Field(default=0, ge=0, le=4, description="Decimals shown.")
    reference: Range | None = Field(
        default=None, description="The usual range; outside it the chart flags H or L."
    )
    bounds: Range | None = Field(
        default=None, description="What can occur at all; a row outside is a problem."
    )
    words: dict[int, Line] = Field(
        default_factory=dict, description="What each code means; the table may hold either."
    )
    note: str = Field(default="", description="A remark under the finding.")
    use: Literal["both", "algorithm", "learner", "neither"] = Field(
        default="both", description="Who sees it."
    )

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

    model_config = ConfigDict(
        json_schema_extra={"oneOf": [{"required": ["column"]}, {"required": ["held_out"]}]}
    )

    column: Name | None = Field(
        default=None, description="The column that says training or held-out in each row."
    )
    held_out: float | None = Field(
        default=None, gt=0, lt=1, description="Instead of a column: the share held out by chance."
    )
    by: Name | None = Field(
        default=None, description="Rows with the same value here stay in one part."
    )
    seed: int = Field(default=0, ge=0, description="Another seed, another split by chance.")

    @model_validator(mode="after")
    def _one_of_both(self) -> Split:
        if (self.column is None) == (self.held_out is None):
            raise ValueError("give either column or held_out")
        return self


class Forest(Strict):
    """The size of the random forest."""

    trees: int = Field(default=60, ge=5, le=200, description="How many trees.")
    depth: int = Field(default=6, ge=1, le=10, description="Questions in a row at the most.")
    leaf: int = Field(default=15, ge=1, description="Patients in a leaf at the least.")


class Group(Strict):
    """Patients with a name of their own, for failure modes to speak of."""

    id: Name = Field(description="How failure modes and later groups name it.")
    where: str = Field(description="A condition over columns, as ``age >= 80 and sex == 'f'``.")
    says: Line = Field(description="These patients, in words.")
    says_present: Line | None = Field(
        default=None,
        description="Those of them with the condition, in words: misses are counted among these. "
        "Else ``says``, with the condition in brackets.",
    )
    says_absent: Line | None = Field(
        default=None,
        description="Those of them without the condition, in words: false alarms are counted among "
        "these. Else ``says``, with its absence in brackets.",
    )


class TableMode(Strict):
    """A failure mode as data; ``group`` and ``compared_with`` name groups."""

    id: Identifier = Field(description="How texts name it: ``{{mode:id:inside}}``.")
    kind: FailureKind = Field(description="The kind, in the shared vocabulary.")
    title: Line = Field(description="A few words for clinicians.")
    sentence: str = Field(min_length=10, description="What it does, said when it has spoken.")
    mechanism: str = Field(min_length=10, description="Why, said when the case is closed.")
    metric: Metric = Field(description="What is counted.")
    group: Name = Field(description="The group it touches.")
    compared_with: Name = Field(
        description="The group that fares better; who is in both counts as touched."
    )
    also_reads: tuple[Name, ...] = Field(
        default=(),
        description="Columns that the algorithm lacks. The failure is undone by training it once "
        "more with them; without them, by asking about similar patients who are compared with.",
    )


class TableManifest(Strict):
    """The whole of ``model.toml``."""

    id: Identifier = Field(description="The model's name, that of its folder.")
    title: Line = Field(description="What people call it.")
    condition: Line = Field(description="What is asked about, as a page says it.")
    absence: Line = Field(description="Its absence, as a page says it.")
    label: Name = Field(description="The column it is trained on, 0 or 1.")
    truth: Name | None = Field(
        default=None, description="The column of what was so, where the label is a proxy of it."
    )
    threshold: float = Field(gt=0, lt=1, description="From this probability on it alerts.")
    stories: tuple[Line, ...] = Field(
        min_length=1, description="Lines on who comes; ``{age}`` is filled in from the row."
    )
    present_sentence: Line = Field(description="Said at the end of who had it.")
    absent_sentence: Line = Field(description="Said at the end of who had not.")
    alert_says: Line = Field(default="it would alert", description="What an alert is called.")
    silent_says: Line = Field(default="it would stay silent", description="What silence is called.")
    scope: str | None = Field(
        default=None, description="A condition: whom the cases are taken from."
    )
    split: Split = Field(description="Who is learned from.")
    estimator: Forest = Field(default=Forest(), description="The random forest.")
    columns: tuple[TableColumn, ...] = Field(
        min_length=2, description="The findings, in the order of the chart."
    )
    groups: tuple[Group, ...] = Field(default=(), description="Groups that modes speak of.")
    failure_modes: tuple[TableMode, ...] = Field(
        default=(), description="What it gets wrong, each measured by `check`."
    )

    @property
    def outcome(self) -> str:
        """The column of the truth; the label where nothing else is said."""
        return self.truth or self.label
