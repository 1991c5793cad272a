"""Every call of every service: what it needs, and how a walker makes it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.services.school import DECISION, JUDGMENT, SETTING
from tests.walk.scene import Need, Scene
from tutor.core.access import Action
from tutor.services.accounts.access import Caller

PASSWORD = "quiet river stone"


@dataclass(frozen=True)
class Call:
    """A service call; with ``by_id`` it takes the id that only a good cookie gives."""

    needs: tuple[Need, ...]
    make: Callable[[Scene, Caller], Any]
    by_id: bool = False


def _call(on: str, action: Action, make: Callable[[Scene, Caller], Any]) -> Call:
    return Call((Need(action, on),), make)


def _by_id(on: str, action: Action, make: Callable[[Scene, Caller], Any]) -> Call:
    return Call((Need(action, on),), make, by_id=True)


def _edit(make: Callable[[Scene, Caller], Any]) -> Call:
    return _call("class", Action.EDIT_CLASS, make)


def _people(make: Callable[[Scene, Caller], Any]) -> Call:
    return _call("class", Action.EDIT_PEOPLE, make)


def _work(make: Callable[[Scene, Caller], Any]) -> Call:
    return _call("class", Action.EDIT_ASSIGNMENT, make)


def _account_change(act: str, *given: str) -> Callable[[Scene, Caller], Any]:
    return lambda s, c: getattr(s.services.account_changes, act)(c, s.ids["eve"], *given)


def _of_platforms(act: str, *given: Any) -> Callable[[Scene, Caller], Any]:
    def make(scene: Scene, caller: Caller) -> Any:
        filled = [one.format(**scene.ids) if isinstance(one, str) else one for one in given]
        return getattr(scene.services.platforms, act)(caller, *filled)

    return make


def _form(scene: Scene, **more: str) -> dict[str, str]:
    return {**SETTING, f"cases:{scene.school.exercise}": "1", **more}


# Asked by other services with a connection of theirs, after they have asked for the right; or by
# nobody who came over the web; or about what everybody may read.
WITHIN = {
    *(
        "accounts.link_to",
        "accounts.check_guest",
        "accounts.first_link",
        "accounts.invited",
        "assignments.found",
        "assignments.check_running",
    ),
    *("practice.go_on", "guides.open_to", "library.exercise", "library.exercise_at"),
    *("library.bundle", "library.warm", "library.replace", "library.forget"),
    *("access.caller", "access.require", "access.own", "access.in_class", "access.is_staff"),
    *("identity.new_guest", "identity.sign", "identity.bearer", "identity.read"),
    *("identity.pseudonym", "identity.ticket", "identity.redeem", "identity.renewed"),
    *("identity.for_host", "identity.mail_token", "identity.mail_holder"),
    *("identity.seal", "identity.unseal", "identity.derived"),
    # Whoever comes from a learning platform is vouched for by its signed message.
    *("launches.accept", "launches.window_ticket", "launches.redeem"),
    *("platforms.of_message", "platforms.by_id", "platforms.check_deployment"),
    # Whoever holds an administrator's invitation may register one platform.
    *("platforms.check_invitation", "platforms.register_invited"),
    *("platforms.origins", "key_ring.published", "key_ring.signing"),
}

CALLS: dict[str, Call] = {
    "accounts.guest_name": _call(
        "own", Action.SEE_HOME, lambda s, c: s.services.accounts.guest_name(c)
    ),
    "accounts.sign_in": _call(
        "anyone",
        Action.SIGN_IN,
        lambda s, c: s.services.accounts.sign_in("ben@school.example", PASSWORD, "1"),
    ),
    "accounts.welcome": _call(
        "anyone",
        Action.SIGN_IN,
        lambda s, c: s.services.accounts.welcome(s.ids["token"], "Zed", "", PASSWORD),
    ),
    "accounts.invite": _call(
        "anyone",
        Action.MANAGE_ACCOUNTS,
        lambda s, c: s.services.accounts.invite(c, "X", "x", "learner"),
    ),
    "accounts.renew": _call(
        "anyone", Action.MANAGE_ACCOUNTS, lambda s, c: s.services.accounts.renew(c, s.ids["eve"])
    ),
    "accounts.everyone": _call(
        "anyone", Action.MANAGE_ACCOUNTS, lambda s, c: s.services.accounts.everyone(c)
    ),
    **{
        f"account_changes.{act}": _call(
            "anyone",
            Action.MANAGE_ACCOUNTS,
            _account_change(act, *given),
        )
        for act, given in (("rename", ("Eva", "eva")), ("disable", ()), ("enable", ()))
    },
    **{
        f"platforms.{act}": _call("anyone", Action.MANAGE_PLATFORMS, _of_platforms(act, *given))
        for act, given in (
            ("everything", ()),
            ("register", ({},)),
            ("invite", ()),
            ("change", ("{platform}", {})),
            ("allow", ("{platform}", "dep-1")),
            ("remove", ("{platform}", "")),
            ("test", ("{platform}",)),
        )
    },
    "deep_links.choices": _call(
        "class",
        Action.EDIT_ASSIGNMENT,
        lambda s, c: s.services.deep_links.choices(c, s.ids["link_request"]),
    ),
    "deep_links.choose": _call(
        "class",
        Action.EDIT_ASSIGNMENT,
        lambda s, c: s.services.deep_links.choose(
            c, s.ids["link_request"], {"assignment": s.ids["draft"]}
        ),
    ),
    "server_check.see": _call(
        "anyone", Action.CHECK_SERVER, lambda s, c: s.services.server_check.see(c)
    ),
    "accounts.keep": _call(
        "own",
        Action.SET_PASSWORD,
        lambda s, c: s.services.accounts.keep(c, "New", "new", PASSWORD, PASSWORD),
    ),
    # Signing out is nobody's harm: without an account there is nothing to void.
    "accounts.sign_out": Call((), lambda s, c: s.services.accounts.sign_out(c)),
    "classrooms.mine": _call("own", Action.SEE_HOME, lambda s, c: s.services.classrooms.mine(c)),
    "classrooms.make": _call(
        "anyone", Action.CREATE_CLASS, lambda s, c: s.services.classrooms.make(c, "New", "UTC")
    ),
    "classrooms.see": _call(
        "class", Action.SEE_CLASS, lambda s, c: s.services.classrooms.see(c, s.ids["class"])
    ),
    "classrooms.change": _edit(
        lambda s, c: s.services.classrooms.change(
            c, s.ids["class"], {"name": "New", "time_zone": "UTC"}
        )
    ),
    "classrooms.new_code": _edit(lambda s, c: s.services.classrooms.new_code(c, s.ids["class"])),
    "classrooms.let_in": _edit(lambda s, c: s.services.classrooms.let_in(c, s.ids["class"], False)),
    "classrooms.archive": _edit(
        lambda s, c: s.services.classrooms.archive(c, s.ids["class"], True)
    ),
    "classrooms.again": Call(
        (Need(Action.EDIT_CLASS, "class"), Need(Action.CREATE_CLASS, "anyone")),
        lambda s, c: s.services.classrooms.again(c, s.ids["class"], "Next"),
    ),
    "classrooms.delete": _edit(
        lambda s, c: s.services.classrooms.delete(c, s.ids["class"], "Year three")
    ),
    "joining.join": _call(
        "anyone",
        Action.JOIN,
        lambda s, c: s.services.joining.join(c, s.ids["code"], "Fresh", "1"),
    ),
    "joining.leave": _call(
        "member", Action.LEAVE, lambda s, c: s.services.joining.leave(c, s.ids["class"])
    ),
    "people.load": _people(
        lambda s, c: s.services.people.load(c, s.ids["class"], {"roster": "name\nSol\n"})
    ),
    "people.add_group": _people(
        lambda s, c: s.services.people.add_group(c, s.ids["class"], "Monday")
    ),
    "people.drop_group": _people(
        lambda s, c: s.services.people.drop_group(c, s.ids["class"], s.ids["group"])
    ),
    "people.merge": _people(
        lambda s, c: s.services.people.merge(c, s.ids["class"], s.ids["rosalind"], s.ids["cy"])
    ),
    "people.last_patients": _call(
        "class",
        Action.SEE_PEOPLE,
        lambda s, c: s.services.people.last_patients(c, s.ids["class"]),
    ),
    "people.place": _people(
        lambda s, c: s.services.people.place(c, s.ids["class"], s.ids["cy"], {"name": "Cyd"})
    ),
    "people.remove": _people(
        lambda s, c: s.services.people.remove(c, s.ids["class"], [s.ids["cy"]])
    ),
    "people.see": _call(
        "class", Action.SEE_PEOPLE, lambda s, c: s.services.people.see(c, s.ids["class"])
    ),
    "people.select": _people(
        lambda s, c: s.services.people.select(c, s.ids["class"], "remove", [s.ids["cy"]])
    ),
    "people.move": _people(
        lambda s, c: s.services.people.move(c, s.ids["class"], [s.ids["cy"]], s.ids["group"])
    ),
    "people.invite": _people(
        lambda s, c: s.services.people.invite(
            c, s.ids["class"], {"assistant": "Tess", "looks_after": [s.ids["group"]]}
        )
    ),
    "changes.recent": _people(lambda s, c: s.services.changes.recent(c, s.ids["class"])),
    "changes.undo": _people(
        lambda s, c: s.services.changes.undo(c, s.ids["class"], s.ids["change"])
    ),
    "people.linkable": _people(
        lambda s, c: s.services.people.linkable(c, s.ids["class"], s.ids["rosalind"])
    ),
    "people.link": _people(
        lambda s, c: s.services.people.link(c, s.ids["class"], s.ids["rosalind"])
    ),
    "practice.enter": _by_id(
        "own", Action.PRACTISE, lambda s, c: s.services.practice.enter(c.learner, s.school.exercise)
    ),
    "practice.view": _by_id(
        "cy",
        Action.SEE_ENCOUNTER,
        lambda s, c: s.services.practice.view(c.learner, s.ids["attempt"]),
    ),
    "practice.commit": _by_id(
        "cy",
        Action.PRACTISE,
        lambda s, c: s.services.practice.commit(c.learner, s.ids["opened"], JUDGMENT),
    ),
    "practice.decide": _by_id(
        "cy",
        Action.PRACTISE,
        lambda s, c: s.services.practice.decide(c.learner, s.ids["revealed"], DECISION),
    ),
    "practice.following": _by_id(
        "cy",
        Action.SEE_ENCOUNTER,
        lambda s, c: s.services.practice.following(c.learner, s.ids["attempt"]),
    ),
    "practice.next": _by_id(
        "cy", Action.PRACTISE, lambda s, c: s.services.practice.next(c.learner, s.ids["attempt"])
    ),
    "practice.keep": _by_id(
        "cy",
        Action.SEE_ENCOUNTER,
        lambda s, c: s.services.practice.keep(c.learner, s.ids["attempt"], True),
    ),
    "practice.picture": _by_id(
        "cy",
        Action.SEE_ENCOUNTER,
        lambda s, c: s.services.practice.picture(c.learner, s.ids["attempt"]),
    ),
    "history.cards": Call((), lambda s, c: s.services.history.cards(c.learner or None)),
    "history.encounters": _by_id(
        "own", Action.SEE_RECORD, lambda s, c: s.services.history.encounters(c.learner)
    ),
    "history.finished": _by_id(
        "own", Action.SEE_RECORD, lambda s, c: s.services.history.finished(c.learner)
    ),
    "history.waits": _by_id(
        "own", Action.SEE_RECORD, lambda s, c: s.services.history.waits(c.learner, s.ids["set"])
    ),
    "history.summary": _by_id(
        "cy", Action.SEE_RECORD, lambda s, c: s.services.history.summary(c.learner, s.ids["set"])
    ),
    "reflections.mine": _call(
        "cy", Action.REFLECT, lambda s, c: s.services.reflections.mine(c, s.ids["set"])
    ),
    "reflections.write": _call(
        "cy",
        Action.REFLECT,
        lambda s, c: s.services.reflections.write(c, s.ids["set"], "Yes", True),
    ),
    "reflections.delete": _call(
        "cy", Action.REFLECT, lambda s, c: s.services.reflections.delete(c, s.ids["set"])
    ),
    "assignments.of_class": _call(
        "class",
        Action.SEE_ASSIGNMENT,
        lambda s, c: s.services.assignments.of_class(c, s.ids["class"]),
    ),
    "assignments.see": _call(
        "class", Action.SEE_ASSIGNMENT, lambda s, c: s.services.assignments.see(c, s.ids["work"])
    ),
    "assignments.make": _work(
        lambda s, c: s.services.assignments.make(c, s.ids["class"], _form(s, title="New"))
    ),
    "assignments.change": _work(
        lambda s, c: s.services.assignments.change(c, s.ids["work"], _form(s, title="New"))
    ),
    # Published already: the right is asked for, and nothing is prepared.
    "fresh_patients.publish": _work(
        lambda s, c: s.services.fresh_patients.publish(c, s.ids["work"])
    ),
    "fresh_patients.standing": _call(
        "class",
        Action.SEE_ASSIGNMENT,
        lambda s, c: s.services.fresh_patients.standing(c, s.ids["work"]),
    ),
    "assignments.shift": _work(
        lambda s, c: s.services.assignments.shift(c, s.ids["class"], [s.ids["later"]], "7")
    ),
    "assignments.duplicate": _work(lambda s, c: s.services.assignments.duplicate(c, s.ids["work"])),
    "catalogue.entries": _work(lambda s, c: s.services.catalogue.entries(c, s.ids["class"])),
    "catalogue.samples": _work(
        lambda s, c: s.services.catalogue.samples(c, s.ids["class"], s.school.exercise)
    ),
    "assignments.publish": _work(lambda s, c: s.services.assignments.publish(c, s.ids["draft"])),
    "assignments.discard": _work(lambda s, c: s.services.assignments.discard(c, s.ids["draft"])),
    "assignments.give_dates": _work(
        lambda s, c: s.services.assignments.give_dates(
            c, s.ids["work"], f"group:{s.ids['group']}", {"grace": "5"}
        )
    ),
    "assignments.take_dates": _work(
        lambda s, c: s.services.assignments.take_dates(c, s.ids["work"], s.ids["override"])
    ),
    "progress.see": _call(
        "class", Action.SEE_PROGRESS, lambda s, c: s.services.progress.see(c, s.ids["work"])
    ),
    "class_reports.see": _call(
        "class",
        Action.SEE_CLASS_REPORT,
        lambda s, c: s.services.class_reports.see(c, s.ids["work"]),
    ),
    "comparisons.see": _call(
        "class",
        Action.SEE_CLASS_REPORT,
        lambda s, c: s.services.comparisons.see(c, s.ids["work"]),
    ),
    "seminars.project": _call(
        "class",
        Action.SEE_CLASS_REPORT,
        lambda s, c: s.services.seminars.project(c, s.ids["work"], 1),
    ),
    "seminars.hide": _call(
        "class",
        Action.SEE_CLASS_REPORT,
        lambda s, c: s.services.seminars.hide(c, s.ids["work"], "x"),
    ),
    "seminars.show": _call(
        "class",
        Action.SEE_CLASS_REPORT,
        lambda s, c: s.services.seminars.show(c, s.ids["work"], "x"),
    ),
    "guides.read": _call(
        "anyone",
        Action.READ_GUIDES,
        lambda s, c: s.services.guides.read(c, s.school.exercise),
    ),
    "guides.of_class": _call(
        "class",
        Action.READ_GUIDES,
        lambda s, c: s.services.guides.of_class(c, s.ids["class"], s.school.exercise),
    ),
    "learner_reports.mine": _call(
        "own", Action.SEE_REPORT, lambda s, c: s.services.learner_reports.mine(c)
    ),
    "learner_reports.of_learner": _call(
        "work",
        Action.SEE_REPORT,
        lambda s, c: s.services.learner_reports.of_learner(c, s.ids["class"], s.ids["cy"]),
    ),
    "grades.see": _call(
        "class", Action.SEE_ASSIGNMENT, lambda s, c: s.services.grades.see(c, s.ids["work"])
    ),
    "grades.give": _call(
        "work",
        Action.GRADE,
        lambda s, c: s.services.grades.give(c, s.ids["work"], s.ids["cy"], {"points": "4"}),
    ),
    "grades.take_back": _call(
        "work",
        Action.GRADE,
        lambda s, c: s.services.grades.take_back(c, s.ids["work"], s.ids["cy"]),
    ),
    "grades.excuse": _call(
        "work",
        Action.GRADE,
        lambda s, c: s.services.grades.excuse(c, s.ids["work"], s.ids["cy"], {}),
    ),
    "grades.cell": Call(
        (Need(Action.SEE_ASSIGNMENT, "class"), Need(Action.SEE_GRADES, "work")),
        lambda s, c: s.services.grades.cell(c, s.ids["work"], s.ids["cy"]),
    ),
    "grades.mine": _call("own", Action.SEE_GRADES, lambda s, c: s.services.grades.mine(c)),
    "gradebooks.see": _call(
        "class", Action.SEE_ASSIGNMENT, lambda s, c: s.services.gradebooks.see(c, s.ids["class"])
    ),
    "gradebooks.next_ungraded": _call(
        "class",
        Action.SEE_ASSIGNMENT,
        lambda s, c: s.services.gradebooks.next_ungraded(c, s.ids["class"]),
    ),
    "gradebooks.export": _call(
        "class", Action.EXPORT, lambda s, c: s.services.gradebooks.export(c, s.ids["class"])
    ),
    "gradebooks.workbook": _call(
        "class", Action.EXPORT, lambda s, c: s.services.gradebooks.workbook(c, s.ids["class"])
    ),
    "exports.workbook": _call(
        "class", Action.EXPORT, lambda s, c: s.services.exports.workbook(c, s.ids["class"])
    ),
    "grades.workbook": _call(
        "class", Action.EXPORT, lambda s, c: s.services.grades.workbook(c, s.ids["work"])
    ),
    "grades.export": _call(
        "class", Action.EXPORT, lambda s, c: s.services.grades.export(c, s.ids["work"])
    ),
    "grades.fill": _call(
        "class",
        Action.EXPORT,
        lambda s, c: s.services.grades.fill(c, s.ids["work"], {"export": "Student,ID\n"}),
    ),
    "feedback.review": Call(
        (Need(Action.SEE_ASSIGNMENT, "class"), Need(Action.SEE_ENCOUNTER, "work")),
        lambda s, c: s.services.feedback.review(c, s.ids["work"], s.ids["cy"]),
    ),
    "feedback.mine": _call(
        "member", Action.READ_COMMENTS, lambda s, c: s.services.feedback.mine(c, s.ids["work"])
    ),
    "feedback.unseen": _call(
        "own", Action.READ_COMMENTS, lambda s, c: s.services.feedback.unseen(c)
    ),
    "feedback.comment": _call(
        "work",
        Action.COMMENT,
        lambda s, c: s.services.feedback.comment(
            c, s.ids["work"], s.ids["cy"], s.ids["attempt"], "Well seen"
        ),
    ),
    "feedback.save": _call(
        "class",
        Action.SEE_ASSIGNMENT,
        lambda s, c: s.services.feedback.save(c, s.ids["work"], "Hm"),
    ),
    "feedback.edit": _call(
        "cy", Action.READ_COMMENTS, lambda s, c: s.services.feedback.edit(c, s.ids["asked"], "Hm?")
    ),
    "feedback.delete": _call(
        "cy", Action.READ_COMMENTS, lambda s, c: s.services.feedback.delete(c, s.ids["asked"])
    ),
    "questions.news": Call((), lambda s, c: s.services.questions.news(c)),
    "questions.asking": _call(
        "cy", Action.READ_COMMENTS, lambda s, c: s.services.questions.asking(c, s.ids["attempt"])
    ),
    "questions.ask": _call(
        "member", Action.ASK, lambda s, c: s.services.questions.ask(c, s.ids["class"], "", "Why?")
    ),
    "questions.mine": _call("own", Action.READ_COMMENTS, lambda s, c: s.services.questions.mine(c)),
    "questions.inbox": _call(
        "class", Action.SEE_CLASS, lambda s, c: s.services.questions.inbox(c, s.ids["class"])
    ),
    "questions.see": _call(
        "work", Action.READ_COMMENTS, lambda s, c: s.services.questions.see(c, s.ids["question"])
    ),
    "questions.reply": _call(
        "work",
        Action.COMMENT,
        lambda s, c: s.services.questions.reply(c, s.ids["question"], "So"),
    ),
    "questions.settle": _call(
        "work", Action.COMMENT, lambda s, c: s.services.questions.settle(c, s.ids["question"])
    ),
    "questions.reopen": _call(
        "work", Action.COMMENT, lambda s, c: s.services.questions.reopen(c, s.ids["question"])
    ),
    "mail_choice.wants": _call(
        "own", Action.CHOOSE_MAIL, lambda s, c: s.services.mail_choice.wants(c)
    ),
    "mail_choice.choose": _call(
        "own", Action.CHOOSE_MAIL, lambda s, c: s.services.mail_choice.choose(c, False)
    ),
    "mail_choice.wants_by_link": _call(
        "anyone",
        Action.CHOOSE_MAIL,
        lambda s, c: s.services.mail_choice.wants_by_link(c, s.ids["mail"]),
    ),
    "mail_choice.choose_by_link": _call(
        "anyone",
        Action.CHOOSE_MAIL,
        lambda s, c: s.services.mail_choice.choose_by_link(c, s.ids["mail"], False),
    ),
    "announcements.of_class": _call(
        "class",
        Action.SEE_CLASS,
        lambda s, c: s.services.announcements.of_class(c, s.ids["class"]),
    ),
    "announcements.mine": _call(
        "own", Action.SEE_HOME, lambda s, c: s.services.announcements.mine(c)
    ),
    "announcements.make": _call(
        "class",
        Action.ANNOUNCE,
        lambda s, c: s.services.announcements.make(c, s.ids["class"], "Hear"),
    ),
    "announcements.edit": _call(
        "class",
        Action.ANNOUNCE,
        lambda s, c: s.services.announcements.edit(c, s.ids["announcement"], "Hear"),
    ),
    "announcements.delete": _call(
        "class",
        Action.ANNOUNCE,
        lambda s, c: s.services.announcements.delete(c, s.ids["announcement"]),
    ),
    "announcements.read": _call(
        "member",
        Action.READ_ANNOUNCEMENT,
        lambda s, c: s.services.announcements.read(c, s.ids["announcement"]),
    ),
    "feedback.forget": _call(
        "own", Action.READ_COMMENTS, lambda s, c: s.services.feedback.forget(c, "no-such")
    ),
    "personal_data.everything": _call(
        "own", Action.DOWNLOAD, lambda s, c: s.services.personal_data.everything(c)
    ),
    "personal_data.encounters": _call(
        "own", Action.DOWNLOAD, lambda s, c: s.services.personal_data.encounters(c)
    ),
    "personal_data.forget": _call(
        "own", Action.DELETE, lambda s, c: s.services.personal_data.forget(c, "delete")
    ),
    "exports.check": _call(
        "class", Action.EXPORT, lambda s, c: s.services.exports.check(c, s.ids["class"])
    ),
    "exports.encounters": _call(
        "class", Action.EXPORT, lambda s, c: list(s.services.exports.encounters(c, s.ids["class"]))
    ),
    "learner_assignments.home": _call(
        "own", Action.SEE_HOME, lambda s, c: s.services.learner_assignments.home(c)
    ),
    "learner_assignments.preview": _call(
        "class",
        Action.SEE_ASSIGNMENT,
        lambda s, c: s.services.learner_assignments.preview(c, s.ids["work"]),
    ),
    "learner_assignments.begin": _call(
        "member",
        Action.BEGIN,
        lambda s, c: s.services.learner_assignments.begin(c, s.ids["work"], 0),
    ),
}
