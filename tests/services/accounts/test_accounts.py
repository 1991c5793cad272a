"""Accounts: the first administrator, invitations, passwords, waits, and cookies that end."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from argon2 import PasswordHasher

from tests.conftest import LEARNER
from tests.databases import ask
from tests.services.school import failed_before
from tutor.errors import BadForm, BadInput, Forbidden, NotFound, SignedOut, TooOften, Unavailable
from tutor.services.accounts.access import Access, Caller
from tutor.services.accounts.account_changes import AccountChanges
from tutor.services.accounts.accounts import Accounts
from tutor.services.accounts.throttle import (
    ADDRESS,
    FREE_TRIES,
    LONGEST_WAIT,
    MADE,
    NAMES,
    NAMES_ADDRESS,
    SIGN_IN,
    Rate,
    network_of,
    wait_after,
)
from tutor.store import accounts as store
from tutor.store.accounts import Link
from tutor.store.database import Database

PASSWORD = "quiet river stone"
BEGAN = datetime(2026, 9, 1, 9, 0, tzinfo=UTC)


class Clock:
    """The server's time, moved by the test."""

    def __init__(self) -> None:
        self.at = BEGAN

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def access(database, identity):
    return Access(database, identity)


@pytest.fixture
def accounts(database, access, clock):
    return Accounts(database, access, clock)


@pytest.fixture
def changes(database, access, clock):
    return AccountChanges(database, access, clock)


@pytest.fixture
def administrator(accounts):
    made = accounts.welcome(accounts.first_link(), "Ada", "ada@school.example", PASSWORD)
    return Caller(made.learner, made)


def test_the_first_link_makes_the_administrator_once(accounts):
    token = accounts.first_link()
    made = accounts.welcome(token, "Ada", "Ada@School.example ", PASSWORD)
    assert (made.role, made.login) == ("administrator", "ada@school.example")
    assert accounts.first_link() is None
    with pytest.raises(NotFound):
        accounts.welcome(token, "Eve", "eve", PASSWORD)


def test_a_password_is_hashed_at_its_full_cost(database, access, clock, monkeypatch):
    """RFC 9106's second choice: Argon2id over 64 MiB, three times, in four lanes."""
    monkeypatch.setattr("tutor.services.accounts.accounts.PasswordHasher", PasswordHasher)
    dear = Accounts(database, access, clock)
    made = dear.welcome(dear.first_link(), "Ada", "ada", PASSWORD)
    assert made.password_hash.startswith("$argon2id$v=19$m=65536,t=3,p=4$")


def test_links_of_several_servers_are_all_good_until_one_is_used(accounts):
    links = [accounts.first_link() for _ in range(3)]
    assert [accounts.invited(link).first for link in links] == [True] * 3
    accounts.welcome(links[1], "Ada", "ada", PASSWORD)
    for link in links:
        with pytest.raises(NotFound):
            accounts.invited(link)


def test_of_two_who_use_two_links_at_once_one_becomes_administrator(
    databases, address, identity, clock
):
    """Two servers over one database; each has waited for the other to be as far."""
    servers = [Database(address) for _ in range(2)]
    accounts = [Accounts(one, Access(one, identity), clock) for one in servers]
    links = [one.first_link() for one in accounts]
    together = Barrier(2)

    def become(number):
        together.wait()
        try:
            return accounts[number].welcome(links[number], f"N{number}", f"n{number}", PASSWORD)
        except (NotFound, Unavailable):
            return None

    with ThreadPoolExecutor(2) as pool:
        made = [one for one in pool.map(become, range(2)) if one]
    assert [one.role for one in made] == ["administrator"]
    assert ask(address, "SELECT count(*) FROM account WHERE role = 'administrator'") == [(1,)]
    for one in servers:
        one.close()


def test_a_start_clears_away_links_that_grew_old(accounts, address, clock):
    accounts.first_link()
    clock.at += timedelta(hours=25)
    accounts.first_link()
    assert ask(address, "SELECT count(*) FROM one_time_link") == [(1,)]


def test_a_link_grows_old(accounts, clock):
    token = accounts.first_link()
    clock.at += timedelta(hours=25)
    with pytest.raises(NotFound):
        accounts.welcome(token, "Ada", "ada", PASSWORD)


@pytest.mark.parametrize(
    ("name", "login", "password", "field"),
    [
        ("", "ada", PASSWORD, "name"),
        ("Ada", " ", PASSWORD, "login"),
        ("Ada", "ada", "short", "password"),
        ("Ada", "ada lovelace", "Ada  Lovelace".replace("  ", " "), "password"),
        ("Ada", "ada", "x" * 201, "password"),
        ("A" * 201, "ada", PASSWORD, "name"),
    ],
)
def test_a_bad_field_does_not_spend_the_link(accounts, name, login, password, field):
    token = accounts.first_link()
    with pytest.raises(BadInput) as refused:
        accounts.welcome(token, name, login, password)
    assert refused.value.field == field
    accounts.welcome(token, "Ada", "ada", PASSWORD)


