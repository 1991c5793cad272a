"""Every number that a person can read in the built-in texts, and what allows it to stand there.

A number may stand in a text for one of three reasons. It is *of the exercise*: its threshold, or a
size of its cohorts or its bank, read from the model itself. It is *published*: a row of
``numerals.toml`` names the source, which the same paragraph cites. It is *structural*: a row says
why, in words. A row allows a phrase in one file, so the same number elsewhere is not allowed.
"""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from functools import cache
from pathlib import Path
from typing import Any

from tests.models.loading import ROOT, load_model
from tutor.core.set_plan import PRACTICE_SIZE

ROWS = Path(__file__).with_suffix(".toml")
FIELD = re.compile(r"\{\{.*?\}\}")
CITE = re.compile(r"\[@([^\[\]]+)\]")
SPACES = re.compile(r"[\s\u00a0\u202f\u2009]+")
COUNT = (
    "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|fifty|hundred|thousand"
)
# A number in words is a claim where it is a share, a ratio or a multiple.
CLAIM = (
    rf"\b(?:{COUNT}) (?:in|out of|of) (?:a |every |each )?(?:{COUNT})\b"
    rf"|\b(?:{COUNT}) times\b|\b(?:a|{COUNT}) (?:third|quarter|fifth|tenth|per ?cent)s?\b"
    r"|\bhalf of\b|\btwice\b|\b(?:two|three|four|five|ten)fold\b|\bper ?cent\b"
)
DIGITS = r"[−-]?\d[\d,.]*\d|\d"
NUMBER = re.compile(rf"{DIGITS}|{CLAIM}", re.I)
MINUTES = re.compile(r"^\| \d+(?:–\d+)? \|")  # first column of a guide's plan
OBJECTIVES = re.compile(r"\| \d(?:[,–] ?\d)* \|$")  # its last: the objectives that a row serves
FAILURE = re.compile(r"^- `[a-z_0-9]+`: ")  # the failure's id that its prompt begins with
NAME = re.compile(r"[a-z_0-9.]+|10\.\d{4,}/\S+|#[0-9a-fA-F]{3,8}")  # a column, a DOI, a colour
NOT_READ = frozenset({"id", "doi", "citation", "column", "figure", "basis", "unit"})


@dataclass(frozen=True)
class Said:
    """A paragraph or sentence that people read, where it stands, and whom it cites."""

    file: str
    line: int
    text: str
    cites: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Numeral:
    """A number in a text."""

    said: Said
    text: str
    start: int
    end: int

    def __str__(self) -> str:
        return f"{self.said.file}:{self.said.line}: {self.text!r} in “{self.said.text.strip()}”"


@dataclass(frozen=True)
class Row:
    """One row of ``numerals.toml``: the phrase, the file, and the reason or the source."""

    files: str
    says: str
    why: str = ""
    cites: str = ""
    basis: str = ""

    def allows(self, numeral: Numeral) -> bool:
        """Whether the number lies within the phrase, in these files, with its source beside it."""
        said = numeral.said
        if not fnmatch(said.file, self.files) or (self.cites and self.cites not in said.cites):
            return False
        places = re.finditer(rf"(?<![\d.,]){re.escape(self.says)}(?![\d])", said.text)
        return any(at.start() <= numeral.start and numeral.end <= at.end() for at in places)


def rows(path: Path = ROWS) -> list[Row]:
    """All rows."""
    found = []
    for group in tomllib.loads(path.read_text("utf-8"))["rows"]:
        files = group["files"]
        found += [Row(files, says, why=why) for says, why in group.get("structural", ())]
        found += [
            Row(files, says, cites=cites, basis=basis)
            for says, cites, basis in group.get("published", ())
        ]
    return found


def numerals(said: Said) -> Iterator[Numeral]:
    """The numbers of one text."""
    for match in NUMBER.finditer(said.text):
        yield Numeral(said, match.group(0).rstrip(".,"), match.start(), match.end())


def plain(text: str) -> str:
    """A text with what a build fills in left out, and every space plain."""
    return SPACES.sub(" ", CITE.sub(" ", FIELD.sub("…", text)))


def markdown(path: Path) -> Iterator[Said]:
    """The paragraphs and list items of a Markdown file, with the sources each cites."""
    name = path.relative_to(ROOT).as_posix()
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        body = re.sub(r"^\s*\d+\. ", "", line)
        if path.name == "guide.md":
            body = FAILURE.sub("", OBJECTIVES.sub("|", MINUTES.sub("|", body)))
        yield Said(name, number, plain(body), frozenset(CITE.findall(line)))


