"""Where the marks of the reports' charts stand, and what they say."""

from __future__ import annotations

import numpy as np

from tutor.core.intervals import Estimate
from tutor.core.reliance.calibration import calibration
from tutor.web.reports.plots import SIDE, TOP, across, bars, calibration_plot, upward


def known(*rows):
    said, risk = zip(*rows, strict=True)
    return calibration(np.zeros(len(rows), np.int32), np.array(said), np.array(risk))


def test_more_stands_further_right_and_higher():
    assert across(0.8) > across(0.2)
    assert upward(0.8) < upward(0.2)
    assert (upward(1.0), upward(0.0)) == (TOP, TOP + SIDE)


def test_each_bin_is_a_point_and_a_row_that_open_to_the_same():
    plot = calibration_plot(
        known((0.1, 0.2), (0.9, 0.7)), known((0.9, 0.7)), lambda when, b: f"{when}:{b.low:g}"
    )
    assert [p.href for p in plot.points] == ["before:0", "before:0.8", "after:0.8"]
    assert [row[-1] for row in plot.rows] == [p.href for p in plot.points]


def test_bins_of_too_few_people_are_not_drawn():
    plot = calibration_plot(known((0.1, 0.2)), known((0.9, 0.7)), fewest=2)
    assert (plot.points, plot.rows) == ((), ())


def test_a_bar_says_its_share_interval_and_counts():
    (bar,) = bars([("Misled", "now", Estimate(0.25, 0.1, 0.5, 8), "2 of 8")])
    assert (bar.low, bar.at, bar.high) == (10, 25, 50)
    assert bar.says == "Misled: 25 of 100 (10–50); 2 of 8"
