"""A launch from a learning platform becomes a place in a class; on both databases."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

import jwt
from cryptography.hazmat.primitives import serialization

from tests.lti.conftest import TOOL, asked_of
from tests.lti.platform import LTI, STUDENT, TEACHER, LearningPlatform
from tutor.core.access import Role


def room_of(tool, browser):
    ((room, place),) = tool.services.classrooms.mine(browser.caller())
    return room, place


def test_a_teacher_and_a_student_meet_in_the_class_that_the_course_is(tool):
    student = tool.browser()
    early = student.launch("ada", "link-1")
    assert (early.status_code, "has not opened Equipoise" in early.text) == (403, True)
    teacher = tool.browser()
    led = teacher.launch("teacher", "link-1")
    room, place = room_of(tool, teacher)
    assert led.headers["location"] == f"/desk/?view=class&class={room.id}"
    assert (room.name, place.role, place.name) == (
        "Diagnosis, year three",
        "instructor",
        "Tess Ray",
    )
    assert "Diagnosis, year three" in teacher.client.get(led.headers["location"]).text
    led = student.launch("ada", "link-1")
    assert (led.status_code, led.headers["location"]) == (303, "/my/")
    assert room_of(tool, student)[0].id == room.id
    account = student.client.get("/signin/", params={"view": "account"}).text
    assert "You came from a learning platform" in account
    assert "Current password" not in account
    # Who comes again, on another device, is who they were.
    other = tool.browser()
    other.launch("ada", "link-1")
    assert other.caller().learner == student.caller().learner
    # A platform may keep names to itself.
    shy = tool.browser()
    shy.launch("ben", "link-1")
    assert room_of(tool, shy)[1].name == "Student"


def test_what_a_platform_is_asked_for_is_what_the_specification_wants(tool):
    for method in ("GET", "POST"):
        answer = tool.browser().begin("ada", "link-1", method)
        asked = asked_of(answer)
        assert answer.status_code == 302
        assert {asked.pop("state") != "", asked.pop("nonce") != ""} == {True}
        assert asked == {
            "scope": "openid",
            "response_type": "id_token",
            "response_mode": "form_post",
            "prompt": "none",
            "client_id": tool.lms.client_id,
            "redirect_uri": f"{TOOL}/lti/launch",
            "login_hint": "ada",
            "lti_message_hint": "link-1",
        }
        (cookie,) = answer.headers.get_list("set-cookie")
        assert {"HttpOnly", "Secure", "SameSite=None", "Partitioned"} <= set(cookie.split("; "))


def test_a_message_is_good_once_even_twice_at_the_same_time(opened):
    browsers = [opened.browser() for _ in range(4)]
    message = browsers[0].message("ada", "link-1")
    for browser in browsers[1:]:
        browser.client.cookies = browsers[0].client.cookies
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda browser: browser.send(message), browsers))
    assert sorted(answer.status_code for answer in answers) == [303, 403, 403, 403]
    assert all("used already" in a.text for a in answers if a.status_code == 403)


def test_a_place_that_a_list_kept_is_claimed_by_its_e_mail_once(opened):
    teacher = opened.browser()
    teacher.launch("teacher", "link-1")
    room, _ = room_of(opened, teacher)
    roster = "name,email\nAda from the list,ADA@school.example\n"
    opened.services.people.load(teacher.caller(), room.id, {"roster": roster})
    student = opened.browser()
    student.launch("ada", "link-1")
    seen = opened.services.classrooms.see(teacher.caller(), room.id)
    (ada,) = [one for one in seen.people if one.role == Role.LEARNER]
    assert (ada.learner, ada.claimed, ada.name) == (student.caller().learner, True, "Ada Sol")
    # The address changes hands: whoever has it now is somebody else, and gets a place of their own.
    opened.lms.person("heir", STUDENT, name="Hal Sol", email="ada@school.example")
    heir = opened.browser()
    heir.launch("heir", "link-1")
    assert heir.caller().learner != student.caller().learner


def test_a_deployment_waits_for_an_administrator(opened):
    lms, services = opened.lms, opened.services
    lms.link("elsewhere", "course-2", **{f"{LTI}deployment_id": "dep-2"})
    refused = opened.browser().launch("teacher", "elsewhere")
    assert (refused.status_code, "has not been allowed" in refused.text) == (403, True)
    (known,) = services.platforms.everything(opened.administrator)
    assert [(one.id, one.allowed) for one in known.deployments] == [
        ("dep-1", True),
        ("dep-2", False),
    ]
    services.platforms.allow(opened.administrator, known.platform.id, "dep-2")
    allowed = opened.browser()
    assert allowed.launch("teacher", "elsewhere").status_code == 303
    # One subject in two deployments is two people: another school may have given it.
    first = opened.browser()
    first.launch("teacher", "link-1")
    assert first.caller().learner != allowed.caller().learner


def test_the_same_person_of_two_platforms_is_two_people(opened, lms):
    with LearningPlatform("tool-2").running() as other:
        other.redirects |= lms.redirects
        other.person("ada", TEACHER, name="Not Ada")
        other.link()
        opened.services.platforms.register(opened.administrator, other.registration())
        at_home = opened.browser()
        at_home.launch("ada", "link-1")
        opened.lms = other
        abroad = opened.browser()
        assert abroad.launch("ada", "link-1").headers["location"].startswith("/desk/")
        assert abroad.caller().learner != at_home.caller().learner
        # A teacher there is no teacher here.
        opened.lms = lms
        assert room_of(opened, at_home)[1].role == "learner"
        assert room_of(opened, abroad)[0].id != room_of(opened, at_home)[0].id


def test_what_is_known_of_somebody_goes_with_them(opened):
    student = opened.browser()
    student.launch("ada", "link-1")
    before = student.caller()
    (known,) = json.loads(opened.services.personal_data.everything(before))["learning_platforms"]
    assert (known["platform"], known["subject"]) == ("Moodle of the school", "ada")
    opened.services.personal_data.forget(before, "delete")
    again = opened.browser()
    again.launch("ada", "link-1")
    assert again.caller().learner != before.learner
    # A class is deleted with the course that it was; the platform with whom it knew.
    teacher = opened.browser()
    teacher.launch("teacher", "link-1")
    room, _ = room_of(opened, teacher)
    opened.services.classrooms.delete(teacher.caller(), room.id, room.name)
    opened.browser().launch("teacher", "link-1")
    platforms = opened.services.platforms
    platforms.remove(opened.administrator, opened.platform.id, "Moodle of the school")
    assert platforms.everything(opened.administrator) == ()
    assert opened.browser().begin("ada", "link-1").status_code == 403


def test_our_keys_are_published_and_sign(tool):
    client = tool.browser().client
    (told,) = client.get("/lti/jwks").json()["keys"]
    assert {"kty", "n", "e", "kid", "alg", "use"} == set(told)
    pem = client.get("/lti/key.pem").text
    public = serialization.load_pem_public_key(pem.encode())
    assert public.public_numbers() == jwt.PyJWK.from_dict(told).key.public_numbers()
    config = client.get("/lti/config.json").json()
    assert config["oidc_initiation_url"] == f"{TOOL}/lti/login"
    assert config["public_jwk_url"] == f"{TOOL}/lti/jwks"
