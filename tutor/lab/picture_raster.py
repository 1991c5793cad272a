"""A picture as a small grid of colours: what somebody sees of it from a distance.

A raster image in the SVG is decoded. Lines, shapes and paths are drawn plainly: curves as straight
lines between their points, no gradients, no masks. Text is left out: it is read as text. That is
enough to hold one patient's picture against another's, and costs about a millisecond.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from io import BytesIO
from typing import Any
from xml.etree import ElementTree

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageColor, ImageDraw

from tutor.kit.drawing import Region

SIDE = 64  # pixels of the drawing, which is then halved and halved again
GRID = 16
NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
_STEP = re.compile(r"([MmLlHhVvCcSsQqTtAaZz])([^MmLlHhVvCcSsQqTtAaZz]*)")
_CALL = re.compile(r"(translate|scale)\s*\(([^)]*)\)")
_WIDE = {"m": 2, "l": 2, "h": 1, "v": 1, "c": 6, "s": 4, "q": 4, "t": 2, "a": 7}

Pixels = NDArray[np.float64]
Points = list[tuple[float, float]]


def grid(svg: str) -> Pixels:
    """The picture as ``GRID`` by ``GRID`` cells, shape ``(16, 16, 3)``, colours from 0 to 255.

    What cannot be read as XML is white.
    """
    image = Image.new("RGB", (SIDE, SIDE), "white")
    with suppress(ElementTree.ParseError):
        root = ElementTree.fromstring(svg)
        left, top, width, height = _view(root)
        start = _Style(scale=(SIDE / width, SIDE / height))
        start = replace(start, shift=(-left * start.scale[0], -top * start.scale[1]))
        _draw(ImageDraw.Draw(image), image, root, start)
    step = SIDE // GRID
    pixels = np.asarray(image, dtype=float).reshape(GRID, step, GRID, step, 3)
    return np.asarray(pixels.mean(axis=(1, 3)))


def outside(region: Region | None) -> NDArray[np.bool_]:
    """The cells that no part of ``region`` reaches, shape ``(16, 16)``."""
    left_out = np.ones((GRID, GRID), dtype=bool)
    if region is not None:
        across = _reached(region.left, region.right)
        down = _reached(region.top, region.bottom)
        left_out[down, across] = False
    return left_out


def _reached(low: float, high: float) -> slice:
    return slice(int(np.floor(low * GRID)), int(np.ceil(high * GRID)))


def local(name: str) -> str:
    """The name of an element or attribute without its namespace."""
    return name.rpartition("}")[2]


def raster_image(element: ElementTree.Element) -> Any:
    """The decoded image of an ``<image>`` with data; None if there is none that can be read."""
    href = next((v for k, v in element.attrib.items() if local(k) == "href"), "")
    if ";base64," in href:
        with suppress(OSError, ValueError):
            return Image.open(BytesIO(base64.b64decode(href.split(",", 1)[1])))
    return None


@dataclass(frozen=True)
class _Style:
    """What an element inherits: scale and shift to pixels, and its paints."""

    scale: tuple[float, float]
    shift: tuple[float, float] = (0.0, 0.0)
    fill: str = "black"
    stroke: str = "none"
    thick: float = 1.0

    def within(self, attributes: Mapping[str, str]) -> _Style:
        """The style of an element with these attributes."""
        found = replace(
            self,
            fill=attributes.get("fill", self.fill),
            stroke=attributes.get("stroke", self.stroke),
            thick=_number(attributes.get("stroke-width"), self.thick),
        )
        for name, said in _CALL.findall(attributes.get("transform", "")):
            x, *rest = [float(n) for n in NUMBER.findall(said)] or [0.0]
            y = rest[0] if rest else (x if name == "scale" else 0.0)
            if name == "scale":
                found = replace(found, scale=(found.scale[0] * x, found.scale[1] * y))
            else:
                found = replace(found, shift=found.placed(x, y))
        return found

    def placed(self, x: float, y: float) -> tuple[float, float]:
        """A point in pixels."""
        return self.shift[0] + x * self.scale[0], self.shift[1] + y * self.scale[1]


def _view(root: ElementTree.Element) -> tuple[float, float, float, float]:
    numbers = [float(n) for n in NUMBER.findall(root.get("viewBox", ""))]
    if len(numbers) == 4 and numbers[2] > 0 and numbers[3] > 0:
        return numbers[0], numbers[1], numbers[2], numbers[3]
    width, height = (max(_number(root.get(side), 100.0), 1.0) for side in ("width", "height"))
    return 0.0, 0.0, width, height


def _number(said: str | None, otherwise: float = 0.0) -> float:
    found = NUMBER.match(said.strip()) if said else None
    return float(found.group()) if found else otherwise


def _draw(draw: Any, image: Any, element: ElementTree.Element, around: _Style) -> None:
    style = around.within(element.attrib)
    name = local(element.tag)
    if name == "image":
        _paste(image, element, style)
    for points in _lines(name, element.attrib):
        _paint(draw, [style.placed(x, y) for x, y in points], name, style)
    for child in element:
        if local(child.tag) not in ("defs", "symbol", "clipPath", "mask", "pattern", "marker"):
            _draw(draw, image, child, style)


def _paste(image: Any, element: ElementTree.Element, style: _Style) -> None:
    found = raster_image(element)
    if found is None:
        return
    x, y = (_number(element.get(side)) for side in "xy")
    width, height = (_number(element.get(side)) for side in ("width", "height"))
    left, top = style.placed(x, y)
    right, bottom = style.placed(x + (width or found.width), y + (height or found.height))
    size = max(1, round(right - left)), max(1, round(bottom - top))
    with suppress(OSError):
        found.draft("RGB", (4 * SIDE, 4 * SIDE))
        image.paste(found.convert("RGB").resize(size, Image.Resampling.BOX), (int(left), int(top)))


def _paint(draw: Any, points: Points, name: str, style: _Style) -> None:
    fill, stroke = _colour(style.fill), _colour(style.stroke)
    if fill is not None and name != "line" and len(points) > 2:
        draw.polygon(points, fill=fill)
    if stroke is not None and len(points) > 1:
        thick = max(1, round(style.thick * (style.scale[0] * style.scale[1]) ** 0.5))
        closed = points if name in ("line", "path", "polyline") else [*points, points[0]]
        draw.line(closed, fill=stroke, width=thick)


def _colour(said: str) -> Any:
    if said in ("none", "transparent"):
        return None
    try:
        return ImageColor.getrgb(said)[:3]
    except ValueError:
        return (128, 128, 128)


def _lines(name: str, has: Mapping[str, str]) -> Iterator[Points]:
    """The outlines of an element, in its own units."""
    value = {key: _number(said) for key, said in has.items()}
    if name == "rect":
        x, y = value.get("x", 0.0), value.get("y", 0.0)
        right, bottom = x + value.get("width", 0.0), y + value.get("height", 0.0)
        yield [(x, y), (right, y), (right, bottom), (x, bottom)]
    elif name in ("circle", "ellipse"):
        turn = np.linspace(0, 2 * np.pi, 16, endpoint=False)
        across, down = (value.get(side, value.get("r", 0.0)) for side in ("rx", "ry"))
        x, y = value.get("cx", 0.0), value.get("cy", 0.0)
        yield list(zip(x + across * np.cos(turn), y + down * np.sin(turn), strict=True))
    elif name == "line":
        yield [(value.get(f"x{end}", 0.0), value.get(f"y{end}", 0.0)) for end in "12"]
    elif name in ("polyline", "polygon"):
        numbers = [float(n) for n in NUMBER.findall(has.get("points", ""))]
        yield list(zip(numbers[::2], numbers[1::2], strict=False))
    elif name == "path":
        yield from _path(has.get("d", ""))


def _path(steps: str) -> Iterator[Points]:
    """The strokes of a path; of a curve the points where it ends."""
    points: Points = []
    x = y = 0.0
    for letter, said in _STEP.findall(steps):
        step, numbers = letter.lower(), [float(n) for n in NUMBER.findall(said)]
        if step == "z":
            points.extend(points[:1])
            continue
        wide = _WIDE[step]
        for at in range(0, len(numbers) - wide + 1, wide):
            if step == "m" and at == 0:
                yield points
                points = []
            end = numbers[at : at + wide][-2:]
            base_x, base_y = (x, y) if letter.islower() else (0.0, 0.0)
            if step == "h":
                x = base_x + end[0]
            elif step == "v":
                y = base_y + end[0]
            else:
                x, y = base_x + end[0], base_y + end[1]
            points.append((x, y))
    yield points
