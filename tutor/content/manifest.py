"""The manifests of a pack: what ``pack.toml`` and ``exercise.toml`` may say."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{1,39}$")]
Line = Annotated[str, Field(min_length=1, max_length=300)]
MOST_SECONDS = 600  # that a pack may ask for
MOST_MEMORY_MB = 4_000


class Strict(BaseModel):
    """Frozen, and an unknown key is a problem rather than a silence."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Limits(Strict):
    """What each process that runs code of the pack may use."""

    seconds: int = Field(
        default=120,
        ge=1,
        le=MOST_SECONDS,
        description="How long one exercise may take to build, or to measure on one seed, without "
        "the time in which the machine does something else. Then its process is ended. Only an "
        "operator can allow more: `equipoise --pack-seconds`.",
    )
    memory_mb: int = Field(
        default=2_000,
        ge=500,
        le=MOST_MEMORY_MB,
        description="Memory of that process, of which the libraries take about 250. Only an "
        "operator can allow more: `equipoise --pack-memory`.",
    )


class PackManifest(Strict):
    """``pack.toml``: who made this, under which licence, and the order to take it in."""

    id: Identifier = Field(description="The pack's name, for ever: stored work refers to it.")
    title: Line = Field(description="What people call it.")
    version: str = Field(description="Yours to count.")
    licence: str = Field(description="Under which licence texts and cohorts may be used.")
    authors: tuple[Line, ...] = Field(min_length=1, description="Who made it.")
    sequence: tuple[Identifier, ...] = Field(
        default=(), description="The order suggested to learners; exercises left out come last."
    )
    limits: Limits = Field(
        default=Limits(), description="What each process that runs its code may use."
    )


class Bank(Strict):
    """How many cases the bank holds, and which of them may be scored."""

    cases: int = Field(
        default=240,
        ge=120,
        le=2_000,
        description="Cases in the four cells of the bank, two thirds with the algorithm right.",
    )
    luck: int = Field(
        default=12,
        ge=0,
        le=200,
        description="Cases besides, in which a sound decision meets an unlucky outcome. They are "
        "told as such and never scored; at most one case in ten.",
    )
    assessment: int = Field(
        default=72,
        ge=0,
        le=2_000,
        description="Cases of a second bank. Assignments draw from it, and practice never shows "
        "its patients. 72 are enough for every set that an assignment may ask for. With 0 there "
        "is no second bank, and assignments show patients of practice.",
    )
    grey_zone: float = Field(
        default=1.5,
        ge=1.0,
        le=5.0,
        description="Either decision is sound while the odds of the chart's risk are within this "
        "factor of the odds of the decision line. No scored case lies there.",
    )

    @property
    def for_assignments(self) -> Bank:
        """What the second bank is asked to hold: its cases, and at most one in ten of luck."""
        luck = min(self.luck, self.assessment // 10)
        return self.model_copy(update={"cases": self.assessment, "luck": luck})


class Ethics(Strict):
    """The question of ethics that this failure raises."""

    principle: Literal["autonomy", "confidentiality", "justice"] = Field(
        description="The principle at stake."
    )
    question: str = Field(
        min_length=20, max_length=1_000, description="Tied to this very failure; asked at the end."
    )


class Citation(Strict):
    """A source; texts refer to it as ``[@id]``."""

    id: Identifier = Field(description="How texts name it: ``[@id]``.")
    text: str = Field(min_length=10, description="Authors, title, journal, year, pages.")
    doi: str = Field(pattern=r"^10\.\d{4,9}/\S+$", description="Without https://doi.org/.")


class Benchmark(Strict):
    """What people did in a published study, to stand beside a learner or a class."""

    text: str = Field(min_length=20, description="A sentence with its numbers.")
    citation: Identifier = Field(description="The id of its source among the citations.")


class TypedNumber(Strict):
    """A rate that is typed in a text, and why it needs no source."""

    phrase: Line = Field(description="The words with the rate, as they stand in the text.")
    because: Line = Field(description="Why they may stand there: a setting, a definition.")


class ExerciseManifest(Strict):
    """``exercise.toml``: data first, an exercise needs no code."""

    id: Identifier = Field(description="The exercise's name, for ever: stored work refers to it.")
    version: str = Field(
        min_length=1, max_length=20, description="Raise it when cases or texts change in meaning."
    )
    title: Line = Field(description="What learners see in the library.")
    model: Identifier = Field(description="The folder of its model under ``models/``.")
    question: Line = Field(description="The clinical question, at the top of every case.")
    asks: Line = Field(description="What the probability is of, beside the field.")
    action: Line = Field(description="What one would do at the decision threshold or more.")
    blurb: Line = Field(description="One or two sentences in the library; no hint at the failure.")
    minutes: int = Field(ge=1, le=240, description="How long a set of twelve takes.")
    discipline: Line = Field(description="Clinical disciplines; learners filter by them.")
    form: Literal["picture", "table"] = Field(description="Whether cases have a picture.")
    licence: str = Field(description="Under which licence the exercise may be used.")
    authors: tuple[Line, ...] = Field(min_length=1, description="Who wrote it.")
    drivers: tuple[str, ...] = Field(
        min_length=2,
        max_length=12,
        description="Columns of the findings a learner may name as what drove them.",
    )
    best: float | None = Field(
        default=None,
        gt=0.5,
        lt=1,
        description="The largest area under the ROC curve that all findings together should allow "
        "among held-out patients in scope. `check` complains if it is larger.",
    )
    bank: Bank = Field(default=Bank(), description="The case bank.")
    ethics: Ethics = Field(description="A question of ethics.")
    citations: tuple[Citation, ...] = Field(
        min_length=1, description="Sources, each cited somewhere in the texts."
    )
    benchmarks: tuple[Benchmark, ...] = Field(
        default=(), description="Published human figures, shown beside the learner's."
    )
    numbers: tuple[TypedNumber, ...] = Field(
        default=(),
        description="Rates that a text types without a source; `check --strict` asks for them.",
    )
