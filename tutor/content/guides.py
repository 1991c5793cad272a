"""A facilitator's guide in parts: what is projected comes from it, the rest is read.

A guide is Markdown. Its section "Prompts" is a list of questions to put to a class. A section
"A prompt for each failure" may follow: a list in which each line begins with a failure mode's id
in backticks, then a colon and the question.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

PROMPTS = "Prompts"
BY_FAILURE = "A prompt for each failure"
_TITLE = re.compile(r"\A\s*# [^\n]*\n")
_SECTION = re.compile(r"^## +(.+?) *$", re.MULTILINE)
_ITEM = re.compile(r"^[-*] +(.*(?:\n(?![-*] |\n|##).*)*)", re.MULTILINE)
_OF_FAILURE = re.compile(r"`([^`]+)`: *(.*)", re.DOTALL)


@dataclass(frozen=True)
class Guide:
    """``sections`` are titles with their Markdown, in order, but for those of the failures.

    ``lead`` is the Markdown before the first of them, ``by_failure`` the prompt of each failure
    mode by its id.
    """

    lead: str
    sections: tuple[tuple[str, str], ...]
    prompts: tuple[str, ...]
    by_failure: Mapping[str, str]

    def prompt_for(self, modes: tuple[str, ...], number: int) -> str:
        """The prompt for a patient in whom these failures acted; "" where the guide has none.

        Without one for a failure it is a general prompt, another one for each ``number``.
        """
        own = [self.by_failure[mode] for mode in modes if mode in self.by_failure]
        if own:
            return own[0]
        return self.prompts[number % len(self.prompts)] if self.prompts else ""


def read_guide(text: str) -> Guide:
    """The parts of a guide; a title of its own (``# …``) is left out."""
    lead, *parts = _SECTION.split(_TITLE.sub("", text))
    sections = dict(zip(parts[::2], (part.strip() for part in parts[1::2]), strict=True))
    of_failures = sections.pop(BY_FAILURE, "")
    pairs = [_OF_FAILURE.fullmatch(item) for item in items(of_failures)]
    return Guide(
        lead.strip(),
        tuple(sections.items()),
        tuple(items(sections.get(PROMPTS, ""))),
        {pair[1]: pair[2] for pair in pairs if pair},
    )


def items(text: str) -> list[str]:
    """The items of the lists in a Markdown text, each on one line."""
    return [" ".join(item.split()) for item in _ITEM.findall(text)]
