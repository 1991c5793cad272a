"""Anyone's judgments: what is scored, by which rule, and what is said of a file that will not do.

The rules are those of docs/reliance.md.
"""

from __future__ import annotations

import os
import threading

import pytest

from tutor.errors import BadFile, BadInput
from tutor.services.reliance_file import score_file

HEAD = "person,case,initial,advice,final,truth"
LABELS = """person,case,initial,advice,final,truth
p1,c1,AF,sinus,sinus,sinus
p1,c2,AF,sinus,AF,AF
p2,c1,sinus,AF,AF,sinus
p2,c2,sinus,AF,sinus,AF
"""


@pytest.fixture
def scored(tmp_path):
    """The report of a file with this content."""

    def score(content, threshold=None):
        path = tmp_path / "judgments.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return score_file(path, threshold)

    return score


@pytest.fixture
def refused(scored):
    """What is said about a file that is refused."""

    def refuse(content, threshold=None):
        with pytest.raises(BadFile) as caught:
            scored(content, threshold)
        return str(caught.value).splitlines()

    return refuse


def counts(scores, measure):
    return scores[measure].numerator, scores[measure].denominator


def rows(*lines, head=HEAD):
    return "\n".join((head, *lines)) + "\n"


# --- what is scored -------------------------------------------------------------------------------


def test_labels_are_scored_together_and_by_person(scored):
    report = scored(LABELS)
    assert report.threshold is None
    assert counts(report.pooled, "rair") == (1, 2)
    assert counts(report.pooled, "rsr") == (1, 2)
    assert counts(report.pooled, "agreement") == (2, 4)
    people = dict(report.people())
    assert list(people) == ["p1", "p2"]
    assert counts(people["p1"], "rair") == (1, 1)
    assert counts(people["p2"], "rsr") == (0, 1)


def test_columns_may_stand_in_any_order_with_others_and_in_capitals(scored):
    report = scored("Truth, note ,FINAL,Advice,Initial,Case,Person\nAF,x,AF,AF,sinus,c1,p1\n")
    assert counts(report.pooled, "rair") == (1, 1)


def test_groups_are_scored_apart_and_a_person_may_be_in_two(scored):
    report = scored(
        rows("p,1,A,B,B,B,after", "p,2,A,B,A,B,before", "q,1,A,B,B,B,after", head=HEAD + ",group")
    )
    groups = dict(report.groups)
    assert {name: scores.people for name, scores in groups.items()} == {"after": 2, "before": 1}
    assert counts(groups["after"], "rair") == (2, 2)
    assert counts(groups["before"], "rair") == (0, 1)
    assert len(list(report.people())) == 2


def test_rows_that_are_not_scored_are_left_out_and_counted(scored):
    some = rows(
        *("p,1,A,B,B,B,yes", "p,2,A,B,A,B,", "p,3,A,B,A,B,No", "q,1,A,B,A,B,0"),
        head=HEAD + ",scored",
    )
    found = scored(some)
    assert (found.pooled.n, found.pooled.people, found.names) == (2, 1, ("p",))
    assert found.notes == ("2 rows are left out, because the column scored says no.",)


def test_without_advice_a_case_is_unaided_and_counts_for_nothing_else(scored):
    report = scored(rows("p,1,A,B,B,B", "p,2,A,,,A", "p,3,A,NA,NA,B"))
    assert report.pooled.n == 1
    assert counts(report.pooled, "accuracy_initial") == (0, 1)
    assert counts(report.pooled, "accuracy_unaided") == (1, 2)


def test_blank_lines_and_empty_cells_beyond_the_last_column_are_passed_over(scored):
    report = scored(HEAD + ",,\n\np,1,A,B,B,B,,\n,,,,,,,\n  \np,2,A,B,B,B,,,,\n")
    assert report.pooled.n == 2


# --- labels or probabilities ----------------------------------------------------------------------


def test_fractions_are_probabilities_at_one_half(scored):
    report = scored(rows("p,1,0.2,0.5,0.9,1", "p,2,1,0.1,0.4999,0"))
    assert report.threshold == 0.5
    assert counts(report.pooled, "rair") == (2, 2)


def test_a_threshold_moves_the_sides(scored):
    row = rows("p,1,0.2,0.5,0.4,1")
    assert counts(scored(row, 0.5).pooled, "accuracy_final") == (0, 1)
    assert counts(scored(row, 0.3).pooled, "accuracy_final") == (1, 1)


