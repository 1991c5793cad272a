"""A picture's file is of one size whatever it shows, and a browser can read it."""

from __future__ import annotations

import io
import re
import zlib

import numpy as np
import pytest
from PIL import Image

from tests.kit.pictures.screens import file_of, pixels_of
from tutor.kit.pictures.jpeg import QUALITIES, SIZE, Raster, jpeg

SMOOTH = np.tile(np.arange(240, dtype=np.uint8), (160, 1))
ROUGH = np.random.default_rng(3).integers(0, 255, (160, 240), dtype=np.uint8)
COLOURED = np.stack([SMOOTH, SMOOTH.T.copy()[:160, :160].repeat(2, 1)[:, :240], SMOOTH], axis=-1)


def encoded(pixels, quality):
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "JPEG", quality=quality, subsampling="4:2:0")
    return file.getvalue()


@pytest.mark.parametrize("pixels", [SMOOTH, ROUGH, COLOURED], ids=["smooth", "rough", "coloured"])
@pytest.mark.parametrize("size", [SIZE, 70_003, 140_001])
def test_a_file_has_the_size_it_is_given_and_shows_what_it_was_given(pixels, size):
    file = jpeg(pixels, size)
    assert len(file) == size
    shown = np.asarray(Image.open(io.BytesIO(file))).astype(int)
    assert shown.shape == pixels.shape
    bare = next(f for f in (encoded(pixels, q) for q in QUALITIES) if len(f) + 4 <= size)
    assert np.array_equal(shown, np.asarray(Image.open(io.BytesIO(bare))))


@pytest.mark.parametrize("room", [0, 4, 5, 65_537, 65_538, 65_539, 65_540, 65_541, 65_542])
def test_every_room_can_be_filled_but_one_smaller_than_a_comment(room):
    bare = encoded(ROUGH, QUALITIES[0])
    file = jpeg(ROUGH, len(bare) + room)
    assert len(file) == len(bare) + room
    assert np.array_equal(Image.open(io.BytesIO(file)), Image.open(io.BytesIO(bare)))


def test_what_is_too_large_is_packed_more_tightly_and_then_refused():
    sizes = [len(encoded(ROUGH, quality)) for quality in QUALITIES]
    for size in (sizes[0] - 1, sizes[0] + 3, sizes[-1]):
        assert len(jpeg(ROUGH, size)) == size
    with pytest.raises(ValueError, match=re.escape("5 bytes more")):
        jpeg(ROUGH, sizes[-1] - 1)


@pytest.mark.parametrize("quality", QUALITIES)
def test_the_best_quality_that_fits_is_taken(quality):
    bare = encoded(ROUGH, quality)
    file = jpeg(ROUGH, len(bare))
    assert np.array_equal(Image.open(io.BytesIO(file)), Image.open(io.BytesIO(bare)))


def test_the_padding_cannot_be_compressed_away():
    file = jpeg(SMOOTH, SIZE)
    bare = len(encoded(SMOOTH, QUALITIES[0]))
    assert bare < SIZE / 3
    assert len(zlib.compress(file, 9)) > 0.9 * (SIZE - bare)


def test_a_picture_says_what_stands_in_for_it_and_holds_the_pixels():
    picture = Raster.of(SMOOTH).picture('A "grey" wedge.')
    assert picture.alt == 'A "grey" wedge.'
    assert 'aria-label="A &quot;grey&quot; wedge."' in picture.svg
    assert 'viewBox="0 0 240 160"' in picture.svg
    assert len(file_of(picture)) == SIZE
    assert np.abs(pixels_of(picture).astype(int) - SMOOTH).max() < 12