def test_signing_in_folds_the_name(accounts, administrator):
    assert accounts.sign_in("ADA@school.EXAMPLE", PASSWORD, "1").learner == administrator.learner


@pytest.mark.parametrize(("login", "password"), [("ada@school.example", "no"), ("eve", PASSWORD)])
def test_a_wrong_pair_is_refused_alike(accounts, administrator, login, password):
    with pytest.raises(BadInput) as refused:
        accounts.sign_in(login, password, "1")
    assert refused.value.field == "password"
    assert "do not go together" in str(refused.value)


def fails(accounts, times, login="ada@school.example", origin="1"):
    """So many wrong passwords."""
    for _ in range(times):
        with pytest.raises(BadInput):
            accounts.sign_in(login, "wrong", origin)


def test_failures_make_wait_and_success_forgives(accounts, administrator, clock):
    fails(accounts, FREE_TRIES)
    with pytest.raises(TooOften, match="Wait 15 seconds"):
        accounts.sign_in("ada@school.example", PASSWORD, "1")
    clock.at += timedelta(seconds=16)
    assert accounts.sign_in("ada@school.example", PASSWORD, "1")
    fails(accounts, FREE_TRIES - 1)


def test_nobody_locks_the_name_of_somebody_elsewhere(accounts, administrator):
    fails(accounts, FREE_TRIES, origin="6.6.6.6")
    assert accounts.sign_in("ada@school.example", PASSWORD, "1")


def test_failures_are_forgotten_one_by_one(accounts, administrator, clock):
    fails(accounts, FREE_TRIES)
    clock.at += timedelta(seconds=15 + 2 * SIGN_IN.forgotten_after)
    fails(accounts, 2)
    with pytest.raises(TooOften):
        accounts.sign_in("ada@school.example", PASSWORD, "1")


def test_an_unknown_name_waits_as_a_known_one_does(accounts, administrator):
    for login in ("ada@school.example", "nobody@school.example"):
        fails(accounts, FREE_TRIES, login)
        with pytest.raises(TooOften, match="Wait 15 seconds"):
            accounts.sign_in(login, PASSWORD, "1")


def test_one_address_that_tries_many_names_waits_too(accounts, administrator, database, clock):
    failed_before(database, clock, ADDRESS, ADDRESS.free - 2, "6.6.6.6")
    fails(accounts, 1, "guess1", "6.6.6.6")
    # The names of others, as many as a class would mistype, keep nobody out.
    assert accounts.sign_in("ada@school.example", PASSWORD, "6.6.6.6")
    fails(accounts, 1, "guess2", "6.6.6.6")
    with pytest.raises(TooOften):
        accounts.sign_in("ada@school.example", PASSWORD, "6.6.6.6")
    assert accounts.sign_in("ada@school.example", PASSWORD, "7.7.7.7")


def test_addresses_of_one_network_count_as_one(accounts, administrator):
    for number in range(FREE_TRIES):
        fails(accounts, 1, origin=f"2001:db8::{number}")
    with pytest.raises(TooOften):
        accounts.sign_in("ada@school.example", PASSWORD, "2001:db8::ffff:1")
    assert accounts.sign_in("ada@school.example", PASSWORD, "2001:db8:0:1::1")


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("10.0.0.1", "10.0.0.1"),
        ("::ffff:10.0.0.1", "10.0.0.1"),
        ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
        ("testclient", "testclient"),
    ],
)
def test_what_counts_as_one_address(address, counted):
    assert network_of(address) == counted


def takes(accounts, guest, origin="6.6.6.6"):
    """A taken name is chosen."""
    with pytest.raises(BadInput, match="cannot be used") as refused:
        accounts.keep(guest, "Eve", "ada@school.example", PASSWORD, origin=origin)
    assert refused.value.field == "login"


def test_who_looks_for_names_that_exist_is_slowed_and_nobody_else(accounts, administrator):
    for _ in range(NAMES.free):
        takes(accounts, Caller(LEARNER))
    with pytest.raises(TooOften):
        accounts.keep(Caller(LEARNER), "Eve", "free", PASSWORD, origin="6.6.6.6")
    made = accounts.keep(Caller("g_" + "0" * 22), "Cy", "cy", PASSWORD, origin="6.6.6.6")
    assert made.login == "cy"