def test_whole_numbers_beside_other_truths_are_labels(scored):
    report = scored(rows("p,1,1,3,3,3", "p,2,2,2,2,1"))
    assert report.threshold is None
    assert counts(report.pooled, "rair") == (1, 1)


def test_whole_numbers_with_a_decimal_are_the_same_labels(scored):
    """A column with gaps comes out of some programs as 3.0 beside 3."""
    report = scored(rows("p,1,1,3.0,3,3", "p,2,1,,,1"))
    assert counts(report.pooled, "agreement") == (1, 1)


def test_truth_beside_probabilities_may_be_said_in_words(scored):
    report = scored(rows("p,1,0.2,0.9,0.9,yes", "p,2,0.2,0.9,0.9,Absent"))
    assert counts(report.pooled, "rair") == (1, 1)


def test_a_semicolon_file_may_have_decimal_commas(scored):
    report = scored(HEAD.replace(",", ";") + "\np;1;0,2;0,8;0,6;1\n")
    assert counts(report.pooled, "rair") == (1, 1)


def test_an_accent_is_the_same_composed_or_not_and_around_it_space_is_nothing(scored):
    report = scored(
        rows("José,1,atte\u0301nue\u0301, atténué ,atténué\u00a0,atténué", "Jose\u0301,2,A,B,B,B")
    )
    assert counts(report.pooled, "agreement") == (2, 2)
    assert [name for name, _ in report.people()] == ["José"]


def test_labels_in_other_capitals_are_other_labels_and_that_is_said(scored):
    report = scored(rows("p,1,AF,af,AF,AF"))
    assert counts(report.pooled, "agreement") == (0, 1)
    assert any("AF / af" in note for note in report.notes)


def test_if_nothing_ever_equals_the_truth_that_is_said(scored):
    assert any("written alike" in note for note in scored(rows("p,1,70%,80%,75%,1")).notes)
    assert not scored(LABELS).notes


# --- how a file may be written --------------------------------------------------------------------

ACCENTED = LABELS.replace("sinus", "régulier")


@pytest.mark.parametrize(
    "content",
    [
        ACCENTED.encode(),
        ACCENTED.encode("utf-8-sig"),
        ACCENTED.encode("utf-16"),
        b"\xfe\xff" + ACCENTED.encode("utf-16-be"),
        ACCENTED.encode("latin-1"),
        ACCENTED.replace(",", ";").encode(),
        ACCENTED.replace(",", "\t").encode("utf-16"),
        ("sep=;\n" + ACCENTED.replace(",", ";")).encode(),
        ACCENTED.replace("\n", "\r\n").encode(),
        ACCENTED.replace("\n", "\r").encode(),
        ("\n\n" + ACCENTED.rstrip()).encode(),
        ACCENTED.replace("AF", '"AF"').encode(),
    ],
    ids=[
        "utf8",
        "bom",
        "utf16le",
        "utf16be",
        "latin1",
        "semicolon",
        "tabs",
        "sep",
        "crlf",
        "cr",
        "blank",
        "quoted",
    ],
)
def test_however_it_is_saved_it_is_the_same_file(scored, content):
    report = scored(content)
    assert counts(report.pooled, "rair") == (1, 2)
    assert report.pooled.n == 4


def test_reading_as_windows_1252_is_said(scored):
    assert "Windows-1252" in scored(ACCENTED.encode("latin-1")).notes[0]
    assert scored(ACCENTED.encode("utf-8-sig")).notes == ()


def test_a_pipe_is_read_too(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_text, args=(LABELS,))
    writer.start()
    assert score_file(pipe).pooled.n == 4
    writer.join()


