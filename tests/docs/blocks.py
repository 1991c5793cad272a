"""The fenced blocks of a Markdown page, as a reader follows them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

FENCE = re.compile(r"^```(\S+)(?: ([^\n]*))?\n(.*?)^```$", re.M | re.S)


@dataclass(frozen=True)
class Block:
    """A block: ``language`` and ``more`` of its info string, its text, and its line."""

    language: str
    more: str
    text: str
    line: int

    @property
    def file(self) -> str:
        """The file that it is the content of; empty if it is none."""
        titled = re.fullmatch(r'title="([^"]+)"', self.more)
        return titled[1] if titled else ""


def blocks(page: str) -> Iterator[Block]:
    """Every block that says its language, in order."""
    for match in FENCE.finditer(page):
        line = page[: match.start()].count("\n") + 1
        yield Block(match[1], match[2] or "", match[3], line)


def says(expected: str, output: str) -> bool:
    """Whether ``output`` is what the page says it is, where … stands for anything."""
    pattern = ".*".join(re.escape(part) for part in expected.strip().split("…"))
    return re.fullmatch(pattern, output.strip(), re.S) is not None
