"""What is said of a decision: by the chart's own risk, never by what happened."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.core import encounters as e
from tutor.core.case import Truth
from tutor.core.encounter import Advice, Decision, close, close_unaided, decide
from tutor.core.verdicts import Outcome, Verdict
from tutor.web import words
from tutor.web.encounter.verdicts import (
    ACTS,
    COULD,
    NO_HARM,
    NOT_HERE,
    certainty_says,
    suspicion_says,
    tags,
    tally,
    unexplained,
    verdict_text,
)

SOUND_ACT = Outcome(0.3, 0.4, 0.1, 0.4, True, 0.53)
UNLUCKY_WAIT = Outcome(0.3, 0.1, 0.1, 0.1, True, 0.12, scored=False)


@pytest.fixture
def evidence(bundle):
    modes = tuple(
        replace(mode, id=id_, title=id_.title())
        for mode, id_ in zip(bundle.measured.modes, ("masked", "warm"), strict=False)
    )
    return replace(
        bundle.measured,
        threshold=0.3,
        condition="breast cancer",
        absence="no breast cancer",
        grey_zone=1.5,
        modes=modes,
    )


def said(outcome, evidence):
    text = verdict_text(outcome, evidence)
    return " ".join((text.headline, text.risk, text.verdict, text.reason))


def test_whoever_acted_on_the_charts_risk_is_told_a_sound_decision(evidence):
    """The woman whose chart said 53 %: at a line of 30 % her 40 % is right."""
    text = verdict_text(SOUND_ACT, evidence)
    assert text.headline == "You were right to keep your answer."
    assert text.risk == (
        "Of 100 patients with this whole chart, about 53 have breast cancer. "
        "Acting was the sound decision."
    )


def test_a_sound_decision_with_an_unlucky_outcome_is_not_blamed(evidence):
    text = verdict_text(UNLUCKY_WAIT, evidence)
    assert text.headline == "Your decision was sound, but the outcome was unlucky."
    assert "about 12 have breast cancer" in text.risk
    assert "Not acting was the sound decision." in text.risk
    assert "wrong" not in said(UNLUCKY_WAIT, evidence)
    assert "not scored" in text.reason


def test_an_unsound_decision_is_not_praised_for_its_luck(evidence):
    lucky = replace(UNLUCKY_WAIT, initial=0.8, final=0.8)
    text = said(lucky, evidence)
    assert text.startswith("Your decision was not sound, although the outcome agreed with it.")
    assert "right" not in text
    assert "not scored" in text


@pytest.mark.parametrize("initial", [0.1, 0.8])
@pytest.mark.parametrize("risk", [0.25, 0.35])
def test_near_the_line_either_decision_is_sound(evidence, initial, risk):
    near = replace(SOUND_ACT, initial=initial, final=initial, chart_risk=risk)
    text = said(near, evidence)
    assert text.startswith("Either decision is sound here.")
    assert "either decision is sound." in text
    assert not any(blame in text for blame in ("wrong", "Misled", "Kept"))


def test_an_encounter_from_before_keeps_its_verdict(evidence):
    older = Outcome(0.3, 0.4, 0.1, 0.2, False)
    text = verdict_text(older, evidence)
    assert older.verdict is Verdict.CORRECTED
    assert (text.risk, text.headline) == ("", words.HEADLINE[older.verdict])


@pytest.mark.parametrize("verdict", Verdict)
def test_each_verdict_is_told_in_short_plain_sentences(verdict):
    for text in (words.HEADLINE[verdict], words.LESSON[verdict]):
        for sentence in text.replace("?", ".").split(". "):
            assert 3 <= len(sentence.split()) <= 20
    assert "it" not in words.VERDICT[verdict].split()


@pytest.mark.parametrize(
    ("risk", "count"),
    [
        (0.53, "about 53 have"),
        (0.012, "about 1 has"),
        (0.001, "fewer than 1 has"),
        (0.0, "fewer than 1 has"),
        (0.994, "about 99 have"),
        (0.999, "more than 99 have"),
        (1.0, "more than 99 have"),
    ],
)
def test_a_risk_is_told_of_a_hundred_patients_and_never_of_none_or_all(risk, count):
    told = words.of_100_patients(risk, "sepsis", "no sepsis")
    assert told == f"Of 100 patients with this whole chart, {count} sepsis."


@pytest.mark.parametrize(
    ("condition", "absence", "end"),
    [
        ("hypoxaemic", "not hypoxaemic", "about 40 are hypoxaemic."),
        ("a fractured hip", "no fracture", "about 40 have a fractured hip."),
        ("death at home", "survival", "about 40 have the outcome “death at home”."),
    ],
)
def test_a_condition_is_told_as_the_word_it_is(condition, absence, end):
    assert words.of_100_patients(0.4, condition, absence).endswith(end)


def test_certainty_is_not_counted_where_the_outcome_was_luck():
    assert certainty_says(SOUND_ACT, 3) == "For your first answer you chose “Certain”: +3 marks."
    assert certainty_says(SOUND_ACT, 1).endswith("+1 mark.")
    assert certainty_says(replace(SOUND_ACT, initial=0.1), 3).endswith("−6 marks.")
    told = certainty_says(UNLUCKY_WAIT, 3)
    assert "not scored" in told
    assert "3" not in told


def test_a_case_of_luck_is_in_no_tally():
    past = [SOUND_ACT, SOUND_ACT, replace(SOUND_ACT, scored=False)]
    assert "2 of 2 patients" in tally(SOUND_ACT, past)
    assert tally(replace(SOUND_ACT, scored=False), past) == ""


def closed(truth, suspected="none", algorithm=0.1, final=0.4):
    revealed = replace(e.revealed(0.4, algorithm), threshold=0.3)
    return close(decide(revealed, Decision(final, Advice.RELY, suspected), e.AT), truth, e.AT)


MISS = Truth(True, 0.8, True, ("masked",), ("masked", "warm"))


def test_three_words_are_kept_apart_once_the_case_is_closed():
    told = dict(tags(["masked", "warm", "third"], closed(MISS)))
    assert told == {"masked": ACTS, "warm": NO_HARM, "third": NOT_HERE}


def test_in_a_case_of_luck_a_mode_is_not_said_to_have_done_no_harm(evidence):
    lucky = closed(replace(MISS, acting=(), scored=False), "warm")
    assert dict(tags(["masked", "third"], lucky)) == {"masked": COULD, "third": NOT_HERE}
    assert suspicion_says(lucky, evidence) == "You named “Warm”: it could touch patients like this."
    nothing = closed(replace(MISS, acting=(), scored=False))
    assert suspicion_says(nothing, evidence) == "You named no failure mode."


def test_of_an_older_encounter_only_what_could_be_is_told(evidence):
    older = closed(Truth(True, touched=("masked",)))
    assert dict(tags(["masked", "warm"], older)) == {"masked": COULD, "warm": NOT_HERE}
    assert unexplained(older, 0.1, evidence) == ""


@pytest.mark.parametrize(
    ("truth", "algorithm", "told"),
    [
        (MISS, 0.1, ""),
        (replace(MISS, acting=()), 0.1, "No known failure explains the algorithm’s error."),
        (replace(MISS, acting=()), 0.8, "No known failure acts here."),
        (replace(MISS, acting=(), scored=False), 0.1, ""),
    ],
)
def test_an_error_without_a_reason_is_said_to_have_none(truth, algorithm, told, evidence):
    found = unexplained(closed(truth, algorithm=algorithm), algorithm, evidence)
    assert found.endswith(told)
    assert bool(found) == bool(told)


@pytest.mark.parametrize(
    ("suspected", "truth", "told"),
    [
        ("masked", MISS, "You named it."),
        (
            "warm",
            MISS,
            "You named “Warm”: it could touch patients like this, and did no harm here.",
        ),
        ("masked", replace(MISS, acting=("masked", "warm")), "You named “Masked”."),
        ("warm", replace(MISS, touched=("masked",)), "You named “Warm”: it does not act here."),
        ("none", MISS, "You named no failure mode."),
        (
            "none",
            replace(MISS, acting=("masked", "warm")),
            "You named no failure mode.",
        ),
        ("none", replace(MISS, acting=()), "You named no failure mode."),
        (
            "none",
            Truth(True, touched=("masked",)),
            "You named no failure mode. “Masked” could touch this patient.",
        ),
    ],
)
def test_a_suspicion_is_answered(evidence, suspected, truth, told):
    assert suspicion_says(closed(truth, suspected), evidence) == told


def test_without_the_algorithm_nothing_was_suspected(evidence):
    alone = close_unaided(e.committed(aided=False), MISS, 0.3, e.AT)
    assert suspicion_says(alone, evidence) == ""
