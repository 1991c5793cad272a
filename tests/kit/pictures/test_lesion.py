"""The drawn lesion is what is read, and what lies beside it is no part of it."""

from __future__ import annotations

import numpy as np
import pytest

from tests.models.loading import load_model
from tutor.kit import Patients
from tutor.kit.pictures.lesion.alt_text import describe
from tutor.kit.pictures.lesion.pixels import draw, lesion_picture
from tutor.kit.pictures.lesion.reader import STEP, measure, read

MODEL = load_model("dermoscopy")
BESIDE = {"m_violet", "m_black"}


def lesions(n: int = 60, **do: float) -> Patients:
    return MODEL.simulate(n, 4, **do)


def test_a_thinned_picture_holds_the_pixels_of_the_whole_one():
    some = lesions(20)
    np.testing.assert_array_equal(draw(some)[:, ::STEP, ::STEP], draw(some, STEP))


@pytest.mark.parametrize("step", [1, STEP])
def test_a_lesion_is_drawn_alike_alone_and_among_others(step):
    some = lesions(12, ink=0.6)
    together = draw(some, step)
    for at in range(some.n):
        np.testing.assert_array_equal(together[at], draw(some.take([at]), step)[0])


@pytest.mark.parametrize("radius", [1.5, 4.2, 9.0])
def test_a_lesion_is_drawn_whole_whatever_its_size(radius):
    """Beside one that fills the picture, the square it is drawn in is the whole picture."""
    some = lesions(8, radius=radius, veil=0.5, blotch=0.5, network=0.8, cysts=0.5)
    huge = lesions(1, radius=20.0)
    beside = Patients({name: np.append(some[name], huge[name]) for name in some})
    np.testing.assert_array_equal(draw(some), draw(beside)[:-1])


def test_what_is_measured_is_what_is_read_off_the_pixels():
    some = lesions(70)
    measured, again = measure(some), read(draw(some, STEP))
    for column, values in again.items():
        np.testing.assert_array_equal(measured[column], values, column)


def test_longer_strokes_leave_more_violet_and_none_leave_none():
    none, short, long = (measure(lesions(ruler=0, ink=ink)) for ink in (0.0, 0.3, 1.0))
    assert np.median(none["m_violet"]) == 0
    assert (long["m_violet"] > short["m_violet"]).mean() > 0.95


def test_ink_and_scale_change_nothing_of_the_lesion():
    bare = draw(lesions(ink=0, ruler=0)).astype(int)
    inked = draw(lesions(ink=1, ruler=1)).astype(int)
    middle = slice(56, 72)
    np.testing.assert_array_equal(bare[:, middle, middle], inked[:, middle, middle])
    one, other = measure(lesions(ink=0, ruler=0)), measure(lesions(ink=1, ruler=0))
    for column in set(MODEL.columns) - BESIDE:
        assert (one[column] == other[column]).mean() > 0.9, column


def test_a_scale_leaves_black_beside_the_lesion():
    without, with_it = (measure(lesions(ruler=ruler)) for ruler in (0, 1))
    assert with_it["m_black"].min() > np.median(without["m_black"])


@pytest.mark.parametrize(
    ("column", "low", "high", "measured"),
    [
        ("lopsided", 0.03, 0.25, "m_asymmetry"),
        ("ragged", 0.005, 0.08, "m_border"),
        ("veil", 0.0, 0.7, "m_blue"),
        ("radius", 2.0, 3.6, "m_diameter"),
    ],
)
def test_what_is_drawn_more_is_measured_more(column, low, high, measured):
    plain = lesions(ink=0, ruler=0, pale=0)
    less, more = (measure(plain.with_columns(**{column: np.full(plain.n, v)})) for v in (low, high))
    assert more[measured].mean() > less[measured].mean()


def test_the_words_name_what_is_drawn_and_the_size_tells_nothing():
    sizes = set()
    for ink in (0.0, 0.5):
        row = lesions(1, ink=ink, ruler=0, veil=0.7, vessels=0).row(0)
        said = describe(row)
        assert "blue-white" in said
        assert ("violet pen" in said) == (ink > 0)
        sizes.add(len(lesion_picture(row, said).svg.replace(said, "")))
    assert len(sizes) == 1
