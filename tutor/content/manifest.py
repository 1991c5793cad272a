"""The manifests of a pack: what ``pack.toml`` and ``exercise.toml`` may say."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{1,39}$")]
Line = Annotated[str, Field(min_length=1, max_length=300)]


class Strict(BaseModel):
    """Frozen, and an unknown key is a problem rather than a silence."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class PackManifest(Strict):
    """``pack.toml``: who made this, under which licence, and the order to take it in."""

    id: Identifier
    title: Line
    version: str
    licence: str
    authors: tuple[Line, ...] = Field(min_length=1)
    sequence: tuple[Identifier, ...] = ()


class Bank(Strict):
    """How many cases the bank holds, over the four cells."""

    cases: int = Field(default=240, ge=120, le=2_000)


class Ethics(Strict):
    """The question of ethics that this failure raises."""

    principle: Literal["autonomy", "confidentiality", "justice"]
    question: str = Field(min_length=20, max_length=1_000)


class Citation(Strict):
    """A source; texts refer to it as ``[@id]``."""

    id: Identifier
    text: str = Field(min_length=10)
    doi: str = Field(pattern=r"^10\.\d{4,9}/\S+$")


class Benchmark(Strict):
    """What people did in a published study, to stand beside a learner or a class."""

    text: str = Field(min_length=20)
    citation: Identifier


class ExerciseManifest(Strict):
    """``exercise.toml``: data first, an exercise needs no code."""

    id: Identifier
    version: str = Field(min_length=1, max_length=20)
    title: Line
    model: Identifier
    question: Line
    asks: Line
    action: Line
    blurb: Line
    minutes: int = Field(ge=1, le=240)
    discipline: Line
    form: Literal["picture", "table"]
    licence: str
    authors: tuple[Line, ...] = Field(min_length=1)
    drivers: tuple[str, ...] = Field(min_length=2, max_length=12)
    bank: Bank = Bank()
    ethics: Ethics
    citations: tuple[Citation, ...] = Field(min_length=1)
    benchmarks: tuple[Benchmark, ...] = ()
