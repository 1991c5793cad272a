"""What holds of a set of any exercise, whether it is played to its end or not."""

from __future__ import annotations

import pytest

from tests.browser.tour import FIRST_TWO, REASON, WHOLE, Tour

HEADINGS = {
    "shown": ["The patient"],
    "revealed": ["The algorithm’s view", "Known failure modes"],
    "closed": ["What was true", "What went on in the algorithm"],
}


class EverySet:
    """Tests of a ``tour``, which the module that inherits them plays."""

    def test_each_patient_is_closed(self, tour: Tour) -> None:
        assert len(tour.stages) >= FIRST_TWO
        assert {stages[-1] for stages in tour.stages} == {"closed"}

    def test_the_first_patient_comes_with_the_algorithm(self, tour: Tour) -> None:
        assert tour.stages[0] == ["shown", "revealed", "closed"]

    @pytest.mark.parametrize("stop", HEADINGS)
    def test_a_stage_has_its_headings(self, stop: str, tour: Tour) -> None:
        assert set(HEADINGS[stop]) <= set(tour.stops[stop].headings)

    def test_the_probability_starts_empty(self, tour: Tour) -> None:
        assert tour.stops["shown"].fields == [""]

    def test_no_choice_is_made_beforehand(self, tour: Tour) -> None:
        assert tour.stops["shown"].chosen == []

    def test_until_it_is_changed_the_final_answer_is_the_first(self, tour: Tour) -> None:
        assert tour.stops["revealed"].fields == ["60"]
        assert tour.stops["revealed"].chosen == ["drivers", "drivers", "keep"]

    def test_the_record_lists_every_patient(self, tour: Tour) -> None:
        played = range(1, len(tour.stages) + 1)
        assert [f"Case {n}" for n in played if f"Case {n}\n" not in tour.record] == []

    def test_a_reason_comes_back_as_it_was_written(self, tour: Tour) -> None:
        assert f"You wrote: “{REASON}”" in tour.stops["closed"].text

    def test_the_console_stays_silent(self, tour: Tour) -> None:
        assert tour.watch.complaints == []

    def test_no_request_leaves_the_servers_own_address(self, tour: Tour) -> None:
        assert tour.watch.outside == []


class WholeSet(EverySet):
    """Tests of a ``tour`` that was played to the end of its set."""

    def test_a_set_is_twelve_patients(self, tour: Tour) -> None:
        assert len(tour.stages) == WHOLE

    def test_two_patients_come_without_the_algorithm(self, tour: Tour) -> None:
        assert sum("revealed" not in stages for stages in tour.stages) == 2
