"""Dynamic registration: one link, and each side knows the other's addresses."""

from __future__ import annotations

import pytest

from tests.lti.conftest import TOOL
from tests.lti.platform import STUDENT, TEACHER, LearningPlatform
from tests.web.learner import panel_of
from tutor.errors import LaunchRefused, PlatformError
from tutor.lti.fetching import Fetcher
from tutor.lti.registration import offer_at

OWN = {"origin": TOOL, "sec-fetch-site": "same-origin"}


@pytest.fixture
def newcomer():
    """A platform that does not know the tool yet."""
    made = LearningPlatform("unknown")
    made.person("teacher", TEACHER, name="Noor")
    made.person("ada", STUDENT)
    made.link()
    with made.running() as running:
        yield running


def asked(lms, sealed, **more):
    return {
        "invitation": sealed,
        "openid_configuration": f"{lms.base}/configuration",
        "registration_token": "once",
        **more,
    }


def test_a_platform_registers_itself_and_its_people_come(lasting, newcomer):
    platforms, who = lasting.services.platforms, lasting.administrator
    sealed = platforms.invite(who)
    client = lasting.browser().client
    # The platform's page shows ours in a frame, though it is not registered yet.
    framed = {"sec-fetch-site": "cross-site", "sec-fetch-dest": "iframe"}
    page = client.get("/lti/register", params=asked(newcomer, sealed), headers=framed)
    assert "Connect Honest at 127.0.0.1?" in page.text
    ancestors = page.headers["content-security-policy"].rpartition("frame-ancestors ")[2].split()
    assert newcomer.base in ancestors
    assert newcomer.applications == []
    answer = client.post("/lti/register", data=asked(newcomer, sealed), headers=OWN)
    assert "is connected" in answer.text
    (application,) = newcomer.applications
    assert application["initiate_login_uri"] == f"{TOOL}/lti/login"
    assert application["token_endpoint_auth_method"] == "private_key_jwt"
    (known,) = [one for one in platforms.everything(who) if one.platform.issuer == newcomer.base]
    assert known.platform.client_id == newcomer.client_id == "given-1"
    assert [(one.id, one.allowed) for one in known.deployments] == [(newcomer.deployment, True)]
    before, lasting.lms = lasting.lms, newcomer
    try:
        assert lasting.browser().launch("teacher", "link-1").status_code == 303
        assert lasting.browser().launch("ada", "link-1").status_code == 303
    finally:
        lasting.lms = before
    # The invitation is used up, for the same platform and for another.
    again = client.post("/lti/register", data=asked(newcomer, sealed), headers=OWN)
    assert (again.status_code, "has been used" in again.text) == (403, True)
    with pytest.raises(LaunchRefused, match="has been used"):
        platforms.register_invited(sealed, newcomer.registration(client_id="another"))
    # Nor is it registered twice by another.
    newcomer.client_id = "unknown"
    twice = asked(newcomer, platforms.invite(who))
    refused = client.post("/lti/register", data=twice, headers=OWN)
    assert (refused.status_code, "registered already" in refused.text) == (403, True)


@pytest.mark.parametrize("sealed", ["", "forged", "x.y.z"])
def test_without_an_invitation_nothing_is_even_asked(lasting, newcomer, sealed):
    client = lasting.browser().client
    for answer in (
        client.get("/lti/register", params=asked(newcomer, sealed)),
        client.post("/lti/register", data=asked(newcomer, sealed), headers=OWN),
    ):
        assert answer.status_code == 403
    assert newcomer.asked == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"issuer": "https://evil.example"}, "an issuer at another host"),
        ({"registration_endpoint": None}, "lacks “registration_endpoint”"),
        ({"jwks_uri": "javascript:alert(1)"}, "cannot be registered"),
        ({"authorization_endpoint": "file:///etc/passwd"}, "cannot be registered"),
        ({"registration_endpoint": "file:///etc/passwd"}, "may not be asked"),
    ],
)
def test_a_platform_that_says_something_wrong_of_itself_is_not_registered(
    lasting, newcomer, change, said
):
    newcomer.configuration |= change
    sealed = lasting.services.platforms.invite(lasting.administrator)
    client = lasting.browser().client
    answer = client.post("/lti/register", data=asked(newcomer, sealed), headers=OWN)
    assert (answer.status_code, said in answer.text) == (403, True), answer.text
    known = lasting.services.platforms.everything(lasting.administrator)
    assert newcomer.base not in {one.platform.issuer for one in known}
    # The invitation is still good: the platform can be corrected.
    lasting.services.platforms.check_invitation(sealed)


def test_a_refusal_of_the_platform_is_said(lasting, newcomer):
    sealed = lasting.services.platforms.invite(lasting.administrator)
    client = lasting.browser().client
    wrong = asked(newcomer, sealed, registration_token="used")
    answer = client.post("/lti/register", data=wrong, headers=OWN)
    assert (answer.status_code, "with the status 401" in answer.text) == (403, True)


@pytest.mark.parametrize("inside", ["https://10.0.0.1/c", "http://127.0.0.1:1/c", "file:///c"])
def test_where_private_networks_are_not_allowed_none_is_asked(inside):
    with pytest.raises(PlatformError, match="may not be asked"):
        offer_at(Fetcher(), inside)


def test_the_page_shows_every_address_that_a_platform_asks_for(lasting):
    services, account = lasting.services, lasting.administrator.account
    client = lasting.browser().client
    value = services.identity.sign(account.learner, account.epoch)
    client.cookies.set("__Host-equipoise_guest", value)
    page = panel_of(client.get("/desk/", params={"view": "platforms"}).text)
    for name in ("login", "launch", "jwks", "key.pem", "config.json"):
        assert f'data-address="/lti/{name}"' in page
