"""What a pack's Python reaches for besides the patients: nothing else may decide what it computes.

A model is a function of a seed. What it reads from the environment, the clock, the network, other
processes or from Equipoise itself would make one thing of it where it is checked and another where
it is served. The rule reads the source, so it finds what is written plainly; pack code runs with
the server's rights all the same.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tutor.content.form.files import files_of
from tutor.content.pack import Pack, Problem
from tutor.content.rules import Rule

MODULES = {
    "the clock": {"time", "datetime"},
    "the network": {"socket", "ssl", "urllib", "http", "requests", "httpx", "ftplib", "asyncio"},
    "other processes and threads": {
        *("subprocess", "multiprocessing", "threading", "concurrent", "signal", "atexit"),
    },
    "the inside of Python": {"ctypes", "inspect", "gc", "importlib", "builtins", "runpy", "code"},
    "files elsewhere": {"shutil", "tempfile"},
    "chance without a seed": {"random", "secrets", "uuid"},
}
MEMBERS = {
    "the environment": {"os.environ", "os.getenv", "os.environb", "sys.argv", "os.getpid"},
    "other processes and threads": {
        *("os.system", "os.fork", "os.kill", "os._exit", "os.abort", "sys.exit", "os.popen"),
    },
    "the inside of Python": {"sys.modules", "sys._getframe", "sys.settrace", "sys.setprofile"},
    "files elsewhere": {"os.remove", "os.unlink", "os.rename", "os.replace", "os.makedirs"},
}
CALLS = {"exec", "eval", "__import__", "compile", "globals", "exit", "quit", "breakpoint"}
WRITERS = {"write_text", "write_bytes", "savetxt", "savez", "tofile", "to_csv", "mkdir", "unlink"}
OWN = ("tutor.kit",)


def code_problems(pack: Pack) -> Iterator[Problem]:
    """Each thing that a module of ``models/`` reaches for and does not need."""
    for path in files_of(pack.root):
        name = path.relative_to(pack.root).as_posix()
        if path.suffix == ".py" and name.startswith("models/"):
            try:
                tree = ast.parse(path.read_text(encoding="utf-8-sig"))
            except (OSError, UnicodeDecodeError, SyntaxError, ValueError):
                continue  # loading says so
            for line, written, of in sorted(set(_reaches(tree))):
                what = f"It reaches for {of} with `{written}`."
                mend = "Compute from the seed and the patients only; import tutor.kit and numpy."
                yield Problem(name, "", what, mend, line, rule=Rule.CODE_REACHES_OUT)


def _reaches(tree: ast.AST) -> Iterator[tuple[int, str, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield from _module(node.lineno, alias.name)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from _module(node.lineno, node.module)
            for alias in node.names:
                yield from _member(node.lineno, f"{node.module}.{alias.name}")
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            yield from _member(node.lineno, f"{node.value.id}.{node.attr}")
        elif (
            isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CALLS
        ):
            yield node.lineno, f"{node.func.id}()", "the inside of Python"
        elif isinstance(node, ast.Call) and _writes(node):
            yield node.lineno, ast.unparse(node.func), "files that it writes"


def _writes(call: ast.Call) -> bool:
    """Whether a call opens a file to write it, or writes one."""
    if isinstance(call.func, ast.Attribute):
        return call.func.attr in WRITERS
    if not (isinstance(call.func, ast.Name) and call.func.id == "open"):
        return False
    modes = [*call.args[1:2], *(key.value for key in call.keywords if key.arg == "mode")]
    said = [mode.value for mode in modes if isinstance(mode, ast.Constant)]
    return any(set("wax+") & set(str(mode)) for mode in said)


def _module(line: int, name: str) -> Iterator[tuple[int, str, str]]:
    first = name.partition(".")[0]
    for of, modules in MODULES.items():
        if first in modules:
            yield line, name, of
    if first == "tutor" and not any(name == own or name.startswith(f"{own}.") for own in OWN):
        yield line, name, "the inside of Equipoise"


def _member(line: int, name: str) -> Iterator[tuple[int, str, str]]:
    for of, members in MEMBERS.items():
        if name in members:
            yield line, name, of
