"""What the source of a picture holds besides what is to be seen: names, texts, counts, metadata."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from html import escape, unescape
from typing import Any
from xml.etree import ElementTree

import numpy as np
from numpy.typing import NDArray

from tutor.lab.picture_raster import NUMBER, local, raster_image

MOST_OF_A_KIND = 40  # elements of one name whose attributes are compared
LONGEST = 60  # characters of an attribute that is compared
PRINTABLE = 0.9  # share of printable characters from which bytes are a text
# Attributes that show nothing; every other one changes what is to be seen.
UNSEEN = frozenset({"id", "class", "role", "lang", "version", "focusable", "tabindex"})
# What formats note of themselves, as Pillow names it.
_FORMAT = frozenset(
    {
        *("jfif", "jfif_version", "jfif_unit", "jfif_density", "progression", "progressive"),
        *(
            "adobe",
            "adobe_transform",
            "dpi",
            "gamma",
            "srgb",
            "interlace",
            "transparency",
            "aspect",
        ),
        *("chromaticity", "background", "loop", "duration"),
    }
)

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Source:
    """A picture's SVG and the text that stands in for it."""

    svg: str
    alt: str

    @property
    def bare(self) -> str:
        """The SVG without the text alternative."""
        return self.svg.replace(escape(self.alt), "").replace(self.alt, "")

    @cached_property
    def root(self) -> ElementTree.Element:
        """The SVG as a tree; an empty one where it cannot be read as XML."""
        try:
            return ElementTree.fromstring(self.svg)
        except ElementTree.ParseError:
            return ElementTree.Element("svg")

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Elements, ids and what else shows nothing, in order; without the text alternative."""
        return tuple(self._names())

    @cached_property
    def texts(self) -> str:
        """The texts in the picture, seen or unseen, with ids and the like between them."""
        found = []
        for element in self.root.iter():
            found += [value for key, value in self._unseen(element) if not self._is_alt(value)]
            found += [text for text in (element.text, element.tail) if text and text.strip()]
        return " ".join(" ".join(text.split()) for text in found if not self._is_alt(text))

    def metadata(self) -> Iterator[str]:
        """What its raster images say beside their pixels."""
        for element in self.root.iter():
            image = raster_image(element) if local(element.tag) == "image" else None
            if image is not None:
                if image.format != "JPEG":
                    image.load()  # a PNG's texts may stand behind its pixels
                yield from _beside_pixels(image)

    def _names(self) -> Iterator[str]:
        for element in self.root.iter():
            unseen = (f'{k}="{v}"' for k, v in self._unseen(element) if not self._is_alt(v))
            yield " ".join((f"<{local(element.tag)}>", *sorted(unseen)))

    def _unseen(self, element: ElementTree.Element) -> Iterator[tuple[str, str]]:
        for key, value in element.attrib.items():
            name = local(key)
            if name in UNSEEN or name.startswith(("aria-", "data-")):
                yield name, value

    def _is_alt(self, text: str) -> bool:
        return unescape(text).strip() == self.alt.strip()


def _beside_pixels(image: Any) -> Iterator[str]:
    if image.getexif():
        yield "EXIF"
    for key, value in image.info.items():
        if key in ("exif", "icc_profile", *_FORMAT):
            continue
        if isinstance(value, bytes):
            plain = sum(32 <= byte < 127 for byte in value)
            if plain >= PRINTABLE * len(value) and value:
                yield str(key)
        elif isinstance(value, str):
            yield str(key)


def carriers(pictures: Sequence[Source]) -> dict[str, Array]:
    """What a picture has besides what it shows: name and values, each of shape ``(n,)``."""
    drawn = [without_data(picture.svg) for picture in pictures]
    marks = [Counter(re.findall(r'<\w+|\sid="[^"]*"', svg)) for svg in drawn]
    found = {
        "The size": [len(p.svg.replace(p.alt, "")) for p in pictures],
        "The length of the text alternative": [len(p.alt) for p in pictures],
        "The number of elements": [sum(mark.values()) for mark in marks],
    }
    for name in sorted(set().union(*marks)):
        label = f"The id {name[4:]}" if name.startswith(" id") else f"The number of {name}>"
        found[label] = [mark[name] for mark in marks]
    return {name: np.array(values, dtype=float) for name, values in found.items()}


def without_data(svg: str) -> str:
    """The source without the data of its raster images, in which no element can stand."""
    before, *images = svg.split(";base64,")
    return before + "".join(image[max(image.find('"'), 0) :] for image in images)


def attributes(pictures: Sequence[Source]) -> dict[str, Array]:
    """The short attributes that differ between pictures: name and values, shape ``(n,)``.

    A number counts as such, another value as 1 where a picture has it. The first ``<rect>`` is held
    against the first, and so on.
    """
    values: dict[tuple[str, int, str], dict[int, str]] = defaultdict(dict)
    for at, picture in enumerate(pictures):
        met: Counter[str] = Counter()
        for element in picture.root.iter():
            tag = local(element.tag)
            met[tag] += 1
            if met[tag] <= MOST_OF_A_KIND:
                for key, value in element.attrib.items():
                    if len(value) <= LONGEST:
                        values[tag, met[tag], local(key)][at] = value
    found: dict[str, Array] = {}
    for (tag, number, key), of in values.items():
        if len(set(of.values())) > 1 or len(of) < len(pictures):
            name = f"The attribute {key} of <{tag}> number {number}"
            found |= _columns(name, of, len(pictures))
    return found


def _columns(name: str, of: dict[int, str], n: int) -> dict[str, Array]:
    if len(of) == n and all(NUMBER.fullmatch(value) for value in of.values()):
        return {name: np.array([float(of[at]) for at in range(n)])}
    often = Counter(of.values()).most_common(8)
    return {
        f"{name}, {value!r},": np.array([float(of.get(at) == value) for at in range(n)])
        for value, _ in often
    }
