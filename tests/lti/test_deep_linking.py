"""Deep Linking 2.0: a teacher chooses an assignment, and the link in the course leads to it."""

from __future__ import annotations

import re
import time
from html import unescape

import httpx
import pytest

from tests.lti.conftest import FIELD, TOOL, asked_of
from tests.lti.platform import DL, LTI
from tutor.core.access import Role
from tutor.errors import LaunchRefused, NotFound

OWN = {"origin": TOOL, "sec-fetch-site": "same-origin"}
REQUEST = re.compile(r'name="request" value="([^"]+)"')


def picker(tool, who="teacher", **settings):
    """The page on which somebody chooses, in their browser; and what led there."""
    tool.lms.selection("add", **settings)
    browser = tool.browser()
    led = browser.launch(who, "add")
    if led.status_code != 303:
        return browser, led
    return browser, browser.client.get(led.headers["location"])


def chosen(browser, page, **form):
    request = unescape(REQUEST.search(page.text)[1])
    return browser.client.post("/lti/pick", data={"request": request, **form}, headers=OWN)


def test_a_new_assignment_is_made_and_its_link_leads_there(lasting):
    lms, key = lasting.lms, lasting.services.library.exercises[0].key
    browser, page = picker(lasting, data="opaque <data>")
    assert "Choose an assignment" in page.text
    made = chosen(browser, page, assignment="new", template="first-seminar", exercise=key)
    assert made.status_code == 200
    assert f"form-action 'self' {lms.base};" in made.headers["content-security-policy"]
    (address,) = re.findall(r'action="([^"]+)"', made.text)
    token = dict(FIELD.findall(made.text))["JWT"]
    # The platform takes it: by our published key, as the specification wants it.
    keys = browser.client.get("/lti/jwks").json()["keys"]
    claims = lms.verified(token, keys)
    assert httpx.post(address, data={"JWT": token}).status_code == 200
    assert (claims["iss"], claims["aud"]) == (lms.client_id, lms.base)
    assert claims["iat"] <= time.time() < claims["exp"]
    assert claims[f"{LTI}message_type"] == "LtiDeepLinkingResponse"
    assert claims[f"{LTI}version"] == "1.3.0"
    assert claims[f"{LTI}deployment_id"] == lms.deployment
    assert claims[f"{DL}data"] == "opaque <data>"
    (item,) = claims[f"{DL}content_items"]
    assert (item["type"], item["url"]) == ("ltiResourceLink", f"{TOOL}/lti/launch")
    work = item["custom"]["assignment"]
    # The link is in the course now.
    lms.link("placed", **{f"{LTI}custom": item["custom"]})
    teacher, student = lasting.browser(), lasting.browser()
    assert f"view=assignment&id={work}" in teacher.launch("teacher", "placed").headers["location"]
    assert student.launch("ada", "placed").headers["location"] == "/my/"
    assert item["title"] in student.client.get("/my/").text
    # Copied to next term's course it leads nowhere, and says so.
    lms.link("copied", "course-next", **{f"{LTI}custom": item["custom"]})
    lasting.browser().launch("teacher", "copied")
    copied = lasting.browser().launch("ada", "copied")
    assert (copied.status_code, "copied from last term" in copied.text) == (403, True)


def test_a_draft_is_published_when_it_is_chosen(lasting):
    browser, page = picker(lasting)
    services, caller = lasting.services, browser.caller()
    form = {
        **{"title": "Week two", "guidance": "listed", "unaided": "0", "outcomes": "each"},
        **{"grading": "completion", "points": "10"},
        f"cases:{services.library.exercises[0].key}": "2",
    }
    choices = services.deep_links.choices(caller, unescape(REQUEST.search(page.text)[1]))
    draft = services.assignments.make(caller, choices.classroom.id, form)
    assert chosen(browser, page, assignment=draft.id).status_code == 200
    assert services.assignments.see(caller, draft.id).assignment.published_at is not None


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({}, "Choose an assignment"),
        ({"assignment": "no-such"}, "Choose an assignment"),
        ({"assignment": "new"}, "Choose an exercise."),
        ({"assignment": "new", "template": "no-such"}, "Choose how you want"),
    ],
)
def test_what_cannot_be_chosen_is_said_beside_its_field(lasting, form, said):
    browser, page = picker(lasting)
    answer = chosen(browser, page, **form)
    assert (answer.status_code, said in unescape(answer.text)) == (400, True)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"deep_link_return_url": "javascript:alert(1)"}, "no address to go back to"),
        ({"deep_link_return_url": None}, "lacks “deep_link_return_url”"),
        ({"accept_types": ["file"]}, "takes no link"),
        ({"accept_types": None}, "takes no link"),
        ({"data": "x" * 4_000}, "lacks “data”"),
    ],
)
def test_a_request_that_cannot_be_answered_is_refused(lasting, settings, said):
    _, answer = picker(lasting, **settings)
    assert (answer.status_code, said in answer.text) == (403, True)


def test_only_the_course_s_instructors_choose(lasting):
    _, refused = picker(lasting, "ada")
    assert (refused.status_code, "Only instructors" in refused.text) == (403, True)
    browser, page = picker(lasting)
    request = unescape(REQUEST.search(page.text)[1])
    student = lasting.browser()
    student.launch("ada", "link-1")
    form = {"request": request, "assignment": "new"}
    assert student.client.post("/lti/pick", data=form, headers=OWN).status_code == 403
    # From a page of another address nothing is chosen.
    assert browser.client.post("/lti/pick", data=form).status_code == 403
    links = lasting.services.deep_links
    with pytest.raises(LaunchRefused, match="too old"):
        links.choices(browser.caller(), request[:-2])
    assert lasting.administrator.role is Role.ADMINISTRATOR
    with pytest.raises(NotFound):
        links.choices(lasting.administrator, request)


def test_a_request_of_a_message_that_was_used_is_not_answered_again(lasting):
    lasting.lms.selection("add")
    browser = lasting.browser()
    message = browser.message("teacher", "add")
    other = {
        "id_token": message["id_token"],
        "state": asked_of(browser.begin("teacher", "add"))["state"],
    }
    assert browser.send(message).status_code == 303
    assert "another launch" in browser.send(other).text
