"""What is shown, thinned to what is measured, and the files of pictures as they lie in a page."""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Mapping

import numpy as np
from PIL import Image

from tutor.kit import Picture

FINE = 3


def thinned(shown: np.ndarray) -> np.ndarray:
    """The mean over each pixel of the measured picture, in whole levels."""
    height, width = (side // FINE for side in shown.shape[:2])
    blocks = shown.reshape(height, FINE, width, FINE, *shown.shape[2:]).mean((1, 3))
    return np.asarray(np.rint(blocks).astype(np.uint8))


def file_of(picture: Picture) -> bytes:
    """The file that the picture holds."""
    return base64.b64decode(re.search(r"base64,([^\"]+)", picture.svg)[1])


def pixels_of(picture: Picture) -> np.ndarray:
    """The picture as a browser shows it."""
    return np.asarray(Image.open(io.BytesIO(file_of(picture))))


def assert_alike(measured: Mapping[str, np.ndarray], shown: Mapping[str, np.ndarray], least: float):
    """Each measurement ranks patients alike on both pictures, and differs by less than they do."""
    for name, values in shown.items():
        one, other = np.asarray(measured[name], float), np.asarray(values, float)
        assert np.corrcoef(one, other)[0, 1] > least, name
        assert abs(one.mean() - other.mean()) < 0.95 * one.std(), name
