"""Which column of a file of judgments is which, and what is said where one is missing."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping

from tutor.content.csv_reader import Table, clean
from tutor.errors import BadFile, BadInput

COLUMNS = ("person", "case", "initial", "advice", "final", "truth")
GROUP, SCORED = "group", "scored"
NAMES = (*COLUMNS, GROUP, SCORED)
# What our own download of a class has beside: a case is told by its assignment and exercise.
OWN = ("assignment", "exercise", "round")
_NUMBERED = re.compile(r"\d+")
FEWEST_REPEATED = 2


def parse_names(pairs: Iterable[str]) -> dict[str, str]:
    """``person=participant_id`` and the like as a table of our name → theirs.

    Several may stand in one text, with commas between. Their names are as a header is compared.

    Raises:
        BadInput: something is no such pair, or names no column that is read; all are said.
    """
    found: dict[str, str] = {}
    wrong: list[str] = []
    for pair in (one for text in pairs for one in re.split(r",(?=[^,=]*=)", text)):
        ours, sign, theirs = (clean(part) for part in pair.partition("="))
        if not sign or not theirs:
            wrong.append(f"“{pair.strip()}” is no pair. Write person=participant_id.")
        elif ours.lower() not in NAMES:
            wrong.append(f"“{ours}” is no column that is read. Those are {', '.join(NAMES)}.")
        elif ours.lower() in found:
            wrong.append(f"{ours.lower()} is named twice. Name one column for it.")
        else:
            found[ours.lower()] = theirs.lower()
    if wrong:
        raise BadInput("columns", "\n".join(wrong))
    return found


def places(table: Table, names: Mapping[str, str]) -> dict[str, int]:
    """Where each column stands; ``names`` says what the file calls them, where not as we do.

    Raises:
        BadFile: one is missing, or there twice; all are said, and what to do.

    """
    wanted = {name: names.get(name, name) for name in NAMES}
    known = {name: theirs for name, theirs in wanted.items() if theirs in table.columns}
    missing = [name for name in COLUMNS if name not in known]
    missing += [name for name in (GROUP, SCORED) if name in names and name not in known]
    twice = [theirs for theirs in known.values() if table.columns.count(theirs) > 1]
    start = f"{table.name}, line {table.header_line}: "
    said = []
    if missing:
        said.append(start + _missing(table, missing, wanted))
    if twice:
        said.append(f"{start}{_listed(twice)} stands there twice.")
    if said:
        raise BadFile("\n".join(said))
    return {name: table.columns.index(theirs) for name, theirs in known.items()}


def _missing(table: Table, missing: list[str], wanted: Mapping[str, str]) -> str:
    here = " ".join(", ".join(filter(None, table.columns)).split())
    text = (
        f"missing {_listed([wanted[name] for name in missing])}. The first line names the columns "
        f"{', '.join(COLUMNS)}; here it names {here}."
    )
    if repeated := _repeated(table.columns):
        return (
            f"{text} This is a wide file: one line a person, with {repeated}. Reshape it to one "
            "line for each person and case (docs/reliance.md shows how, under “Wide files”). In "
            "some published studies “advice” means the answer after advice; the algorithm's own "
            "answer then stands in another file."
        )
    return f"{text} If yours have other names, say so, as --columns {missing[0]}=name."


def _repeated(columns: Iterable[str]) -> str:
    """Columns that come once for each case, as “question0, question1 …”; else an empty text."""
    stems: defaultdict[str, list[str]] = defaultdict(list)
    for column in columns:
        if _NUMBERED.search(column):
            stems[_NUMBERED.sub("#", column)].append(column)
    several = [names for names in stems.values() if len(names) >= FEWEST_REPEATED]
    if not several or (len(several) == 1 and len(several[0]) == FEWEST_REPEATED):
        return ""
    return " and ".join(f"{', '.join(names[:2])} …" for names in several[:3])


def _listed(names: list[str]) -> str:
    kind = "column" if len(names) == 1 else "columns"
    return f"{kind} {', '.join(names)}"
