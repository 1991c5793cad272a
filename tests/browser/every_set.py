"""What holds of a whole set of any exercise: library, twelve patients, summary, record."""

from __future__ import annotations

import pytest

from tests.browser.tour import REASON, Tour

HEADINGS = {
    "shown": ["The patient"],
    "revealed": ["The algorithm’s view", "Known failure modes"],
    "closed": ["What was true", "What went on in the algorithm"],
}


class EverySet:
    """Tests of a ``tour``, which the module that inherits them plays."""

    def test_a_set_is_twelve_patients_and_each_is_closed(self, tour: Tour) -> None:
        assert [stages[-1] for stages in tour.stages] == ["closed"] * 12

    def test_two_patients_come_without_the_algorithm_and_never_the_first(self, tour: Tour) -> None:
        alone = [at for at, stages in enumerate(tour.stages) if "revealed" not in stages]
        assert (len(alone), 0 in alone) == (2, False)

    @pytest.mark.parametrize("stop", HEADINGS)
    def test_a_stage_has_its_headings(self, stop: str, tour: Tour) -> None:
        assert set(HEADINGS[stop]) <= set(tour.stops[stop].headings)

    @pytest.mark.parametrize("stop", ["shown", "revealed"])
    def test_the_probability_starts_empty(self, stop: str, tour: Tour) -> None:
        assert tour.stops[stop].fields == [""]

    @pytest.mark.parametrize("stop", ["shown", "revealed"])
    def test_no_choice_is_made_beforehand(self, stop: str, tour: Tour) -> None:
        assert tour.stops[stop].checked == 0

    def test_the_record_lists_all_twelve(self, tour: Tour) -> None:
        assert [f"Case {n}" for n in range(1, 13) if f"Case {n}\n" not in tour.record] == []

    def test_a_reason_comes_back_as_it_was_written(self, tour: Tour) -> None:
        assert f"You wrote: “{REASON}”" in tour.stops["closed"].text

    def test_the_console_stays_silent(self, tour: Tour) -> None:
        assert tour.watch.complaints == []

    def test_no_request_leaves_the_servers_own_address(self, tour: Tour) -> None:
        assert tour.watch.outside == []
