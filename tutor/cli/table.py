"""``equipoise data table``: a CSV file becomes a model, a card and an exercise."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from tutor.errors import BadInput

if TYPE_CHECKING:
    from tutor.content.importers.table import ReadTable

NOBODY = "none"


@dataclass(frozen=True)
class Choices:
    """What somebody says of their table; empty where they did not."""

    label: str = ""
    present: str = ""
    condition: str = ""
    shortcut: str = ""
    unseen: str = ""


def completed(table: ReadTable, choices: Choices) -> Choices:
    """The choices, with what is missing asked for at a terminal.

    Raises:
        BadInput: nobody is there to be asked, and there is no label; both were given of a pair.

    """
    if choices.shortcut and choices.unseen:
        raise BadInput(
            "unseen", "Name a shortcut or a finding that the algorithm does not get, not both."
        )
    asking = sys.stdin.isatty()
    label = choices.label
    if not label:
        there = ", ".join(table.of_two_values) or "none"
        if not asking:
            raise BadInput(
                "label",
                f"Say which column is the label: --label NAME. Of two values there is {there}.",
            )
        label = _asked("Which column says whether the condition was present?", table.of_two_values)
    shortcut = choices.shortcut
    if asking and not shortcut and not choices.unseen:
        others = [header for header in table.kinds if header != label]
        shortcut = _asked(
            "Which finding may the algorithm have learned in place of the disease?",
            [NOBODY, *others],
        )
    return Choices(
        label,
        choices.present,
        choices.condition,
        "" if shortcut == NOBODY else shortcut,
        choices.unseen,
    )


def _asked(question: str, names: Sequence[str]) -> str:
    typer.echo(f"{question}\n  {', '.join(names)}")
    return str(typer.prompt("Column", default=names[0] if names else None)).strip()


def make_table(
    file: Path, out: Path, choices: Choices, most: int, seed: int, overwrite: bool
) -> None:
    """Read, propose, write; and say what was understood, measured and left to do."""
    from tutor.cli.data import model_id, write_all
    from tutor.content.importers.table import (
        Drawn,
        WantedLabel,
        cohort_of,
        read_table_file,
    )
    from tutor.lab.table_proposal import propose

    id = model_id(out)
    table = read_table_file(file)
    choices = completed(table, choices)
    asked = {option: getattr(choices, option) for option in ("shortcut", "unseen")}
    headers = {o: table.named(name, o).header if name else "" for o, name in asked.items()}
    label = WantedLabel(choices.label, choices.present, choices.condition)
    keep = tuple(header for header in headers.values() if header)
    made, names = cohort_of(table, label, id, Drawn(most, seed, keep))
    made.files()  # refuses a cohort too small to be measured
    proposal = propose(made, *(names.get(header, "") for header in headers.values()))
    write_all(out, proposal.made.files(), overwrite)
    _say_columns(table)
    for line in proposal.measured:
        typer.echo(f"Measured, {line}.")
    for line in proposal.lacking:
        typer.echo(f"Lacking: {line}")
    _exercise(out, id)
    _say_steps(bool(proposal.lacking))


def _say_columns(table: ReadTable) -> None:
    from tutor.content.importers.table import values_of

    for kind in table.kinds.values():
        what = ", ".join(values_of(kind)) if kind.words else kind.unit or "a number without a unit"
        typer.echo(f"{kind.header}: {kind.label} ({what})")
    for one in table.left_out:
        typer.echo(f"{one.header}: left out, {one.why}")


def _exercise(out: Path, id: str) -> None:
    """An exercise of the same name, where the model lies in a pack that has none yet."""
    from tutor.content.scaffold import new_exercise

    pack = out.resolve().parent.parent
    if not (pack / "pack.toml").is_file():
        typer.echo("The directory is not inside a pack: `equipoise new pack` makes one.")
    elif not (pack / "exercises" / id).exists():
        for path in new_exercise(pack, id, id):
            typer.echo(f"Wrote {path}")


def _say_steps(lacking: bool) -> None:
    typer.echo("To do before you teach with it:")
    if lacking:
        typer.echo(
            "- The table lacks what is said above. Add rows, or name another --shortcut or "
            "--unseen."
        )
    for step in (
        "model.toml: correct labels, units, ranges and words; set threshold to where you would "
        "act.",
        "model.toml, failure_modes: write what the algorithm does and why, as a clinician would "
        "say it.",
        "exercise.toml, intro.md, debrief.md, guide.md: write your texts. `equipoise check "
        "--strict` names those that are still to be written.",
        "datasheet.md, card.md: say where the table is from, and its licence.",
    ):
        typer.echo(f"- {step}")
