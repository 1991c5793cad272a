"""How long what a pack writes and draws for one case may be."""

from __future__ import annotations

from tutor.errors import BuildError
from tutor.kit.drawing import Picture

MOST_STORY = 4_000  # letters
MOST_SENTENCE = 1_000
MOST_ALT = 2_000
MOST_SVG = 200_000


def bounded(text: object, of: str, most: int) -> str:
    """The text, if it is one and not too long; ``of`` names the argument that made it.

    Raises:
        BuildError: it is not.
    """
    if not isinstance(text, str):
        raise BuildError(f"{of} gives {type(text).__name__} instead of text.", of=of)
    if len(text) > most:
        raise BuildError(f"{of} gives {len(text):,} letters; {most:,} are the most.", of=of)
    return text


def bounded_picture(picture: object) -> Picture:
    """The picture, if it is one and not too large.

    Raises:
        BuildError: it is not.
    """
    if not isinstance(picture, Picture):
        raise BuildError(f"picture gives {type(picture).__name__} instead of a Picture.", "picture")
    bounded(picture.svg, "picture", MOST_SVG)
    bounded(picture.alt, "picture", MOST_ALT)
    return picture
