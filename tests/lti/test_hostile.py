"""Launches that must not be accepted, each with one thing wrong; and what tells them apart."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization

from tests.lti.conftest import TOOL, asked_of, message_at
from tests.lti.platform import LTI, STUDENT, TEACHER, Key, b64, packed
from tutor.errors import LaunchRefused, PlatformError
from tutor.lti.fetching import Fetcher
from tutor.lti.key_sets import KeySets, usable_keys

Claims = dict[str, Any]


def forged(tool, change: Callable[[Claims], Any], sign=None, who="ada", link="link-1"):
    """What the tool answers to a message whose claims were changed and that was signed anew."""
    browser = tool.browser()
    asked = asked_of(browser.begin(who, link))
    claims = tool.lms.claims(who, link, TOOL, asked["nonce"])
    change(claims)
    token = (sign or tool.lms.keys[-1].sign)(claims)
    return browser, browser.send({"id_token": token, "state": asked["state"]})


def to(**more: Any) -> Callable[[Claims], Any]:
    return lambda claims: claims.update(more)


def claim(name: str, value: Any) -> Callable[[Claims], Any]:
    return lambda claims: claims.update({f"{LTI}{name}": value})


def without(name: str) -> Callable[[Claims], Any]:
    return lambda claims: claims.pop(name)


def ago(seconds: int, lasting: int = 300) -> Callable[[Claims], Any]:
    def change(claims: Claims) -> None:
        at = int(time.time()) - seconds
        claims.update(iat=at, exp=at + lasting)

    return change


HOSTILE: dict[str, tuple[Callable[[Claims], Any], str]] = {
    "another audience": (to(aud="other-tool"), "another tool"),
    "another audience in a list": (to(aud=["other-tool"]), "another tool"),
    "two audiences without a party": (to(aud=["tool-1", "other"]), "another tool"),
    "two audiences, another party": (to(aud=["tool-1", "other"], azp="other"), "another tool"),
    "one audience, another party": (to(azp="other"), "another tool"),
    "no audience": (without("aud"), "lacks “aud”"),
    "another issuer": (to(iss="https://evil.example"), "another platform"),
    "no issuer": (without("iss"), "lacks “iss”"),
    "expired": (ago(600), "expired"),
    "from the future": (ago(-900), "in the future"),
    "very old, said to last": (ago(10_000, 100_000), "too old"),
    "no end": (without("exp"), "lacks “exp”"),
    "no beginning": (without("iat"), "lacks “iat”"),
    "a beginning that is no number": (to(iat="now"), "not signed"),
    "nobody": (without("sub"), "lacks “sub”"),
    "an empty subject": (to(sub=""), "lacks “sub”"),
    "a subject that is no text": (to(sub=7), "not signed"),
    "a subject that is too long": (to(sub="x" * 256), "lacks “sub”"),
    "no nonce": (without("nonce"), "lacks “nonce”"),
    "a nonce of another launch": (to(nonce="n" * 32), "another launch"),
    "another deployment": (claim("deployment_id", "dep-x"), "has not been allowed"),
    "no deployment": (without(f"{LTI}deployment_id"), "lacks “deployment_id”"),
    "no roles": (without(f"{LTI}roles"), "lacks “roles”"),
    "no role in the course": (claim("roles", []), "no role in this course"),
    "roles that are no list": (claim("roles", TEACHER), "lacks “roles”"),
    "a role of the system": (
        claim("roles", ["http://purl.imsglobal.org/vocab/lis/v2/system/person#Administrator"]),
        "no role in this course",
    ),
    "a role of the institution": (
        claim("roles", ["http://purl.imsglobal.org/vocab/lis/v2/institution/person#Instructor"]),
        "no role in this course",
    ),
    "another version": (claim("version", "1.1"), "not of LTI 1.3.0"),
    "no version": (without(f"{LTI}version"), "lacks “version”"),
    "no message type": (without(f"{LTI}message_type"), "lacks “message_type”"),
    "another message type": (claim("message_type", "LtiStartProctoring"), "not known"),
    "a target at another host": (
        claim("target_link_uri", "https://evil.example/"),
        "another server",
    ),
    "a target that is a script": (
        claim("target_link_uri", "javascript:alert(1)"),
        "another server",
    ),
    "a target that begins like ours": (
        claim("target_link_uri", f"{TOOL}.evil.example/lti/launch"),
        "another server",
    ),
    "no target": (without(f"{LTI}target_link_uri"), "lacks “target_link_uri”"),
    "no link": (without(f"{LTI}resource_link"), "lacks “id”"),
    "no course": (without(f"{LTI}context"), "does not stand in a course"),
    "an assignment of nobody's": (claim("custom", {"assignment": "no-such"}), "another class"),
}


@pytest.mark.parametrize("wrong", HOSTILE)
def test_a_message_with_one_thing_wrong_is_refused(lasting, wrong):
    change, said = HOSTILE[wrong]
    browser, answer = forged(lasting, change)
    assert (answer.status_code, said in answer.text) == (403, True), answer.text
    assert not {one.name for one in browser.client.cookies.jar} & {
        "__Host-equipoise_guest",
        "__Host-equipoise_frame",
    }


@pytest.mark.parametrize(
    "change",
    [
        to(aud=["tool-1"]),
        to(aud=["other", "tool-1"], azp="tool-1"),
        to(azp="tool-1"),
        ago(-120),  # a clock two minutes ahead
        ago(420),  # and one two minutes behind, just after the message has ended
        claim(
            "roles", [STUDENT, "http://purl.imsglobal.org/vocab/lis/v2/institution/person#Staff"]
        ),
        claim("roles", ["Learner"]),
    ],
)
def test_a_message_that_is_unusual_and_right_is_accepted(lasting, change):
    _, answer = forged(lasting, change)
    assert (answer.status_code, answer.headers.get("location")) == (303, "/my/")


# --- signatures -----------------------------------------------------------------------------------

STRANGER = Key("first")


def unsigned(claims: Claims) -> str:
    return f"{packed({'alg': 'none', 'typ': 'JWT', 'kid': 'first'})}.{packed(claims)}."


def with_public_key(tool) -> Callable[[Claims], str]:
    """HS256, with the platform's public key as the secret."""
    pem = (
        tool.lms.keys[-1]
        .private.public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    )

    def sign(claims: Claims) -> str:
        said = f"{packed({'alg': 'HS256', 'typ': 'JWT', 'kid': 'first'})}.{packed(claims)}"
        return f"{said}.{b64(hmac.new(pem, said.encode(), hashlib.sha256).digest())}"

    return sign


