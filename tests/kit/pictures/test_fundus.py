"""A pixel of a fundus photograph keeps the nearest of the palette's colours."""

from __future__ import annotations

import numpy as np

from tutor.kit.pictures.fundus.eye import CHROMA
from tutor.kit.pictures.fundus.photograph import NEARER


def test_every_whole_chroma_becomes_the_nearest_of_the_palette():
    for chroma in range(101):
        kept = int((chroma >= NEARER).sum())
        assert abs(CHROMA[kept] - chroma) == np.abs(CHROMA - chroma).min(), chroma
