"""What leaves a sheet and what it is held against: the file for the payroll, and counting again today."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import streamlit as st

from db.models.reward import SheetState
from db.scope import ScopedSession
from lib.access.permissions import Permission
from lib.access.viewer import Viewer
from lib.access.work import acting
from lib.exports.commands import new_export_id
from lib.exports.sheet import LONGEST_NAME, Sheet
from lib.i18n import _, language, numbers, speaking
from lib.roster.rewards.exporting.commands import LONGEST_REASON, export_sheet
from lib.roster.rewards.queries import SheetCard, counted_again
from lib.roster.rewards.words import money, spoken
from lib.ui.page import Page
from lib.ui.panel import EXCEL
from lib.ui.plain import escaped

REASON = "what the payroll is for"


def export(page: Page, card: SheetCard) -> None:
    """Opens to the reason and the file, once the sheet is approved."""
    if card.state is not SheetState.APPROVED or not page.viewer.may(Permission.EXPORT_ROSTER):
        return
    box = st.popover(_("导出发放表"), icon=":material/download:", key="export the sheet", on_change="rerun")
    if not box.open:
        return
    with box:
        st.caption(_("不含身份证号码；文件带导出人、时间和编号，并记入审计日志。"))
        reason = st.text_input(_("用途"), key=REASON, max_chars=LONGEST_REASON).strip()
        if not reason:
            st.caption(_("填写用途后可以下载。"))
            return
        export_id = new_export_id()
        name = _("补助发放表 {month}").format(month=f"{card.month:%Y-%m}")
        st.download_button(
            _("下载Excel"), _writer(page.viewer, card.id, export_id, reason),
            file_name=Sheet(name[:LONGEST_NAME], (), (), export_id).file_name("xlsx"), mime=EXCEL,
            key="xlsx of the sheet", icon=":material/download:",
        )  # fmt: skip


def _writer(viewer: Viewer, sheet_id: int, export_id: str, reason: str) -> Callable[[], bytes]:
    """Makes the file when it is asked for; who took it is noted with it."""
    tongue = language()

    def written() -> bytes:
        with speaking(tongue), acting(viewer) as session:  # whoever asks for the file is no page
            return export_sheet(session, sheet_id, export_id, reason)

    return written


def again(session: ScopedSession, card: SheetCard) -> None:
    """What counting today would give otherwise; asked for, because it reads the whole month."""
    box = st.expander(
        _("按今天的数据重新核对"), icon=":material/difference:", key="count again", on_change="rerun"
    )
    if not box.open:
        return
    with box:
        found = counted_again(session, card.id)
        if not found:
            st.success(_("重新核对的结果与发放表一致。"), icon=":material/check_circle:")
            return
        st.caption(
            _("{count}人不同，多为编制以后补录的巡查、走访或奖励。发放表本身没有改动。").format(
                count=len(found)
            )
        )
        st.dataframe(
            pd.DataFrame(
                {
                    _("姓名"): [one.name for one in found],
                    _("表上（元）"): [None if one.before is None else one.before / 100 for one in found],
                    _("现在（元）"): [None if one.now is None else one.now / 100 for one in found],
                    _("表上的计算"): ["；".join(spoken(item) for item in one.gone) for one in found],
                    _("现在的计算"): ["；".join(spoken(item) for item in one.come) for one in found],
                }
            ),
            hide_index=True, placeholder=numbers.NOTHING,
            column_config={
                _("表上（元）"): st.column_config.NumberColumn(format="accounting"),
                _("现在（元）"): st.column_config.NumberColumn(format="accounting"),
                _("表上的计算"): st.column_config.TextColumn(width=300),
                _("现在的计算"): st.column_config.TextColumn(width=300),
            },
            alt=_("重新核对后不同的人员"),
        )  # fmt: skip
        moved = sum((one.now or 0) - (one.before or 0) for one in found)
        st.caption(escaped(_("合计相差{sum}。").format(sum=money(moved))))
