"""Anyone's judgments: what is scored, by which rule, and what is said of a file that will not do.

The rules are those of docs/reliance.md.
"""

from __future__ import annotations

import os
import threading

import pytest

from tutor.errors import BadFile, BadInput
from tutor.services.reports.judgment_columns import parse_names
from tutor.services.reports.reliance_file import score_file

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

    def score(content, threshold=None, **more):
        path = tmp_path / "judgments.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return score_file(path, threshold, **more)

    return score


@pytest.fixture
def refused(scored):
    """What is said about a file that is refused."""

    def refuse(content, threshold=None, **more):
        with pytest.raises(BadFile) as caught:
            scored(content, threshold, **more)
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
    assert any("written alike" in note for note in scored(rows("p,1,AF,sinus,AF,1")).notes)
    assert not scored(LABELS).notes


# --- what other programs write -------------------------------------------------------------------

OWN = """\ufeffperson,case,initial,advice,final,truth,group,assignment,exercise,round,certainty
p1,aa01,absent,present,present,present,,Week 1,core/ecg,1,2
p1,aa01,present,present,present,present,,Week 1,core/ecg,2,2
p1,aa01,present,absent,present,present,,Week 1,core/hip,1,3
p1,aa01,present,absent,present,present,,Week 2,core/ecg,1,3
p2,aa01,present,present,present,present,Seminar A,Week 1,core/ecg,1,2
"""
QUALTRICS = """\ufeffResponseId,person,case,initial,advice,final,truth
Response ID,Your code,Case,"What is your
first estimate?",Model,What is your final estimate?,Truth
"{""ImportId"":""_recordId""}","{""ImportId"":""QID1""}",x,x,x,x,x
R_1,p1,c1,0.3,0.8,0.7,1
R_2,p1,c2,0.9,0.2,0.8,1
"""


def test_a_download_of_a_class_is_scored_as_it_comes(scored):
    found = scored(OWN)
    assert (found.pooled.n, [name for name, _ in found.groups]) == (4, ["Seminar A"])
    assert found.notes == (
        "1 row is left out, because each repeats an earlier round.",
        "3 rows have no group and count among all only.",
    )


@pytest.mark.parametrize(
    "written",
    ["NaN", "nan", ".", ".a", "N/A", "#N/A", "#NULL!", "NULL", "<NA>", "<undefined>", "-1.#IND"],
)
@pytest.mark.parametrize("pair", [("AF", "SR"), ("0.2", "0.8")])
def test_what_programs_write_for_no_value_is_no_answer(scored, written, pair):
    a, b = pair
    truth = a if a == "AF" else "1"
    some = rows(f"p,1,{a},{b},{b},{truth}", f"p,2,{a},{written},{written},{truth}")
    found = scored(some)
    assert (found.pooled.n, found.pooled["accuracy_unaided"].denominator) == (1, 1)
    assert f"“{written}” in 2 cells was read as no answer." in found.notes


@pytest.mark.parametrize("written", ["none", "-", "?", "Missing"])
def test_what_may_be_no_value_is_pointed_out(scored, written):
    (note,) = scored(rows("p,1,AF,SR,AF,AF", f"p,2,AF,{written},AF,AF")).notes
    assert note.startswith(f"“{written}” was read as an answer.")


PERCENT = ("p,1,30,80,75,1", "p,2,90,20,85,1", "q,1,61,54,54,0", "q,2,10,0,5,0")


@pytest.mark.parametrize(
    "lines",
    [
        PERCENT,
        [line.replace(",1", ",100") if line.endswith(",1") else line for line in PERCENT],
        [line.removesuffix(",1") + ",yes" if line.endswith(",1") else line for line in PERCENT],
        [*PERCENT[:3], "q,2,10.5,0,5.25,0"],
        ["p,1,30%,80 %,75%,1", "p,2,90%,20%,85%,1", "q,1,61%,54%,54%,0", "q,2,10%,0%,5%,0"],
        ["p,1,0.3,0.8,0.75,1", "p,2,0.9,0.2,0.85,1", "q,1,0.61,0.54,0.54,0", "q,2,0.1,0,0.05,0"],
    ],
    ids=["whole", "truth of 100", "truth in words", "decimals", "signs", "fractions"],
)
def test_percentages_are_the_same_judgments(scored, lines):
    found = scored(rows(*lines))
    assert found.threshold == 0.5
    assert counts(found.pooled, "rair") == (1, 1)
    assert counts(found.pooled, "rsr") == (1, 1)
    assert counts(found.pooled, "accuracy_final") == (3, 4)


def test_another_scale_is_told_and_never_guessed(scored, refused):
    sevens = rows("p,1,2,6,6,1", "p,2,7,1,2,0")
    assert "--scale" in refused(sevens)[0]
    path_found = scored(sevens, scale=7)
    assert counts(path_found.pooled, "accuracy_final") == (2, 2)
    assert "Answers were read on a scale from 0 to 7." in path_found.notes


