"""The command line: ``equipoise`` serves; build, check and evidence prove what is served.

``simulate`` lets robots play; ``reliance`` scores anyone's two-stage judgments; ``data`` writes
cohorts out and reads them in.
"""

from __future__ import annotations

import gc
import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Annotated

# One thread each: small models are slower with OpenMP's default on a busy machine.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")

import typer
from tqdm import tqdm

from tutor.cli import authors, documentation
from tutor.cli.configured import configured
from tutor.cli.data import data
from tutor.cli.pack_diff import pack as packs
from tutor.content.entry_points import locate
from tutor.content.loading import built_in, load, unbuilt
from tutor.content.pack import Pack, Problem
from tutor.content.rules import Rule
from tutor.errors import EquipoiseError, Misconfigured

app = typer.Typer(
    add_completion=False,
    no_args_is_help=False,
    help="Equipoise: commit to a judgment, then weigh the algorithm.",
)
PackOption = Annotated[
    list[str] | None,
    typer.Option("--pack", help="This pack too: a directory, or the name of an installed pack."),
]


app.add_typer(authors.new, name="new")
app.add_typer(data, name="data")
app.add_typer(packs, name="pack")
app.command()(authors.schema)
app.command()(authors.preview)
app.command("help")(documentation.explain)
app.command()(documentation.about)


@app.callback(invoke_without_command=True)
def default(
    context: typer.Context,
    pack_seconds: Annotated[
        int | None,
        typer.Option(min=1, help="Seconds one exercise may take to build; else as its pack says."),
    ] = None,
    pack_memory: Annotated[
        int | None,
        typer.Option(min=500, help="Megabytes its process may use; else as its pack says."),
    ] = None,
) -> None:
    """Serve, unless another command is named."""
    for name, value in (("SECONDS", pack_seconds), ("MEMORY", pack_memory)):
        if value is not None:
            os.environ[f"EQUIPOISE_PACK_{name}"] = str(value)  # as the operator may have set it
    if context.invoked_subcommand is None:
        serve()


@app.command()
def serve(
    port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="The port to listen on.")
    ] = None,
    host: Annotated[str | None, typer.Option(help="The address to listen on.")] = None,
    pack: PackOption = None,
) -> None:
    """Build what is missing, then serve the exercises to a browser."""
    from tutor.lab.bundle import is_complete

    with _loading():
        from tutor.cli.lti import lti_side
        from tutor.web.serve import listening
        from tutor.web.serve import serve as run

    settings = configured()
    # Before the build, which takes a minute: a port that is taken is said at once.
    sock = listening(host or settings.host, settings.port if port is None else port)
    packs = _packs(pack, built=lambda fingerprint: is_complete(settings.bundles / fingerprint))
    _build(packs, settings.bundles)
    run(packs, settings, sock, lti_side(settings.lti_local))


@app.command()
def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON array.")] = False,
    pack: PackOption = None,
) -> None:
    """Look whether this machine is ready for a class; exit 1 if it is not."""
    from tutor.cli import findings_table as told
    from tutor.services.doctor import State, examine

    settings = configured()
    findings = list(examine(settings, _packs(pack), settings.database_address))
    sys.stdout.writelines(told.as_json(findings) + "\n" if as_json else told.as_text(findings))
    raise typer.Exit(1 if any(one.state is State.BAD for one in findings) else 0)


@app.command()
def build(pack: PackOption = None) -> None:
    """Train, explain, measure and draw: everything a pack shows."""
    settings = configured()
    packs = _packs(pack)
    failed = _build(packs, settings.bundles)
    typer.echo(f"Everything is built, in {settings.bundles}" if not failed else "")
    raise typer.Exit(1 if failed else 0)


