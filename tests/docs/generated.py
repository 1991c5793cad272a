"""Pages that are made from the code: ``python -m tests.docs.generated`` writes them.

The reference of ``tutor.kit`` comes from its docstrings, that of commands and settings from what
the command line and the settings say of themselves. A test holds the pages to the code.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import re
import types
from collections.abc import Callable, Iterator
from enum import Enum
from functools import cache, cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any

import typer

import tutor.kit
from tests.conftest import ROOT
from tutor.settings import OperatorLimits, Settings

MADE = "Made from the code by `python -m tests.docs.generated`; a test holds this page to it."
WIDTH = 88
INTERNAL = ("tutor.kit.quick_forest",)  # what speeds a forest up; no pack asks for it
_ROLE = re.compile(r":\w+:`~?([^`]+)`")
_RAISES = re.compile(r"^Raises:\n((?:(?: {4}.*)?(?:\n|\Z))+)", re.MULTILINE)
_RAISED = re.compile(r"^ {4}(\w+(?:, \w+)*): (.*(?:\n {8}.*)*)", re.MULTILINE)


# --- tutor.kit ------------------------------------------------------------------------------------


def kit() -> str:
    """The names that a pack imports from ``tutor.kit``."""
    head = (
        "# Reference of `tutor.kit`\n\n"
        f"{MADE}\n\nWhat a model imports comes from `tutor.kit`. Arrays are numpy arrays; `n` is a "
        "number of patients.\nProbabilities go from 0 to 1, ages are in years, and 1 stands for "
        "yes in a column of 0 and 1. Pictures\nand further modules: [Modules of the kit]"
        "(kit-modules.md). Patterns to copy: [Cookbook](cookbook.md).\n"
    )
    names = sorted(tutor.kit.__all__, key=str.lower)
    return "\n".join([head, *(_entry(name, getattr(tutor.kit, name)) for name in names)])


def kit_modules() -> str:
    """The modules of the kit that ``tutor.kit`` does not hand out by itself."""
    head = (
        "# Modules of the kit\n\n"
        f"{MADE}\n\nMost models need [`tutor.kit`](kit.md) alone. These modules draw "
        "pictures, read networks, and hold\nwhat the built-in models share.\n"
    )
    return "\n".join([head, *(_module(name) for name in modules())])


def modules() -> list[str]:
    """The modules of the kit, by name, that hold public names besides those of ``tutor.kit``."""
    found = [m.name for m in pkgutil.walk_packages(tutor.kit.__path__, "tutor.kit.")]
    kept = sorted({*found} - {*INTERNAL})
    return [name for name in kept if public(importlib.import_module(name))]


def public(module: types.ModuleType) -> dict[str, Any]:
    """Classes and functions that a module defines and ``tutor.kit`` does not hand out."""
    return {
        name: value
        for name, value in vars(module).items()
        if not name.startswith("_")
        and name not in tutor.kit.__all__
        and (inspect.isclass(value) or inspect.isfunction(value))
        and value.__module__ == module.__name__
    }


def _module(name: str) -> str:
    module = importlib.import_module(name)
    entries = (_entry(key, value, "###") for key, value in sorted(public(module).items()))
    return f"## `{name}`\n\n{prose(inspect.getdoc(module) or '')}\n\n" + "\n".join(entries)


def _entry(name: str, value: Any, level: str = "##") -> str:
    parts = [f"{level} {name}\n"]
    if inspect.isclass(value) and issubclass(value, Enum):
        members = ", ".join(f"`{member.name}` (“{member.value}”)" for member in value)
        parts += [f"{prose(documented(name, value))}\n", f"Members: {members}.\n"]
    elif inspect.isclass(value) or inspect.isfunction(value):
        parts += [_code(name, value), f"{prose(documented(name, value))}\n"]
    else:
        parts += [
            f"```python\n{name} = {_alias(name) or _said(value)}\n```\n",
            f"{prose(documented(name, value))}\n",
        ]
    if inspect.isclass(value):
        parts += [_member(name, key, member) for key, member in members_of(value)]
    return "\n".join(parts)


def members_of(of: type) -> Iterator[tuple[str, Any]]:
    """The public methods and properties that a class defines itself."""
    for key, member in vars(of).items():
        if not key.startswith("_") and isinstance(
            member, types.FunctionType | property | cached_property | classmethod | staticmethod
        ):
            yield key, member


def _member(of: str, key: str, member: Any) -> str:
    plain = f"**`{of}.{key}`**"
    if isinstance(member, property | cached_property):
        function = member.fget if isinstance(member, property) else member.func
        says = function.__annotations__.get("return", "")
        return f"{plain} → `{says}`: {prose(inspect.getdoc(function) or '')}\n"
    function = getattr(member, "__func__", member)
    signature = inspect.signature(function)
    kept = [p for p in signature.parameters.values() if p.name not in ("self", "cls")]
    call = str(signature.replace(parameters=kept)).replace("'", "")
    return f"**`{of}.{key}{call}`**\\\n{prose(inspect.getdoc(function) or '')}\n"


def _code(name: str, value: Any) -> str:
    try:
        signature = inspect.signature(value)
    except (TypeError, ValueError):
        return ""
    if inspect.isclass(value) and getattr(value, "_is_protocol", False):
        return ""
    parameters = [_parameter(one) for one in signature.parameters.values()]
    returns = signature.return_annotation
    ends = "" if returns in (inspect.Signature.empty, None, "None") else f" -> {returns}"
    line = f"{name}({', '.join(parameters)}){ends}"
    if len(line) > WIDTH:
        line = f"{name}(\n" + "".join(f"    {one},\n" for one in parameters) + f"){ends}"
    return f"```python\n{line}\n```\n"


def _parameter(one: inspect.Parameter) -> str:
    star = {inspect.Parameter.VAR_POSITIONAL: "*", inspect.Parameter.VAR_KEYWORD: "**"}
    said = f"{star.get(one.kind, '')}{one.name}"
    if one.annotation is not inspect.Parameter.empty:
        said += f": {one.annotation}"
    if one.default is inspect.Parameter.empty:
        return said
    return f"{said} = {_said(one.default)}"


def _said(value: Any) -> str:
    if inspect.isfunction(value) or inspect.isclass(value):
        return str(value.__name__)
    if isinstance(value, Enum):
        return f"{type(value).__name__}.{value.name}"
    said = re.sub(r" at 0x[0-9a-f]+", "", repr(value))
    return "..." if said.startswith("<") else said


def documented(name: str, value: Any) -> str:
    """The docstring of a name: a class's, a function's, or the string under a constant."""
    if inspect.isclass(value) or inspect.isfunction(value):
        return (inspect.getdoc(value) or "") if value.__doc__ else ""
    return next((doc for doc in (c.get(name, "") for c in map(_constants, _files())) if doc), "")


@cache
def _files() -> tuple[Path, ...]:
    return (*sorted((ROOT / "tutor/kit").glob("*.py")), ROOT / "tutor/core/intervals.py")


def _alias(name: str) -> str:
    """A type that an assignment names, as it is written: how numpy prints its own has changed."""
    for node in (node for file in _files() for node in ast.parse(file.read_text("utf-8")).body):
        if not (isinstance(node, ast.Assign) and isinstance(node.value, ast.Subscript)):
            continue
        if any(isinstance(target, ast.Name) and target.id == name for target in node.targets):
            return ast.unparse(node.value)
    return ""


@cache
def _constants(path: Path) -> dict[str, str]:
    """The strings that stand under assignments of a module, by the name that is assigned."""
    found, body = {}, ast.parse(path.read_text(encoding="utf-8")).body
    for node, after in pairwise(body):
        if not (isinstance(node, ast.Assign) and isinstance(after, ast.Expr)):
            continue
        if isinstance(after.value, ast.Constant) and isinstance(after.value.value, str):
            names = [target.id for target in node.targets if isinstance(target, ast.Name)]
            for target in node.targets:
                if isinstance(target, ast.Tuple):
                    names += [one.id for one in target.elts if isinstance(one, ast.Name)]
            found |= dict.fromkeys(names, inspect.cleandoc(after.value.value))
    return found


def prose(doc: str) -> str:
    """A docstring as Markdown."""

    def raises(match: re.Match[str]) -> str:
        items = [f"- Raises `{e}`: {' '.join(w.split())}" for e, w in _RAISED.findall(match[1])]
        return "\n".join(items) + "\n"

    return _ROLE.sub(r"`\1`", _RAISES.sub(raises, doc)).replace("``", "`").strip()


# --- commands and settings ------------------------------------------------------------------------


def commands() -> str:
    """Every command with its arguments and options, as ``--help`` says them."""
    from tutor.cli import app

    top = typer.main.get_command(app)
    parts = [
        f"# Commands\n\n{MADE}\n`equipoise COMMAND --help` prints the same.\n",
        "Before the command: `equipoise [OPTIONS] COMMAND`.\n",
        _parameters(top),
    ]
    return "\n".join(filter(None, [*parts, *_commands(top, "equipoise")]))


def _commands(of: Any, name: str) -> Iterator[str]:
    for key in sorted(of.commands):
        command = of.commands[key]
        if hasattr(command, "commands"):
            yield from _commands(command, f"{name} {key}")
            continue
        words = " ".join(_usage(one) for one in command.params if not _is_option(one))
        yield f"## `{name} {key}`\n\n{prose(inspect.cleandoc(command.help or ''))}\n"
        yield f"```sh\n{name} {key} [OPTIONS] {words}".rstrip() + "\n```\n"
        yield _parameters(command)


def _is_option(one: Any) -> bool:
    return bool(one.param_type_name == "option")


def _usage(one: Any) -> str:
    name = (one.metavar or one.name or "").upper().strip("[]")
    return name if one.required else f"[{name}]"


def _parameters(command: Any) -> str:
    rows = ["| option | what it is | default |", "|---|---|---|"]
    for one in command.params:
        names = ", ".join(f"`{n}`" for n in (one.opts if _is_option(one) else [_usage(one)]))
        if names == "`--help`":
            continue
        default = one.default
        plain = isinstance(default, str | int | float) and not isinstance(default, bool)
        said = f"`{default}`" if plain and default != "" else ""
        rows.append(f"| {names} | {prose(getattr(one, 'help', '') or '')} | {said} |")
    return "\n".join(rows) + "\n" if len(rows) > 2 else ""


def settings() -> str:
    """Every setting with its default."""
    rows = ["| setting | what it is | default |", "|---|---|---|"]
    for name, field in Settings.model_fields.items():
        default = field.default
        plain = isinstance(default, str | int) and default != ""
        said = (
            f"`{str(default).lower() if isinstance(default, bool) else default}`" if plain else ""
        )
        rows.append(f"| `EQUIPOISE_{name.upper()}` | {field.description} | {said} |")
    limits = " and ".join(f"`EQUIPOISE_{name.upper()}`" for name in OperatorLimits.model_fields)
    return (
        f"# Settings\n\n{MADE}\n\nA setting is an environment variable. `equipoise doctor` says "
        "whether they fit together.\n[For operators](operators.md) says when to use which. "
        f"{limits}\nhold for `build`, `check` and `preview` too.\n\n" + "\n".join(rows) + "\n"
    )


PAGES: dict[str, Callable[[], str]] = {
    "docs/course-teams/kit.md": kit,
    "docs/course-teams/kit-modules.md": kit_modules,
    "docs/commands.md": commands,
    "docs/settings.md": settings,
}


if __name__ == "__main__":
    for page, made in PAGES.items():
        (ROOT / page).write_text(made(), encoding="utf-8")