def test_qualtricss_further_header_lines_are_passed_over(scored):
    found = scored(QUALTRICS)
    assert (found.pooled.n, found.threshold) == (2, 0.5)
    assert found.notes == ("Qualtrics's further header lines 2 and 4 passed over.",)


def test_a_second_header_of_another_program_is_pointed_out(refused):
    said = refused(rows("Your code,Case,First estimate?,Model,Final,Truth", "p,1,0.3,0.8,0.7,1"))
    assert "If that line is a second header, delete it." in said[0]


def test_rs_row_names_are_passed_over_or_refused_and_never_scored(scored, refused):
    named = (
        HEAD.replace(",", "\t") + '\n"1"\tp1\tc1\t0.3\t0.8\t0.7\t1\n"2"\tp1\tc2\t0.9\t0.2\t0.8\t1\n'
    )
    found = scored(named)
    assert (found.pooled.n, found.names) == (2, ("p1",))
    assert "row name" in found.notes[0]
    for lines in (
        ("1,p1,c1,AF,SR,SR,SR,", "2,p1,c2,SR,SR,SR,SR,"),
        ("4,p1,c1,AF,SR,SR,SR,x", "9,p1,c2,SR,SR,SR,SR,x"),
        ("p1,c1,0,3,0,8,1", "p2,c2,0,9,0,2,1"),
    ):
        (sentence,) = refused(rows(*lines, head=HEAD + ",group" * (len(lines[0].split(",")) - 7)))
        assert "row.names = FALSE" in sentence


def test_a_delimiter_at_the_end_of_each_row_is_nothing(scored):
    assert scored(rows("p,1,A,B,B,B,", "p,2,A,B,B,B,")).pooled.n == 2


WIDE = [
    "username,question0,question1,advice0,advice1",
    "id,q1_initial,q2_initial,q1_final,q2_final",
]


@pytest.mark.parametrize("head", WIDE)
def test_a_wide_file_is_named_with_what_to_do(refused, head):
    (sentence,) = refused(f"{head}\nP1,A,B,C,D\n")
    assert "This is a wide file: one line a person" in sentence
    assert "means the answer after advice" in sentence


def test_columns_of_other_names_are_told(scored, refused):
    head = "Participant ID;task;human_conf;AI_conf;human_AI_conf;outcome"
    content = f"{head}\np;1;0,2;0,8;0,9;1\n"
    assert "--columns person=name" in refused(content)[0]
    told = "person=participant id,case=task,initial=human_conf,advice=AI_conf"
    names = parse_names([told, "final=human_AI_conf", "truth = outcome"])
    assert counts(scored(content, names=names).pooled, "rair") == (1, 1)
    said = refused(content, names=names | {"final": "none", "group": "class"})
    assert "missing columns none, class" in said[0]


def test_every_pair_of_names_that_will_not_do_is_said():
    with pytest.raises(BadInput) as caught:
        parse_names(["person", "persona=p", "case=a", "case=b"])
    assert len(str(caught.value).splitlines()) == 3


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
        (rows("p,1,A,B,B,B,maybe", head=HEAD + ",scored"), "line 2: scored is maybe"),
        (rows("p,1,A,B,B,B,no", head=HEAD + ",scored"), "no row that is scored"),
        (rows("p,1,A,B,B"), "line 2: it has 5 cells where the header has 6"),
        (
            rows("p,1,A,B,B,B", "p,2,A,B,B,B,x"),
            "line 3: it has 7 cells where the header has 6",
        ),
        (rows("p,1,0.2,1.2,0.4,1"), "line 2: advice is 1.2. A probability lies between 0 and 1"),
        (rows("p,1,7,1,0,1"), "line 2: initial is 7. A probability"),
        (rows("p,1,70,1,60,1"), "line 1: advice holds only 0 and 1, but other answers go up to"),
        (rows("p,1,72.5,0.2,60,1"), "line 2: advice is 0.2, but other answers are percentages"),
        (rows("p,1,72.5,120,60,1"), "line 2: advice is 120. Answers lie between 0 and 100"),
        (rows("p,1,A,#REF!,B,B"), "line 2: advice is #REF!, an error of the spreadsheet"),
        (rows("p,1,0.2,-0.1,0.4,1"), "line 2: advice is -0.1"),
        (rows("p,1,0.2,0,0,1", "p,2,AF,0.3,0.4,1"), "line 3: initial is AF, but line 2 has 0.2"),
        (rows("p,1,AF,AF,AF,AF", "p,2,AF,0.3,AF,AF"), "line 3: advice is 0.3, but line 2 has AF"),
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
