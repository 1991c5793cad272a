"""``equipoise data``: cohorts as data, and data as cohorts."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tutor.content.entry_points import locate
from tutor.content.loading import built_in, load
from tutor.content.pack import Exercise, Pack
from tutor.errors import BadInput, ContentError, Misconfigured, NotFound

if TYPE_CHECKING:
    from tutor.content.cohort_csvs import Made

data = typer.Typer(
    no_args_is_help=True, help="Cohorts as data, and data of your own as teaching models."
)
_THRESHOLD = (
    "threshold: it stands at the prevalence, 0.5 at most. Set it where you would act on the "
    "probability."
)
NETWORK_STEPS = (
    f"model.py, {_THRESHOLD}",
    "model.py, inputs and training: name what the algorithm reads and the world it learned from. "
    "A finding that it does not read, and the learner does, is what makes it fail.",
    "model.py, failure_modes: claim that failure. `equipoise check` measures it.",
    "model.py, labels: correct the words of the chart. card.md: name the network's source and "
    "licence.",
)
TABLE_STEPS = (
    f"model.toml, {_THRESHOLD}",
    'model.toml, use = "learner": write it in the column of a finding that the algorithm does not '
    "read. Such a finding is what makes it fail.",
    "model.toml, [[groups]] and [[failure_modes]]: claim that failure. `equipoise check` measures "
    "it. With --propose this command tries findings, and claims what it measures.",
    "datasheet.md: name the version and the source of the data.",
)
OutOption = Annotated[Path, typer.Option(help="The model's directory: my-school/models/ID.")]
ProposeOption = Annotated[
    bool, typer.Option("--propose", help="Try findings, and claim the failures that are measured.")
]
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
    from tutor.content.limits import allowed
    from tutor.lab.datasheet import Asked, export_apart
    from tutor.lab.limited_process import Ended
    from tutor.lab.problem_location import Source
    from tutor.lab.process_pool import alone

    loaded, problems = load(locate(pack) if pack else built_in())
    for problem in problems:
        typer.echo(f"Left out. {problem}", err=True)
    found = named(loaded, exercise)
    # A million patients take more than a bank does, so the bound is the hard one.
    exported = alone(export_apart, (loaded, found, Asked(n, seed, training)), allowed())
    if isinstance(exported, Ended):
        raise ContentError(str(Source(found).unusable(exported)))
    write_all(out, exported.files, overwrite)


@data.command("bif")
def import_bif(
    file: Annotated[Path, typer.Argument(help="A Bayesian network, as published: a .bif file.")],
    target: Annotated[str, typer.Option(help="The node asked about, as lung or lung=yes.")],
    show: Annotated[list[str], typer.Option(help="Nodes to show; more may follow it.")],
    out: OutOption,
    more: Annotated[list[str] | None, typer.Argument(hidden=True)] = None,
    threshold: Annotated[
        float | None, typer.Option(min=0.01, max=0.99, help="Where the algorithm alerts.")
    ] = None,
    encoding: Annotated[
        str, typer.Option(help="How the file was saved, as gbk; found out if left out.")
    ] = "",
    overwrite: OverwriteOption = False,
) -> None:
    """Make a structural teaching model of a published network, with `do` and exact posteriors."""
    from tutor.content.network_pack import Wanted, network_files
    from tutor.content.network_text import read_network_text

    wanted = Wanted(target, _names([*show, *(more or [])]), threshold, encoding)
    write_all(out, network_files(file, wanted, model_id(out)), overwrite)
    if guessed := read_network_text(file, encoding)[1]:
        typer.echo(guessed)
    _next(out, NETWORK_STEPS)


@data.command("table")
def import_table(
    file: Annotated[Path, typer.Argument(help="A CSV file, a synthetic patient a line.")],
    out: OutOption,
    label: Annotated[
        str, typer.Option(help="The column that says whether the condition was present.")
    ] = "",
    shortcut: Annotated[
        str, typer.Option(help="A finding that the algorithm may have learned instead.")
    ] = "",
    unseen: Annotated[
        str, typer.Option(help="Instead of a shortcut: a finding the algorithm does not get.")
    ] = "",
    present: Annotated[
        str, typer.Option(help="The value of the label that means present; yes, 1, TRUE are known.")
    ] = "",
    condition: Annotated[str, typer.Option(help="The condition as a page says it.")] = "",
    n: Annotated[int, typer.Option("--n", min=500, help="How many rows to keep.")] = 20_000,
    seed: Annotated[int, typer.Option(min=0, help="Which rows, if not all.")] = 0,
    overwrite: OverwriteOption = False,
) -> None:
    """Make a model, its failure modes and an exercise of a table; asks what is not said."""
    from tutor.cli.table import Choices, make_table

    choices = Choices(label, present, condition, shortcut, unseen)
    make_table(file, out, choices, n, seed, overwrite)


@data.command("synthea")
def import_synthea(
    folder: Annotated[Path, typer.Argument(help="The directory with Synthea's CSV files.")],
    target: Annotated[str, typer.Option(help="The condition asked about: code or description.")],
    out: OutOption,
    propose: ProposeOption = False,
    overwrite: OverwriteOption = False,
) -> None:
    """Make a table model of a Synthea CSV export: what was known before the condition was."""
    from tutor.content.importers.synthea import synthea_table

    _write_table(synthea_table(folder, target, model_id(out)), out, propose, overwrite)


@data.command("ddxplus")
def import_ddxplus(
    folder: Annotated[Path, typer.Argument(help="The directory with the files of DDXPlus.")],
    pathology: Annotated[
        list[str], typer.Option(help="What is asked about; any of several, more may follow it.")
    ],
    out: OutOption,
    more: Annotated[list[str] | None, typer.Argument(hidden=True)] = None,
    among: Annotated[
        list[str] | None, typer.Option(help="To be told from these; from all others if left out.")
    ] = None,
    n: Annotated[int, typer.Option("--n", min=500, help="How many patients to keep.")] = 20_000,
    seed: Annotated[int, typer.Option(min=0, help="Which patients, if not all.")] = 0,
    propose: ProposeOption = False,
    overwrite: OverwriteOption = False,
) -> None:
    """Make a table model of DDXPlus: a pathology told from others by what patients say."""
    from tutor.content.importers.ddxplus import WantedPathologies, ddxplus_table

    wanted = WantedPathologies((*pathology, *(more or [])), tuple(among or ()), n, seed)
    _write_table(ddxplus_table(folder, wanted, model_id(out)), out, propose, overwrite)


def _write_table(made: Made, out: Path, claims: bool, overwrite: bool) -> None:
    """Write a table model, with failure modes that were measured where ``claims`` asks for them."""
    files, told = made.files(), []
    if claims:
        from tutor.lab.table_proposal import propose

        proposal = propose(made)
        files = proposal.made.files()
        told = [f"Measured, {line}." for line in proposal.measured]
        told += [f"Lacking: {line}" for line in proposal.lacking]
    write_all(out, files, overwrite)
    for line in told:
        typer.echo(line)
    _next(out, TABLE_STEPS)


def _names(words: list[str]) -> tuple[str, ...]:
    """Names that were given one by one or with commas between them."""
    return tuple(name for word in words for name in word.split(",") if name)


def model_id(out: Path) -> str:
    """The model's id: the name of the directory it is written to.

    Raises:
        BadInput: such a name will not do.

    """
    name = out.resolve().name
    if not re.fullmatch(r"[a-z][a-z0-9_-]{1,39}", name):
        raise BadInput(
            "out",
            f"A model is called as its directory is, and {name!r} will not do: 2 to 40 small "
            "letters, digits, - and _, a letter first. Say --out my-school/models/asia.",
        )
    return name


def _next(out: Path, steps: tuple[str, ...]) -> None:
    """What to do with a new model: in its files, then where it lies in a pack."""
    pack = out.parent.parent
    typer.echo("To do before you teach with it:")
    for step in steps:
        typer.echo(f"- {step}")
    if (pack / "pack.toml").is_file():
        typer.echo(f"Next: equipoise new exercise EXERCISE --model {out.name} --pack {pack}")


def named(pack: Pack, name: str) -> Exercise:
    """One exercise of a pack.

    Raises:
        NotFound: it has none of that name; those it has are said.

    """
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
