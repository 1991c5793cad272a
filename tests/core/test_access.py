"""The one table: what it must never allow, and that every action has somebody."""

from __future__ import annotations

import pytest

from tutor.core.access import RULES, Action, Relation, Role, allowed

MINE = (
    *(Action.PRACTISE, Action.BEGIN, Action.SEE_HOME, Action.SEE_RECORD),
    *(Action.DOWNLOAD, Action.DELETE, Action.SET_PASSWORD),
)


@pytest.mark.parametrize("action", Action)
def test_every_action_is_somebodys(action):
    assert any(rule[1] is action for rule in RULES)


@pytest.mark.parametrize("action", [a for a in Action if a is not Action.SIGN_IN])
def test_nobody_may_only_come_in(action):
    assert not any(allowed(Role.NOBODY, action, relation) for relation in Relation)


@pytest.mark.parametrize("action", MINE)
@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("relation", [r for r in Relation if r is not Relation.OWN])
def test_what_is_ones_own_is_nobody_elses(action, role, relation):
    assert not allowed(role, action, relation)


@pytest.mark.parametrize("relation", Relation)
@pytest.mark.parametrize("action", Action)
def test_a_learner_teaches_nobody(action, relation):
    if relation is not Relation.OWN:
        assert allowed(Role.LEARNER, action, relation) is (
            action in (Action.SIGN_IN, Action.JOIN, Action.CHOOSE_MAIL)
            and relation is Relation.NONE
        )


@pytest.mark.parametrize("action", [Action.SEE_REPORT, Action.SEE_ENCOUNTER, Action.GRADE])
def test_an_assistant_works_with_their_own_groups_only(action):
    assert allowed(Role.ASSISTANT, action, Relation.GROUP)
    assert not allowed(Role.ASSISTANT, action, Relation.CLASS)
    assert not allowed(Role.ASSISTANT, action, Relation.NONE)


def test_an_administrator_reads_nobodys_work():
    for action in (Action.SEE_ENCOUNTER, Action.SEE_REPORT, Action.READ_COMMENTS, Action.EXPORT):
        for relation in set(Relation) - {Relation.OWN}:
            assert not allowed(Role.ADMINISTRATOR, action, relation)
