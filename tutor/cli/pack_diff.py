"""``equipoise pack diff``: what changes for learners, in sentences and as JSON."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from tqdm import tqdm

if TYPE_CHECKING:
    from tutor.lab.pack_diff import ExerciseDiff, PackDiff, PatientChange, RateChange

pack = typer.Typer(help="Look at a pack before it is served.")
STAYS = (
    "Sets that are begun and assignments that are published stay on the old version, with its "
    "patients. What is begun or published later uses the new one."
)
AT_ONCE = "After a restart everyone sees a changed text, also in a set begun earlier."


@pack.callback()
def _pack() -> None:
    """Look at a pack before it is served."""


@pack.command()
def diff(
    old: Annotated[str, typer.Argument(help="The old version: a directory or a wheel.")],
    new: Annotated[str, typer.Argument(help="The new version: a directory or a wheel.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Say what changes for learners from one version of a pack to another.

    Exercises whose cases may have changed are built, which takes a minute or two. Where only texts
    changed no code of the pack is run.
    """
    from tutor.cli.configured import configured
    from tutor.lab.pack_diff import Bundles, compare, unpacked

    with (
        tempfile.TemporaryDirectory(prefix="equipoise-diff-") as folder,
        tqdm(desc="Building", unit="step", leave=False, delay=1) as bar,
    ):

        def step(name: str) -> None:
            bar.set_postfix_str(name)
            bar.update()

        first, second = (unpacked(n, Path(folder) / str(at)) for at, n in enumerate((old, new)))
        bundles = Bundles(configured().bundles, Path(folder) / "bundles")
        found = compare(first, second, bundles, step)
    if as_json:
        typer.echo(json.dumps(as_object(found), indent=2, ensure_ascii=False))
    else:
        typer.echo("\n".join(sentences(found)))


def sentences(found: PackDiff) -> Iterator[str]:
    """What changes, as lines: what it means for learners first."""
    before, after = found.versions
    versions = f"version {before} to {after}" if before != after else f"version {after} in both"
    yield f"The pack {found.pack}, {versions}\n"
    if not (found.added or found.removed or found.exercises):
        yield "Nothing changes for learners."
    if found.added:
        yield f"New exercises: {', '.join(found.added)}."
    if found.removed:
        yield (
            f"Exercises that are gone: {', '.join(found.removed)}. Learners cannot begin them any "
            "more; what they did stays in their record."
        )
    computed = [one for one in found.exercises if one.computed]
    if computed:
        yield f"New patients or another algorithm: {_titles(computed)}. {STAYS}"
    texts = [one for one in found.exercises if one.texts or one.keys]
    if texts:
        yield f"Changed texts: {_titles(texts)}. {AT_ONCE}"
    for one in found.exercises:
        yield ""
        yield from _of_exercise(one)
    for problem in found.problems:
        yield f"\nLeft out. {problem}"


def _titles(exercises: Sequence[ExerciseDiff]) -> str:
    return ", ".join(f"“{one.title}”" for one in exercises)


def _of_exercise(one: ExerciseDiff) -> Iterator[str]:
    before, after = one.versions
    yield f"{one.title} ({one.id}), " + (
        f"version {before} to {after}" if before != after else f"version {after} in both"
    )
    if before == after:
        yield "- Raise its version: something changed for learners and the version did not."
    for key in one.keys:
        yield f"- {key.key}: “{key.before}” becomes “{key.after}”."
    for text in one.texts:
        yield f"- {text.text}.md: {_lines(text.added)} new, {_lines(text.removed)} gone."
    if not one.computed:
        yield "- The patients, the algorithm and all numbers are the same."
        return
    if one.problem:
        yield f"- The two versions cannot be compared. {one.problem}"
    if one.patients:
        yield from _of_patients(one.patients)
    for title in one.modes_added:
        yield f"- New failure mode: {title}."
    for title in one.modes_removed:
        yield f"- Failure mode that is gone: {title}."
    for number in one.numbers:
        yield f"- {number.name}: {_moved(number)}."


def _of_patients(patients: PatientChange) -> Iterator[str]:
    total = patients.same + patients.advice + patients.outcome + patients.new
    if patients.same == total and not patients.gone:
        yield f"- All {total} patients are the same, and so is the algorithm's advice."
        return
    yield f"- Of {total} patients {patients.same} are the same, and {patients.new} are new."
    if patients.gone:
        yield f"- {patients.gone} patients of the old version are gone."
    if patients.advice:
        yield f"- For {patients.advice} patients the advice is another, with the same chart."
    if patients.outcome:
        yield f"- In {patients.outcome} patients the truth is another, with the same chart."


def _lines(count: int) -> str:
    return "1 line" if count == 1 else f"{count} lines"


def _moved(number: RateChange) -> str:
    before, after = (_number(value) for value in (number.before, number.after))
    if number.before is None:
        return f"{after}; not measured before"
    return f"{before} becomes {after}" if number.after is not None else f"{before}; gone"


def _number(value: float | None) -> str:
    return (
        "" if value is None else f"{100 * value:.1f}\u202f%" if 0 <= value <= 1 else f"{value:.3g}"
    )


def as_object(found: PackDiff) -> dict[str, Any]:
    """The same for a program."""
    plain = asdict(found)
    for one, diffed in zip(plain["exercises"], found.exercises, strict=True):
        one["problem"] = str(diffed.problem) if diffed.problem else None
        one["computed"] = diffed.computed
    plain["problems"] = [str(problem) for problem in found.problems]
    return plain
