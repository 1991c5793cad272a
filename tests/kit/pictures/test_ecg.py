"""A strip lies on paper that is to scale: a view box in millimetres, 25 mm/s and 10 mm/mV."""

from __future__ import annotations

import re

import numpy as np
import pytest

from tests.models.loading import load_model
from tutor.content.svg import sanitise
from tutor.kit.pictures.ecg.paper import HIGH, WIDE, rhythm_picture
from tutor.kit.pictures.ecg.signal import draw

MODEL = load_model("ecg")


@pytest.fixture(scope="module")
def cohort():
    return MODEL.simulate(30, 4)


def traces(svg: str) -> list[np.ndarray]:
    """The two rows, in millimetres of paper from its upper left corner."""
    scale = float(re.search(r'<g transform="scale\(([\d.]+)\)">', svg)[1])
    moved = [float(x) for x in re.findall(r'polyline transform="translate\((\d+) 0\)"', svg)]
    rows = re.findall(r'points="([^"]+)"', svg)
    points = [np.array([[float(v) for v in xy.split(",")] for xy in r.split()]) for r in rows]
    return [scale * (np.array([left, 0]) + row) for row, left in zip(points, moved, strict=True)]


def test_a_second_is_25_mm_and_a_millivolt_10_mm(cohort):
    for at in range(6):
        svg = rhythm_picture(cohort.row(at)).svg
        assert f'viewBox="0 0 {WIDE} {HIGH}"' in svg
        strip, rows = draw(cohort.take([at]))[0], traces(svg)
        for row, seconds in zip(rows, (strip[:1250], strip[1250:]), strict=True):
            assert np.ptp(row[:, 0]) == pytest.approx(5 * 25, abs=0.3)
            heights = row[:, 1].max() - row[:, 1].min()
            assert heights == pytest.approx(10 * np.ptp(np.clip(seconds, -1, 2)), abs=0.35)
            tallest = row[row[:, 1].argmin(), 0] - row[0, 0]
            assert tallest == pytest.approx(25 * seconds.argmax() / 250, abs=0.4)


def test_the_paper_is_ruled_every_millimetre_and_marked_every_second(cohort):
    svg = rhythm_picture(cohort.row(0)).svg
    thin, thick, seconds = re.findall(r'<path d="([^"]+)" stroke="#[0-9a-f]{6}"', svg)[:3]
    across = [int(x) for x in re.findall(r"M(\d+) 0V", thin)]
    assert across == list(range(0, 1351, 10))
    assert [int(x) for x in re.findall(r"M(\d+) 0V", thick)] == across[::5]
    marks = [int(x) for x in re.findall(r"M(\d+) 0v", seconds)]
    assert np.diff(marks).tolist() == [250] * 5


def test_the_paper_stands_in_a_page_as_it_was_drawn(cohort):
    svg = rhythm_picture(cohort.row(1)).svg
    assert sanitise(svg).removed == ()
