"""A pack with an exercise of ten written cases, as `equipoise new` makes it."""

from __future__ import annotations

import csv
from pathlib import Path

from PIL import Image

from tutor.content import scaffold
from tutor.content.loading import load
from tutor.content.pack import Exercise, Problem

NAME = "ten-cases"


def written_pack(root: Path) -> Path:
    """The pack; returns the folder of its bank."""
    scaffold.new_pack(root)
    scaffold.new_vignettes(root, NAME)
    return root / "models" / NAME


def loaded(root: Path) -> tuple[Exercise | None, list[Problem]]:
    """Its exercise, and what loading says."""
    pack, problems = load(root)
    return (pack.exercises[0] if pack.exercises else None), problems


def rows(bank: Path) -> list[dict[str, str]]:
    """The cases as they stand in the table."""
    with (bank / "cases.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write_rows(bank: Path, cases: list[dict[str, str]], delimiter: str = ",") -> None:
    """Put them in its place."""
    with (bank / "cases.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(cases[0]), delimiter=delimiter)
        writer.writeheader()
        writer.writerows(cases)


def change(bank: Path, at: int, **cells: str) -> None:
    """Put other cells into the case on line ``at`` + 2; columns that are new are added to all."""
    cases = rows(bank)
    for case in cases:
        for column in cells:
            case.setdefault(column, "")
    cases[at] |= cells
    write_rows(bank, cases)


def picture(bank: Path, name: str, size: tuple[int, int] = (300, 200), said: str = "") -> None:
    """A picture file; ``said`` stands in its metadata."""
    (bank / "pictures").mkdir(exist_ok=True)
    image, exif = Image.new("RGB", size, "grey"), Image.Exif()
    exif[0x010E] = said or "nothing"
    image.save(bank / "pictures" / name, exif=exif)


def of_rows(cases: list[dict[str, str]], kept: tuple[str, ...]) -> list[dict[str, str]]:
    """The cases with some of their columns alone."""
    return [{column: case[column] for column in kept} for case in cases]
