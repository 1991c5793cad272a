"""A text file or a manifest of a pack, or a problem that says why not."""

from __future__ import annotations

import tomllib
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError

from tutor.content import source_positions
from tutor.content.manifest import Strict
from tutor.content.pack import Problem
from tutor.content.rules import Rule

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
        problems.append(
            Problem(
                name, "", f"This is not TOML: {error}.", "Mend that line.", line, rule=Rule.NOT_TOML
            )
        )
    except ValidationError as error:
        for item in error.errors():
            where = ".".join(str(part) for part in item["loc"])
            what, mend = (
                f"{item['msg']}.",
                "See docs/course-teams.md for what the manifest may say.",
            )
            rule = Rule.MANIFEST_VALUE
            if item["type"] == "extra_forbidden":
                what, mend = _unknown(kind, item["loc"])
                rule = Rule.UNKNOWN_KEY
            line = source_positions.of_key(text, item["loc"])
            problems.append(Problem(name, where, what, mend, line, rule=rule))
    return None


def _unknown(kind: type[Strict], loc: tuple[int | str, ...]) -> tuple[str, str]:
    """What is said of a key that may not stand there: the nearest that may."""
    fields = _fields(kind, loc[:-1])
    key = str(loc[-1])
    if near := get_close_matches(key.lower(), fields, 1, 0.6):
        return f"There is no key {key!r} here; did you mean {near[0]!r}?", "Correct its name."
    elsewhere = [name for name in _fields(kind, ()) if name == key]
    if elsewhere:
        what = f"The key {key!r} stands inside a table; it belongs above the first [table]."
        return what, "Move it to the top of the file."
    there = ", ".join(fields)
    return f"There is no key {key!r} here; there is {there}.", "Take it out, or correct its name."


def _fields(kind: type[BaseModel], loc: tuple[int | str, ...]) -> list[str]:
    """The keys that may stand in the table at ``loc``."""
    for part in loc:
        if isinstance(part, str) and part in kind.model_fields:
            inner = _models(kind.model_fields[part].annotation)
            kind = inner[0] if inner else kind
    return list(kind.model_fields)


def _models(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for inner in get_args(annotation) for model in _models(inner)]


def read_text(root: Path, path: Path, problems: list[Problem]) -> str | None:
    """A UTF-8 file, without the mark that Notepad puts first; what is wrong is added."""
    name = str(path.relative_to(root))
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        problems.append(
            Problem(name, "", "This file is missing.", "Write it.", rule=Rule.MISSING_FILE)
        )
    except OSError as error:
        what = f"This file cannot be read: {error.strerror}."
        problems.append(
            Problem(name, "", what, "Put a readable file in its place.", rule=Rule.UNREADABLE_FILE)
        )
    except UnicodeDecodeError as error:
        where, line = f"byte {error.start}", error.object.count(b"\n", 0, error.start) + 1
        problems.append(
            Problem(
                name,
                where,
                "This is not UTF-8 text.",
                "Save it as UTF-8.",
                line,
                rule=Rule.UNREADABLE_FILE,
            )
        )
    return None
