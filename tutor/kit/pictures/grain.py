"""Grain and mesh for pictures that are shown three times as fine as they are measured."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy.ndimage import gaussian_filter

Array = NDArray[Any]
FINE = 3  # pixels of the shown picture to one of the measured picture, each way


def enlarged(field: Array) -> Array:
    """A field of the measured picture between its pixels, ``FINE`` times as large each way."""
    size = (FINE * field.shape[1], FINE * field.shape[0])
    image = Image.fromarray(np.ascontiguousarray(field, dtype=np.float32))
    return np.asarray(image.resize(size, Image.Resampling.BICUBIC))


def finer_grain(sheet: Array, seed: int, share: float = 0.5) -> Array:
    """A sheet of grain between its pixels, with a finer one, ``share`` as strong, over it."""
    smooth = enlarged(sheet)
    stream = np.random.default_rng(seed)
    finer = gaussian_filter(stream.standard_normal(smooth.shape, dtype=np.float32), 0.7)
    finer *= share * sheet.std() / finer.std()
    return np.asarray(smooth + finer, dtype=np.float32)