def tampered(tool) -> Callable[[Claims], str]:
    def sign(claims: Claims) -> str:
        head, _, signature = tool.lms.keys[-1].sign(claims).split(".")
        roles = {f"{LTI}roles": [TEACHER]}
        return f"{head}.{packed({**claims, **roles})}.{signature}"

    return sign


SIGNATURES: dict[str, tuple[Callable[[Any], Callable[[Claims], str]], str]] = {
    "alg none": (lambda tool: unsigned, "not signed"),
    "HS256 with the public key": (with_public_key, "not signed"),
    "changed after it was signed": (tampered, "not signed"),
    "another key under the same name": (lambda tool: STRANGER.sign, "not signed"),
    "a key that is not published": (lambda tool: Key("unknown").sign, "does not publish"),
    "no key named": (lambda tool: lambda c: tool.lms.keys[-1].sign(c, kid=None), "does not name"),
    "a path as the key's name": (
        lambda tool: lambda c: STRANGER.sign(c, kid="../../../../dev/null"),
        "does not publish",
    ),
    "SQL as the key's name": (
        lambda tool: lambda c: STRANGER.sign(c, kid="x' UNION SELECT pem FROM lti_key --"),
        "does not publish",
    ),
    "a list as the key's name": (
        lambda tool: lambda c: STRANGER.sign(c, kid=["first"]),
        "cannot be",
    ),
    "its own key in the header": (
        lambda tool: lambda c: STRANGER.sign(c, kid="own", jwk=STRANGER.jwk()),
        "does not publish",
    ),
    "a key set of its own in the header": (
        lambda tool: lambda c: STRANGER.sign(c, jku="http://127.0.0.1:1/evil"),
        "not signed",
    ),
    "no token": (lambda tool: lambda c: "", "cannot be read"),
    "half a token": (lambda tool: lambda c: tool.lms.keys[-1].sign(c)[:50], "cannot be read"),
    "a large token": (lambda tool: lambda c: "a." + "x" * 120_000 + ".c", "cannot be read"),
}


