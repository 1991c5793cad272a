"""A guest is known by a cookie that nobody else can make, for as long as it is good."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from itsdangerous import TimestampSigner, URLSafeTimedSerializer

from tests.conftest import SECRET
from tutor.errors import SignedOut
from tutor.services.accounts.identity import Bearer, Identity

IDENTITY = Identity(SECRET, days=30)
GUEST = "g_" + "k" * 22
SIGNED = IDENTITY.sign(GUEST)


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
        pytest.param(None, id="none"),
        pytest.param("", id="empty"),
        pytest.param("x", id="a letter"),
        pytest.param(GUEST, id="a name without a signature"),
        pytest.param("a.b.c", id="three parts"),
        pytest.param("..", id="three empty parts"),
        pytest.param("\x00", id="a null"),
        pytest.param("é" * 10, id="accents"),
        pytest.param("9" * 100_000, id="very long"),
        pytest.param(Identity("another secret", days=30).sign(GUEST), id="another secret"),
        pytest.param(
            URLSafeTimedSerializer(SECRET, salt="something else").dumps(GUEST), id="another salt"
        ),
        pytest.param(
            URLSafeTimedSerializer(SECRET, salt="equipoise-guest", signer=OldSigner).dumps(GUEST),
            id="expired",
        ),
        pytest.param(IDENTITY.sign("admin"), id="no guest"),
        pytest.param(IDENTITY.sign("g_short"), id="a short guest"),
        pytest.param(IDENTITY.sign("g_" + "k" * 22 + "\n"), id="a guest and a line"),
        pytest.param(IDENTITY.sign(["g_" + "k" * 22]), id="a list"),
    ],
)
def test_missing_forged_or_expired_is_signed_out(cookie):
    with pytest.raises(SignedOut, match="Reload this page"):
        IDENTITY.read(cookie)


def days_later(monkeypatch, days):
    """Move the clock."""
    later = time.time() + days * 86_400
    monkeypatch.setattr(time, "time", lambda: later)


def test_a_cookie_that_was_good_a_moment_ago_is_good_in_its_days_only(monkeypatch):
    assert IDENTITY.read(SIGNED) == GUEST
    days_later(monkeypatch, 31)
    with pytest.raises(SignedOut, match="Reload this page"):
        IDENTITY.read(SIGNED)


def test_a_clock_set_back_or_behind_another_servers_takes_nobodys_place(monkeypatch):
    ticket = IDENTITY.ticket(GUEST, 1, SIGNED)
    days_later(monkeypatch, -1)
    assert IDENTITY.read(SIGNED) == GUEST
    assert IDENTITY.renewed(SIGNED) is None
    assert IDENTITY.read(IDENTITY.redeem(ticket, SIGNED)) == GUEST


def test_a_cookie_is_renewed_after_a_day_and_keeps_whose_it_is(monkeypatch):
    account = IDENTITY.sign(GUEST, 7)
    assert IDENTITY.renewed(SIGNED) is None
    days_later(monkeypatch, 29)
    renewed = [IDENTITY.renewed(cookie) for cookie in (SIGNED, account)]
    days_later(monkeypatch, 20)
    assert [IDENTITY.bearer(cookie) for cookie in renewed] == [Bearer(GUEST), Bearer(GUEST, 7)]


def test_a_ticket_without_a_cookie_is_none():
    """It would sign in any browser that has no cookie either."""
    for cookie in (None, ""):
        with pytest.raises(SignedOut):
            IDENTITY.ticket(GUEST, 1, cookie)


@given(st.data())
def test_no_character_of_a_cookie_can_be_changed(data):
    cookie = SIGNED
    at = data.draw(st.integers(0, len(cookie) - 2))  # the last one carries two bits of padding
    other = data.draw(st.sampled_from("ABCabc012-_.").filter(lambda c: c != cookie[at]))
    with pytest.raises(SignedOut):
        IDENTITY.read(cookie[:at] + other + cookie[at + 1 :])
