"""Patrols of a day and visits of its month: the figures first, then where they lie."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from db.models.center import CODE_LENGTH
from db.scope import ScopedSession
from lib.access.permissions import Permission
from lib.centers.queries import CenterCard
from lib.i18n import _, numbers
from lib.roster.duty.counting import Coverage
from lib.roster.duty.people.queries import duty_by_person
from lib.roster.duty.queries import Answer, duty_by_campaign, duty_by_child, duty_by_grid
from lib.roster.duty.words import CAMPAIGN_WORDS
from lib.ui import filters
from lib.ui.menu import BY_NAME
from lib.ui.page import Page, leave_for
from lib.ui.place import go_down
from lib.ui.plain import escaped
from lib.ui.tables import SELECTION, chosen_row

PAGE_SIZE = 50
LEFT, OVER = "left", "over"


@dataclass(frozen=True)
class Days:
    """The day that is asked about, and its month up to it."""

    day: date
    today: date

    @property
    def first(self) -> date:
        return self.day.replace(day=1)

    @property
    def words(self) -> str:
        return _("今天") if self.day == self.today else numbers.day(self.day)


def title(center: CenterCard, answer: Answer, days: Days) -> str:
    name = center.center.name
    if not answer.grids:
        return _("{center}没有小网格").format(center=name)
    if answer.patrolled == answer.grids:
        return _("{center}{day}{grids}个网格全部巡查").format(
            center=name, day=days.words, grids=numbers.whole(answer.grids)
        )
    return _("{center}{day}巡查{done}个网格，还有{left}个没有巡查").format(
        center=name,
        day=days.words,
        done=numbers.whole(answer.patrolled),
        left=numbers.whole(answer.grids - answer.patrolled),
    )


def figures(center: CenterCard, answer: Answer, days: Days) -> None:
    coverage = answer.coverage
    with st.grid(columns=3, min_column_width=200):
        with st.container(border=True, height="stretch", gap="xsmall"):
            st.metric(
                _("巡查的网格"),
                numbers.percent(numbers.share(answer.patrolled, answer.grids)),
                help=_("当天至少登记过一次巡查的小网格 ÷ 全部小网格"),
            )
            st.caption(
                _("{done} ÷ {all}个").format(
                    done=numbers.whole(answer.patrolled), all=numbers.whole(answer.grids)
                )
            )
        with st.container(border=True, height="stretch", gap="xsmall"):
            st.metric(
                _("本月走访覆盖"),
                numbers.percent(coverage.share),
                help=_("本月1日至当天走访过的户（同一网格的同一户号只算一次）÷ 小网格的户数"),
            )
            st.caption(
                _("{done} ÷ {all}户").format(
                    done=numbers.whole(coverage.counted), all=numbers.whole(coverage.households)
                )
            )
        with st.container(border=True, height="stretch", gap="xsmall"):
            st.metric(
                _("没有解决的问题"),
                numbers.whole(answer.open_problems),
                help=_("走访中发现、到当天还没有登记解决日期的问题，不限本月"),
            )
            st.caption(_("走访发现，至{day}").format(day=days.words))
    if coverage.over:
        st.warning(
            escaped(
                _(
                    "有{grids}个网格走访的户号比登记的户数多（共多{more}个），只按户数计算。"
                    "请核对户号写法是否一致、网格户数是否更新。"
                ).format(
                    grids=numbers.whole(coverage.over),
                    more=numbers.whole(coverage.visited - coverage.counted),
                )
            ),
            icon=":material/data_alert:",
        )
        st.page_link(
            BY_NAME["duty"].file, label=_("看是哪些网格"), icon=":material/arrow_forward:",
            query_params={"center": center.center.code, "view": "grid", "only": OVER, "on": f"{days.day}"},
        )  # fmt: skip


def _share(coverage: Coverage) -> float | None:
    return None if coverage.share is None else float(coverage.share)


def _columns() -> dict[str, Any]:
    percent = st.column_config.NumberColumn(format="%.1f%%")
    whole = st.column_config.NumberColumn(format="localized")
    counts = (_("小网格"), _("已巡查"), _("走访户数"), _("总户数"), _("走访户次"), _("负责户数"))
    return {_("巡查率"): percent, _("走访覆盖"): percent} | dict.fromkeys(counts, whole)


def by_child(session: ScopedSession, center: CenterCard, days: Days) -> None:
    """The centers right below; a chosen row leads there."""
    level = center.children[0].level
    rows = duty_by_child(
        session, center.center.code, CODE_LENGTH[level], days.day, days.first, days.day
    )  # fmt: skip
    if not rows:
        st.info(_("下级中心还没有小网格。"), icon=":material/info:")
        return
    rows = tuple(
        sorted(rows, key=lambda one: (_rate(one.answer) or 0, _share(one.answer.coverage) or 0, one.code))
    )
    key = f"duty by child of {center.center.code} {days.day}"
    codes = tuple(one.code for one in rows)
    table: dict[str, list[Any]] = {
        _("中心"): [one.name for one in rows],
        _("小网格"): [one.answer.grids for one in rows],
        _("已巡查"): [one.answer.patrolled for one in rows],
        _("巡查率"): [_rate(one.answer) for one in rows],
        _("走访户数"): [one.answer.coverage.visited for one in rows],
        _("总户数"): [one.answer.coverage.households for one in rows],
        _("走访覆盖"): [_share(one.answer.coverage) for one in rows],
        _("没有解决的问题"): [one.answer.open_problems for one in rows],
    }
    if any(one.answer.coverage.over for one in rows):
        table[_("户号多于户数的网格")] = [one.answer.coverage.over or None for one in rows]
    st.dataframe(
        pd.DataFrame(table),
        key=key,
        hide_index=True,
        height="content" if len(rows) <= 20 else 620,
        on_select=lambda: go_down(key, codes),
        selection_mode=SELECTION,
        placeholder=numbers.NOTHING,
        column_config=_columns() | {_("中心"): st.column_config.TextColumn(width="medium", pinned=True)},
        alt=_("各下级中心的巡查和走访，点一行进入"),
    )
    st.caption(_("巡查率低的在前。点击表中任意一行进入下级中心。"))


def _rate(answer: Answer) -> float | None:
    share = numbers.share(answer.patrolled, answer.grids)
    return None if share is None else float(share)


def by_grid(session: ScopedSession, center: CenterCard, days: Days) -> None:
    """Grids, the least visited first; a chosen row opens its card."""
    words = {"": _("全部网格"), LEFT: _("当天没有巡查的"), OVER: _("户号多于户数的")}
    only = filters.tabs("only", _("看哪些"), words, "")
    number = filters.page_number()
    found = duty_by_grid(
        session, center.center.code, days.day, days.first, days.day, only == LEFT, only == OVER, number,
        PAGE_SIZE,
    )  # fmt: skip
    if not found.rows:
        sentence = {
            LEFT: _("当天每个网格都巡查过了。"),
            OVER: _("没有走访户号多于户数的网格。"),
        }.get(only, _("这里没有小网格。"))
        st.info(sentence, icon=":material/task_alt:")
        return
    codes = tuple(one.code for one in found.rows)
    event: Any = st.dataframe(
        pd.DataFrame(
            {
                _("网格"): [one.name for one in found.rows],
                _("所在中心"): [one.center_name for one in found.rows],
                _("当天巡查"): [_("已巡查") if one.patrolled else _("未巡查") for one in found.rows],
                _("走访户数"): [one.coverage.visited for one in found.rows],
                _("总户数"): [one.coverage.households for one in found.rows],
                _("走访覆盖"): [_share(one.coverage) for one in found.rows],
                _("数据提示"): [
                    _("户号多于户数，请核对") if one.coverage.over else None for one in found.rows
                ],
            }
        ),
        key=f"duty by grid of {center.center.code} {days.day} {only} {number}",
        hide_index=True,
        height="content" if len(found.rows) <= 20 else 620,
        on_select="rerun",
        selection_mode=SELECTION,
        placeholder=numbers.NOTHING,
        column_config=_columns() | {_("网格"): st.column_config.TextColumn(width="medium", pinned=True)},
        alt=_("各网格的巡查和走访，点一行打开网格卡片"),
    )
    filters.pages(found.total, PAGE_SIZE)
    st.caption(_("走访覆盖低的在前。点击表中任意一行打开网格卡片。"))
    row = chosen_row(event, len(codes))
    if row is not None:
        leave_for("grid", {"code": codes[row]})


def by_person(page: Page, session: ScopedSession, center: CenterCard, days: Days) -> None:
    """People, the least covered first; a chosen row opens the person where that is the viewer's to open."""
    number = filters.page_number()
    found = duty_by_person(session, center.center.code, days.first, days.day, number, PAGE_SIZE)
    if not found.rows:
        st.info(_("这里还没有专职网格员，也没有巡查走访记录。"), icon=":material/info:")
        return
    opens = page.viewer.may(Permission.READ_ROSTER)
    keys = [one.person_id for one in found.rows]
    event: Any = st.dataframe(
        pd.DataFrame(
            {
                _("姓名"): [one.name for one in found.rows],
                _("负责网格"): [one.coverage.grids or None for one in found.rows],
                _("巡查天数"): [one.patrol_days for one in found.rows],
                _("走访户次"): [one.visits for one in found.rows],
                _("走访户数"): [one.visited for one in found.rows],
                _("负责户数"): [one.coverage.households or None for one in found.rows],
                _("走访覆盖"): [_share(one.coverage) for one in found.rows],
                _("发现问题"): [one.problems for one in found.rows],
            }
        ),
        key=f"duty by person of {center.center.code} {days.day} {number}",
        hide_index=True,
        height="content" if len(found.rows) <= 20 else 620,
        on_select="rerun" if opens else "ignore",
        selection_mode=SELECTION,
        placeholder=numbers.NOTHING,
        column_config=_columns() | {_("姓名"): st.column_config.TextColumn(width="medium", pinned=True)},
        alt=_("每个人本月的巡查和走访"),
    )
    filters.pages(found.total, PAGE_SIZE)
    st.caption(
        _("走访覆盖 = 本人在所负责（含代岗）网格走访的户 ÷ 这些网格的户数；没有负责网格的人不算覆盖。")
    )
    row = chosen_row(event, len(keys)) if opens else None
    if row is not None and (key := keys[row]) is not None:
        leave_for("person", {"id": str(key)})


