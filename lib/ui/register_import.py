"""What an import would do, and doing it: problems by row and column, old → new, warnings, all or the good."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from db.models.register import ChangeSetKind
from db.scope import ScopedSession
from lib.access.viewer import Viewer
from lib.access.work import reading
from lib.errors import Told
from lib.fields.field import Field
from lib.i18n import _, language, listed, numbers, speaking
from lib.imports.bad_rows import bad_rows
from lib.imports.dry_run import DryRun, State
from lib.imports.matching import Matching
from lib.imports.suspicion import suspicions
from lib.imports.table import Table
from lib.registers.changes.commands import save_changes
from lib.registers.changes.queries import Tried, template_of, try_import
from lib.registers.queries import RegisterCard
from lib.ui.page import Page, say
from lib.ui.panel import EXCEL
from lib.ui.plain import escaped
from lib.ui.pressing import press
from lib.ui.register_changes import last_set, preview
from lib.ui.register_upload import Upload, give_up, tried_key

AT_ONCE = 2000  # rows that are held against the register without being asked to
MOST_FAULTS = 500
STATE_WORDS: tuple[State, ...] = (State.NEW, State.CHANGED, State.UNCHANGED, State.WRONG)


@dataclass(frozen=True)
class Trial:
    """What was found, and of which file, sheet and matching."""

    of: tuple[object, ...]
    tried: Tried


def left_key(register_id: int) -> str:
    """Under this key stands the file of the rows that the last import left out."""
    return f"rows left out of register {register_id}"


def template_button(viewer: Viewer, card: RegisterCard) -> None:
    tongue, number = language(), card.id

    def made() -> bytes:
        with speaking(tongue), reading(viewer) as session:  # whoever asks for the file is no page
            return template_of(session, number)

    st.download_button(
        _("下载填报模板"), made, file_name=_("{name}填报模板.xlsx").format(name=_in_file(card.design.words)),
        mime=EXCEL, key="template of the register", icon=":material/download:",
    )  # fmt: skip


def _in_file(words: str) -> str:
    return "".join(c for c in words if c.isalnum() or c in "（）-_ ")[:40].strip()


def trial(
    session: ScopedSession, register_id: int, upload: Upload, table: Table, matching: Matching
) -> Tried | None:
    """Held against the register once for what is on the screen; large tables when the person says so."""
    of = (upload.number, table.sheet, tuple(one.key for one in matching.columns))
    held: Trial | None = st.session_state.get(tried_key(register_id))
    if held is not None and held.of == of:
        return held.tried
    if len(table.rows) > AT_ONCE and not st.button(
        _("核对{count}行").format(count=numbers.whole(len(table.rows))), key="try the import",
        type="primary", icon=":material/fact_check:",
    ):  # fmt: skip
        return None
    words = _("正在核对…")
    bar = st.progress(0.0, words)
    try:
        found = try_import(session, register_id, table, matching, lambda share: _move(bar, share, words))
    except Told as told:
        say(told)
        return None
    finally:
        bar.empty()
    st.session_state[tried_key(register_id)] = Trial(of, found)
    return found


def _move(bar: st.delta_generator.DeltaGenerator, share: float, words: str) -> None:
    bar.progress(min(max(share, 0.0), 1.0), words)


def outcome(page: Page, card: RegisterCard, upload: Upload, table: Table, tried: Tried) -> None:
    run = tried.run
    words = {
        State.NEW: _("新增"), State.CHANGED: _("修改"), State.UNCHANGED: _("不变"), State.WRONG: _("有问题"),
    }  # fmt: skip
    with st.grid(columns=4, min_column_width=140):
        for state in STATE_WORDS:
            st.metric(words[state], numbers.whole(run.counts[state]), border=True)
    for sentence in run.blocks:
        st.error(escaped(sentence), icon=":material/error:")
    for one in suspicions(table, run.matching, run, today=page.today, title=card.design.words):
        st.warning(escaped(one.sentence), icon=":material/visibility:")
    _faults(card.id, upload, table, run)
    if tried.previews:
        st.subheader(_("导入以后会变成什么"), anchor=False)
        preview(tried.previews, {})
        if len(tried.changes) > len(tried.previews):
            st.caption(
                _("只列出前{most}行，共{count}行会写入。").format(
                    most=len(tried.previews), count=numbers.whole(len(tried.changes))
                )
            )
    elif not run.faults and not run.blocks:
        st.info(_("表里的内容和台账里的一样，没有要写入的。"), icon=":material/info:")


def _faults(register_id: int, upload: Upload, table: Table, run: DryRun) -> None:
    if not run.faults:
        return
    wrong = run.counts[State.WRONG]
    st.error(
        _("{rows}行有{count}处问题。可以改好文件重新上传，也可以先导入其余各行。").format(
            rows=numbers.whole(wrong), count=numbers.whole(len(run.faults))
        ),
        icon=":material/error:",
    )
    shown = run.faults[:MOST_FAULTS]
    st.dataframe(
        pd.DataFrame(
            {
                _("工作表"): [one.sheet for one in shown],
                _("行"): [one.row for one in shown],
                _("列"): [one.letter or None for one in shown],
                _("标题"): [one.heading or None for one in shown],
                _("内容"): [one.value or None for one in shown],
                _("问题"): [one.sentence for one in shown],
            }
        ),
        hide_index=True, placeholder=numbers.NOTHING, height="content" if len(shown) <= 10 else 380,
        alt=_("有问题的地方"),
    )  # fmt: skip
    if len(run.faults) > len(shown):
        st.caption(_("只列出前{most}处，全部问题在下载的文件里。").format(most=MOST_FAULTS))
    st.download_button(
        _("下载有问题的{count}行").format(count=numbers.whole(wrong)), _bad(table, run),
        file_name=_bad_name(upload.name), mime=EXCEL, key=f"bad rows of register {register_id}",
        icon=":material/download:",
    )  # fmt: skip


def _bad(table: Table, run: DryRun) -> Callable[[], bytes]:
    tongue = language()

    def made() -> bytes:
        with speaking(tongue):
            return bad_rows(table, run)

    return made


def _bad_name(name: str) -> str:
    return _("{name} 有问题的行.xlsx").format(name=_in_file(name.rpartition(".")[0]) or _("导入"))


def decision(page: Page, register_id: int, upload: Upload, table: Table, tried: Tried) -> None:
    """One explicit save: of everything, or of the rows that are right."""
    wrong = tried.run.counts[State.WRONG]
    words = (
        _("只导入没有问题的{count}行") if wrong else _("导入全部{count}行")
    ).format(count=numbers.whole(len(tried.changes)))  # fmt: skip
    with st.container(horizontal=True, gap="small"):
        st.button(
            words, key="save the import", type="secondary" if wrong else "primary", icon=":material/save:",
            disabled=bool(tried.run.blocks) or not tried.changes, on_click=_save,
            args=(page.viewer, register_id, upload, table, tried),
        )  # fmt: skip
        st.button(
            _("重新核对"), key="try again", icon=":material/refresh:", on_click=st.session_state.pop,
            args=(tried_key(register_id), None), help=_("台账里的内容有变化时用"),
        )  # fmt: skip
        st.button(
            _("换一个文件"), key="give up the file", icon=":material/close:", on_click=give_up,
            args=(register_id,),
        )  # fmt: skip


def _save(viewer: Viewer, register_id: int, upload: Upload, table: Table, tried: Tried) -> None:
    run: DryRun = tried.run

    def act(session: ScopedSession) -> int:
        return save_changes(session, register_id, ChangeSetKind.IMPORT, upload.name, tried.changes)

    def done(made: int) -> str:
        st.session_state[last_set(register_id)] = made
        st.session_state.pop(left_key(register_id), None)
        if run.counts[State.WRONG]:
            st.session_state[left_key(register_id)] = (_bad_name(upload.name), bad_rows(table, run))
        give_up(register_id)
        return _("已导入：新增{new}条，修改{changed}条。").format(
            new=run.counts[State.NEW], changed=run.counts[State.CHANGED]
        )

    press(viewer, done, act)


def left_out(register_id: int) -> None:
    """The rows that the last import left out, until the next file."""
    held = st.session_state.get(left_key(register_id))
    if held:
        name, content = held
        st.download_button(
            _("下载没有导入的行"), content, file_name=name, mime=EXCEL, key="rows left out",
            icon=":material/download:",
        )  # fmt: skip


def headings(fields: tuple[Field, ...]) -> str:
    return listed(one.words for one in fields)
