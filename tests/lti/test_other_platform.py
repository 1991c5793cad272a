"""The messages of a platform that others wrote: ``lti1p3platform`` begins, signs and reads them.

It is lenient, so what it must be sent is held by the platform of ours (``platform.py``).
"""

from __future__ import annotations

from types import SimpleNamespace
from urllib.parse import parse_qsl, urlsplit

import pytest
from cryptography.hazmat.primitives import serialization
from lti1p3platform.ltiplatform import LTI1P3PlatformConfAbstract
from lti1p3platform.message_launch import LTIAdvantageMessageLaunchAbstract
from lti1p3platform.oidc_login import OIDCLoginAbstract
from lti1p3platform.registration import Registration

from tests.lti.conftest import FIELD, TOOL, asked_of
from tests.lti.platform import STUDENT, TEACHER, Key, LearningPlatform
from tests.lti.test_deep_linking import chosen

PEM = serialization.Encoding.PEM


class Begin(OIDCLoginAbstract):
    def set_lti_message_hint(self, **_):
        self._lti_message_hint = "hint"

    def get_redirect(self, url):
        return url


class Message(LTIAdvantageMessageLaunchAbstract):
    def render_launch_form(self, launch_data, **_):
        return launch_data


@pytest.fixture(scope="module")
def foreign():
    """The library's registration of our tool, and the address at which its keys are served."""
    key = Key("unused").private
    private = key.private_bytes(
        PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
    public = (
        key.public_key().public_bytes(PEM, serialization.PublicFormat.SubjectPublicKeyInfo).decode()
    )
    server = LearningPlatform("client-9", "deployment-9")
    with server.running():
        made = Registration().set_iss(server.base).set_client_id(server.client_id)
        made.set_deployment_id(server.deployment).set_launch_url(f"{TOOL}/lti/launch")
        made.set_oidc_login_url(f"{TOOL}/lti/login").set_deeplink_launch_url(f"{TOOL}/lti/launch")
        made.set_platform_public_key(public).set_platform_private_key(private)
        server.keys = [SimpleNamespace(jwk=lambda one=one: one) for one in made.get_jwks()]

        class Platform(LTI1P3PlatformConfAbstract):
            def init_platform_config(self, **_):
                self._registration = made

            def get_registration_by_params(self, **_):
                return made

        yield SimpleNamespace(server=server, registration=made, platform=Platform)


def opened(tool, foreign, who, role, select=False):
    """A link is opened, or one is to be chosen, as the library does it; the browser and answer."""
    platform, browser = foreign.platform(), tool.browser()
    begin = Begin(SimpleNamespace(), platform)
    begin.set_lti_message_hint()
    sent = dict(parse_qsl(urlsplit(begin.initiate_login(who)).query))
    asked = asked_of(browser.client.get("/lti/login", params=sent))
    message = Message(SimpleNamespace(get_data=asked, form_data={}), platform)
    message.set_user_data(who, [role], f"{who} by name", f"{who}@school.example")
    message.set_launch_context_claim("course-9", context_title="By others")
    if select:
        message.set_dl(f"{foreign.server.base}/return")
    else:
        message.set_resource_link_claim("link-9")
    told = message.lti_launch()
    assert told.pop("launch_url") == f"{TOOL}/lti/launch"
    return browser, browser.send(told)


def test_its_launches_are_accepted_and_it_accepts_our_link(lasting, foreign):
    services = lasting.services
    services.platforms.register(lasting.administrator, foreign.server.registration())
    browser, led = opened(lasting, foreign, "prof", TEACHER)
    assert led.headers["location"].startswith("/desk/")
    assert opened(lasting, foreign, "stud", STUDENT)[1].headers["location"] == "/my/"
    ((room, place),) = services.classrooms.mine(browser.caller())
    assert (room.name, place.name) == ("By others", "prof by name")
    picking, led = opened(lasting, foreign, "prof", TEACHER, select=True)
    page = picking.client.get(led.headers["location"])
    key = services.library.exercises[0].key
    made = chosen(picking, page, assignment="new", template="first-seminar", exercise=key)
    platform = foreign.platform()
    foreign.registration.set_tool_key_set(picking.client.get("/lti/jwks").json())
    (item,) = platform.validate_deeplinking_resp({"JWT": dict(FIELD.findall(made.text))["JWT"]})
    assert item["type"] == "ltiResourceLink"
    work = services.assignments.see(browser.caller(), item["custom"]["assignment"])
    assert work.classroom.id == room.id
