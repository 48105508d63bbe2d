"""Workflows are tables: what is offered and what may be taken are one answer."""

from __future__ import annotations

import enum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.models.account import AccountState, Role
from lib.access.permissions import GRANTS, ROLE_WORDS, WORDS, Permission
from lib.access.states import ACCOUNT
from lib.access.viewer import Viewer
from lib.errors import BadInput, NotAllowed, WrongState
from lib.i18n import speaking
from lib.workflow import Step, Workflow
from tests import makers
from tests.makers import COUNTY


class Light(enum.StrEnum):
    RED = "red"
    GREEN = "green"
    DARK = "dark"


LIGHTS = Workflow(
    {Light.RED: "红", Light.GREEN: "绿", Light.DARK: "灭"},
    Step("go", "放行", frozenset({Light.RED}), Light.GREEN, Permission.READ_CASES),
    Step("stop", "叫停", frozenset({Light.GREEN}), Light.RED, Permission.READ_CASES),
    Step(
        "cut",
        "断电",
        frozenset({Light.RED, Light.GREEN}),
        Light.DARK,
        Permission.MANAGE_ACCOUNTS,
        asks_reason=True,
    ),
)
WORKFLOWS = {"lights": LIGHTS, "accounts": ACCOUNT}


def viewer(role: Role) -> Viewer:
    return makers.viewer_for_role(role, COUNTY)


@pytest.mark.parametrize("name", WORKFLOWS)
@pytest.mark.parametrize("role", Role)
def test_what_is_offered_is_what_may_be_taken(name, role):
    workflow = WORKFLOWS[name]
    for state in workflow.state_words:
        offered = {step.action for step in workflow.open_to(viewer(role), state)}
        for action, step in workflow.steps.items():
            try:
                taken = workflow.take(action, viewer(role), state, "a reason")
            except (NotAllowed, WrongState):
                assert action not in offered
                continue
            assert action in offered
            assert taken is step
            assert taken.target in workflow.state_words
            assert step.permission in GRANTS[role]


def test_each_refusal_has_its_own_kind():
    assert LIGHTS.take("go", viewer(Role.LEADER), Light.RED).target is Light.GREEN
    with pytest.raises(NotAllowed):
        LIGHTS.take("go", viewer(Role.VIEWER), Light.RED)
    with pytest.raises(NotAllowed):  # whoever may not is not told the state
        LIGHTS.take("go", viewer(Role.VIEWER), Light.DARK)
    with pytest.raises(WrongState, match=r"红.*叫停"):
        LIGHTS.take("stop", viewer(Role.LEADER), Light.RED)
    with pytest.raises(KeyError):  # a bug, not a sentence
        LIGHTS.take("explode", viewer(Role.LEADER), Light.RED)


@given(reason=st.text(" \t\n\u3000\xa0", max_size=5))
def test_blanks_are_no_reason(reason):
    administrator = viewer(Role.SYSTEM_ADMINISTRATOR)
    with pytest.raises(BadInput):
        LIGHTS.take("cut", administrator, Light.RED, reason)
    assert LIGHTS.take("cut", administrator, Light.RED, f"{reason}x").target is Light.DARK


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_sentence_is_in_the_readers_language(language):
    with speaking(language), pytest.raises(WrongState) as caught:
        ACCOUNT.take("disable", viewer(Role.SYSTEM_ADMINISTRATOR), AccountState.DISABLED, "x")
    assert ("停用" in caught.value.sentence) == (language == "zh")


def test_an_account_lives_as_the_table_says():
    table = {
        (action, source.value, step.target.value)
        for action, step in ACCOUNT.steps.items()
        for source in step.sources
    }
    assert table == {
        ("disable", "invited", "disabled"),
        ("disable", "active", "disabled"),
        ("restore", "disabled", "invited"),
        ("reset", "invited", "invited"),
        ("reset", "active", "invited"),
    }
    assert ACCOUNT.steps["disable"].asks_reason
    assert set(ACCOUNT.state_words) == set(AccountState)


def test_every_role_and_permission_has_words_and_a_row():
    assert set(GRANTS) == set(Role) == set(ROLE_WORDS)
    assert set(WORDS) == set(Permission)
    assert set().union(*GRANTS.values()) == set(Permission)  # none that nobody holds
    for role in Role:
        for permission in Permission:
            assert viewer(role).may(permission) == (permission in GRANTS[role])
            if not viewer(role).may(permission):
                with pytest.raises(NotAllowed):
                    viewer(role).must(permission)