def manifest(path: Path) -> Iterator[Said]:
    """The strings of an exercise's manifest that are read as sentences."""
    name = path.relative_to(ROOT).as_posix()
    lines = path.read_text("utf-8").splitlines()
    table = tomllib.loads("\n".join(lines))

    def line_of(text: str) -> int:
        return next((n for n, line in enumerate(lines, 1) if text[:40] in line), 1)

    for key in ("title", "question", "asks", "action", "blurb", "discipline"):
        yield Said(name, line_of(table[key]), plain(table[key]))
    yield Said(name, line_of(table["ethics"]["question"]), plain(table["ethics"]["question"]))
    for benchmark in table.get("benchmarks", ()):
        text, source = benchmark["text"], frozenset([benchmark["citation"]])
        yield Said(name, line_of(text), plain(text), source)


def python(path: Path) -> Iterator[Said]:
    """The strings of a Python file that may be read: no docstring, name, key or DOI."""
    name = path.relative_to(ROOT).as_posix()
    tree = ast.parse(path.read_text("utf-8"))
    sources = frozenset(re.findall(r"10\.\d{4,}/[^\s\"]+", path.read_text("utf-8")))
    skipped: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            skipped.add(id(node.value))
        elif isinstance(node, ast.keyword) and node.arg in NOT_READ:
            skipped |= {id(inner) for inner in ast.walk(node.value)}
        elif isinstance(node, ast.FormattedValue) and node.format_spec is not None:
            skipped |= {id(inner) for inner in ast.walk(node.format_spec)}
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Constant) and isinstance(node.value, str)):
            continue
        if id(node) not in skipped and not NAME.fullmatch(node.value):
            yield Said(name, node.lineno, plain(node.value), sources)


def template(path: Path) -> Iterator[Said]:
    """The text of a template between its tags, its labels, and the phrases a macro is given."""
    name = path.relative_to(ROOT).as_posix()
    text = path.read_text("utf-8")
    for pattern in (r"\{%.*?%\}", r"\{#.*?#\}", r"&#?\w+;"):
        text = re.sub(pattern, _blank, text, flags=re.S)
    said = [
        (text.count("\n", 0, given.start()), phrase)
        for given in re.finditer(r"\{\{.*?\}\}", text, re.S)
        for phrase in re.findall(r'"([^"]*)"', given[0])
        if " " in phrase and "%." not in phrase  # a format is none
    ]
    text = re.sub(r"\{\{.*?\}\}", lambda m: "…" + _blank(m), text, flags=re.S)
    labels = re.finditer(r'(?:aria-label|title|alt)="([^"]*)"', text)
    passages = re.finditer(r"[^<>]+", re.sub(r"<[^>]*>", lambda m: f"<{_blank(m)}>", text))
    for found in (*labels, *passages):
        said.append((text.count("\n", 0, found.start()), found[found.lastindex or 0]))
    for line, words in said:
        yield Said(name, line + 1, plain(words))


def _blank(found: re.Match[str]) -> str:
    """Nothing but the ends of lines, so that the others keep their numbers."""
    return "\n" * found[0].count("\n") or " "


def everything(root: Path = ROOT) -> Iterator[Said]:
    """All that people read in the built-in pack and on the pages."""
    for path in sorted(root.glob("exercises/*/*.md")) + sorted(root.glob("models/*/card.md")):
        yield from markdown(path)
    for path in sorted(root.glob("exercises/*/exercise.toml")):
        yield from manifest(path)
    for path in sorted(root.glob("models/*/*.py")):
        yield from python(path)
    for path in sorted(root.glob("tutor/web/*/*.html")):
        yield from template(path)
    for name in ("words", "encounter/view", "layout/notices", "layout/charts", "learner/record"):
        yield from python(root / "tutor" / "web" / f"{name}.py")


@cache
def of_the_exercise(file: str) -> frozenset[str]:
    """How the threshold and the sizes of the model behind ``file`` are written."""
    parts = file.split("/")
    if parts[0] not in ("models", "exercises"):
        return frozenset()
    manifest_of = ROOT / "exercises" / parts[1] / "exercise.toml"
    table: dict[str, Any] = tomllib.loads(manifest_of.read_text("utf-8"))
    model = load_model(table["model"])
    percent = f"{100 * model.threshold:.0f}"
    return frozenset(
        {
            f"{percent} %",
            f"{model.training_size:,} patients",
            f"{model.held_out_size:,} held-out",
            f"{model.background_size} background",
            f"{PRACTICE_SIZE} cases",
            f"Inputs ({len(model.features)})",
        }
    )


def unexplained(texts: Iterator[Said] | list[Said], allowed: list[Row]) -> list[Numeral]:
    """The numbers that no row and no constant of their exercise allows."""
    found = []
    for said in texts:
        own = [Row(said.file, phrase) for phrase in of_the_exercise(said.file)]
        candidates = [row for row in allowed if fnmatch(said.file, row.files)] + own
        found += [n for n in numerals(said) if not any(row.allows(n) for row in candidates)]
    return found
