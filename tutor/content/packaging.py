"""Whether a package made of a pack holds the pack's files: what a ``.gitignore`` would leave out.

hatchling leaves files out that ``.gitignore`` names, with or without git. Nothing is built here:
the patterns are held against the files. Wheels that lie beside the pack are read and compared.
"""

from __future__ import annotations

import re
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from tutor.content.pack import Problem
from tutor.content.rules import Rule

PROJECT, IGNORE = "pyproject.toml", ".gitignore"
PARTS = ("models", "exercises")


def packaging_problems(root: Path) -> list[Problem]:
    """What of the pack in ``root`` would be missing, or is another, in its package."""
    try:
        project = tomllib.loads((root / PROJECT).read_text(encoding="utf-8"))
        pack = tomllib.loads((root / "pack.toml").read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return []  # it is no package, or others say what is wrong with it
    return [*_left_out(root, project), *_wheels(root, str(pack.get("id")), pack.get("version"))]


def _files(root: Path) -> list[str]:
    """The files of a pack by their path in it."""
    found = (path for part in PARTS for path in (root / part).rglob("*") if path.is_file())
    names = [path.relative_to(root).as_posix() for path in found]
    return ["pack.toml", *sorted(n for n in names if "__pycache__" not in n)]


def _left_out(root: Path, project: dict[str, object]) -> Iterator[Problem]:
    """The files that hatchling would leave out because of a ``.gitignore``."""
    build = _table(_table(_table(project, "tool"), "hatch"), "build")
    wheel = _table(_table(build, "targets"), "wheel")
    if "hatch" not in _table(project, "tool") or wheel.get("ignore-vcs", build.get("ignore-vcs")):
        return
    place = _ignore_file(root)
    if place is None:
        return
    patterns = place.read_text(encoding="utf-8", errors="replace").splitlines()
    lost = [name for name in _files(root) if ignored(name, patterns)]
    if lost:
        more = f" and {len(lost) - 1} more" if len(lost) > 1 else ""
        what = f"{IGNORE} keeps {lost[0]}{more} out of the package that is made of this pack."
        mend = f"Write ignore-vcs = true under [tool.hatch.build.targets.wheel] in {PROJECT}."
        yield Problem(PROJECT, "tool.hatch.build", what, mend, rule=Rule.FILES_LEFT_OUT)


def _table(of: dict[str, object], key: str) -> dict[str, object]:
    value = of.get(key)
    return value if isinstance(value, dict) else {}


def _ignore_file(root: Path) -> Path | None:
    """The ``.gitignore`` that hatchling reads: the nearest, up to where ``.git`` lies."""
    for folder in (root.resolve(), *root.resolve().parents):
        if (folder / IGNORE).is_file():
            return folder / IGNORE
        if (folder / ".git").exists():
            return None
    return None


def ignored(name: str, patterns: list[str]) -> bool:
    """Whether git's patterns, of which the last that fits decides, leave a file out."""
    paths = [str(path) for path in reversed(PurePosixPath(name).parents)][1:]
    found = False
    for line in patterns:
        pattern = line.rstrip()
        if not pattern or pattern.startswith("#"):
            continue
        kept = pattern.startswith("!")
        pattern = pattern.removeprefix("!").removeprefix("\\")
        tried = paths if pattern.endswith("/") else [*paths, name]
        if any(_expression(pattern).fullmatch(path) for path in tried):
            found = not kept
    return found


def _expression(pattern: str) -> re.Pattern[str]:
    plain = pattern.strip("/")
    anchored = "/" in pattern.rstrip("/")
    parts = re.split(r"(\*\*/|/\*\*|\*|\?|\[[^\]]+\])", plain)
    said = {"**/": "(?:.*/)?", "/**": "/.*", "*": "[^/]*", "?": "[^/]"}
    made = "".join(
        said.get(part, part.replace("[!", "[^") if part.startswith("[") else re.escape(part))
        for part in parts
    )
    return re.compile(made if anchored else f"(?:.*/)?{made}")


def _wheels(root: Path, pack: str, version: object) -> Iterator[Problem]:
    """Wheels of this very version whose files are not those of the directory."""
    for path in sorted([*(root / "dist").glob("*.whl"), *(root.parent / "dist").glob("*.whl")]):
        try:
            with zipfile.ZipFile(path) as wheel:
                different = _different(root, wheel, pack, version)
        except (OSError, zipfile.BadZipFile):
            continue
        if different:
            more = f" and {len(different) - 1} more" if len(different) > 1 else ""
            what = f"Its file {different[0]}{more} is not the one in this directory."
            mend = "Make the package again, delete it, or raise the version in pack.toml."
            yield Problem(f"dist/{path.name}", "", what, mend, rule=Rule.OTHER_WHEEL)


def _different(root: Path, wheel: zipfile.ZipFile, pack: str, version: object) -> list[str]:
    """The files of a wheel of this pack and version that differ; none if it is another's."""
    inside = {name: name.partition("/")[2] for name in wheel.namelist() if "/" in name}
    manifest = next((name for name, own in inside.items() if own == "pack.toml"), None)
    if manifest is None:
        return []
    told = tomllib.loads(wheel.read(manifest).decode("utf-8", "replace"))
    if (told.get("id"), told.get("version")) != (pack, version):
        return []
    package = manifest.removesuffix("pack.toml")
    return [
        name
        for name in _files(root)
        if f"{package}{name}" not in inside
        or wheel.read(f"{package}{name}") != (root / name).read_bytes()
    ]