def by_campaign(session: ScopedSession, center: CenterCard, days: Days) -> None:
    rows = duty_by_campaign(session, center.center.code, days.first, days.day)
    st.dataframe(
        pd.DataFrame(
            {
                _("走访类型"): [_(CAMPAIGN_WORDS[one.campaign]) for one in rows],
                _("走访户次"): [one.visits for one in rows],
                _("走访户数"): [one.households for one in rows],
                _("发现问题"): [one.problems for one in rows],
                _("已解决"): [one.solved for one in rows],
                _("未解决"): [one.problems - one.solved for one in rows],
                _("解决率"): [_solved(one.problems, one.solved) for one in rows],
            }
        ),
        hide_index=True,
        height="content",
        placeholder=numbers.NOTHING,
        column_config={_("解决率"): st.column_config.NumberColumn(format="%.1f%%")},
        alt=_("本月各类走访的户数和问题"),
    )
    st.caption(_("同一网格的同一户号在一类走访中只算一户；发现和解决都按走访日期在本月内的计。"))


def _solved(problems: int, solved: int) -> float | None:
    share = numbers.share(solved, problems)
    return None if share is None else float(share)


def views(center: CenterCard, sees_records: bool) -> str:
    """What is shown below the figures."""
    words = {
        **({"child": _("下级中心")} if center.children else {}),
        "grid": _("网格"),
        "person": _("人员"),
        "campaign": _("走访类型"),
        **({"visits": _("走访记录"), "patrols": _("巡查记录")} if sees_records else {}),
    }
    default: Sequence[str] = list(words)
    return filters.tabs("view", _("查看"), words, default[0])