@pytest.mark.parametrize("wrong", SIGNATURES)
def test_a_message_that_the_platform_did_not_sign_is_refused(lasting, wrong):
    make, said = SIGNATURES[wrong]
    _, answer = forged(lasting, lambda claims: None, make(lasting))
    assert (answer.status_code, said in answer.text) == (403, True), answer.text


def test_a_token_of_a_megabyte_is_not_read(lasting):
    browser = lasting.browser()
    asked = asked_of(browser.begin("ada", "link-1"))
    answer = browser.send({"id_token": "x" * 1_000_000, "state": asked["state"]})
    assert answer.status_code == 413


class Answering(Fetcher):
    """A fetcher for a platform whose keys are ``keys``; None: it does not answer."""

    def __init__(self, *keys: Key):
        super().__init__()
        self.keys: tuple[Key, ...] | None = keys
        self.asked = 0

    def get_json(self, url: str) -> Any:
        self.asked += 1
        if self.keys is None:
            raise PlatformError("It did not answer.")
        return {"keys": [key.jwk() for key in self.keys]}


def test_an_unknown_key_is_looked_for_once_and_a_new_one_is_found():
    first, second = Key("first"), Key("second")
    fetcher, at = Answering(first), [0.0]
    keys = KeySets(fetcher, lambda: at[0])
    keys.find("https://a.example/jwks", "first")
    at[0] = 100
    for _ in range(3):
        with pytest.raises(LaunchRefused, match="does not publish"):
            keys.find("https://a.example/jwks", "second")
    assert fetcher.asked == 2
    fetcher.keys, at[0] = (first, second), 200
    assert keys.find("https://a.example/jwks", "second").key_id == "second"
    # While the platform is away, the keys that are known go on; an unknown one has to wait.
    fetcher.keys, at[0] = None, 90_000
    assert keys.find("https://a.example/jwks", "first").key_id == "first"
    with pytest.raises(PlatformError):
        keys.find("https://a.example/jwks", "third")


def test_weak_and_foreign_keys_are_not_used():
    good = Key("good").jwk()
    others = [
        {**good, "kid": "enc", "use": "enc"},
        {**good, "kid": "ps", "alg": "PS256"},
        {"kty": "oct", "k": "c2VjcmV0", "kid": "oct"},
        {**Key("weak", 1024).jwk()},
        {**good, "kid": 7},
        {"kty": "RSA", "kid": "broken", "n": "?", "e": "?"},
        "no key",
    ]
    assert set(usable_keys({"keys": [*others, good]})) == {"good"}
    for wrong in ([], {}, {"keys": {}}, None):
        with pytest.raises(PlatformError):
            usable_keys(wrong)


# --- states ---------------------------------------------------------------------------------------


def test_a_message_in_another_browser_changes_nothing_and_offers_a_window(lasting):
    thief = lasting.browser()
    message = lasting.browser().message("ada", "link-1")
    answer = thief.send(message)
    assert answer.status_code == 200
    assert "Open in a new window" in answer.text
    assert "set-cookie" not in answer.headers
    # The window begins anew: nothing of the message is in its address.
    assert message["id_token"] not in answer.text
    assert "/lti/login?iss=" in answer.text


