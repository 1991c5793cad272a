"""Pictures of written cases: PNG or JPEG files, without metadata, re-encoded at one size.

Only the pixels of a file enter a bundle: camera, place, names and dates that a file may carry are
left behind, and every picture has as many bytes as any other.
"""

from __future__ import annotations

import warnings
from contextlib import suppress
from html import escape
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from tutor.errors import BuildError
from tutor.kit.pictures.jpeg import Raster

MOST_BYTES = 10_000_000
MOST_PIXELS = 40_000_000
LEAST_SIDE = 64  # pixels
SIDES = (1_000, 800, 640, 480, 320)  # the longest that fits into SIZE is taken
SIZE = 120_000  # bytes of each picture as it is shown
FORMATS = {"PNG", "JPEG"}


def picture_of(path: Path, alt: str) -> dict[str, str]:
    """The picture as a bundle keeps it: an SVG around the pixels, and what stands in for it.

    Raises:
        BuildError: the file is too large, too small, or none that can be read.
    """
    try:
        upright = _upright(path)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        if isinstance(error, BuildError):
            raise
        raise BuildError(f"The picture {path.name!r} cannot be read as PNG or JPEG.") from None
    uri, width, height = _encoded(upright, path.name)
    svg = (
        f'<svg viewBox="0 0 {width} {height}" width="100%" role="img" '
        f'aria-label="{escape(alt)}"><image width="{width}" height="{height}" '
        f'href="{uri}"/></svg>'
    )
    return {"svg": svg, "alt": alt}


def _encoded(upright: Image.Image, name: str) -> tuple[str, int, int]:
    """A ``data:`` URI, width and height: as large as the bytes of every picture allow.

    Raises:
        BuildError: even a small one needs more of them.
    """
    for side in SIDES:
        smaller = upright.copy()
        smaller.thumbnail((side, side))
        with suppress(ValueError):  # too many bytes at the lowest quality
            raster = Raster.of(np.asarray(smaller, dtype=np.uint8), SIZE)
            return raster.uri, raster.width, raster.height
    raise BuildError(f"The picture {name!r} holds more detail than can be shown.")


def _upright(path: Path) -> Image.Image:
    """The picture as its camera was held, in three colours, on white where it is transparent."""
    name, size = path.name, path.stat().st_size
    if size > MOST_BYTES:
        raise BuildError(f"The picture {name!r} has {size / 1e6:.1f} MB; 10 MB are the most.")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        with Image.open(path, formats=sorted(FORMATS)) as file:
            width, height = file.size
            if width * height > MOST_PIXELS:
                raise BuildError(
                    f"The picture {name!r} has {width} × {height} pixels; 40 million are the most."
                )
            if min(width, height) < LEAST_SIDE:
                raise BuildError(
                    f"The picture {name!r} has {width} × {height} pixels; {LEAST_SIDE} on each "
                    "side are the fewest."
                )
            upright = ImageOps.exif_transpose(file)
            if upright.mode in ("RGBA", "LA", "PA") or "transparency" in upright.info:
                layer = upright.convert("RGBA")
                upright = Image.new("RGBA", layer.size, "white")
                upright.alpha_composite(layer)
            return upright.convert("RGB")
