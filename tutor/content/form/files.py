"""Files of a pack: their size, and characters that hide or reorder what a reader sees."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from tutor.content.pack import Pack, Problem
from tutor.content.rules import Rule

KILO, MEGA = 1_000, 1_000_000
LARGEST = {".md": 200 * KILO, ".toml": 200 * KILO, ".py": MEGA, ".csv": 50 * MEGA}
LARGEST_OTHER = 10 * MEGA
LARGEST_PACK = 200 * MEGA
READ = {".md", ".toml", ".py"}
# Overrides and isolates of direction, zero width, tags; not the joiners that Persian needs.
_HIDDEN = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u2060\u202a-\u202e\u2066-\u2069"
    r"\ufeff\U000e0000-\U000e007f]"
)


def file_problems(pack: Pack) -> Iterator[Problem]:
    """Files that are too large, and hidden characters in those that are read."""
    whole = 0
    for path in files_of(pack.root):
        name, size = path.relative_to(pack.root).as_posix(), path.stat().st_size
        whole += size
        most = LARGEST.get(path.suffix.lower(), LARGEST_OTHER)
        if size > most:
            what = f"This file has {size / MEGA:,.1f} MB; {most / MEGA:g} MB is the most."
            yield Problem(
                name, "", what, "Shorten it, keep fewer rows, or take it out.", rule=Rule.FILE_SIZE
            )
        elif path.suffix.lower() in READ:
            yield from _hidden(path, name)
    if whole > LARGEST_PACK:
        what = f"The pack has {whole / MEGA:,.0f} MB; {LARGEST_PACK / MEGA:g} MB is the most."
        yield Problem(
            "pack.toml", "", what, "Take out files that no model reads.", rule=Rule.FILE_SIZE
        )


def files_of(root: Path) -> list[Path]:
    """The files that make up a pack, in order; caches and hidden files are not looked at."""
    found = [
        root / "pack.toml",
        *(p for d in ("models", "exercises") for p in (root / d).rglob("*")),
    ]
    return sorted(
        path
        for path in found
        if path.is_file()
        and "__pycache__" not in path.parts
        and not any(part.startswith(".") for part in path.relative_to(root).parts)
    )


def _hidden(path: Path, name: str) -> Iterator[Problem]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return  # loading says so
    for number, line in enumerate(text.split("\n"), 1):
        for character in sorted({*_HIDDEN.findall(line)}):
            called = unicodedata.name(character, "a control character").lower()
            what = (
                f"The character U+{ord(character):04X} ({called}) is not seen, and can hide or "
                "reorder what is."
            )
            yield Problem(name, "", what, "Take it out.", number, rule=Rule.HIDDEN_CHARACTER)