def test_a_message_is_not_accepted_again_nor_under_another_state(lasting):
    browser = lasting.browser()
    first, second = browser.message("ada", "link-1"), browser.message("ada", "link-1")
    assert browser.send(first).status_code == 303
    again = browser.send(first)
    assert "Open in a new window" in again.text  # the cookie that bound it is gone
    swapped = browser.send({"id_token": first["id_token"], "state": second["state"]})
    assert (swapped.status_code, "another launch" in swapped.text) == (403, True)


@pytest.mark.parametrize("state", ["", "forged", "x.y.z"])
def test_a_state_that_is_not_ours_is_refused(lasting, state):
    answer = lasting.browser().send({"id_token": "x", "state": state})
    assert (answer.status_code, "not begun here" in answer.text) == (403, True)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"iss": "https://evil.example"}, "not registered"),
        ({"client_id": "other"}, "not registered"),
        ({"target_link_uri": "https://evil.example/lti/launch"}, "another server"),
        ({"target_link_uri": "javascript:alert(1)"}, "another server"),
        ({"login_hint": ""}, "did not send “login_hint”"),
        ({"lti_message_hint": "x" * 5_000}, "too much"),
    ],
)
def test_a_launch_that_cannot_be_begun_is_refused_on_a_page(lasting, more, said):
    answer = lasting.browser().begin("ada", "link-1", **more)
    assert (answer.status_code, said in answer.text) == (403, True)
    assert "location" not in answer.headers


def test_the_platform_s_storage_binds_a_launch_where_cookies_do_not(lasting):
    browser = lasting.browser()
    begun = browser.begin("ada", "link-1", lti_storage_target="_parent")
    assert begun.status_code == 200
    told = dict(part.split('"')[:2] for part in begun.text.split("data-")[1:] if '="' in part)
    binding, to_platform = told["value="], begun.text.split('href="')[-1].split('"')[0]
    assert told["origin="] == lasting.lms.base
    message = message_at(to_platform.replace("&amp;", "&"))
    browser.client.cookies.clear()
    page = browser.send(message, frame=True)
    assert "/lti/storage.js" in page.text
    assert binding not in page.text
    for wrong in ("", "guess"):
        refused = browser.send({**message, "binding": wrong}, frame=True)
        assert "ticket" not in refused.text
    answer = browser.send({**message, "binding": binding}, frame=True)
    ticket = answer.text.split('name="ticket" value="')[1].split('"')[0]
    own = {"origin": TOOL, "sec-fetch-site": "same-origin"}
    window = lasting.browser().client
    led = window.post("/lti/open", data={"ticket": ticket}, headers=own)
    assert (led.status_code, led.headers["location"]) == (303, "/my/")
    again = window.post("/lti/open", data={"ticket": ticket}, headers=own)
    assert (again.status_code, "used already" in again.text) == (403, True)
    assert window.post("/lti/open", data={"ticket": ticket}).status_code == 403


def test_in_a_frame_the_session_is_in_a_partitioned_cookie(lasting):
    browser = lasting.browser()
    answer = browser.launch("ada", "link-1", frame=True)
    (session, _) = answer.headers.get_list("set-cookie")
    assert session.startswith("__Host-equipoise_frame=")
    assert {"Secure", "SameSite=None", "Partitioned"} <= set(session.split("; "))
    page = browser.client.get(
        "/my/", headers={"sec-fetch-site": "cross-site", "sec-fetch-dest": "iframe"}
    )
    assert page.status_code == 200
    policy = page.headers["content-security-policy"]
    assert policy.endswith(f"frame-ancestors 'self' {lasting.lms.base}")
    assert "x-frame-options" not in page.headers


def test_a_log_and_the_metrics_know_nobody(lasting, caplog):
    lasting.browser().launch("ada", "link-1")
    assert "ada" not in caplog.text.casefold()
    assert json.dumps([r.getMessage() for r in caplog.records]).count("id_token") == 0
