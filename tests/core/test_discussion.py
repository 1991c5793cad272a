"""Which patients the rule takes: made answers of eight learners to five patients."""

from __future__ import annotations

import numpy as np

from tutor.core.discussion import Reason, Topic, to_discuss
from tutor.core.reliance.encounters import Answers, Encounters
from tutor.core.reliance.item_analysis import FEWEST

LINE = 0.5
# Of each patient: the advice, and each learner's (before, after, named) where acting is sound and a
# failure acts in every patient.
RIGHT, WRONG = 0.9, 0.1
PATIENTS = [
    # 0: all right, all named it.
    (RIGHT, [(RIGHT, RIGHT, True)] * 8),
    # 1: three leave a right answer for wrong advice; five keep it.
    (WRONG, [(RIGHT, WRONG, True)] * 3 + [(RIGHT, RIGHT, True)] * 5),
    # 2: four of eight end right, and nobody leaves a right answer for wrong advice.
    (RIGHT, [(WRONG, RIGHT, True)] * 4 + [(WRONG, WRONG, True)] * 4),
    # 3: all right, six of eight name nothing.
    (RIGHT, [(RIGHT, RIGHT, False)] * 6 + [(RIGHT, RIGHT, True)] * 2),
    # 4: as 1, but only four learners met it.
    (WRONG, [(RIGHT, WRONG, False)] * 4),
]


def made(patients):
    """Encounters with the patient of each."""
    rows = [
        (learner, number, advice, *answer)
        for number, (advice, answers) in enumerate(patients)
        for learner, answer in enumerate(answers)
    ]
    person, code, advice, first, last, named = (
        np.array(column) for column in zip(*rows, strict=True)
    )
    n = len(rows)
    encounters = Encounters.of_answers(
        person.astype(np.int32),
        Answers(
            np.full(n, LINE), first, advice, last, np.ones(n, bool), np.full(n, np.nan),
            np.ones(n, bool),
        ),
        np.ones(n, np.int32),
        np.stack([named, np.ones(n), np.zeros(n), np.zeros(n)], axis=1).astype(np.int64),
    )  # fmt: skip
    return encounters, code.astype(np.int32)


def chosen(patients, most=3):
    rows, code = made(patients)
    return to_discuss(rows, code, np.ones(len(rows), bool), most)


def test_each_question_takes_a_patient():
    assert chosen(PATIENTS) == (
        Topic(1, Reason.LEFT, 3, 8),
        Topic(2, Reason.SPLIT, 4, 8),
        Topic(3, Reason.UNNOTICED, 6, 8),
    )


def test_a_patient_whom_fewer_than_five_met_is_never_taken():
    assert len(PATIENTS[4][1]) == FEWEST - 1
    assert 4 not in {topic.code for topic in chosen(PATIENTS, most=9)}
    rows, code = made([PATIENTS[4]])
    # Eight encounters of four learners are still four learners.
    twice = rows.where(np.repeat(np.arange(len(rows)), 2))
    assert to_discuss(twice, np.repeat(code, 2), np.ones(len(twice), bool)) == ()


def test_the_questions_are_asked_again_until_there_are_enough():
    _, second, third = PATIENTS[:3]
    assert [(t.code, t.reason) for t in chosen([second, third, second, second])] == [
        (0, Reason.LEFT),
        (1, Reason.SPLIT),
        (2, Reason.LEFT),
    ]


def test_nothing_is_discussed_where_all_went_well():
    assert chosen([PATIENTS[0]] * 4) == ()
