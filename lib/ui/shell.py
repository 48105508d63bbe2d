"""What stands around every page: menu, banner, the person and their language."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from lib.access.commands import choose_language
from lib.access.permissions import ROLE_WORDS
from lib.access.viewer import Viewer
from lib.access.work import acting
from lib.deployment import Standing
from lib.errors import NotReady
from lib.i18n import LANGUAGES, _, numbers
from lib.metrics.answering import replica_is_ready
from lib.ui.menu import BY_NAME, FIRST, MENU
from lib.ui.page import Run, refuse, running
from lib.ui.plain import escaped
from lib.ui.style import apply_style

ICON = str(Path(__file__).parent.parent / "access" / "assets" / "icon.png")


def show() -> None:
    """Draws the frame and runs the page that the address names."""
    with running() as run:
        _show(run)


def _show(run: Run) -> None:
    asking = run.viewer
    st.set_page_config(page_title=_("网格治理指挥平台"), page_icon=ICON, layout="wide")
    if asking is None or asking.must_change_password:
        st.navigation([st.Page(_nobody, title=_("登录"))], position="hidden").run()
        return
    apply_style()
    # Pages that the role may not see are registered too, hidden: an old link then gets our own
    # sentence instead of Streamlit's English one.
    # Streamlit gives the default page no address of its own, and links to it from other pages would
    # be read as links to those; so the default only leads on.
    sections: dict[str, list[st.Page]] = {"": [st.Page(_lead_on, default=True, visibility="hidden")]}
    for entry in MENU:
        seen = entry.listed and asking.may(entry.permission)
        sections.setdefault(_(entry.section), []).append(
            st.Page(
                entry.file,
                title=_(entry.title),
                icon=entry.icon,
                url_path=entry.path,
                visibility="visible" if seen else "hidden",
            )
        )
    # Streamlit would fold a long menu behind words of its own, in English.
    page = st.navigation(sections, expanded=True)
    _sidebar(asking)
    _banner(run.deployment)
    try:
        page.run()
    except NotReady as told:
        wait_for_it(told)


@st.fragment(run_every="2s")
def wait_for_it(told: NotReady) -> None:
    """Says what is being prepared and looks again until it is there."""
    st.info(escaped(told.sentence), icon=":material/hourglass_top:")
    st.skeleton(height=240)
    if replica_is_ready():
        st.rerun()


def _lead_on() -> None:
    st.switch_page(BY_NAME[FIRST].file, query_params=st.query_params.to_dict())


def _nobody() -> None:
    refuse(_("请先登录。"))


def _banner(deployment: Standing | None) -> None:
    if deployment is not None and deployment.stands_at is not None:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.badge(_("演示系统"), icon=":material/info:", color="orange")
            st.text(
                _("数据均为虚构，时间停在{moment}。").format(moment=numbers.moment(deployment.stands_at)),
                width="content",
            )


def _sidebar(asking: Viewer) -> None:
    with st.sidebar:
        st.text(f"{asking.name} · {_(ROLE_WORDS[asking.role])}")
        st.page_link(BY_NAME["me"].file, label=_("为什么我能看到这些"), icon=":material/help:")
        others = [code for code in LANGUAGES if code != asking.language]
        for code in others:
            st.button(
                LANGUAGES[code],
                key=f"language-{code}",
                icon=":material/translate:",
                type="tertiary",
                on_click=_speak,
                args=(asking, code),
            )
        st.html(SIGN_OUT_EN if asking.language == "en" else SIGN_OUT_ZH)


def _speak(asking: Viewer, code: str) -> None:
    with acting(asking) as session:
        choose_language(session, code)


# Plain forms: signing out works even when the page's own socket is gone.
_FORM = (
    '<form method="post" action="/auth/sign-out" target="_self">'
    '<button type="submit" style="font:inherit;color:inherit;background:none;border:1px solid currentColor;'
    'border-radius:6px;padding:4px 14px;cursor:pointer">{}</button></form>'
)
SIGN_OUT_ZH = _FORM.format("退出登录")
SIGN_OUT_EN = _FORM.format("Sign out")
