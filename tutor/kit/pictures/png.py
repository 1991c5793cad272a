"""Pixels as a PNG of one size: what a program measured is the very picture a person is shown.

The file is lossless. It is filled up to a fixed number of bytes with noise that does not
compress, so that its size, even behind a compressing proxy, tells nothing about the patient.
"""

from __future__ import annotations

import base64
import struct
import zlib
from html import escape

import numpy as np
from numpy.typing import NDArray

from tutor.kit.drawing import Picture

Pixels = NDArray[np.uint8]
SIZE = 30_000  # bytes; 40,000 characters in base64
SIGNATURE = b"\x89PNG\r\n\x1a\n"
GREY, COLOUR = 0, 2
QUICK, TIGHT = 2, 9  # levels: some per cent apart, nearly always within the padding
PADDING = b"paDd"  # ancillary, private: readers pass over it


def png_data_uri(rgb: Pixels, size: int = SIZE) -> str:
    """A PNG of exactly ``size`` bytes as a ``data:`` URI, the same for all pictures of that size.

    ``rgb`` has shape ``(height, width, 3)``, or ``(height, width)`` for shades of grey.

    Raises:
        ValueError: the picture needs more than ``size`` bytes.

    """
    height, width = rgb.shape[:2]
    kind = COLOUR if rgb.ndim == 3 else GREY
    head = _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, kind, 0, 0, 0))
    end, rows = _chunk(b"IEND", b""), _filtered(rgb)
    most = size - len(SIGNATURE + head + end) - len(_chunk(PADDING, b""))
    data = _chunk(b"IDAT", zlib.compress(rows, QUICK))
    if len(data) > most:
        data = _chunk(b"IDAT", zlib.compress(rows, TIGHT))
    room = most - len(data)
    if room < 0:
        raise ValueError(f"This picture needs {-room} bytes more than {size}.")
    noise = np.random.default_rng(zlib.crc32(data)).bytes(room)
    file = SIGNATURE + head + _chunk(PADDING, noise) + data + end
    return "data:image/png;base64," + base64.b64encode(file).decode("ascii")


def raster_picture(rgb: Pixels, alt: str, size: int = SIZE) -> Picture:
    """Pixels as a :class:`Picture` of one size (save for ``alt``), as wide as its place."""
    height, width = rgb.shape[:2]
    svg = (
        f'<svg viewBox="0 0 {width} {height}" width="100%" role="img" aria-label="{escape(alt)}">'
        f'<image width="{width}" height="{height}" href="{png_data_uri(rgb, size)}"/></svg>'
    )
    return Picture(svg, alt)


def _chunk(name: bytes, body: bytes) -> bytes:
    check = zlib.crc32(name + body)
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", check)


def _filtered(rgb: Pixels) -> bytes:
    """Rows as PNG wants them, each by the filter that leaves the smallest differences.

    All differences are bytes, modulo 256; how small one is, is told from either side of 0.
    """
    here = rgb.reshape(rgb.shape[0], rgb.shape[1], -1)
    left, above = np.zeros_like(here), np.zeros_like(here)
    left[:, 1:], above[1:] = here[:, :-1], here[:-1]
    middle = (left & above) + ((left ^ above) >> 1)  # half their sum, without a carry
    guesses = (np.zeros_like(here), left, above, middle)
    rows = np.stack([here - guess for guess in guesses]).reshape(len(guesses), len(here), -1)
    best = np.minimum(rows, -rows).sum(2, dtype=np.int32).argmin(0)
    chosen = rows[best, np.arange(len(here))]
    return np.column_stack([best.astype(np.uint8), chosen]).tobytes()
