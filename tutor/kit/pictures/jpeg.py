"""Pixels as a JPEG of one size in bytes, inside an SVG.

The file is filled up to a fixed number of bytes with noise that does not compress, so that its
size, even behind a compressing proxy, tells nothing about the patient.
"""

from __future__ import annotations

import base64
import zlib
from dataclasses import dataclass
from html import escape
from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tutor.kit.drawing import Picture

Pixels = NDArray[np.uint8]
SIZE = 30_000  # bytes; 40,000 characters in base64
QUALITIES = (92, 84, 78, 72, 66, 58, 46)  # the best one whose file is small enough is taken
START = b"\xff\xd8"
COMMENT = b"\xff\xfe"
MARKER, MOST = 4, 65_533  # bytes of a comment's head, and the most that one can hold


def jpeg(pixels: Pixels, size: int = SIZE, best: int = QUALITIES[0]) -> bytes:
    """A JPEG file of exactly ``size`` bytes, of the quality ``best`` if there is room for it.

    ``pixels`` has shape ``(height, width, 3)``, or ``(height, width)`` for shades of grey.

    Raises:
        ValueError: the picture needs more than ``size`` bytes even at the lowest quality.

    """
    image, qualities = Image.fromarray(pixels), [one for one in QUALITIES if one <= best]
    first, last, files = 0, len(qualities) - 1, dict[int, bytes]()
    # A lower quality makes a smaller file, so that each one tried settles half of those left.
    while first < last or last not in files:
        middle = (first + last) // 2
        files[middle] = _encoded(image, qualities[middle])
        if _fits(size - len(files[middle])):
            last = middle
        elif first < last:
            first = middle + 1
        else:
            missing = MARKER - size + len(files[last])
            raise ValueError(f"This picture needs {missing} bytes more than {size}.")
    room = size - len(files[last])
    return _filled(files[last], room) if room else files[last]


def _fits(room: int) -> bool:
    """Whether a file with so much room can be filled up: with nothing, or with a comment."""
    return room == 0 or room >= MARKER


def _encoded(image: Any, quality: int) -> bytes:
    file = BytesIO()
    image.save(file, "JPEG", quality=quality, subsampling="4:2:0")
    return file.getvalue()


def _filled(file: bytes, room: int) -> bytes:
    """The file with ``room`` bytes more: comments of noise behind its first segment."""
    first = 4 + int.from_bytes(file[4:6], "big")  # behind the segment that names the format
    noise = np.random.default_rng(zlib.crc32(file))
    comments = []
    while room:
        body = min(room - MARKER, MOST)
        if 0 < room - MARKER - body < MARKER:
            body -= MARKER
        comments.append(COMMENT + (body + 2).to_bytes(2, "big") + noise.bytes(body))
        room -= MARKER + body
    return b"".join((file[:first], *comments, file[first:]))


@dataclass(frozen=True)
class Raster:
    """Pixels as they stand in a page: a ``data:`` URI of one length, and their size."""

    uri: str
    width: int
    height: int

    @classmethod
    def of(cls, pixels: Pixels, size: int = SIZE, best: int = QUALITIES[0]) -> Raster:
        """The pixels as a JPEG file of exactly ``size`` bytes; see :func:`jpeg`."""
        data = base64.b64encode(jpeg(pixels, size, best)).decode("ascii")
        height, width = pixels.shape[:2]
        return cls(f"data:image/jpeg;base64,{data}", width, height)

    def picture(self, alt: str) -> Picture:
        """A :class:`Picture` as wide as its place, of one size save for ``alt``."""
        svg = (
            f'<svg viewBox="0 0 {self.width} {self.height}" width="100%" role="img" '
            f'aria-label="{escape(alt)}"><image width="{self.width}" height="{self.height}" '
            f'href="{self.uri}"/></svg>'
        )
        return Picture(svg, alt)
