"""The drawn lesion is what is read, and what lies beside it is no part of it."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.ndimage import binary_dilation

from tests.kit.pictures.screens import assert_alike, file_of, thinned
from tests.models.loading import load_model
from tutor.kit import Patients
from tutor.kit.pictures.jpeg import SIZE
from tutor.kit.pictures.lesion.alt_text import describe
from tutor.kit.pictures.lesion.pixels import draw
from tutor.kit.pictures.lesion.reader import STEP, measure, read
from tutor.kit.pictures.lesion.screen import Lesion, lesion_picture, screen

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


# --- the picture that is shown -------------------------------------------------------------------


@pytest.mark.parametrize("name", ["dermoscopy", "skin_tone"])
def test_the_shown_picture_measures_as_the_measured_one_does(name):
    some = load_model(name).simulate(60, 7)
    shown = np.stack([thinned(screen(some.row(at))) for at in range(some.n)])
    measured, again = read(draw(some, STEP)), read(shown[:, ::STEP, ::STEP])
    spread = {k: v for k, v in again.items() if np.std(measured[k]) > 0 and np.std(v) > 0}
    assert len(spread) >= 12
    assert_alike(measured, spread, 0.85)


def test_a_whole_picture_is_alike_on_the_screen():
    some = load_model("skin_tone").simulate(20, 5)
    for at, coarse in enumerate(draw(some).astype(float)):
        fine = thinned(screen(some.row(at))).astype(float)
        assert np.abs(fine - coarse).mean() < 6
        assert np.corrcoef(fine.ravel(), coarse.ravel())[0, 1] > 0.9


MARKS = {"ink": 0.8, "ruler": 1.0, "veil": 0.7, "vessels": 0.8, "globules": 0.9, "cysts": 1.0}


@pytest.mark.parametrize("column", MARKS)
def test_a_mark_or_structure_is_shown_where_it_is_measured_and_nowhere_else(column):
    """A twin differs in the one thing: skin, hairs and grain stay as they are to the last level."""
    without = {name: np.zeros(8) for name in (*MARKS, "network")}
    bare = lesions(8).with_columns(**without)
    marked = bare.with_columns(**{column: np.full(8, MARKS[column])})
    measured = np.abs(draw(marked).astype(int) - draw(bare)).max(3)
    seen = 0
    for at in range(bare.n):
        apart = np.abs(screen(marked.row(at)).astype(int) - screen(bare.row(at))).max(2)
        shown, there = thinned(apart.astype(np.uint8)), measured[at] > 24
        seen += there.sum()
        assert (
            shown[~binary_dilation(measured[at] > 0, iterations=4)].max(initial=0) <= 10
        )  # edges differ
        assert not there.any() or (shown[there] > 8).mean() > 0.7
    assert seen > 100


def test_what_is_fine_comes_from_the_seed_alone():
    row = lesions(1).row(0)
    again = {**row, "melanoma": 1 - row["melanoma"], "age": 20.0}
    assert lesion_picture(row, "One.") == lesion_picture(again, "One.")
    other = screen({**row, "lesion_seed": row["lesion_seed"] + 1})
    assert np.abs(other.astype(int) - screen(row)).mean() > 4


def test_palms_have_no_hairs():
    some = load_model("skin_tone").simulate(300, 5, palm=1, sore=0)
    assert all(Lesion.of(some.row(at)).hairs is None for at in range(10))
    elsewhere = [Lesion.of({**some.row(at), "palm": 0.0}).hairs for at in range(20)]
    assert any(hairs is not None for hairs in elsewhere)


@pytest.mark.parametrize("name", ["dermoscopy", "skin_tone"])
def test_all_files_are_of_one_size(name):
    some = load_model(name).simulate(40, 7)
    model = load_model(name)
    assert {len(file_of(model.picture(some.row(at)))) for at in range(some.n)} == {SIZE}
