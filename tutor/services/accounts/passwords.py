"""Which passwords are refused: those that somebody who guesses tries first.

NIST SP 800-63B (section 5.1.1.2) asks for a comparison with common passwords instead of rules about
signs. A list of whole passwords is long and mostly one word with digits behind it, so the parts are
listed and the whole is taken apart.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

from tutor.errors import BadInput

SHORTEST = 10
LONGEST = 200
ROWS = (
    *("qwertyuiop", "asdfghjkl", "zxcvbnm", "qwertzuiop", "yxcvbnm", "azertyuiop", "qsdfghjklm"),
    *("wxcvbn", "01234567890", "abcdefghijklmnopqrstuvwxyz", "qazwsxedcrfvtgbyhnujmikolp"),
    *("1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p", "1q2w3e4r5t6y7u8i9o0p", "a1b2c3d4e5f6g7h8i9"),
)
SHORTEST_ROW = 4
LEET = str.maketrans("@4310$5!7", "aaeiossit")
_REPEATED = [re.compile(rf"(.{{{size}}})\1{{2,}}", re.DOTALL) for size in range(1, 5)]
_NO_LETTER = re.compile(r"[\W\d_]")


@cache
def _words() -> frozenset[str]:
    text = files(__package__).joinpath("common_words.txt").read_text(encoding="utf-8")
    return frozenset(line for line in text.split("\n") if line and not line.startswith("#"))


def check_password(password: str, *own: str) -> None:
    """Refuse a password that is short, long, or easily guessed; ``own`` are the person's names.

    Raises:
        BadInput: says what to do.
    """
    if len(password) < SHORTEST:
        raise BadInput("password", f"Use at least {SHORTEST} characters; a few words do well.")
    if len(password) > LONGEST:
        raise BadInput("password", f"Use at most {LONGEST} characters.")
    if password.casefold() in {name.casefold() for name in own}:
        raise BadInput("password", "A password that is your sign-in name keeps nobody out.")
    if is_common(password, *own):
        raise BadInput(
            "password",
            "Many people use a password like this one, so it is guessed first. "
            "Use three or four words that do not belong together.",
        )


def is_common(password: str, *own: str) -> bool:
    """Whether nothing is left of a password without its common parts.

    Those are listed words (also with digits for letters), rows of keys, repetitions, the person's
    own names, and whatever is no letter.
    """
    folded = password.casefold()
    words = _words() | {part for name in own for part in re.split(r"\W+", name.casefold()) if part}
    return _made_of(folded, folded.translate(LEET), words)


def _made_of(text: str, lettered: str, words: frozenset[str]) -> bool:
    """Whether a text can be cut into words, rows, repetitions, and what is no letter.

    In ``lettered``, as long, digits and signs that stand for letters are those letters.
    """
    ends = {0}  # how far the text is cut already
    for start in range(len(text)):
        if start not in ends:
            continue
        for way in (text, lettered):
            ends |= {start + len(word) for word in words if way.startswith(word, start)}
        repeated = (again.match(text, start) for again in _REPEATED)
        ends |= {found.end() for found in repeated if found}
        ends |= {start + 1} if _NO_LETTER.match(text[start]) else set()
        ends |= set(range(start + SHORTEST_ROW, start + _row(text, start) + 1))
    return len(text) in ends


def _row(text: str, start: int) -> int:
    """How long the row of keys or letters is that begins here, forwards or backwards."""
    longest = 0
    for row in (*ROWS, *(row[::-1] for row in ROWS)):
        length = SHORTEST_ROW
        while text[start : start + length] in row and start + length <= len(text):
            longest = max(longest, length)
            length += 1
    return longest
