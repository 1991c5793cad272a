"""Which passwords are refused: what somebody who guesses tries first."""

from __future__ import annotations

import pytest

from tutor.errors import BadInput
from tutor.services.accounts.passwords import check_password, is_common


@pytest.mark.parametrize(
    "password",
    [
        *("1234567890", "0987654321", "qwertyuiop", "1q2w3e4r5t", "aaaaaaaaaa", "abcabcabcabc"),
        *("password123", "Passw0rd!!", "P@ssword2026", "Welcome2026!", "iloveyou12", "Summer-2026"),
        *("Equipoise1!", "letmein2026", "adaadaada1", "ada.lovelace", "asdfghjkl;", "zxcvbnm123"),
        *("correct horse battery staple", "987654321abcdef", "1qaz2wsx3edc", "hospital2026"),
    ],
)
def test_what_is_guessed_first_is_refused(password: str) -> None:
    with pytest.raises(BadInput) as refused:
        check_password(password, "ada.lovelace@school.example", "Ada")
    assert refused.value.field == "password"


@pytest.mark.parametrize(
    "password", ["quiet river stone", "other quiet stones", "k7#Vq!z2Rw", "Gurkensalat im Regen"]
)
def test_words_that_do_not_belong_together_will_do(password: str) -> None:
    check_password(password, "ada.lovelace@school.example", "Ada")
    assert not is_common(password)


def test_a_long_password_is_judged_at_once() -> None:
    assert is_common("a" * 200)
    assert not is_common("ab1" * 60 + "unlisted")