@app.command()
def check(
    pack: Annotated[
        str | None, typer.Argument(help="A directory or an installed pack; ours if left out.")
    ] = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="Name what is unfinished, too: before you publish.")
    ] = False,
    quick: Annotated[
        bool, typer.Option("--quick", help="Read the files only: train and build nothing.")
    ] = False,
) -> None:
    """Prove a pack: print every problem at once, and exit 1 if there is one."""
    from tutor.lab.check import RIGHTS, check_files, remarks

    root = locate(pack) if pack else built_in()
    problems = check_files(root, strict) if quick else _checked(root, strict)
    for line in [*map(str, problems), *remarks(root)]:
        typer.echo(line)
    count = "1 problem." if len(problems) == 1 else f"{len(problems)} problems."
    typer.echo(count if problems else "No problem found.")
    if quick:
        typer.echo("Only the files were read; nothing was trained.")
    typer.echo(RIGHTS)
    if problems:
        typer.echo("Where to ask, and what to attach: `equipoise help asking`.")
    raise typer.Exit(1 if problems else 0)


def _checked(root: Path, strict: bool) -> list[Problem]:
    """Every problem of the pack, and how far the check has come."""
    from functools import partial

    from tutor.lab.check import STORING, check_pack
    from tutor.lab.process_pool import LEARNING, cores, import_once
    from tutor.services.authoring.smoke_play import walk
    from tutor.web.encounter.view import encounter

    import_once((*LEARNING, *STORING, walk.__module__, encounter.__module__))
    play = partial(walk, draw=encounter)
    with tqdm(bar_format="Checking {desc}", leave=False, disable=None) as bar:
        return check_pack(root, bar.set_description_str, cores(), play, strict)


@app.command()
def evidence(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    pack: PackOption = None,
) -> None:
    """Every published figure, every failure mode and what is said of single cases.

    Measured on three seeds: the built-in pack, or the packs that are named.
    """
    from tutor.cli.evidence_table import table
    from tutor.lab.evidence import Rows
    from tutor.lab.evidence_report import every_row
    from tutor.lab.process_pool import cores

    packs = [_one_pack(name) for name in pack] if pack else _packs(None)
    exercises = [exercise for loaded in packs for exercise in loaded.exercises]
    measured = every_row(exercises, cores())
    rows: Rows = {"figures": [], "failure_modes": [], "cases": []}
    told: set[Path] = set()
    problems: list[Problem] = []
    progress = tqdm(measured, total=len(exercises), desc="Measuring", leave=False, disable=None)
    for exercise, of_one in zip(exercises, progress, strict=True):
        if isinstance(of_one, Problem):
            problems.append(of_one)
            continue
        rows["cases"] += of_one["cases"]
        if written := of_one.get("written"):
            rows.setdefault("written", []).extend(written)
        if exercise.model_file not in told:
            rows["figures"] += of_one["figures"]
            rows["failure_modes"] += of_one["failure_modes"]
        told.add(exercise.model_file)
    typer.echo(json.dumps(rows, indent=2) if as_json else table(rows))
    _report(problems)
    raise typer.Exit(1 if problems else 0)


@app.command()
def reliance(
    file: Annotated[
        Path,
        typer.Argument(help="A CSV file: person, case, initial, advice, final, truth; and group."),
    ],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    threshold: Annotated[
        float | None,
        typer.Option(help="Answers are probabilities; this or more says present."),
    ] = None,
    scale: Annotated[
        float | None,
        typer.Option(help="Answers go from 0 to this number, such as 100; found if left out."),
    ] = None,
    columns: Annotated[
        list[str] | None,
        typer.Option(help="What the file calls a column, as person=participant_id; repeatable."),
    ] = None,
) -> None:
    """Score two-stage judgments: RAIR, RSR, agreement and switch, with intervals."""
    from tutor.cli import scorecard
    from tutor.services.reports.judgment_columns import parse_names
    from tutor.services.reports.reliance_file import score_file

    report = score_file(file, threshold, scale, parse_names(columns or ()))
    for note in report.notes:
        typer.echo(note, err=True)
    pieces = scorecard.as_json(report) if as_json else scorecard.as_text(report)
    sys.stdout.writelines(pieces)


