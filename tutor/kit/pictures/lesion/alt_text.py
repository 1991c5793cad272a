"""What the picture of a lesion shows, in words: its text alternative."""

from __future__ import annotations

from collections.abc import Mapping


def describe(row: Mapping[str, float]) -> str:
    """What the picture shows, in a dermatoscopist's words: outline, colours, structures, marks."""
    outline = _graded(row["lopsided"], (0.11, "symmetrical"), (0.18, "somewhat asymmetrical"))
    border = _graded(row["ragged"], (0.035, "even"), (0.06, "slightly uneven"), end="notched")
    edge = "fading" if row["softness"] > 0.4 else "sharp"
    across = f"about {2.2 * row['radius']:.0f} mm across"
    beside = [name for name, column in MARKS if row[column] > 0]
    return (
        (
            f"Lesion {across}, {outline or 'markedly asymmetrical'}, with an {border} and {edge} "
            f"border. Colours: {', '.join(_colours(row))}. Structures: "
            f"{', '.join(_seen(row)) or 'none to be made out'}. "
            f"Beside it: {' and '.join(beside) or 'nothing but skin'}."
        )
        .replace("an notched", "a notched")
        .replace("an slightly", "a slightly")
    )


MARKS = (("strokes of violet pen", "ink"), ("a millimetre scale", "ruler"))


def _graded(value: float, *steps: tuple[float, str], end: str = "") -> str:
    return next((word for below, word in steps if value < below), end)


def _colours(row: Mapping[str, float]) -> list[str]:
    brown = row["brown"]
    shade = _graded(brown, (0.25, ""), (0.8, "light brown"), (1.05, "brown"), end="dark brown")
    second = "darker brown" if shade and row["mottle"] > 0.35 else ""
    others = (
        ("pink", "pink"),
        ("blotch", "black"),
        ("veil", "blue-white"),
        ("scar", "white"),
    )
    return [c for c in (shade, second) if c] + [w for column, w in others if row[column] > 0.2]


def _seen(row: Mapping[str, float]) -> list[str]:
    order = "irregular" if row["disorder"] > 0.5 else "regular"
    structures = (
        ("network", f"{order} network"),
        ("globules", f"{order} brown globules"),
        ("vessels", "irregular red dots"),
        ("cysts", "scattered white dots"),
        ("furrows", "narrow brown lines along the furrows of the skin"),
        ("ridges", "broad brown bands on the ridges of the skin"),
        ("sore", "a red sore with a brown crust"),
    )
    return [words for column, words in structures if row.get(column, 0) > 0.2]
