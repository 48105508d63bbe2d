"""The parts of the accounts page: opening an account, one account's card, and what can be done to it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pandas as pd
import streamlit as st

from db.models.account import AreaRelation, Role
from db.scope import ScopedSession
from lib.access import commands
from lib.access.passwords import INITIAL_PASSWORD_HOURS
from lib.access.permissions import RELATION_WORDS, ROLE_WORDS, Permission
from lib.access.queries import AccountCard, account_card, departments_of
from lib.access.states import ACCOUNT, STATE_WORDS
from lib.access.work import acting
from lib.centers.queries import CenterCard
from lib.errors import BadInput, NotFound, Told
from lib.i18n import _, language, numbers
from lib.ui.page import Page, say
from lib.ui.plain import escaped
from lib.ui.tables import chosen_row

ISSUED = "an initial password to show once"
TROUBLE = "what was wrong with the last action"
DONE = "what the last action did"


def open_account(key: str, ids: tuple[int, ...]) -> None:
    row = chosen_row(st.session_state[key], len(ids))
    if row is not None:
        st.query_params["account"] = str(ids[row])


def show_outcome() -> None:
    """What the last action did: done, what was wrong, or an initial password, shown once.

    The box is always there, so that what stands below keeps its place and stays open.
    """
    with st.container():
        _outcome()


def _outcome() -> None:
    done = st.session_state.pop(DONE, None)
    if done:
        st.success(escaped(done), icon=":material/check_circle:")
    issued = st.session_state.pop(ISSUED, None)
    if issued:
        username, password = issued
        st.success(
            _("请把初始密码当面交给本人，{hours}小时内有效，首次登录必须修改。离开本页后不再显示。").format(
                hours=INITIAL_PASSWORD_HOURS
            ),
            icon=":material/key:",
        )
        st.code(f"{username}\n{password}", language=None)
    for sentence in st.session_state.pop(TROUBLE, ()):
        st.error(escaped(sentence), icon=":material/error:")


def _press(page: Page, label: str, act: Callable[[ScopedSession], str | None], username: str) -> None:
    if _try(page, act, username):
        st.session_state[DONE] = _("{action}：已完成（{account}）。").format(action=label, account=username)


def _try(page: Page, act: Callable[[ScopedSession], str | None], username: str) -> bool:
    """Runs an action before the page is drawn. What went wrong is shown, what was typed stays."""
    try:
        with acting(page.viewer) as session:
            password = act(session)
        if password:
            st.session_state[ISSUED] = (username, password)
        return True
    except BadInput as bad:
        st.session_state[TROUBLE] = tuple(dict.fromkeys([bad.sentence, *(p.sentence for p in bad.problems)]))
    except Told as told:
        st.session_state[TROUBLE] = (told.sentence,)
    return False


def creation_form(page: Page, session: ScopedSession, card: CenterCard) -> None:
    departments = departments_of(session, card.center.code)
    with st.expander(_("建立账号"), icon=":material/person_add:", key="create account"):
        with st.grid(columns=4, min_column_width=180):
            st.text_input(
                _("账号"), key="new username", max_chars=64, help=_("3到64个小写字母、数字、点、横线或下划线")
            )
            st.text_input(_("姓名"), key="new name", max_chars=100)
            role = st.selectbox(
                _("角色"), list(ROLE_WORDS), format_func=lambda r: _(ROLE_WORDS[r]), key="new role", index=4
            )
            if role is Role.DEPARTMENT_HANDLER:
                names = {d[0]: d[2] if language() == "en" else d[1] for d in departments}
                st.selectbox(_("部门"), list(names), format_func=lambda d: names[d], key="new department")
        st.caption(
            _("所在中心：{center}。要换中心，请先从上方路径进入那个中心。").format(
                center=escaped(card.center.name)
            )
        )
        st.button(_("建立账号"), type="primary", on_click=_create, args=(page, card.center.code))


def _create(page: Page, center_code: str) -> None:
    given = st.session_state
    role: Role = given["new role"]
    department = given.get("new department") if role is Role.DEPARTMENT_HANDLER else None
    username = given["new username"]
    done = _try(
        page,
        lambda session: commands.create_account(
            session, username, given["new name"], role, center_code, department
        ),
        username.strip().casefold(),
    )
    if done:
        given["new username"] = given["new name"] = ""


def card(page: Page, session: ScopedSession) -> None:
    """The account that the address names."""
    said = st.query_params.get("account", "")
    if not said:
        return
    try:
        found = account_card(
            session, int(said) if said.isascii() and said.isdigit() and len(said) < 10 else 0
        )
    except NotFound as told:
        say(told)
        return
    row = found.account
    with st.container(border=True):
        st.subheader(f"{escaped(row.name)} · {escaped(row.username)}", anchor=False)
        facts = [
            (_("角色"), _(ROLE_WORDS[row.role])),
            (_("所在中心"), row.center_name),
            (_("部门"), row.department or numbers.NOTHING),
            (_("状态"), _(STATE_WORDS[row.state])),
            (_("登录中的设备"), str(found.open_sessions)),
            (_("暂停登录至"), numbers.table_moment(found.locked_until)),
        ]
        with st.grid(columns=len(facts), min_column_width=130):
            for name, value in facts:
                with st.container():
                    st.caption(name)
                    st.text(value)
        if found.areas:
            st.dataframe(
                pd.DataFrame(
                    {
                        _("另外负责"): [a.center_name for a in found.areas],
                        _("关系"): [_(RELATION_WORDS[a.relation]) for a in found.areas],
                        _("依据"): [a.reason for a in found.areas],
                        _("自"): [a.since.isoformat() for a in found.areas],
                        _("至"): [a.until.isoformat() if a.until else numbers.NOTHING for a in found.areas],
                    }
                ),
                hide_index=True,
                alt=_("另外负责的范围"),
            )
        if page.viewer.may(Permission.MANAGE_ACCOUNTS) and row.id != page.viewer.account_id:
            _actions(page, session, found)
        st.button(_("关闭"), icon=":material/close:", type="tertiary", on_click=_close)


def _close() -> None:
    st.query_params.pop("account", None)


def _actions(page: Page, session: ScopedSession, found: AccountCard) -> None:
    row = found.account
    steps = {step.action for step in ACCOUNT.open_to(page.viewer, row.state)}
    with st.container(horizontal=True):
        if "reset" in steps:
            with st.popover(_("重置密码"), icon=":material/key:"):
                st.text(_("原密码立即失效，本人会被强制下线，须用新的初始密码重新登录。"))
                _button(
                    page, _("确认重置"), "key", lambda s: commands.reset_password(s, row.id), row.username
                )
        if "restore" in steps:
            _button(page, _("恢复账号"), "undo", lambda s: commands.restore_account(s, row.id), row.username)
        if found.locked_until is not None:
            _button(page, _("解除暂停"), "lock_open", lambda s: commands.lift_lock(s, row.id), row.username)
        if found.open_sessions:
            _button(
                page, _("强制下线"), "logout", lambda s: commands.end_all_sessions(s, row.id), row.username
            )
    with st.expander(_("变更角色、范围或停用"), key=f"change {row.id}"):
        role = st.selectbox(
            _("新角色"),
            list(ROLE_WORDS),
            index=list(ROLE_WORDS).index(row.role),
            format_func=lambda r: _(ROLE_WORDS[r]),
            key=f"role of {row.id}",
        )
        department: int | None = None
        if role is Role.DEPARTMENT_HANDLER:
            names = {
                d[0]: d[2] if language() == "en" else d[1] for d in departments_of(session, row.center_code)
            }
            department = st.selectbox(
                _("部门"), list(names), format_func=lambda d: names[d], key=f"department of {row.id}"
            )
        if role is not row.role:
            _button(
                page,
                _("改为{role}").format(role=_(ROLE_WORDS[role])),
                "badge",
                lambda s: commands.change_role(s, row.id, role, department),
                row.username,
            )
        with st.grid(columns=4, min_column_width=180, vertical_alignment="bottom"):
            code = st.text_input(_("增加范围：中心代码"), key=f"area of {row.id}", max_chars=12)
            relation = st.selectbox(
                _("关系"),
                list(AreaRelation),
                format_func=lambda r: _(RELATION_WORDS[r]),
                key=f"relation of {row.id}",
            )
            reason = st.text_input(_("依据（文件名称和文号）"), key=f"ground of {row.id}", max_chars=200)
            until = st.date_input(
                _("截止日期（长期的不填）"), value=None, key=f"until of {row.id}", format="YYYY-MM-DD"
            )
        if code:
            _button(
                page,
                _("增加范围"),
                "add_location",
                lambda s: commands.add_area(
                    s, row.id, code.strip(), AreaRelation(relation or AreaRelation.IN_CHARGE), reason, until
                ),
                row.username,
            )
        for area in found.areas:
            _button(
                page,
                _("取消{center}的范围").format(center=escaped(area.center_name)),
                "wrong_location",
                partial(_remove_area, area.id),
                row.username,
            )
        if "disable" in steps:
            why = st.text_input(_("停用理由"), key=f"why disable {row.id}", max_chars=200)
            _button(
                page, _("停用账号"), "block", lambda s: commands.disable_account(s, row.id, why), row.username
            )


def _remove_area(area_id: int, session: ScopedSession) -> None:
    commands.remove_area(session, area_id)


def _button(
    page: Page, label: str, icon: str, act: Callable[[ScopedSession], str | None], username: str
) -> None:
    st.button(
        label,
        icon=f":material/{icon}:",
        key=f"{label} {username}",
        on_click=_press,
        args=(page, label, act, username),
    )
