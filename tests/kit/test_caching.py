"""A cohort is made once per study and per question, and only the latest study is held."""

from __future__ import annotations

import gc
import weakref

from tutor.kit import once_per_study


class AStudy:
    """Only its identity matters here."""


def counting():
    asked = []

    @once_per_study
    def cohort(study, window=0):
        """A cohort."""
        asked.append((study, window))
        return object()

    return cohort, asked


def test_the_same_question_is_computed_once():
    cohort, asked = counting()
    study = AStudy()
    assert cohort(study, 3) is cohort(study, 3)
    assert len(asked) == 1


def test_another_argument_is_another_question():
    cohort, asked = counting()
    study = AStudy()
    assert cohort(study, 3) is not cohort(study, 4)
    assert cohort(study, window=5) is cohort(study, window=5)
    assert [window for _, window in asked] == [3, 4, 5]


def test_another_study_is_computed_anew():
    cohort, asked = counting()
    first, second = AStudy(), AStudy()
    assert cohort(first) is not cohort(second)
    assert [study for study, _ in asked] == [first, second]


def test_an_older_study_is_let_go():
    cohort, asked = counting()
    study = AStudy()
    seen = weakref.ref(study)
    cohort(study)
    cohort(AStudy())
    asked.clear()
    del study
    gc.collect()
    assert seen() is None


def test_two_functions_do_not_share_results():
    first, second = counting()[0], counting()[0]
    study = AStudy()
    assert first(study) is not second(study)
    assert first.__doc__ == "A cohort."