def test_who_looks_for_names_as_many_guests_is_slowed(accounts, administrator, database, clock):
    failed_before(database, clock, NAMES_ADDRESS, NAMES_ADDRESS.free - 1, "6.6.6.6")
    takes(accounts, Caller("g_" + "0" * 22))
    with pytest.raises(TooOften):
        accounts.keep(Caller(LEARNER), "Eve", "free", PASSWORD, origin="6.6.6.6")
    # Who has an account chooses no name.
    ada, new = administrator.account, "other quiet stones"
    assert accounts.keep(administrator, "Ada", ada.login, new, PASSWORD, "6.6.6.6").login


def test_a_password_is_changed_by_who_knows_the_old_one(accounts):
    made = accounts.keep(Caller(LEARNER), "Cy", "cy", PASSWORD)
    for old in ("", "another quiet stone"):
        with pytest.raises(BadInput) as refused:
            accounts.keep(Caller(made.learner, made), "Cy", "cy", "other quiet stones", old)
        assert refused.value.field == "old"
    assert accounts.sign_in("cy", PASSWORD, "1")


def test_waits_double_up_to_a_bound():
    waits = [wait_after(n) for n in range(40)]
    assert waits[:FREE_TRIES] == [0] * FREE_TRIES
    assert waits == sorted(waits)
    assert waits[-1] == LONGEST_WAIT


def test_an_invited_instructor_chooses_a_password(accounts, administrator):
    token = accounts.invite(administrator, "Ben", "ben@school.example", "instructor")
    assert accounts.invited(token).login == "ben@school.example"
    with pytest.raises(BadInput):
        accounts.sign_in("ben@school.example", "", "1")
    ben = accounts.welcome(token, "Ben", "ignored", PASSWORD)
    assert (ben.role, ben.login) == ("instructor", "ben@school.example")
    assert accounts.sign_in("ben@school.example", PASSWORD, "1").role == "instructor"


def invited_ben(accounts, administrator):
    """Ben's invitation, not yet used, and his id."""
    token = accounts.invite(administrator, "Ben", "ben", "instructor")
    (ben,) = [one for one in accounts.everyone(administrator) if one.login == "ben"]
    return token, ben.learner


def test_a_newer_link_voids_the_older_one(accounts, administrator):
    first, ben = invited_ben(accounts, administrator)
    second = accounts.renew(administrator, ben)
    with pytest.raises(NotFound):
        accounts.welcome(first, "Ben", "", PASSWORD)
    assert accounts.welcome(second, "Ben", "", PASSWORD).learner == ben


@pytest.mark.parametrize("by", ["link", "old password"])
def test_a_new_password_voids_every_link(accounts, administrator, by):
    token, ben = invited_ben(accounts, administrator)
    made = accounts.welcome(token, "Ben", "", PASSWORD)
    spare = accounts.renew(administrator, ben)
    if by == "link":
        # A link of the time before, when an older one was kept beside the newest.
        with accounts._database.write() as connection:
            hashed = hashlib.sha256(b"older").hexdigest()
            link = Link("password", ben, BEGAN + timedelta(days=1), None)
            store.add_link(connection, hashed, link, BEGAN)
        accounts.welcome(spare, "Ben", "", "other quiet stones")
        spare = "older"
    else:
        accounts.keep(Caller(ben, made), "Ben", "ben", "other quiet stones", PASSWORD)
    with pytest.raises(NotFound):
        accounts.invited(spare)


def test_a_taken_name_is_refused_at_its_field(accounts, administrator):
    with pytest.raises(BadInput) as refused:
        accounts.invite(administrator, "Eve", "ADA@school.example", "instructor")
    assert refused.value.field == "login"


def test_an_account_is_renamed_with_all_errors_at_once(accounts, changes, administrator):
    _, ben = invited_ben(accounts, administrator)
    with pytest.raises(BadForm) as refused:
        changes.rename(administrator, ben, " ", "ADA@school.example")
    assert set(refused.value.errors) == {"name", "login"}
    made = changes.rename(administrator, ben, "Benjamin", "BENJAMIN")
    assert (made.name, made.login) == ("Benjamin", "benjamin")
    same = changes.rename(administrator, administrator.learner, "Ada L", "ada@school.example")
    assert same.epoch == administrator.account.epoch


def test_a_disabled_account_lets_nobody_in_until_it_is_enabled(
    accounts, changes, access, identity, administrator
):
    token, ben = invited_ben(accounts, administrator)
    made = accounts.welcome(token, "Ben", "", PASSWORD)
    cookie = identity.sign(ben, made.epoch)
    spare = accounts.renew(administrator, ben)
    changes.disable(administrator, ben)
    with pytest.raises(SignedOut):
        access.caller(cookie)
    with pytest.raises(NotFound):
        accounts.welcome(spare, "Ben", "", PASSWORD)
    with pytest.raises(BadInput, match="Enable it first"):
        accounts.renew(administrator, ben)
    with pytest.raises(BadInput, match="do not go together"):
        accounts.sign_in("ben", "another password", "1")
    with pytest.raises(BadInput, match="has been disabled"):
        accounts.sign_in("ben", PASSWORD, "1")
    changes.enable(administrator, ben)
    assert accounts.sign_in("ben", PASSWORD, "1").learner == ben
    with pytest.raises(BadInput, match="your own account"):
        changes.disable(administrator, administrator.learner)


