"""Class lists: any text is a roster or a clear refusal; every row is taken or told."""

from __future__ import annotations

import unicodedata
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutor.core.column_names import Role
from tutor.core.roster import FORMULA, MOST_ROWS, read_roster
from tutor.errors import BadFile

CELL = st.text(st.characters(blacklist_categories=["Cs"]), max_size=30)


@given(st.text())
def test_any_text_is_a_roster_or_a_sentence(text):
    with suppress(BadFile):
        read_roster(text)


@given(st.lists(st.lists(CELL, min_size=1, max_size=5), max_size=8), st.sampled_from(",;\t"))
def test_every_row_is_taken_or_told_with_its_line(rows, delimiter):
    quoted = [[f'"{cell.replace(chr(34), chr(34) * 2)}"' for cell in row] for row in rows]
    text = "\r\n".join(["name,email,group".replace(",", delimiter), *map(delimiter.join, quoted)])
    roster = read_roster(text, new_groups=True)
    lines = [e.line for e in roster.entries] + [r.line for r in roster.refused]
    assert len(lines) == len(set(lines))
    assert len(lines) <= len(rows)
    assert all(line > 1 for line in lines)


@given(st.sampled_from(FORMULA[:4]), CELL, st.integers(0, 3))
def test_no_formula_comes_in(sign, rest, column):
    cells = ["Dee", "dee@x.example", "7", "Tuesday"]
    cells[column] = f'"{sign}{rest.replace(chr(34), chr(34) * 2)}"'
    roster = read_roster("name,email,number,group\n" + ",".join(cells), new_groups=True)
    assert roster.entries == ()


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_what_spreadsheets_write_is_read(delimiter, mark, end):
    rows = ["Name,E-Mail,Group", "Dee,dee@x.example,", '"Eli ""E"" Ash",,']
    text = mark + end.join(rows).replace(",", delimiter) + end
    assert [(e.name, e.email) for e in read_roster(text).entries] == [
        ("Dee", "dee@x.example"),
        ('Eli "E" Ash', ""),
    ]


def test_first_and_last_names_make_a_name():
    (entry,) = read_roster("Last name,First name\nLovelace,Ada\n").entries
    assert entry.name == "Ada Lovelace"


def test_one_name_written_two_ways_is_one_person():
    apart = unicodedata.normalize("NFD", "Zoë")
    roster = read_roster(f"name\nZoë\n{apart}\n")
    assert [e.name for e in roster.entries] == ["Zoë"]
    assert [(r.line, "line 2" in r.reason) for r in roster.refused] == [(3, True)]


def test_two_of_one_name_are_two_by_their_number():
    roster = read_roster("name,number\nKim Lee,1\nKim Lee,2\n")
    assert [e.number for e in roster.entries] == ["1", "2"]


def test_a_line_is_counted_across_cells_of_several_lines():
    roster = read_roster('name,group\n"Dee\nDoe",\nEli,Nowhere\n', new_groups=False)
    assert roster.entries[0].name == "Dee Doe"
    assert roster.refused[0].line == 4


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (",dee@x.example,", "no name"),
        ("Dee,nowhere,", "no e-mail address"),
        ("Dee,,Friday", "no group “Friday”"),
        ("Dee,,,,", "cells"),
        ("D\x07ee,,", "cannot be seen"),
        ("D" * 201 + ",,", "longer than"),
        ('"=HYPERLINK(""http://x.example"")",,', "formula"),
    ],
)
def test_a_refused_row_says_why(row, why):
    roster = read_roster(f"name,email,group\n{row}\nEli,,tuesday\n", ["Tuesday"], False)
    (refusal,) = roster.refused
    assert refusal.line == 2
    assert why in refusal.reason
    assert [e.group for e in roster.entries] == ["Tuesday"]


@pytest.mark.parametrize("text", ["", " \n ", "email\na@b.c", "just some words\nand more\n"])
def test_a_list_without_names_is_refused_whole(text):
    with pytest.raises(BadFile, match=r"name|empty"):
        read_roster(text)


def test_too_many_rows_are_refused_whole():
    rows = "".join(f"Learner {n}\n" for n in range(MOST_ROWS + 1))
    with pytest.raises(BadFile, match="Split it"):
        read_roster("name\n" + rows)


# --- what Canvas, Moodle and Excel write ---------------------------------------------------------

CANVAS = """Student,ID,SIS User ID,SIS Login ID,Section,AI module (98765),Final Score
,,,,,Manual Posting,
    Points Possible,,,,,10.00,(read only)
"Archer, Dana",1041,S100200,darcher3,MED-101 A,,
"Brook, Eli",1042,S100201,eli@uni.example,MED-101 A and MED-101 B,,
"Student, Test",1099,,0f3c9a,MED-101 A,,
"Estudiante, Prueba",1098,,0f3c9a0f3c9a0f3c9a0f3c9a0f3c9a0f3c9a0f3c,MED-101 A,,
"""


def test_a_gradebook_of_canvas_is_a_list_of_its_people():
    roster = read_roster(CANVAS)
    assert [(e.name, e.email, e.number, e.login, e.group) for e in roster.entries] == [
        ("Dana Archer", "", "S100200", "darcher3", "MED-101 A"),
        ("Eli Brook", "eli@uni.example", "S100201", "eli@uni.example", "MED-101 A"),
    ]
    assert roster.refused == ()
    left, passed, several = roster.notes
    assert left.count("“") == 2
    assert "Points Possible" in left
    assert "AI module (98765)" in passed
    assert "1 person is in several groups" in several