# --- what is refused, and where -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "is empty"),
        ("\n\n \n", "is empty"),
        (HEAD + "\n", "no row"),
        ("person,case,initial,advice\np,1,A,B\n", "line 1: missing columns final, truth"),
        (HEAD.replace("truth", "Wahrheit") + "\np,1,A,B,B,B\n", "missing column truth"),
        (HEAD + ",Final\np,1,A,B,B,B,A\n", "column final stands there twice"),
        (b"PK\x03\x04" + b"\0" * 20, "Save it as CSV"),
        (LABELS.encode("utf-16-le"), "Save it as CSV"),
        (b"\xff\xfe" + b"a\0b", "Save it as CSV"),
        (rows("p,1,A,B,B,"), "line 2: truth is empty"),
        (rows("p,1,A,B,B,B", "p,2,,B,B,B"), "line 3: initial is empty"),
        (rows("p,1,A,B, ,B"), "line 2: final is empty"),
        (rows(",1,A,B,B,B"), "line 2: person is empty"),
        (rows("p,1,A,B,B,B,", head=HEAD + ",group"), "line 2: group is empty"),
        (rows("p,1,A,B,B,B,maybe", head=HEAD + ",scored"), "line 2: scored is maybe"),
        (rows("p,1,A,B,B,B,no", head=HEAD + ",scored"), "no row that is scored"),
        (rows("p,1,A,B,B"), "line 2: it has 5 cells where the header has 6"),
        (rows("p,1,A,B,B,B,x"), "line 2: it has 7 cells where the header has 6"),
        (rows("p,1,0.2,1.2,0.4,1"), "line 2: advice is 1.2. A probability lies between 0 and 1"),
        (rows("p,1,70,1,0,1"), "line 2: initial is 70. A probability"),
        (rows("p,1,0.2,-0.1,0.4,1"), "line 2: advice is -0.1"),
        (rows("p,1,0.2,0,0,1", "p,2,AF,0.3,0.4,1"), "line 3: initial is AF, but line 2 has 0.2"),
        (rows("p,1,AF,AF,AF,AF", "p,2,AF,0.3,AF,AF"), "line 3: advice is 0.3, but line 2 has AF"),
        (rows("p,1,0.2,nan,0.4,1"), "line 2: advice is nan"),
        (rows("p,1,0.2,0_1.5,0.4,1"), "line 2: advice is 0_1.5"),
        (rows("p,1,0.2,0.3,0.4,0.9"), "line 2: truth is 0.9. Beside probabilities"),
        (
            rows("p,1,A,B,B,B", "p,2,A,B,B,B", "p, 1,A,A,A,A"),
            "line 4: person p judges case 1 again, after line 2",
        ),
        (rows('p,1,"A,B,B,B', "p,2,A,B,B,B"), "line 2: a quotation mark is opened and not closed"),
        (rows('p,1,"A"x,B,B,B'), "line 2: a quotation mark"),
    ],
)  # fmt: skip
def test_a_file_that_will_not_do_is_one_sentence_with_its_line(refused, content, said):
    (sentence,) = refused(content)
    assert "judgments.csv" in sentence
    assert said in sentence
    assert sentence.endswith(".")


def test_the_line_is_the_files_own_where_a_quoted_cell_runs_over_lines(refused):
    head = "\n" + HEAD + ",note\n"
    (sentence,) = refused(head + 'p,1,A,B,B,B,"two\r\nlines"\n\np,2,A,B,B,,"and\nagain"\n')
    assert "line 6: truth is empty" in sentence


def test_the_line_after_a_hint_to_excel_is_the_files_own(refused):
    (sentence,) = refused("sep=;\n" + HEAD.replace(",", ";") + "\np;1;A;B;B;\n")
    assert "line 3: truth is empty" in sentence


def test_every_line_is_said_in_order_and_the_many_are_counted(refused):
    lines = [f"p,{n},A,B,B," for n in range(30)]
    said = refused(rows(*lines))
    assert [f"line {n}:" in sentence for n, sentence in zip(range(2, 22), said, strict=False)]
    assert len(said) == 21
    assert "10 more" in said[-1]


def test_a_whole_number_before_the_first_fraction_is_held_to_the_rule_too(refused):
    said = refused(rows("p,1,7,1,0,1", "p,2,0.5,1,0,1"))
    assert "line 2: initial is 7" in said[0]


def test_with_a_threshold_a_label_is_refused(refused):
    (sentence,) = refused(rows("p,1,AF,0.3,0.4,1"), 0.5)
    assert "line 2: initial is AF. With a threshold" in sentence


@pytest.mark.parametrize("threshold", [-0.1, 1.1, float("nan")])
def test_a_threshold_is_a_probability(scored, threshold):
    with pytest.raises(BadInput, match="between 0 and 1"):
        scored(LABELS, threshold)


def test_a_directory_and_a_file_that_is_not_there_are_said_to_be_so(tmp_path):
    with pytest.raises(BadFile, match="is a directory"):
        score_file(tmp_path)
    with pytest.raises(BadFile, match="There is no file"):
        score_file(tmp_path / "none.csv")
