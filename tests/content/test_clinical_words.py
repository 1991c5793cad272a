"""Names of nodes and columns, and questions, become words that stand on a chart."""

from __future__ import annotations

import pytest

from tutor.content.clinical_words import inside, label, of_question


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("bronc", "Bronchitis"),
        ("Sys.BP", "Systolic blood pressure"),
        ("chestPain", "Chest pain"),
        ("blood_group", "Blood group"),
        ("VF", "VF"),
        ("Pneumonia (Y/N)", "Pneumonia"),
        ("Fever [0 = no, 1 = yes]", "Fever"),
        ("Portable X-Ray?", "Portable X-ray"),
        ("T-Wave Inversion", "T-wave inversion"),
        ("?", "?"),
        ("Score (0-10)", "Score (0-10)"),
        ("Größe", "Größe"),
        ("年龄", "年龄"),
    ],
)
def test_a_name_is_spaced_and_known_short_names_are_written_out(name, said):
    assert label(name) == said


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("Do you have a fever?", "Fever"),
        ("Do you feel pain somewhere?", "Pain somewhere"),
        ("Have you ever had a stroke?", "History of stroke"),
        ("Have you traveled out of the country?", "Traveled out of the country"),
        ("What color is the rash?", "Color of the rash"),
        ("How intense is the pain?", "How intense the pain is"),
        ("Where do you live?", "Where do they live"),
    ],
)
def test_a_question_is_said_as_a_finding(question, said):
    assert of_question(question) == said


def test_inside_a_sentence_the_first_letter_is_small_unless_it_is_an_abbreviation():
    assert (inside("Bronchitis"), inside("ECG change")) == ("bronchitis", "ECG change")
