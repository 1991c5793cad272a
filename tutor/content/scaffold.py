"""New packs, models and exercises: small, commented, and proved as they stand."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from pathlib import Path
from string import Template

from tutor.content.pack import TABLE, VIGNETTES
from tutor.content.schemas import KINDS, published
from tutor.errors import BadInput, ContentError

STARTERS = Path(__file__).parent / "starters"
IDENTIFIER = re.compile(r"[a-z][a-z0-9_-]{1,39}")
_OF_THE_STARTER = {
    "question": "Is there an infection?",
    "condition": "an infection",
    "threshold": "35",
    "act": "take cultures and begin treatment",
    "blurb": "A patient, a thermometer and a blood test.",
    "form": "table",
    "drivers": '"temperature", "breaths", "crp", "tablet", "age"',
    "ethics": "Who is turned away because they helped themselves before they came?",
    "explained": (
        "A tablet lowers the fever and leaves the infection. The algorithm had never seen anyone "
        "who had\ntaken one: it misses {{mode:masked-fever:inside}} of infections with a tablet, "
        "and\n{{mode:masked-fever:outside}} without."
    ),
}
_OF_THE_CASES = {
    "question": "Does this patient have heart failure?",
    "condition": "heart failure",
    "threshold": "30",
    "act": "order an echocardiogram",
    "blurb": "Ten people are short of breath. A score has spoken on each of them.",
    "form": "table",
    "drivers": '"age", "bmi", "ntprobnp", "egfr", "ankles", "lungs"',
    "ethics": "A test reads lower in some patients than in others. Who has to say so, and to whom?",
    "explained": (
        "The score reads NT-proBNP as if everybody were alike. Obesity lowers it, and kidneys that "
        "fail\nraise it. What else on a chart says how far to trust a blood test?"
    ),
}
EXERCISE_FILES = ("exercise.toml", "intro.md", "debrief.md", "guide.md")
_WRITE = "Say in a few lines what the algorithm could not see, and what a learner could."
_MEASURED = (
    "Measured, of those it touches and of the others ({what}): {{{{mode:{id}:inside}}}} and\n"
    "{{{{mode:{id}:outside}}}}."
)
_NO_PACK = "{} is no pack: it holds no pack.toml. Make one: `equipoise new pack {}`."


def new_pack(root: Path) -> list[Path]:
    """Make an empty pack in ``root``, a directory named as the pack is to be called.

    Raises:
        BadInput: the name will not do, or the directory is taken; the message suggests another.
    """
    _checked(root.name, "pack")
    if (root / "pack.toml").exists() or (root.is_dir() and any(root.iterdir())):
        raise BadInput("pack", f"{root} is taken. Try {_free(root)}.")
    said = {
        "id": root.name,
        "title": _title(root.name),
        "project": f"equipoise-{root.name.strip('-_')}",
        "package": f"equipoise_{root.name.replace('-', '_')}",
    }
    files = [_write(root / name, name, **said) for name in ("pack.toml", "pyproject.toml")]
    for kind in KINDS:
        path = root / f"{kind}.schema.json"
        path.write_text(published(kind), encoding="utf-8")
        files.append(path)
    return files


def new_model(pack: Path, name: str) -> list[Path]:
    """Make a model in ``pack``: a structural cohort with one failure mode, and its card.

    Raises:
        BadInput: the name will not do or is taken. ContentError: ``pack`` is no pack.
    """
    _checked(name, "model")
    _pack(pack)
    folder = pack / "models" / name
    if folder.exists():
        raise BadInput("model", f"There is a model {name!r} already. Try {_free(folder).name!r}.")
    values = {"id": name, "title": _title(name)}
    return [
        _write(folder / "model.py", "model.py", **values),
        _write(folder / "card.md", "card.md", **values),
    ]


def new_exercise(pack: Path, name: str, model: str) -> list[Path]:
    """Make an exercise in ``pack`` that uses ``model``.

    Raises:
        BadInput: a name will not do, is taken, or there is no such model.
        ContentError: ``pack`` is no pack.
    """
    _checked(name, "exercise")
    _pack(pack)
    folder = pack / "exercises" / name
    if folder.exists() or name in _exercise_ids(pack):
        raise BadInput(
            "exercise", f"There is an exercise {name!r} already. Try {_free(folder).name!r}."
        )
    known = sorted(p.parent.name for p in pack.glob("models/*/card.md"))
    if model not in known:
        there = f"There is {', '.join(known)}." if known else "There is none yet."
        raise BadInput(
            "model",
            f"There is no model {model!r} in {pack}. {there} "
            f"Make it first: `equipoise new model {model} --pack {pack}`.",
        )
    values = {"id": name, "title": _title(name), "model": model, **_said_of(pack, model)}
    return [_write(folder / file, file, **values) for file in EXERCISE_FILES]


def new_vignettes(pack: Path, name: str) -> list[Path]:
    """Make an exercise of ten written cases in ``pack``, and the bank that it shows.

    Raises:
        BadInput: the name will not do or is taken. ContentError: ``pack`` is no pack.
    """
    _checked(name, "exercise")
    _pack(pack)
    bank, folder = pack / "models" / name, pack / "exercises" / name
    if bank.exists() or folder.exists() or name in _exercise_ids(pack):
        free = _free(bank if bank.exists() else folder).name
        raise BadInput("exercise", f"There is {name!r} already. Try {free!r}.")
    values = {"id": name, "title": _title(name), "model": name, **_OF_THE_CASES}
    files = [
        _write(bank / VIGNETTES, VIGNETTES, **values),
        _write(bank / "cases.csv", "cases.csv", **values),
        _write(bank / "card.md", "written-card.md", **values),
        *(_write(folder / file, file, **values) for file in EXERCISE_FILES),
    ]
    manifest = folder / EXERCISE_FILES[0]
    text = manifest.read_text(encoding="utf-8")
    manifest.write_text(text.replace("[bank]\ncases = 120\n\n", ""), encoding="utf-8")
    return files


def _said_of(pack: Path, name: str) -> dict[str, str]:
    """What a new exercise says of its model, so that it fits it from the start.

    Of a model that does not run yet nothing is known; `check` will name what does not fit.
    """
    # Naming a pack needs nothing of this; running a model does.
    from tutor.content.modules import load_model

    folder = pack / "models" / name
    path = folder / (TABLE if (folder / TABLE).exists() else "model.py")
    try:
        model = load_model(path, pack.name, name)
    except ContentError:
        return _OF_THE_STARTER
    if any(mode.id == "masked-fever" for mode in model.failure_modes):
        return _OF_THE_STARTER
    measured = [_MEASURED.format(id=mode.id, what=mode.metric) for mode in model.failure_modes]
    condition = model.condition.replace("\\", "").replace('"', "’")
    return {
        "question": _question(condition),
        "condition": condition if ":" not in condition else f"“{condition}”",
        "threshold": f"{100 * model.threshold:g}",
        "act": "act on it",
        "blurb": "Say in a sentence what a learner meets here.",
        "form": "table" if model.picture is None else "picture",
        "drivers": ", ".join(f'"{finding.column}"' for finding in model.findings[:12]),
        "ethics": "Write the question that this failure raises, and for whom.",
        "explained": "\n\n".join([_WRITE, *measured]),
    }


def _question(condition: str) -> str:
    """The clinical question; a condition such as ``tumour: large`` is quoted."""
    if ":" in condition:
        return f"Is “{condition}” true of this patient?"
    return f"Does this patient have {condition}?"


def suggestion(name: str) -> str:
    """A name that will do, as near as possible to one that will not."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9_]+", "-", plain).strip("-_")
    slug = re.sub(r"^[^a-z]+", "", slug)[:40].strip("-_")
    return slug if len(slug) > 1 else "my-module"


def _checked(name: str, what: str) -> None:
    if not IDENTIFIER.fullmatch(name):
        raise BadInput(
            what,
            f"{name!r} will not do as a name: use 2 to 40 small letters, digits, - and _, a letter "
            f"first. Try {suggestion(name)!r}.",
        )


def _free(taken: Path) -> Path:
    number = 2
    while taken.with_name(f"{taken.name[:36]}-{number}").exists():
        number += 1
    return taken.with_name(f"{taken.name[:36]}-{number}")


def _pack(root: Path) -> None:
    if not (root / "pack.toml").is_file():
        raise ContentError(_NO_PACK.format(root, root))


def _exercise_ids(pack: Path) -> set[str]:
    found = set()
    for path in pack.glob("exercises/*/exercise.toml"):
        try:
            found.add(str(tomllib.loads(path.read_text(encoding="utf-8-sig")).get("id")))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError):
            continue
    return found


def _title(name: str) -> str:
    return name.replace("-", " ").replace("_", " ").capitalize()


def _write(path: Path, starter: str, **values: str) -> Path:
    text = (STARTERS / f"{starter}.txt").read_text(encoding="utf-8")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(Template(text).substitute(values), encoding="utf-8")
    return path
