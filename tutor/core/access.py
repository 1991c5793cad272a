"""Who may do what: one table of role × action × relation to the object.

Services consult it through :func:`allowed`; nothing else decides. A role is the one a person has
towards the object: within a class the class's own role, elsewhere that of the account.
"""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """What a person is, where the object lies."""

    NOBODY = "nobody"
    LEARNER = "learner"
    ASSISTANT = "assistant"
    INSTRUCTOR = "instructor"
    ADMINISTRATOR = "administrator"


class Relation(StrEnum):
    """How the object stands to the person."""

    NONE = "none"
    OWN = "own"
    CLASS = "class"
    GROUP = "group"


class Action(StrEnum):
    """Everything that can be asked of the application."""

    SIGN_IN = "sign in"
    JOIN = "join a class"
    LEAVE = "leave a class"
    PRACTISE = "practise"
    SEE_ENCOUNTER = "see an encounter"
    SEE_RECORD = "see a record"
    REFLECT = "answer the question of ethics after a set"
    SEE_REPORT = "see a learner's report"
    SEE_HOME = "see one's assignments"
    BEGIN = "begin an assignment"
    DOWNLOAD = "download what is stored of a learner"
    DELETE = "delete a learner"
    SET_PASSWORD = "set a password"
    CREATE_CLASS = "create a class"
    SEE_CLASS = "see a class"
    EDIT_CLASS = "change, archive, copy or delete a class"
    SEE_PEOPLE = "see the people of a class"
    EDIT_PEOPLE = "change the people of a class"
    SEE_ASSIGNMENT = "see an assignment as staff"
    EDIT_ASSIGNMENT = "make, change or publish an assignment"
    SEE_PROGRESS = "see progress"
    SEE_CLASS_REPORT = "see a class's report"
    READ_GUIDES = "read the facilitators' guides"
    READ_COMMENTS = "read comments on a learner's work"
    COMMENT = "comment on a learner's work"
    ASK = "ask a question"
    ANNOUNCE = "announce something to a class"
    READ_ANNOUNCEMENT = "read an announcement"
    CHOOSE_MAIL = "choose whether to get e-mails"
    GRADE = "grade a learner's work"
    SEE_GRADES = "see grades"
    EXPORT = "export grades and data"
    MANAGE_ACCOUNTS = "manage accounts"
    CHECK_SERVER = "check the server"
    MANAGE_PLATFORMS = "manage learning platforms"


Rule = tuple[Role, Action, Relation]

_EVERYONE = (Role.NOBODY, *(role for role in Role if role is not Role.NOBODY))
_PEOPLE = tuple(role for role in Role if role is not Role.NOBODY)


def _rules() -> frozenset[Rule]:
    a, r, staff = Action, Role, (Role.ASSISTANT, Role.INSTRUCTOR)
    rows: list[tuple[tuple[Role, ...], tuple[Action, ...], Relation]] = [
        (_EVERYONE, (a.SIGN_IN,), Relation.NONE),
        (_PEOPLE, (a.JOIN,), Relation.NONE),
        ((r.LEARNER,), (a.LEAVE, a.ASK, a.READ_ANNOUNCEMENT), Relation.OWN),
        # By its signed link, whoever holds it; on one's own page, oneself.
        (_PEOPLE, (a.CHOOSE_MAIL,), Relation.NONE),
        (_PEOPLE, (a.CHOOSE_MAIL,), Relation.OWN),
        (
            _PEOPLE,
            (a.PRACTISE, a.SEE_ENCOUNTER, a.SEE_RECORD, a.SEE_REPORT, a.SEE_HOME, a.BEGIN),
            Relation.OWN,
        ),
        (_PEOPLE, (a.DOWNLOAD, a.DELETE, a.SET_PASSWORD, a.REFLECT), Relation.OWN),
        (_PEOPLE, (a.READ_COMMENTS, a.COMMENT, a.SEE_GRADES), Relation.OWN),
        # An assistant sees and comments on the work of their own groups, and no other.
        (staff, (a.SEE_CLASS, a.SEE_ASSIGNMENT, a.SEE_PROGRESS, a.SEE_PEOPLE), Relation.CLASS),
        (staff, (a.READ_GUIDES,), Relation.CLASS),
        (
            staff,
            (a.SEE_ENCOUNTER, a.SEE_REPORT, a.READ_COMMENTS, a.COMMENT, a.GRADE, a.SEE_GRADES),
            Relation.GROUP,
        ),
        (
            (r.INSTRUCTOR,),
            (
                *(a.EDIT_CLASS, a.EDIT_PEOPLE, a.EDIT_ASSIGNMENT, a.SEE_CLASS_REPORT, a.ANNOUNCE),
                *(a.SEE_GRADES, a.EXPORT),
            ),
            Relation.CLASS,
        ),
        ((r.INSTRUCTOR, r.ADMINISTRATOR), (a.CREATE_CLASS, a.READ_GUIDES), Relation.NONE),
        (
            (r.ADMINISTRATOR,),
            (a.MANAGE_ACCOUNTS, a.CHECK_SERVER, a.MANAGE_PLATFORMS),
            Relation.NONE,
        ),
    ]
    return frozenset(
        (role, action, relation)
        for roles, actions, relation in rows
        for role in roles
        for action in actions
    )


RULES = _rules()


def allowed(role: Role, action: Action, relation: Relation) -> bool:
    """Whether ``role`` may do ``action`` to an object it stands in ``relation`` to."""
    return (role, action, relation) in RULES
