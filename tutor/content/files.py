"""A text file or a manifest of a pack, or a problem that says why not."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from tutor.content import source_positions
from tutor.content.manifest import Strict
from tutor.content.pack import Problem

M = TypeVar("M", bound=Strict)


def read_manifest(root: Path, path: Path, kind: type[M], problems: list[Problem]) -> M | None:
    """A TOML file of ``kind``; what is wrong is added to ``problems``."""
    name = str(path.relative_to(root))
    text = read_text(root, path, problems)
    if text is None:
        return None
    try:
        return kind.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        line = source_positions.of_decode_error(str(error), text)
        problems.append(Problem(name, "", f"This is not TOML: {error}.", "Mend that line.", line))
    except ValidationError as error:
        for item in error.errors():
            where = ".".join(str(part) for part in item["loc"])
            mend = "See docs/course-teams.md for what the manifest may say."
            line = source_positions.of_key(text, item["loc"])
            problems.append(Problem(name, where, f"{item['msg']}.", mend, line))
    return None


def read_text(root: Path, path: Path, problems: list[Problem]) -> str | None:
    """A UTF-8 file, without the mark that Notepad puts first; what is wrong is added."""
    name = str(path.relative_to(root))
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        problems.append(Problem(name, "", "This file is missing.", "Write it."))
    except OSError as error:
        what = f"This file cannot be read: {error.strerror}."
        problems.append(Problem(name, "", what, "Put a readable file in its place."))
    except UnicodeDecodeError as error:
        where, line = f"byte {error.start}", error.object.count(b"\n", 0, error.start) + 1
        problems.append(Problem(name, where, "This is not UTF-8 text.", "Save it as UTF-8.", line))
    return None
