"""The shown fundus has the lesions and faults of the measured one, in the same places."""

from __future__ import annotations

import numpy as np
import pytest

from tests.kit.pictures.screens import file_of, thinned
from tests.models.loading import load_model
from tutor.kit.pictures.fundus.eye import CHROMA, SIZE, palette
from tutor.kit.pictures.fundus.photograph import (
    BLURRED,
    DARK,
    DUST,
    GLARE,
    MOST_BLOTS,
    NEARER,
    SHARP,
    dot_places,
    draw,
    exudate_places,
    places,
    tuft_place,
)
from tutor.kit.pictures.fundus.reader import read
from tutor.kit.pictures.fundus.screen import screen
from tutor.kit.pictures.jpeg import SIZE as BYTES

MODEL = load_model("retinopathy")
FAULTS = (SHARP, BLURRED, DARK, DUST, GLARE)


@pytest.fixture(scope="module")
def cohort():
    return MODEL.simulate(400, 7)


def test_every_whole_chroma_becomes_the_nearest_of_the_palette():
    for chroma in range(101):
        kept = int((chroma >= NEARER).sum())
        assert abs(CHROMA[kept] - chroma) == np.abs(CHROMA - chroma).min(), chroma


def coded(shown: np.ndarray) -> np.ndarray:
    """A shown photograph in the codes that are measured: its shade, and the chroma of its blue."""
    rgb = thinned(shown) / 255
    green = rgb[..., 1]
    shade = np.clip(green * 31 + 0.5, 0, 31).astype(np.uint8)
    less = np.clip((1 - rgb[..., 2] / np.maximum(green, 1e-3)) / 0.8, 0, 1)
    chroma = np.rint(100 * less**2.5)
    return (shade * 8 + (chroma[..., None] >= NEARER).sum(-1)).astype(np.uint8)


def test_the_shown_photograph_measures_as_the_measured_one_does(cohort):
    some = cohort.take(np.arange(80))
    measured = read(draw(some))
    shown = read(np.stack([coded(screen(some.row(at))) for at in range(some.n)]))
    least = {"m_sharp": 0.95, "m_light": 0.95, "m_grey": 0.95, "m_tangle": 0.85, "m_pale": 0.85}
    for name, bound in {**least, "m_blots": 0.7, "m_dots": 0.7}.items():
        assert np.corrcoef(measured[name], shown[name])[0, 1] > bound, name
        assert abs((measured[name] - shown[name]).mean()) < measured[name].std(), name


def test_disc_vessels_and_light_stand_in_the_same_places(cohort):
    for fault in FAULTS:
        at = int(np.flatnonzero(cohort["fault"] == fault)[0])
        coarse = palette()[draw(cohort.take([at]))[0]][..., 1].astype(float)
        fine = thinned(screen(cohort.row(at)))[..., 1].astype(float)
        assert np.corrcoef(coarse.ravel(), fine.ravel())[0, 1] > 0.9, fault
        assert abs(coarse.mean() - fine.mean()) < 3


def centre(points, row):
    x, y = np.round(np.asarray(points) + (SIZE - 1) / 2).astype(int).T
    return y, (SIZE - 1 - x if row["left_eye"] == 1 else x)


BARE = {"microaneurysms": 0.0, "haemorrhages": 0.0, "exudates": 0.0, "new_vessels": 0.0}


@pytest.mark.parametrize("lesion", BARE)
def test_a_lesion_is_shown_where_it_is_measured_and_nowhere_else(cohort, lesion):
    for at in range(8):
        bare = {**cohort.row(at), **BARE, "fault": float(SHARP), "conspicuity": 1.0}
        row = {**bare, lesion: 1.0}
        one = cohort.take([at]).with_columns(**{k: np.array([v]) for k, v in row.items()})
        seeds = one["eye_seed"].astype(np.uint64)
        points = {
            "microaneurysms": lambda one=one: dot_places(one)[0, :1],
            "haemorrhages": lambda s=seeds: places(s, 3, MOST_BLOTS)[0, :1],
            "exudates": lambda one=one: exudate_places(one)[0],
            "new_vessels": lambda s=seeds: tuft_place(s)[None],
        }[lesion]()
        apart = thinned(screen(row)).astype(int) - thinned(screen(bare))
        far = np.full((SIZE, SIZE), 99.0)
        for y, x in zip(*centre(points, row), strict=True):
            down, across = np.mgrid[:SIZE, :SIZE]
            far = np.minimum(far, np.hypot(down - y, across - x))
        reach = 26 if lesion == "new_vessels" else 9
        assert np.abs(apart[far > reach]).max() == 0
        step = apart[..., 1][far < (reach if lesion == "new_vessels" else 1.5)]
        assert (step.max() > 20) if lesion == "exudates" else (step.min() < -12)


def test_dirt_on_the_lens_is_grey_and_blood_is_red(cohort):
    clean = {**cohort.row(0), **BARE, "fault": float(SHARP)}
    dusty = {**clean, "fault": float(DUST), "specks": 5.0, "strength": 1.0}
    bled = {**clean, "haemorrhages": 6.0, "conspicuity": 1.0, "blot_size": 400.0}
    bare = screen(clean).astype(int)

    def redness(row):
        shown = screen(row).astype(int)
        changed = (bare - shown)[..., 1] > 40
        red, _, blue = shown[changed].T
        return np.median(red - blue)

    assert redness(dusty) < 30
    assert redness(bled) > 60


def test_no_pixel_is_wrapped_around(cohort):
    """The measured photograph keeps a shade in a byte; what is too bright is white here."""
    for at in range(6):
        row = {**cohort.row(at), "fault": float(GLARE), "specks": 8.0, "strength": 1.0}
        shown = screen(row).astype(int)
        neighbours = np.abs(np.diff(shown[..., 1], axis=1))
        assert neighbours.max() < 130


def test_what_the_photograph_is_not_drawn_from_changes_nothing(cohort):
    row = cohort.row(3)
    other = {**row, "hba1c": 12.0, "needs_referral": 1 - row["needs_referral"], "referable": 0.5}
    assert MODEL.picture(row) == MODEL.picture(other)


def test_all_files_are_of_one_size(cohort):
    for at in range(40):
        row = {**cohort.row(at), "fault": float(FAULTS[at % 5])}
        assert len(file_of(MODEL.picture(row))) == BYTES