def test_an_invitation_that_was_never_used_cannot_be_replaced_by_a_link_once_disabled(
    accounts, changes, administrator, database
):
    _, ben = invited_ben(accounts, administrator)
    changes.disable(administrator, ben)
    with database.write() as connection, pytest.raises(BadInput, match="disabled"):
        accounts.link_to(connection, ben)


@pytest.mark.parametrize("act", ["invite", "renew", "everyone"])
def test_only_an_administrator_manages_accounts(accounts, administrator, act):
    ben = accounts.welcome(
        accounts.invite(administrator, "Ben", "ben", "instructor"), "Ben", "", PASSWORD
    )
    for caller in (Caller(LEARNER), Caller(ben.learner, ben), Caller("")):
        with pytest.raises(Forbidden):
            {
                "invite": lambda c=caller: accounts.invite(c, "X", "x", "instructor"),
                "renew": lambda c=caller: accounts.renew(c, ben.learner),
                "everyone": lambda c=caller: accounts.everyone(c),
            }[act]()


def test_a_guest_with_an_account_signs_in_to_a_new_id(accounts):
    made = accounts.keep(Caller(LEARNER), "Cy", "cy", PASSWORD)
    assert made.learner != LEARNER
    assert accounts.sign_in("cy", PASSWORD, "1").learner == made.learner


def test_a_new_password_keeps_the_id_and_voids_the_cookies(accounts):
    made = accounts.keep(Caller(LEARNER), "Cy", "cy", PASSWORD)
    again = accounts.keep(Caller(made.learner, made), "Cy", "cy", "other quiet stones", PASSWORD)
    assert (again.learner, again.epoch) == (made.learner, made.epoch + 1)


def test_every_signing_in_is_another_cookie(identity):
    assert identity.sign(LEARNER, 1) != identity.sign(LEARNER, 1)


def test_a_cookie_of_an_earlier_epoch_is_void(accounts, access, identity, administrator):
    cookie = identity.sign(administrator.learner, administrator.account.epoch)
    assert access.caller(cookie).role == "administrator"
    accounts.sign_out(access.caller(cookie))
    with pytest.raises(SignedOut):
        access.caller(cookie)


def test_a_guests_cookie_gives_no_role(access, identity, administrator):
    """The id of an account, signed as a guest's, must not be an account's cookie."""
    assert access.caller(identity.sign(administrator.learner)).account is None


def test_a_ticket_is_for_one_browser(identity):
    ticket = identity.ticket(LEARNER, 1, "cookie-a")
    assert identity.bearer(identity.redeem(ticket, "cookie-a")).learner == LEARNER
    for other in ("cookie-b", None):
        with pytest.raises(SignedOut):
            identity.redeem(ticket, other)


def test_accounts_are_counted_before_they_are_made(accounts, clock, monkeypatch):
    """A hall of 200 behind one address makes theirs, and once more; not a thousand."""
    assert 400 <= MADE.free < 1_000
    monkeypatch.setattr(
        "tutor.services.accounts.accounts.MADE", Rate("made", free=3, forgotten_after=5)
    )
    for n in range(3):
        accounts.keep(Caller(LEARNER + str(n)), "Cy", f"cy {n}", PASSWORD, origin="6.6.6.6")
    with monkeypatch.context() as without:
        without.setattr(PasswordHasher, "hash", None)
        with pytest.raises(TooOften, match="Wait 15 seconds"):
            accounts.keep(Caller(LEARNER), "Cy", "cy", PASSWORD, origin="6.6.6.6")
    accounts.keep(Caller(LEARNER + "3"), "Cy", "other", PASSWORD, origin="7.7.7.7")
    clock.at += timedelta(seconds=60)
    accounts.keep(Caller(LEARNER), "Cy", "cy", PASSWORD, origin="6.6.6.6")


def test_a_changed_password_counts_as_well(accounts, monkeypatch):
    made = accounts.keep(Caller(LEARNER), "Cy", "cy", PASSWORD)
    monkeypatch.setattr("tutor.services.accounts.accounts.MADE", Rate("changed", free=1))
    accounts.keep(Caller(made.learner, made), "Cy", "cy", "other quiet stones", PASSWORD)
    monkeypatch.setattr(PasswordHasher, "verify", None)
    with pytest.raises(TooOften):
        accounts.keep(Caller(made.learner, made), "Cy", "cy", PASSWORD, "other quiet stones")
