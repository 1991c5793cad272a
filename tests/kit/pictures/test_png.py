"""A picture's file is of one size, lossless, and packed as tightly as it must be."""

from __future__ import annotations

import base64
import re
import struct
import zlib

import pytest

from tests.models.loading import load_model
from tutor.kit.pictures.lesion.pixels import draw
from tutor.kit.pictures.png import png_data_uri

FRAME = 8 + 25 + 12 + 12 + 12  # signature, IHDR, and what IDAT, IEND and the padding take empty


@pytest.fixture(scope="module")
def rgb():
    """A lesion."""
    return draw(load_model("dermoscopy").simulate(1, 4))[0]


def unpacked(uri: str) -> tuple[int, bytes]:
    """The size of the file and the rows it holds, read by hand."""
    file = base64.b64decode(uri.split(",")[1])
    at, data = 8, b""
    while at < len(file):
        (length,) = struct.unpack(">I", file[at : at + 4])
        if file[at + 4 : at + 8] == b"IDAT":
            data += file[at + 8 : at + 8 + length]
        at += length + 12
    return len(file), zlib.decompress(data)


def test_a_file_has_the_size_it_is_given(rgb):
    assert {unpacked(png_data_uri(picture))[0] for picture in (rgb, rgb[::-1], 0 * rgb)} == {30_000}


def test_a_picture_is_packed_as_tightly_as_it_must_be_and_no_tighter_is_possible(rgb):
    rows = unpacked(png_data_uri(rgb))[1]
    quick, tight = (FRAME + len(zlib.compress(rows, level)) for level in (4, 9))
    assert tight < quick
    for size in (quick, quick - 1, tight):
        assert unpacked(png_data_uri(rgb, size)) == (size, rows)
    with pytest.raises(ValueError, match=re.escape("1 bytes more")):
        png_data_uri(rgb, tight - 1)
