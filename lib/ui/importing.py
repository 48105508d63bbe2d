"""A table into a list, on the screen: problems by row and column, old → new, warnings, all or the good rows.

Whatever takes tables describes itself by an `Importing` and draws `flow(page, session, what, fields, about)`
on its page, with `template_button`, `left_out` and `lib.ui.taking_back.way_back` above it. The domain checks
the table (`try_it`) and writes what was found (`save`); both ask for permission and scope themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import pandas as pd
import streamlit as st

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
from lib.ui import importing_upload
from lib.ui.importing_upload import Upload, give_up, tried_key, upload_key
from lib.ui.page import Page, say
from lib.ui.panel import EXCEL
from lib.ui.plain import escaped
from lib.ui.pressing import press
from lib.ui.taking_back import last_set

AT_ONCE = 2000  # rows that are held against the list without being asked to
MOST_FAULTS = 500
STATES: tuple[State, ...] = (State.NEW, State.CHANGED, State.UNCHANGED, State.WRONG)
Progress = Callable[[float], None]


class Tried(Protocol):
    """What an import would do. `changes` are the rows that can be written, as `save` takes them."""

    @property
    def run(self) -> DryRun: ...
    @property
    def changes(self) -> Sequence[Any]: ...


def as_found(matching: Matching) -> Matching:
    return matching


@dataclass(frozen=True)
class Importing:
    """A list that takes tables. `key` is its own in the person's session, `title` how it is called; `try_it`
    holds a table against it, `save` writes what was found under the file's name and returns the key of the
    change-set; `preview` draws what would come of the first rows.

    `of` is whatever else on the screen the trial depends on. `corrected` and `beside` are about columns of
    our own sheets: which field one of them is after all, and the headings of those that nobody reads."""

    key: str
    title: str
    template: Callable[[ScopedSession], bytes]
    try_it: Callable[[ScopedSession, Table, Matching, Progress], Tried]
    save: Callable[[ScopedSession, str, Any], int]
    preview: Callable[[Any], None]
    of: tuple[object, ...] = ()
    corrected: Callable[[Matching], Matching] = as_found
    beside: tuple[str, ...] = ()
    nothing: str = ""


@dataclass(frozen=True)
class Trial:
    """What was found, and of which file, sheet, matching and whatever else is asked."""

    of: tuple[object, ...]
    tried: Tried


def flow(page: Page, session: ScopedSession, what: Importing, fields: tuple[Field, ...], about: str) -> None:
    """From the file to the saved rows; `about` is said beside the box for the file."""
    upload = st.session_state.get(upload_key(what.key))
    if upload is None:
        importing_upload.ask(what.key)
        st.caption(escaped(about))
        return
    try:
        table = importing_upload.table_of(upload, fields)
    except Told as told:
        say(told)
        st.button(_("换一个文件"), key="other file", on_click=give_up, args=(what.key,))
        return
    importing_upload.about(upload, table)
    matching = importing_upload.matched(upload, table, fields, what.corrected, what.beside)
    tried = _trial(session, what, upload, table, matching)
    if tried is not None:
        _outcome(page, what, upload, table, tried)
        _decision(page, what, upload, table, tried)


def headings(fields: tuple[Field, ...]) -> str:
    return listed(one.words for one in fields)


def template_button(viewer: Viewer, what: Importing) -> None:
    tongue = language()

    def made() -> bytes:
        with speaking(tongue), reading(viewer) as session:  # whoever asks for the file is no page
            return what.template(session)

    st.download_button(
        _("下载填报模板"), made, file_name=_("{name}填报模板.xlsx").format(name=_in_file(what.title)),
        mime=EXCEL, key=f"template of {what.key}", icon=":material/download:",
    )  # fmt: skip


def _in_file(words: str) -> str:
    return "".join(c for c in words if c.isalnum() or c in "（）-_ ")[:40].strip()


def _trial(
    session: ScopedSession, what: Importing, upload: Upload, table: Table, matching: Matching
) -> Tried | None:
    """Held against the list once for what is on the screen; large tables when the person says so."""
    of = (upload.number, table.sheet, tuple(one.key for one in matching.columns), *what.of)
    held: Trial | None = st.session_state.get(tried_key(what.key))
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
        found = what.try_it(session, table, matching, lambda share: _move(bar, share, words))
    except Told as told:
        say(told)
        return None
    finally:
        bar.empty()
    st.session_state[tried_key(what.key)] = Trial(of, found)
    return found


def _move(bar: st.delta_generator.DeltaGenerator, share: float, words: str) -> None:
    bar.progress(min(max(share, 0.0), 1.0), words)


def _outcome(page: Page, what: Importing, upload: Upload, table: Table, tried: Tried) -> None:
    run = tried.run
    words = {
        State.NEW: _("新增"), State.CHANGED: _("修改"), State.UNCHANGED: _("不变"), State.WRONG: _("有问题"),
    }  # fmt: skip
    with st.grid(columns=4, min_column_width=140):
        for state in STATES:
            st.metric(words[state], numbers.whole(run.counts[state]), border=True)
    for sentence in run.blocks:
        st.error(escaped(sentence), icon=":material/error:")
    for one in suspicions(table, run.matching, run, today=page.today, title=what.title):
        st.warning(escaped(one.sentence), icon=":material/visibility:")
    _faults(what, upload, table, run)
    if tried.changes:
        st.subheader(_("导入以后会变成什么"), anchor=False)
        what.preview(tried)
    elif not run.faults and not run.blocks:
        st.info(what.nothing or _("表里的内容和已有的一样，没有要写入的。"), icon=":material/info:")


def more_than_shown(shown: int, count: int) -> None:
    """For a preview of the first rows only."""
    if count > shown:
        st.caption(_("只列出前{most}行，共{count}行会写入。").format(most=shown, count=numbers.whole(count)))


def _faults(what: Importing, upload: Upload, table: Table, run: DryRun) -> None:
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
        file_name=_bad_name(upload.name), mime=EXCEL, key=f"bad rows of {what.key}",
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


def _decision(page: Page, what: Importing, upload: Upload, table: Table, tried: Tried) -> None:
    """One explicit save: of everything, or of the rows that are right."""
    wrong = tried.run.counts[State.WRONG]
    words = (
        _("只导入没有问题的{count}行") if wrong else _("导入全部{count}行")
    ).format(count=numbers.whole(len(tried.changes)))  # fmt: skip
    with st.container(horizontal=True, gap="small"):
        st.button(
            words, key="save the import", type="secondary" if wrong else "primary", icon=":material/save:",
            disabled=bool(tried.run.blocks) or not tried.changes, on_click=_save,
            args=(page.viewer, what, upload, table, tried),
        )  # fmt: skip
        st.button(
            _("重新核对"), key="try again", icon=":material/refresh:", on_click=st.session_state.pop,
            args=(tried_key(what.key), None), help=_("已有的内容有变化时用"),
        )  # fmt: skip
        st.button(
            _("换一个文件"), key="give up the file", icon=":material/close:", on_click=give_up,
            args=(what.key,),
        )  # fmt: skip


def _save(viewer: Viewer, what: Importing, upload: Upload, table: Table, tried: Tried) -> None:
    run = tried.run

    def done(made: int) -> str:
        st.session_state[last_set(what.key)] = made
        st.session_state.pop(_left_key(what.key), None)
        if run.counts[State.WRONG]:
            st.session_state[_left_key(what.key)] = (_bad_name(upload.name), bad_rows(table, run))
        give_up(what.key)
        return _("已导入：新增{new}条，修改{changed}条。").format(
            new=run.counts[State.NEW], changed=run.counts[State.CHANGED]
        )

    press(viewer, done, lambda session: what.save(session, upload.name, tried))


def _left_key(key: str) -> str:
    """Under this key stands the file of the rows that the last import left out."""
    return f"rows left out of {key}"


def left_out(what: Importing) -> None:
    """The rows that the last import left out, until the next file."""
    held = st.session_state.get(_left_key(what.key))
    if held:
        name, content = held
        st.download_button(
            _("下载没有导入的行"), content, file_name=name, mime=EXCEL, key="rows left out",
            icon=":material/download:",
        )  # fmt: skip
