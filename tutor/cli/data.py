"""``equipoise data``: cohorts as data, and data as cohorts."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tutor.content.installed import locate
from tutor.content.loading import built_in, load
from tutor.content.modules import load_model, pack_code
from tutor.content.pack import Exercise, Pack
from tutor.errors import BadInput, Misconfigured, NotFound

data = typer.Typer(
    no_args_is_help=True, help="Cohorts as data, and data of your own as teaching models."
)
OverwriteOption = Annotated[bool, typer.Option("--overwrite", help="Replace files of these names.")]


@data.command("export")
def export_cohort(
    exercise: Annotated[str, typer.Argument(help="An exercise, as `oximetry`.")],
    n: Annotated[int, typer.Option("--n", help="How many patients.")] = 10_000,
    seed: Annotated[int, typer.Option(help="The seed; the same seed gives the same file.")] = 0,
    training: Annotated[
        bool, typer.Option("--training", help="Those it learns from, not those it meets.")
    ] = False,
    out: Annotated[Path, typer.Option(help="The directory to write to.")] = Path("."),
    pack: Annotated[
        str | None, typer.Option("--pack", help="A pack's directory or name; ours if left out.")
    ] = None,
    overwrite: OverwriteOption = False,
) -> None:
    """Write a cohort: a CSV file, its datasheet and their checksums."""
    from tutor.lab.datasheet import Asked, export

    loaded, _ = load(locate(pack) if pack else built_in())
    found = _named(loaded, exercise)
    model = load_model(found.model_file, found.pack, found.manifest.model)
    with pack_code(found.model_file):
        exported = export(loaded, found, model, Asked(n, seed, training))
    write_all(out, exported.files, overwrite)


def _named(pack: Pack, name: str) -> Exercise:
    for exercise in pack.exercises:
        if exercise.manifest.id == name:
            return exercise
    known = ", ".join(sorted(e.manifest.id for e in pack.exercises))
    raise NotFound(f"There is no exercise {name!r} in the pack {pack.manifest.id}; it has {known}.")


def write_all(out: Path, files: dict[str, bytes], overwrite: bool) -> None:
    """Write every file into ``out``, or none of them.

    Raises:
        BadInput: some are there already, and nobody asked to overwrite them.
        Misconfigured: the directory cannot be written to.

    """
    there = [name for name in files if (out / name).exists()]
    if there and not overwrite:
        raise BadInput(
            "out",
            f"{out} holds {', '.join(there)} already; nothing was written. Name another "
            "directory with --out, or add --overwrite.",
        )
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            (out / name).write_bytes(content)
            typer.echo(str(out / name))
    except OSError as error:
        raise Misconfigured(f"{out} cannot be written to: {error.strerror}.") from None
