"""Every handler that answers over HTTP: what it needs, and what a walker sends."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.services.school import DECISION, JUDGMENT
from tests.walk.scene import Need, Scene
from tutor.core.access import Action


@dataclass(frozen=True)
class Door:
    """A view or act of a room, an event of a page, or a plain address.

    Texts in braces stand for ids of the scene.
    """

    needs: tuple[Need, ...]
    here: dict[str, str] = field(default_factory=dict)
    form: dict[str, str] = field(default_factory=dict)
    attempt: str = ""

    def said(self, scene: Scene) -> tuple[dict[str, str], dict[str, str], str]:
        """The address's questions, the form and the attempt, with the scene's ids in them."""

        def filled(text: str) -> str:
            return text.format(**scene.ids, exercise=scene.school.exercise)

        return (
            {k: filled(v) for k, v in self.here.items()},
            {filled(k): filled(v) for k, v in self.form.items()},
            filled(self.attempt),
        )


def _on(on: str, action: Action) -> tuple[Need, ...]:
    return (Need(action, on),)


# What desk pages stand on is read first; then the act's own right is asked for.
CLASS, WORK = {"class": "{class}"}, {"id": "{work}", "class": "{class}"}
REVIEW = {"view": "review", "id": "{work}", "learner": "{cy}"}
READS = (Need(Action.SEE_ASSIGNMENT, "class"), Need(Action.SEE_ENCOUNTER, "work"))
GRADE = {"view": "grade", "id": "{work}", "learner": "{cy}"}
GRADE_READS = (Need(Action.SEE_ASSIGNMENT, "class"), Need(Action.SEE_GRADES, "work"))
SETS_GRADE = {"assignment": "{work}", "learner": "{cy}", "points": "4"}
EDITS, PEOPLE = _on("class", Action.EDIT_CLASS), _on("class", Action.EDIT_PEOPLE)
SETS, MANAGES = _on("class", Action.EDIT_ASSIGNMENT), _on("anyone", Action.MANAGE_ACCOUNTS)
CONNECTS = _on("anyone", Action.MANAGE_PLATFORMS)
MAIL = {"view": "mail", "token": "{mail}"}
QUESTION = {"view": "question", "id": "{question}"}
ASKED = _on("work", Action.COMMENT)
OWN_WORDS = _on("cy", Action.READ_COMMENTS)
NEW = {
    **{"title": "New", "guidance": "listed", "unaided": "0", "outcomes": "each"},
    **{"grading": "completion", "points": "10", "cases:{exercise}": "1"},
}


def _at(view: str, *more: dict[str, str]) -> dict[str, str]:
    here = {"view": view}
    for one in more:
        here |= one
    return here


VIEWS: dict[str, Door] = {
    "/signin": Door(()),
    "/my": Door(_on("own", Action.SEE_HOME)),
    "/my?join": Door(_on("anyone", Action.JOIN), _at("join")),
    "/my?comments": Door(_on("member", Action.READ_COMMENTS), _at("comments", WORK)),
    "/my?messages": Door(_on("own", Action.SEE_HOME), _at("messages")),
    "/my?question": Door(_on("work", Action.READ_COMMENTS), QUESTION),
    "/my?ask": Door(_on("cy", Action.READ_COMMENTS), _at("ask", {"attempt": "{attempt}"})),
    "/my?mail": Door(_on("anyone", Action.CHOOSE_MAIL), MAIL),
    "/my?report": Door(_on("own", Action.SEE_REPORT), _at("report")),
    "/my?data": Door(_on("own", Action.DOWNLOAD), _at("data")),
    "/desk": Door(_on("own", Action.SEE_HOME)),
    "/desk?class": Door(_on("class", Action.SEE_CLASS), _at("class", CLASS)),
    "/desk?people": Door(_on("class", Action.SEE_CLASS), _at("people", CLASS)),
    "/desk?assignments": Door(_on("class", Action.SEE_ASSIGNMENT), _at("assignments", CLASS)),
    "/desk?assignment": Door(_on("class", Action.SEE_ASSIGNMENT), _at("assignment", WORK)),
    "/desk?new-assignment": Door(SETS, _at("new-assignment", CLASS)),
    "/desk?catalogue": Door(SETS, _at("catalogue", CLASS)),
    "/desk?samples": Door(SETS, _at("samples", CLASS, {"exercise": "{exercise}"})),
    "/desk?student-view": Door(_on("class", Action.SEE_ASSIGNMENT), _at("student-view", WORK)),
    "/desk?schedule": Door(_on("class", Action.SEE_ASSIGNMENT), _at("schedule", CLASS)),
    "/desk?session": Door(SETS, _at("session", CLASS)),
    "/desk?publication": Door(_on("class", Action.SEE_ASSIGNMENT), _at("publication", WORK)),
    "/desk?progress": Door(_on("class", Action.SEE_PROGRESS), _at("progress", WORK)),
    "/desk?addresses": Door(_on("class", Action.SEE_PROGRESS), _at("addresses", WORK)),
    "/desk?report": Door(_on("class", Action.SEE_CLASS), _at("report", WORK)),
    "/desk?seminar": Door(_on("class", Action.SEE_CLASS_REPORT), _at("seminar", WORK)),
    "/desk?comparison": Door(_on("class", Action.SEE_CLASS_REPORT), _at("comparison", WORK)),
    "/desk?guide": Door(
        _on("class", Action.READ_GUIDES), _at("guide", CLASS, {"exercise": "{exercise}"})
    ),
    "/desk?grades": Door(_on("class", Action.SEE_ASSIGNMENT), _at("grades", WORK)),
    "/desk?gradebook": Door(_on("class", Action.SEE_ASSIGNMENT), _at("gradebook", CLASS)),
    "/desk?grade": Door(GRADE_READS, GRADE),
    "/desk?next-grade": Door(_on("class", Action.SEE_ASSIGNMENT), _at("next-grade", CLASS)),
    "/desk?review": Door(READS, REVIEW),
    "/desk?messages": Door(_on("class", Action.SEE_CLASS), _at("messages", CLASS)),
    "/desk?question": Door(_on("work", Action.READ_COMMENTS), QUESTION),
    "/desk?accounts": Door(MANAGES, _at("accounts")),
    "/desk?platforms": Door(CONNECTS, _at("platforms")),
    "/desk?server": Door(_on("anyone", Action.CHECK_SERVER), _at("server")),
}

ACTS: dict[str, Door] = {
    "/signin!sign-in": Door(
        _on("anyone", Action.SIGN_IN),
        form={"login": "ben@school.example", "password": "quiet river stone"},
    ),
    "/signin!welcome": Door(
        _on("anyone", Action.SIGN_IN),
        {"token": "{token}"},
        {"name": "Zed", "password": "quiet river stone"},
    ),
    "/signin!keep": Door(
        _on("own", Action.SET_PASSWORD),
        form={
            "name": "New",
            "login": "new",
            "password": "quiet river stone",
            "old": "quiet river stone",
        },
    ),
    "/signin!sign-out": Door(()),
    "/record!reflect": Door(
        _on("cy", Action.REFLECT), {"set": "{set}"}, {"reflection": "I would say so."}
    ),
    "/record!delete-reflection": Door(_on("cy", Action.REFLECT), {"set": "{set}"}),
    "/my!join": Door(_on("anyone", Action.JOIN), _at("join"), {"code": "{code}", "name": "Fresh"}),
    "/my!answer": Door(_on("member", Action.COMMENT), _at("comments", WORK), {"text": "Thanks"}),
    "/my!choose-mail": Door(_on("own", Action.CHOOSE_MAIL), _at("data"), {"wanted": "no"}),
    "/my!choose-mail-by-link": Door(_on("anyone", Action.CHOOSE_MAIL), MAIL, {"wanted": "no"}),
    "/my!ask": Door(
        _on("member", Action.ASK), _at("messages"), {"class": "{class}", "text": "Why?"}
    ),
    "/my!reply": Door(ASKED, QUESTION, {"text": "And?"}),
    "/my!settle": Door(ASKED, QUESTION),
    "/my!reopen": Door(ASKED, QUESTION),
    "/my!edit-comment": Door(OWN_WORDS, QUESTION, {"comment": "{asked}", "edited": "Hm?"}),
    "/my!delete-comment": Door(OWN_WORDS, _at("messages"), {"comment": "{asked}"}),
    "/my!read-announcement": Door(
        _on("member", Action.READ_ANNOUNCEMENT), form={"announcement": "{announcement}"}
    ),
    "/my!forget": Door(_on("own", Action.DELETE), _at("data"), {"word": "delete"}),
    "/desk!create-class": Door(
        _on("anyone", Action.CREATE_CLASS), form={"name": "New", "time_zone": "UTC"}
    ),
    "/desk!change-class": Door(EDITS, _at("class", CLASS), {"name": "New", "time_zone": "UTC"}),
    "/desk!new-code": Door(EDITS, _at("class", CLASS)),
    "/desk!let-in": Door(EDITS, _at("class", CLASS), {"open": "no"}),
    "/desk!archive": Door(EDITS, _at("class", CLASS), {"ended": "yes"}),
    "/desk!again": Door(
        (*EDITS, Need(Action.CREATE_CLASS, "anyone")), _at("class", CLASS), {"again": "Next"}
    ),
    "/desk!delete-class": Door(EDITS, _at("class", CLASS), {"confirm": "Year three"}),
    "/desk!load-roster": Door(PEOPLE, _at("people", CLASS), {"roster": "name\nSol\n"}),
    "/desk!add-group": Door(PEOPLE, _at("people", CLASS), {"group": "Monday"}),
    "/desk!drop-group": Door(PEOPLE, _at("people", CLASS), {"group": "{group}"}),
    "/desk!place": Door(PEOPLE, _at("people", CLASS), {"learner": "{cy}", "name": "Cyd"}),
    "/desk!select-people": Door(PEOPLE, _at("people", CLASS), {"who": "{cy}", "do": "remove"}),
    "/desk!keep-selection": Door(
        _on("class", Action.SEE_CLASS), _at("people", CLASS), {"who": "{cy}"}
    ),
    "/desk!move-people": Door(PEOPLE, _at("people", CLASS), {"who": "{cy}", "group": "{group}"}),
    "/desk!merge-people": Door(
        PEOPLE, _at("people", CLASS), {"kept": "{rosalind}", "into": "{cy}"}
    ),
    "/desk!remove-people": Door(PEOPLE, _at("people", CLASS), {"who": "{cy}"}),
    "/desk!undo-change": Door(PEOPLE, _at("people", CLASS), {"change": "{change}"}),
    "/desk!ask-link": Door(PEOPLE, _at("people", CLASS), {"learner": "{rosalind}"}),
    "/desk!invite-assistant": Door(PEOPLE, _at("people", CLASS), {"assistant": "Tess"}),
    "/desk!link": Door(PEOPLE, _at("people", CLASS), {"learner": "{rosalind}"}),
    "/desk!save-assignment": Door(SETS, _at("assignment", WORK), NEW),
    "/desk!review-publication": Door(SETS, _at("assignment", WORK), NEW),
    "/desk!duplicate": Door(SETS, _at("assignment", WORK)),
    "/desk!shift-dates": Door(SETS, _at("schedule", CLASS), {"chosen": "{later}", "days": "7"}),
    "/desk!plan-session": Door(
        SETS,
        _at("session", CLASS),
        {"minutes": "50", "learners": "40", "level": "first", "exercise": "{exercise}"},
    ),
    "/desk!publish": Door(SETS, _at("assignment", {"id": "{draft}"})),
    "/desk!discard": Door(SETS, _at("assignment", {"id": "{draft}"})),
    "/desk!give-dates": Door(
        SETS, _at("assignment", WORK), {"whom": "group:{group}", "grace": "5"}
    ),
    "/desk!take-dates": Door(SETS, _at("assignment", WORK), {"override": "{override}"}),
    "/desk!refresh-publication": Door(
        _on("class", Action.SEE_ASSIGNMENT), _at("publication", WORK)
    ),
    "/desk!refresh-progress": Door(_on("class", Action.SEE_PROGRESS), _at("progress", WORK)),
    "/desk!hide-reason": Door(
        _on("class", Action.SEE_CLASS_REPORT), _at("seminar", WORK), {"reason": "x"}
    ),
    "/desk!show-reason": Door(
        _on("class", Action.SEE_CLASS_REPORT), _at("seminar", WORK), {"reason": "x"}
    ),
    "/desk!fill-gradebook": Door(
        _on("class", Action.EXPORT),
        _at("grades", WORK),
        {"assignment": "{work}", "export": "Student,ID\n"},
    ),
    "/desk!comment": Door((*READS, Need(Action.COMMENT, "work")), REVIEW, {"text": "Well seen"}),
    "/desk!forget": Door(READS, REVIEW, {"saved": "no-such"}),
    "/desk!set-grade": Door((*GRADE_READS, Need(Action.GRADE, "work")), GRADE, SETS_GRADE),
    "/desk!set-grade-next": Door((*GRADE_READS, Need(Action.GRADE, "work")), GRADE, SETS_GRADE),
    "/desk!excuse": Door((*GRADE_READS, Need(Action.GRADE, "work")), GRADE, SETS_GRADE),
    "/desk!drop-grade": Door((*GRADE_READS, Need(Action.GRADE, "work")), GRADE, SETS_GRADE),
    "/desk!give-grade": Door((*READS, Need(Action.GRADE, "work")), REVIEW, {"points": "4"}),
    "/desk!take-back": Door((*READS, Need(Action.GRADE, "work")), REVIEW),
    "/desk!reply": Door(ASKED, QUESTION, {"text": "So"}),
    "/desk!settle": Door(ASKED, QUESTION),
    "/desk!reopen": Door(ASKED, QUESTION),
    "/desk!edit-comment": Door(OWN_WORDS, QUESTION, {"comment": "{asked}", "edited": "Hm?"}),
    "/desk!delete-comment": Door(OWN_WORDS, QUESTION, {"comment": "{asked}"}),
    "/desk!announce": Door(_on("class", Action.ANNOUNCE), _at("messages", CLASS), {"text": "Hear"}),
    "/desk!edit-announcement": Door(
        _on("class", Action.ANNOUNCE),
        _at("messages", CLASS),
        {"announcement": "{announcement}", "announced": "Hear"},
    ),
    "/desk!delete-announcement": Door(
        _on("class", Action.ANNOUNCE), _at("messages", CLASS), {"announcement": "{announcement}"}
    ),
    "/desk!invite": Door(MANAGES, _at("accounts"), {"name": "X", "login": "x", "role": "learner"}),
    "/desk!ask-renew": Door(MANAGES, _at("accounts"), {"learner": "{eve}"}),
    "/desk!renew": Door(MANAGES, _at("accounts"), {"learner": "{eve}", "whose": "Eve"}),
    "/desk!rename-account": Door(
        MANAGES, _at("accounts"), {"account": "{eve}", "name": "Eva", "login": "eva"}
    ),
    "/desk!ask-disable": Door(MANAGES, _at("accounts"), {"learner": "{eve}"}),
    "/desk!disable": Door(MANAGES, _at("accounts"), {"learner": "{eve}"}),
    "/desk!enable": Door(MANAGES, _at("accounts"), {"learner": "{eve}"}),
    "/desk!register-platform": Door(CONNECTS, _at("platforms"), {"name": "Moodle"}),
    "/desk!invite-platform": Door(CONNECTS, _at("platforms")),
    "/desk!change-platform": Door(CONNECTS, _at("platforms"), {"platform": "{platform}"}),
    "/desk!allow-deployment": Door(
        CONNECTS, _at("platforms"), {"platform": "{platform}", "deployment": "dep-1"}
    ),
    "/desk!test-platform": Door(CONNECTS, _at("platforms"), {"platform": "{platform}"}),
    "/desk!ask-remove-platform": Door(CONNECTS, _at("platforms"), {"platform": "{platform}"}),
    "/desk!remove-platform": Door(CONNECTS, _at("platforms"), {"platform": "{platform}"}),
}

EVENTS: dict[str, Door] = {
    "open": Door(_on("cy", Action.SEE_ENCOUNTER), attempt="{attempt}"),
    "commit": Door(_on("cy", Action.PRACTISE), form=JUDGMENT, attempt="{opened}"),
    "decide": Door(_on("cy", Action.PRACTISE), form=DECISION, attempt="{revealed}"),
    "keep": Door(_on("cy", Action.SEE_ENCOUNTER), form={"kept": "yes"}, attempt="{attempt}"),
    "next": Door(_on("cy", Action.PRACTISE), attempt="{attempt}"),
}

# Whole pages by what is asked of them: where they stand, and who may see them.
PAGES: dict[str, tuple[str, Door]] = {
    "the library": ("", Door(())),
    "one's own record": ("/record", Door(_on("own", Action.SEE_RECORD))),
    "a set": ("/record", Door(_on("cy", Action.SEE_RECORD), {"set": "{set}"})),
    "an encounter": ("/encounter", Door(_on("cy", Action.SEE_ENCOUNTER), {"attempt": "{attempt}"})),
    "an exercise": (
        "/encounter",
        Door(_on("own", Action.PRACTISE), {"exercise": "{exercise}"}),
    ),
    "an assignment": (
        "/encounter",
        Door(_on("member", Action.BEGIN), {"assignment": "{work}", "part": "0"}),
    ),
    "one that waits": (
        "/encounter",
        Door(_on("cy", Action.SEE_ENCOUNTER), {"attempt": "{withheld}"}),
    ),
}

ROUTES: dict[str, Door] = {
    "/favicon.ico": Door(()),
    "/healthz": Door(()),
    "/help": Door(()),
    "/readyz": Door(()),
    "/static-equipoise/{name}": Door(()),
    "/gradio/assets/{name}": Door(()),
    "/encounter/following": Door(_on("cy", Action.SEE_ENCOUNTER), {"attempt": "{attempt}"}),
    # A cookie for a guest, or for a ticket of the caller's own browser.
    "/session": Door(()),
    "/picture": Door(_on("cy", Action.SEE_ENCOUNTER), {"attempt": "{attempt}"}),
    "/join-qr": Door(_on("class", Action.SEE_CLASS), CLASS),
    "/download/mine": Door(_on("own", Action.DOWNLOAD)),
    "/download/grades": Door(_on("class", Action.EXPORT), {"assignment": "{work}"}),
    "/download/report": Door(_on("class", Action.SEE_CLASS_REPORT), {"assignment": "{work}"}),
    "/download/gradebook": Door(_on("class", Action.EXPORT), CLASS),
    "/download/encounters": Door(_on("class", Action.EXPORT), CLASS),
}