@app.command()
def simulate(
    exercise: Annotated[str, typer.Argument(help="An exercise, as `oximetry`.")],
    learners: Annotated[int, typer.Option(help="How many robots of each habit.")] = 200,
    pack: Annotated[
        str | None, typer.Option("--pack", help="A pack's directory or name; ours if left out.")
    ] = None,
    effect: Annotated[
        float, typer.Option(help="The over-reliance to be seen: RSR lower by so much.")
    ] = 0.2,
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same report.")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Let robots of known habits play an exercise: does it tell them apart, with how many cases?"""
    from tutor.cli import simulation, simulation_json
    from tutor.cli.data import named
    from tutor.lab.bundle import Bundle
    from tutor.lab.simulate import check_asked
    from tutor.lab.simulate import simulate as play

    check_asked(learners, effect)
    bundles = configured().bundles
    loaded, problems = load(locate(pack) if pack else built_in())
    _report(problems)
    found = named(loaded, exercise)
    if _build([replace(loaded, exercises=(found,))], bundles):
        raise typer.Exit(1)
    played = play(Bundle(bundles / found.fingerprint), learners, effect, seed)
    pieces = simulation_json.as_json if as_json else simulation.as_text
    sys.stdout.writelines(pieces(played, found))


@contextmanager
def _loading() -> Iterator[None]:
    """While modules load nothing is garbage, and looking for it takes a seventh of the time."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def _packs(extra: list[str] | None, built: Callable[[str], bool] = unbuilt) -> list[Pack]:
    """The built-in pack and those that were named, here or in the settings; no other."""
    packs: dict[str, Pack] = {}
    named = [*configured().pack_names, *(extra or [])]
    for root in dict.fromkeys([built_in(), *map(locate, named)]):
        pack, problems = load(root, built)
        first = packs.setdefault(pack.manifest.id, pack)
        if first is not pack:
            what = f"The pack in {first.root} has the same id, {pack.manifest.id!r}."
            mend = "Give one of them another id, or name one only."
            problems = [Problem(f"{root}/pack.toml", "id", what, mend, rule=Rule.SAME_ID)]
        _report(problems)
    return list(packs.values())


def _one_pack(name: str) -> Pack:
    """A pack that was named, and no other."""
    pack, problems = load(locate(name))
    _report(problems)
    return pack


def _report(problems: list[Problem]) -> None:
    for problem in problems:
        typer.echo(f"Left out. {problem}", err=True)


def _build(packs: list[Pack], root: Path) -> bool:
    """Build what is missing with a progress bar; say what failed. True if anything did."""
    from tutor.lab.bundle import is_complete, keep_texts

    todo = [e for p in packs for e in p.exercises if not is_complete(root / e.fingerprint)]
    for exercise in (e for p in packs for e in p.exercises if e not in todo):
        with suppress(OSError):  # a server may be let to read only; then `build` does it
            keep_texts(root, exercise)
    if not todo:
        return False
    nearest = next(one for one in (root, *root.parents) if one.exists())
    if not (nearest.is_dir() and os.access(nearest, os.W_OK)):
        # Said before the minute that training takes.
        raise Misconfigured(
            f"Exercises are not built, and {root} cannot be written. Run `equipoise build` where "
            "it can be."
        )
    from tutor.lab.build import STEPS, build
    from tutor.lab.process_pool import cores

    problems, remarks = [], []
    with tqdm(total=len(todo) * len(STEPS), desc="Building", unit="step") as bar:

        def step(name: str) -> None:
            bar.set_postfix_str(name)
            bar.update()

        for pack in packs:
            for built in build(pack, root, step, cores()):
                if built.problem:
                    problems.append(built.problem)
                remarks += [built.remark] * bool(built.remark)
    for remark in remarks:
        typer.echo(remark, err=True)
    _report(problems)
    return bool(problems)


def main() -> None:
    """The outermost layer: a sentence instead of a traceback."""
    try:
        app()
    except EquipoiseError as error:
        typer.echo(str(error), err=True)
        sys.exit(1)