@pytest.mark.parametrize(
    "header",
    [
        "First name,Last name,ID number,Email address,Groups",
        "Vorname,Nachname,ID-Nummer,E-Mail-Adresse,Gruppen",
        "Vorname,Name,Matrikelnummer,E-Mail,Gruppe",
        "Prénom,Nom de famille,Numéro d’identification,Adresse de courriel,Groupes",
        "Prénom,Nom,Numéro d'identification,Courriel,Groupe",
        "Nombre,Apellido(s),Número de ID,Dirección de correo,Grupos",
        "Nome,Sobrenome,Número de identificação,Endereço de email,Grupos",
        "Nome,Cognome,Codice identificativo,Indirizzo email,Gruppi",
        "Voornaam,Achternaam,ID-nummer,E-mailadres,Groepen",
        "Imię,Nazwisko,Numer ID,Adres e-mail,Grupy",
        "Имя,Фамилия,Индивидуальный номер,Адрес электронной почты,Группы",
        "الاسم الأول,اسم العائلة,رقم التعريف,عنوان البريد الإلكتروني,المجموعات",
        "名,姓,IDナンバー,メールアドレス,グループ",
        "名,姓氏,学号,电子邮件地址,小组",
        "Etunimi,Sukunimi,Opiskelijanumero,Sähköpostiosoite,Ryhmät",
        "Ad,Soyad,Öğrenci No,E-posta adresi,Gruplar",
    ],
)
def test_participants_of_moodle_are_read_in_its_users_language(header):
    (entry,) = read_roster(f"\ufeff{header}\nDana,Archer,S1,d@x.example,Seminar A\n").entries
    assert (entry.name, entry.number, entry.email, entry.group) == (
        *("Dana Archer", "S1", "d@x.example", "Seminar A"),
    )


def test_columns_that_nobody_knows_are_told_by_a_person():
    text = "Ime i prezime,Broj indeksa\nDana Archer,S1\n"
    with pytest.raises(BadFile, match="Ime i prezime, Broj indeksa"):
        read_roster(text)
    told = {Role.NAME: "Ime i prezime", Role.NUMBER: "Broj indeksa"}
    (entry,) = read_roster(text, told=told).entries
    assert (entry.name, entry.number) == ("Dana Archer", "S1")


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16", "utf-8", "utf-8-sig"])
def test_a_list_is_read_however_excel_saved_it(encoding):
    roster = read_roster("name;email\nZoë Ångström;z@x.example\n".encode(encoding))
    assert roster.entries[0].name == "Zoë Ångström"
    assert [("Zoë Ångström" in note) for note in roster.notes] == [True] * (encoding == "cp1252")


def test_letters_lost_before_it_came_here_are_refused():
    roster = read_roster("name\nZo\ufffd\nAda\n")
    assert ([e.name for e in roster.entries], "lost" in roster.refused[0].reason) == (["Ada"], True)


@pytest.mark.parametrize("number", ["1.23457E+15", "1,23457E+15", "1.23457e+15", "2E+9"])
def test_a_number_that_a_spreadsheet_rounded_is_refused(number):
    roster = read_roster(f'name;number\nDana;"{number}"\nEli;00417\n')
    assert [(e.name, e.number) for e in roster.entries] == [("Eli", "00417")]
    assert "rounded" in roster.refused[0].reason


def test_one_number_with_two_names_is_refused_on_both_lines():
    roster = read_roster("name,email,number\nDana,d@x.e,7\nEli,e@x.e,7\nFay,f@x.e,8\nFay,f@x.e,8\n")
    assert [e.name for e in roster.entries] == ["Fay"]
    assert [(r.line, r.reason.split()[0]) for r in roster.refused] == [
        (2, "The"),
        (3, "The"),
        (5, "The"),
    ]
    assert "same person stands on line 4" in roster.refused[2].reason


def test_one_login_on_two_lines_is_one_person():
    roster = read_roster("name,number,login\nDana,1,dd\nEli,2,DD\n")
    assert [e.name for e in roster.entries] == ["Dana"]
    assert "same person stands on line 2" in roster.refused[0].reason


def test_numbers_that_differ_in_zeros_are_pointed_out():
    (note,) = read_roster("name,number\nDana,00417\nEli,417\n").notes
    assert "00417 and 417" in note


def test_names_keep_the_joiners_between_their_letters():
    text = "name\nعلی\u200cرضا کریمی\n\u200fنورا حسن\u200e\nAda\u200b Byron\n"
    assert [e.name for e in read_roster(text).entries] == [
        "علی\u200cرضا کریمی",
        "نورا حسن",
        "Ada Byron",
    ]


def test_what_sums_a_list_up_is_nobody():
    found = read_roster("name,number,email\nSum Yi,S1,\nMia Total,S2,\nTotal: 2,,\nAverage,7.5,\n")
    assert [entry.name for entry in found.entries] == ["Sum Yi", "Mia Total"]
    assert found.notes == ("Left out, because they are no people: “Total: 2”, “Average”.",)
    found = read_roster("name,email\nTotal,t@x.example\nCount,\nA,\nB,\nC,\n")
    assert len(found.entries) == 5


def test_numbers_with_a_point_and_zeros_are_pointed_out():
    assert "Numbers such as 417.0" in read_roster("name,number\nA,417.0\n").notes[0]
