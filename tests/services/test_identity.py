"""A guest is known by a cookie that nobody else can make, for as long as it is good."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from itsdangerous import TimestampSigner, URLSafeTimedSerializer

from tests.conftest import SECRET
from tutor.errors import SignedOut
from tutor.services.identity import Identity

IDENTITY = Identity(SECRET, days=30)
GUEST = "g_" + "k" * 22


class OldSigner(TimestampSigner):
    """Signs as it would have thirty-one days ago."""

    def get_timestamp(self):
        return int(time.time()) - 31 * 86_400


def test_a_cookie_is_read_back():
    guest = IDENTITY.new_guest()
    assert IDENTITY.read(IDENTITY.sign(guest)) == guest


def test_another_process_with_the_same_secret_reads_it():
    assert Identity(SECRET, days=30).read(IDENTITY.sign(GUEST)) == GUEST


def test_guests_are_never_the_same():
    assert len({IDENTITY.new_guest() for _ in range(2_000)}) == 2_000


@pytest.mark.parametrize(
    "cookie",
    [
        None,
        "",
        "x",
        GUEST,
        "a.b.c",
        "..",
        "\x00",
        "é" * 10,
        "9" * 100_000,
        Identity("another secret", days=30).sign(GUEST),
        URLSafeTimedSerializer(SECRET, salt="something else").dumps(GUEST),
        URLSafeTimedSerializer(SECRET, salt="equipoise-guest", signer=OldSigner).dumps(GUEST),
        IDENTITY.sign("admin"),
        IDENTITY.sign("g_short"),
        IDENTITY.sign("g_" + "k" * 22 + "\n"),
        IDENTITY.sign(["g_" + "k" * 22]),
    ],
    ids=lambda value: repr(value)[:24],
)
def test_missing_forged_or_expired_is_signed_out(cookie):
    with pytest.raises(SignedOut, match="Reload this page"):
        IDENTITY.read(cookie)


@given(st.data())
def test_no_character_of_a_cookie_can_be_changed(data):
    cookie = IDENTITY.sign(GUEST)
    at = data.draw(st.integers(0, len(cookie) - 2))  # the last one carries two bits of padding
    other = data.draw(st.sampled_from("ABCabc012-_.").filter(lambda c: c != cookie[at]))
    with pytest.raises(SignedOut):
        IDENTITY.read(cookie[:at] + other + cookie[at + 1 :])
