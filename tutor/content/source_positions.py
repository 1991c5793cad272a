"""On which line something stands: a key of a TOML file, a name in Python, words in a text.

Neither tomllib nor tomlkit says where a value stood, so a TOML file is read line by line here:
its tables in order, the keys inside them. Every function counts from 1, and 0 says unknown.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Sequence

_TABLE = re.compile(r"^\s*(\[\[?)\s*([^\[\]]+?)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"^\s*([\w.\"'-]+?)\s*=")
_AT_LINE = re.compile(r"\bat line (\d+)")


def of_decode_error(message: str, text: str) -> int:
    """The line that ``tomllib`` complains of; the last one if it says the end of the document."""
    found = _AT_LINE.search(message)
    return int(found.group(1)) if found else max(1, len(text.splitlines()))


def of_key(text: str, loc: Sequence[str | int]) -> int:
    """The line of the value at ``loc`` of a TOML text, e.g. ``("citations", 0, "doi")``.

    Where the key is missing, the line of its table; where that is missing too, 0.
    """
    best, depth = 0, 0
    seen: Counter[str] = Counter()
    inside: tuple[str | int, ...] = ()
    multiline = ""
    for number, line in enumerate(text.splitlines(), 1):
        if multiline:
            multiline = "" if multiline in line else multiline
            continue
        if table := _TABLE.match(line):
            name = table.group(2).replace('"', "").replace("'", "")
            inside = (*name.split("."),)
            if table.group(1) == "[[":
                inside = (*inside, seen[name])
                seen[name] += 1
            at = inside
        elif key := _KEY.match(line):
            at = (*inside, *key.group(1).replace('"', "").replace("'", "").split("."))
            multiline = _left_open(line[key.end() :])
        else:
            continue
        if len(at) > depth and tuple(loc[: len(at)]) == at:
            best, depth = number, len(at)
    return best


def _left_open(value: str) -> str:
    """The quotes of a string that goes on over the next lines, or nothing."""
    quotes = value.strip()[:3]
    return quotes if quotes in ('"""', "'''") and value.count(quotes) == 1 else ""


def of_words(text: str, words: str) -> int:
    """The line on which ``words`` stand first."""
    at = text.find(words)
    return text.count("\n", 0, at) + 1 if at >= 0 else 0


def of_call(code: str, callee: str, name: str, key: str = "id") -> int:
    """The line of ``callee(name, …)`` or ``callee(key=name, …)`` in Python code."""
    for node in _calls(code, callee):
        given = [*node.args[:1], *(k.value for k in node.keywords if k.arg == key)]
        if any(isinstance(value, ast.Constant) and value.value == name for value in given):
            return node.lineno
    return 0


def of_argument(code: str, callee: str, keyword: str) -> int:
    """The line of ``keyword=`` in the first ``callee(…)`` that has it, or that of the call."""
    calls = _calls(code, callee)
    for node in calls:
        for given in node.keywords:
            if given.arg == keyword:
                return given.value.lineno
    return calls[0].lineno if calls else 0


def _calls(code: str, callee: str) -> list[ast.Call]:
    try:
        tree = ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    return [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and callee == getattr(node.func, "id", getattr(node.func, "attr", None))
    ]
