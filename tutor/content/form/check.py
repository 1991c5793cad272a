"""Every problem of form in a pack: what is untrue always, what is unfinished where asked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from tutor.content.form.code import code_problems
from tutor.content.form.files import file_problems
from tutor.content.form.manifests import manifest_problems
from tutor.content.form.tables import table_problems
from tutor.content.form.texts import text_problems, unfinished_manifests
from tutor.content.pack import Pack, Problem

NAMED = 3  # places of a repeated problem that are named


def check_form(pack: Pack, strict: bool = False) -> list[Problem]:
    """What is wrong with the files of ``pack`` as they are written.

    ``strict`` adds what is unfinished rather than untrue: placeholders, numbers that no source
    stands for, licences that are not named as SPDX names them.
    """
    found = [*file_problems(pack), *code_problems(pack), *manifest_problems(pack, strict)]
    for exercise in pack.exercises:
        found += text_problems(exercise, strict)
    if strict:
        found += unfinished_manifests(pack)
    return [*found, *table_problems(pack)]


def said_once(problems: Iterable[Problem]) -> list[Problem]:
    """The problems, each that repeats said at its first place, with a count of the others."""
    places: dict[tuple[str, str, str], list[Problem]] = {}
    for problem in problems:
        places.setdefault((problem.where, problem.what, problem.mend), []).append(problem)
    return [_with_count(same) for same in places.values()]


def _with_count(same: list[Problem]) -> Problem:
    first, *others = dict.fromkeys(same)
    if not others:
        return first
    named = ", ".join(f"{p.file}:{p.line}" if p.line else p.file for p in others[:NAMED])
    more = f" and {len(others) - NAMED} more" if len(others) > NAMED else ""
    count = "once more" if len(others) == 1 else f"{len(others)} times more"
    return replace(first, what=f"{first.what} It stands here {count}: {named}{more}.")
