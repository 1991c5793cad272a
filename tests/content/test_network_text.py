"""A network saved in any encoding is read as it was written, or refused with what to say."""

from __future__ import annotations

import gzip

import pytest

from tests.conftest import ROOT
from tutor.content.modules import load_model
from tutor.content.network_pack import Wanted, network_files
from tutor.content.network_text import read_network_text
from tutor.core.text_encoding import odd_word
from tutor.errors import BadFile, BadInput

NETWORK = """network unknown {{ }}
variable age {{ type discrete [ 3 ] {{ {0} }}; }}
variable ill {{ type discrete [ 2 ] {{ no, yes }}; }}
variable cough {{ type discrete [ 2 ] {{ no, yes }}; }}
probability ( cough | ill ) {{ (no) 0.8, 0.2; (yes) 0.3, 0.7; }}
probability ( age ) {{ table 0.3, 0.4, 0.3; }}
probability ( ill | age ) {{ ({1}) 0.9, 0.1; ({2}) 0.8, 0.2; ({3}) 0.5, 0.5; }}
"""
GERMAN, CHINESE = ("jünger", "mittel", "älter"), ("青年", "中年", "老年")
INTERVALS = ("[0,40]", "(40,60]", "(60,99]")


def network(path, states, encoding):
    text = NETWORK.format(", ".join(states), *states)
    path.write_bytes(text.encode(encoding))
    return path


def shown(files, tmp_path, name):
    folder = tmp_path / "models" / name
    folder.mkdir(parents=True)
    for file, content in files.items():
        (folder / file).write_bytes(content)
    model = load_model(folder / "model.py", "mine", name)
    return model, {finding.label: finding.words for finding in model.findings}


@pytest.mark.parametrize(
    ("states", "encoding", "said"),
    [
        (GERMAN, "latin-1", ""),
        (GERMAN, "utf-16", ""),
        (CHINESE, "utf-8-sig", ""),
        (CHINESE, "gbk", "gbk"),
        (INTERVALS, "ascii", ""),
    ],
)
def test_states_survive_into_the_model(tmp_path, states, encoding, said):
    path = network(tmp_path / "net.bif", states, encoding)
    files = network_files(path, Wanted("ill", ("age", "cough"), encoding=said), "net")
    model, found = shown(files, tmp_path, "net")
    assert found["Age"] == dict(enumerate(states))
    assert (model.condition, model.absence) == ("ill", "no ill")
    assert files["network.bif"].decode("utf-8") == NETWORK.format(", ".join(states), *states)


@pytest.mark.parametrize("encoding", ["gbk", "gb18030", "big5", "shift_jis", "cp1251", "koi8-r"])
def test_another_encoding_is_refused_rather_than_read_as_noise(tmp_path, encoding):
    states = ("молодой", "средний", "старый") if encoding in ("cp1251", "koi8-r") else CHINESE
    if encoding == "shift_jis":
        states = ("若い", "中年", "高齢")
    path = network(tmp_path / "net.bif", states, encoding)
    with pytest.raises(BadFile, match=r"net\.bif.*(--encoding gbk|is not text)"):
        read_network_text(path)
    assert read_network_text(path, encoding)[0] == NETWORK.format(", ".join(states), *states)


def test_a_guess_is_told_with_one_of_its_words(tmp_path):
    _, guessed = read_network_text(network(tmp_path / "net.bif", GERMAN, "cp1252"))
    assert "read as Windows-1252" in guessed
    assert "'jünger'" in guessed


def test_a_gzipped_network_is_read(tmp_path):
    path = tmp_path / "asia.bif.gz"
    plain = (ROOT / "docs/course-teams/asia.bif").read_bytes()
    path.write_bytes(gzip.compress(plain))
    files = network_files(path, Wanted("lung", ("smoke", "bronc")), "asia")
    model, found = shown(files, tmp_path, "asia")
    assert (model.title, model.condition) == ("Lung cancer in the network asia", "lung cancer")
    assert found == {name: {0: "no", 1: "yes"} for name in ("Smokes", "Bronchitis")}
    path.write_bytes(path.read_bytes()[:40])
    with pytest.raises(BadFile, match="not a whole gzip file"):
        read_network_text(path)


def test_an_encoding_that_does_not_exist_is_told(tmp_path):
    with pytest.raises(BadInput, match="no encoding 'klingon'"):
        read_network_text(network(tmp_path / "net.bif", GERMAN, "utf-8"), "klingon")


@pytest.mark.parametrize(
    "words",
    [
        "jünger, älter",
        "naïveté créée",
        "Größe 10³/mm³ 37 °C",
        "þýðing",
        "it’s “quoted” — 1ª vez",
        "µg",
    ],
)
def test_words_of_western_europe_are_not_odd(words):
    assert odd_word(words) == ""
