"""Commands that explain: ``equipoise help`` on a problem, ``equipoise about`` for a report."""

from __future__ import annotations

import platform
import re
from importlib.metadata import PackageNotFoundError, version
from typing import Annotated

import typer

LIBRARIES = (
    *("numpy", "scipy", "scikit-learn", "shap", "pillow", "gradio", "fastapi", "starlette"),
    *("uvicorn", "pydantic", "sqlalchemy", "psycopg", "markdown-it-py", "nh3"),
)
ASKING = "asking"
_LINK = re.compile(r"\[([^\]]+)\]\([^)]*\)")


def explain(
    problem: Annotated[
        str,
        typer.Argument(help="The name that `check` printed, or `asking`; a list if left out."),
    ] = "",
) -> None:
    """Explain a problem that `check` found: what it means, and what to do."""
    from tutor.content.documentation import PROBLEMS, page, remedy
    from tutor.content.rules import Rule

    if problem == ASKING:
        typer.echo(_LINK.sub(r"\1", page(f"docs/course-teams/{ASKING}.md").rstrip()))
    elif problem:
        typer.echo(_LINK.sub(r"\1", remedy(problem)))
    else:
        typer.echo("Problems that `equipoise check` names:\n")
        typer.echo("\n".join(f"  {rule}" for rule in Rule))
        typer.echo(f"\n`equipoise help NAME` explains one. The same as a page: {PROBLEMS}")
        typer.echo(f"Where to ask, and what to attach: `equipoise help {ASKING}`")


def about() -> None:
    """Print the versions that a report of a problem needs, and nothing about you."""
    typer.echo(f"equipoise {version('equipoise')}")
    typer.echo(f"Python {platform.python_version()} ({platform.python_implementation()})")
    typer.echo(f"{platform.system()} {platform.release()} {platform.machine()}")
    for name in LIBRARIES:
        try:
            typer.echo(f"{name} {version(name)}")
        except PackageNotFoundError:
            typer.echo(f"{name} is not installed")
