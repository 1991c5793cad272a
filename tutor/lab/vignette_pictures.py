"""Pictures of written cases: PNG or JPEG files, without metadata, re-encoded at one size.

Only the pixels of a file enter a bundle: camera, place, names and dates that a file may carry are
left behind, and every picture has as many bytes as any other.
"""

from __future__ import annotations

import warnings
from html import escape
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from tutor.errors import BuildError
from tutor.kit.pictures.jpeg import Raster

MOST_BYTES = 10_000_000
MOST_PIXELS = 40_000_000
LEAST_SIDE, MOST_SIDE = 64, 1_000  # pixels; a larger picture is made smaller
SIZE = 120_000  # bytes of each picture as it is shown
FORMATS = {"PNG", "JPEG"}


def picture_of(path: Path, alt: str) -> dict[str, str]:
    """The picture as a bundle keeps it: an SVG around the pixels, and what stands in for it.

    Raises:
        BuildError: the file is too large, too small, or none that can be read.
    """
    try:
        pixels = _pixels(path)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        if isinstance(error, BuildError):
            raise
        raise BuildError(f"The picture {path.name!r} cannot be read as PNG or JPEG.") from None
    height, width = pixels.shape[:2]
    uri = Raster.of(pixels, SIZE).uri
    svg = (
        f'<svg viewBox="0 0 {width} {height}" width="100%" role="img" '
        f'aria-label="{escape(alt)}"><image width="{width}" height="{height}" '
        f'href="{uri}"/></svg>'
    )
    return {"svg": svg, "alt": alt}


def _pixels(path: Path) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """The upright picture, shape ``(height, width, 3)``, at most ``MOST_SIDE`` on each side."""
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
            plain = upright.convert("RGB")
    plain.thumbnail((MOST_SIDE, MOST_SIDE))
    return np.asarray(plain, dtype=np.uint8)
