"""What ``models/<id>/vignettes.toml`` may say: a bank of written cases with recorded advice."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from tutor.content.manifest import Identifier, Line, Strict
from tutor.content.table_manifest import Name, Range
from tutor.kit.evidence import FailureKind

Share = Annotated[float, Field(ge=0, le=1)]
Certain = Annotated[float, Field(gt=0, lt=1)]
FEWEST, MOST = 4, 500  # cases


class Algorithm(Strict):
    """The algorithm whose advice was recorded."""

    name: Line = Field(description="What it is called.")
    version: Line = Field(description="Its version, as its maker counts it.")
    source: Line = Field(
        description="Who ran it on these cases and when, or that its advice was made up to teach."
    )
    base: Share | None = Field(
        default=None,
        description="The probability from which contributions start. Needed where there are any.",
    )


class Rights(Strict):
    """Under which licence pictures may be shown, and with whose consent."""

    licence: Line = Field(description="As SPDX names it, e.g. CC-BY-4.0; or your own words.")
    consent: Line = Field(
        min_length=10,
        description="Who consented to the use in teaching, and how; or why nobody had to.",
    )


class WrittenFinding(Strict):
    """A row of the chart: a number with its unit, or words."""

    name: Name = Field(description="Its column in ``cases.csv``, or its key in a case.")
    label: Line = Field(description="What the chart calls it.")
    short: str = Field(default="", description="A shorter name, for narrow places.")
    unit: str = Field(default="", description="Its unit. A finding with a unit holds numbers.")
    reference: Range | None = Field(
        default=None, description="The usual range; outside it the chart flags H or L."
    )
    bounds: Range | None = Field(
        default=None, description="What can occur at all; a value outside is a problem."
    )
    note: str = Field(default="", description="A remark under the finding.")

    @model_validator(mode="after")
    def _in_order(self) -> WrittenFinding:
        for ends in (self.reference, self.bounds):
            if ends is not None and not ends[0] < ends[1]:
                raise ValueError(f"the range {ends[0]:g} to {ends[1]:g} of {self.name} is empty")
        return self

    @property
    def is_number(self) -> bool:
        """Whether each value must be a number."""
        return bool(self.unit or self.reference or self.bounds)


class WrittenMode(Strict):
    """A failure mode as the authors describe it; nothing of it is measured."""

    id: Identifier = Field(description="How a case names it in ``modes``.")
    kind: FailureKind = Field(description="The kind, in the shared vocabulary.")
    title: Line = Field(description="A few words for clinicians.")
    sentence: str = Field(min_length=10, description="What it does, said when it has spoken.")
    mechanism: str = Field(min_length=10, description="Why, said when the case is closed.")


class WrittenCase(Strict):
    """One patient. In ``cases.csv`` findings are columns, and contributions ``contribution_…``."""

    case: Line = Field(
        description="Your name for it, for ever: stored work refers to it. Never shown."
    )
    story: str = Field(min_length=20, max_length=4_000, description="Who comes, and why.")
    truth: bool = Field(description="Whether the condition is there: 1 or 0.")
    truth_sentence: str = Field(
        default="", max_length=1_000, description="How it ended; else the bank's own sentence."
    )
    chart_risk: Certain | None = Field(
        default=None,
        description="The probability of the condition given all that a learner can see, 0 to 1, "
        "as those say who are named in `risk_basis`. Left out where nobody has stated it.",
    )
    advice: Share = Field(description="The probability that the algorithm gave, 0 to 1.")
    modes: tuple[Identifier, ...] = Field(
        default=(), description="The [[modes]] that acted here, as you claim; with | in CSV."
    )
    picture: str = Field(default="", description="A PNG or JPEG file in the folder `pictures`.")
    alt: str = Field(
        default="", max_length=2_000, description="What is to be seen in it, without the answer."
    )
    licence: str = Field(default="", description="The picture's licence, if not the bank's.")
    consent: str = Field(default="", description="The picture's consent, if not the bank's.")
    findings: dict[str, str | int | float] = Field(
        default_factory=dict,
        description="Values by finding; what is left out was not recorded.",
    )
    contributions: dict[str, float] = Field(
        default_factory=dict,
        description="What each finding added to the probability, -1 to 1. With `base` they sum "
        "to `advice`. Left out where the recording has none.",
    )


class VignetteManifest(Strict):
    """The whole of ``vignettes.toml``."""

    id: Identifier = Field(description="The bank's name, that of its folder.")
    title: Line = Field(description="What people call it.")
    condition: Line = Field(description="What is asked about, as a page says it.")
    absence: Line = Field(description="Its absence, as a page says it.")
    threshold: float = Field(gt=0, lt=1, description="From this probability on it alerts.")
    alert_says: Line = Field(default="Alert", description="What an alert says.")
    silent_says: Line = Field(default="No alert", description="What its silence says.")
    present_sentence: Line = Field(description="Said at the end of who had it.")
    absent_sentence: Line = Field(description="Said at the end of who did not.")
    risk_basis: str = Field(
        default="",
        max_length=300,
        description="Who stated the chart's risk, and how: “a panel of three cardiologists”. "
        "Needed where a case has a chart risk.",
    )
    algorithm: Algorithm = Field(description="Whose advice was recorded.")
    pictures: Rights | None = Field(
        default=None, description="Licence and consent of the pictures; a case may have its own."
    )
    findings: tuple[WrittenFinding, ...] = Field(
        min_length=2, max_length=40, description="The rows of the chart, in their order."
    )
    modes: tuple[WrittenMode, ...] = Field(
        default=(), max_length=12, description="Failure modes. Without any, none is asked about."
    )
    case: tuple[WrittenCase, ...] = Field(
        default=(), max_length=MOST, description="The cases, if they are not in ``cases.csv``."
    )
