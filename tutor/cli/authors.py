"""Commands for course teams: ``equipoise new``, ``equipoise schema``, ``equipoise preview``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

new = typer.Typer(help="Start a pack, a model or an exercise that passes `check` as it stands.")
PackDir = Annotated[Path, typer.Option("--pack", help="The pack's directory.")]


def _told(files: list[Path], then: str) -> None:
    for file in files:
        typer.echo(f"Wrote {file}")
    typer.echo(then)


@new.command("pack")
def new_pack(
    name: Annotated[Path, typer.Argument(help="The directory, named as the pack is called.")],
) -> None:
    """Start a pack, which is a Python package too."""
    from tutor.content import scaffold

    _told(scaffold.new_pack(name), f"Next: equipoise new model MODEL --pack {name}")


@new.command("model")
def new_model(
    name: Annotated[str, typer.Argument(help="The model's name: letters, digits, - and _.")],
    pack: PackDir,
) -> None:
    """Start a teaching model: a structural cohort with one failure mode."""
    from tutor.content import scaffold

    files = scaffold.new_model(pack, name)
    _told(files, f"Next: equipoise new exercise EXERCISE --model {name} --pack {pack}")


@new.command("exercise")
def new_exercise(
    name: Annotated[str, typer.Argument(help="The exercise's name: letters, digits, - and _.")],
    pack: PackDir,
    model: Annotated[str, typer.Option("--model", help="The model it uses.")] = "",
    vignettes: Annotated[
        bool, typer.Option("--vignettes", help="Ten written cases in the place of a model.")
    ] = False,
) -> None:
    """Start an exercise; what it says fits the model, or the written cases."""
    from tutor.content import scaffold
    from tutor.errors import BadInput

    if vignettes == bool(model):
        raise BadInput("model", "Say which model it uses, --model NAME, or --vignettes; not both.")
    files = (
        scaffold.new_vignettes(pack, name)
        if vignettes
        else scaffold.new_exercise(pack, name, model)
    )
    _told(files, f"Next: equipoise preview {name} --pack {pack}, then equipoise check {pack}")


def schema(
    kind: Annotated[str, typer.Argument(help="exercise, pack, model or vignettes.")] = "exercise",
    markdown: Annotated[
        bool, typer.Option("--markdown", help="Print the reference page instead.")
    ] = False,
) -> None:
    """Print the JSON Schema of a manifest, such as exercise.toml, for editors."""
    from tutor.content.reference import reference
    from tutor.content.schemas import published

    if markdown:
        typer.echo(reference(), nl=False)
        return
    typer.echo(published(kind), nl=False)


def preview(
    exercise: Annotated[str, typer.Argument(help="The exercise's name, as `copd-triage`.")],
    pack: Annotated[
        str | None,
        typer.Option("--pack", help="A pack's directory or name; ours if left out."),
    ] = None,
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port to listen on.")] = 7870,
    host: Annotated[str, typer.Option(help="An address of this machine alone.")] = "127.0.0.1",
) -> None:
    """Show an exercise in a browser as a student sees it, with a panel, reloaded on save."""
    from tqdm import tqdm

    from tutor.cli.configured import configured
    from tutor.content.entry_points import locate
    from tutor.content.loading import built_in
    from tutor.lab.process_pool import STEPS
    from tutor.services.authoring.preview import Preview
    from tutor.web.author.app import loopback
    from tutor.web.author.serve import serve
    from tutor.web.layout.templating import forget
    from tutor.web.serve import listening

    sock = listening(loopback(host), port, "preview")
    root = locate(pack) if pack else built_in()
    shown = Preview(root, exercise, configured().bundles, tqdm.write, forget)
    with tqdm(total=len(STEPS), desc="Building", unit="step", leave=False, delay=0.5) as bar:

        def step(name: str) -> None:
            bar.set_postfix_str(name)
            bar.update()

        shown.start(step)
    serve(shown, sock)
