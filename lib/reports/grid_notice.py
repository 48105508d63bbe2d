"""The public notice of a grid as a page for the wall (公示牌), and of a whole town as one document.

A town has up to several hundred of them, so each page is written as one piece of XML: made cell by cell a
town would take a minute.
"""

from __future__ import annotations

import io
from collections.abc import Callable

from docx.document import Document as WordDocument
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import parse_xml
from docx.shared import Mm

from lib.grids.words import PARTY_WORDS, PLACE_WORDS, POST_WORDS, SETTING_WORDS
from lib.i18n import _, language, mark, numbers
from lib.reports import paper, quick_word
from lib.reports.notice_photos import framed
from lib.reports.section import Table
from lib.roster.notices.board import CITIZENS_HOTLINE, DUTIES, Board, Notices, Posted

BLUE, PALE, RED, INK, WHITE = "1B4F9C", "EAF1FB", "B42318", "1A1A1A", "FFFFFF"
WIDE, HIGH, MARGIN = 297, 210, 14  # in millimeters, as all that follows
LEFT, GAP = 104, 5
RIGHT = WIDE - 2 * MARGIN - LEFT - GAP
MIDDLE = 126
# How high a line of the staff is and how large its letters, by how many there are.
LINES = ((4, 19.0, 20.0), (6, 16.0, 18.0), (9, 11.5, 16.0), (12, 8.8, 14.0), (15, 7.0, 12.0), (20, 5.4, 10.0))
MOST_LINES = LINES[-1][0]
# Longer words are written smaller, so that the page stays one page.
TITLES = ((13, 32.0), (18, 24.0), (26, 18.0), (44, 16.0), (1000, 9.0))
FACTS = ((15, 15.0), (24, 12.0), (48, 10.0), (1000, 8.0))
LONG_NAME, LONG_ROLE = 10, 5
NOTHING = "—"
EDGE = 60
TITLE = mark("{grid}公示牌")


def title_of(board: Board) -> str:
    """第四网格公示牌; what is not called a grid is called one."""
    if language() == "zh" and not board.name.endswith("网格"):
        return _(TITLE).format(grid=f"{board.name}网格")
    return _(TITLE).format(grid=board.name)


def facts_of(board: Board) -> tuple[tuple[str, str], ...]:
    """What a board says of the grid itself: label and words."""
    setting = _(SETTING_WORDS[board.setting]) if board.setting else NOTHING
    place = _(PLACE_WORDS[board.place]) if board.place else ""
    party = board.party_organization_name or (
        _(PARTY_WORDS[board.party_organization]) if board.party_organization else NOTHING
    )
    return (
        (_("网格代码"), board.code),
        (_("责任区域"), " ".join(board.places)),
        (_("网格类型"), " · ".join(part for part in (setting, place) if part)),
        (_("户数"), numbers.whole(board.households)),
        (_("人口"), numbers.whole(board.residents)),
        (_("党组织"), party),
    )


def name_of(one: Posted) -> str:
    return _("{name}（代岗）").format(name=one.name) if one.covers else one.name


def notice_bytes(
    notices: Notices, export_id: str, moved: Callable[[int, int], None] = lambda done, total: None
) -> bytes:
    """One page for each grid; of several grids a page before them says what is missing. `moved` is told how
    many pages are done."""
    made = paper.new_paper(_("{center}网格公示牌").format(center=notices.center_name), export_id)
    _set_up(made, export_id)
    several = len(notices.boards) + len(notices.left_out) > 1
    if several:
        _summary(made, notices)
    body = made.element.body
    end = body.sectPr
    for number, board in enumerate(notices.boards):
        for piece in _page(made, notices, board, number, new_page=several or bool(number)):
            end.addprevious(parse_xml(piece))
        moved(number + 1, len(notices.boards))
    content = io.BytesIO()
    made.save(content)
    return content.getvalue()


def _set_up(made: WordDocument, export_id: str) -> None:
    section = made.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(WIDE), Mm(HIGH)
    section.left_margin = section.right_margin = Mm(MARGIN)
    section.top_margin, section.bottom_margin = Mm(11), Mm(13)
    section.header_distance, section.footer_distance = Mm(5), Mm(6)
    below = section.footer.paragraphs[0]
    below.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    words = _("导出编号{number}").format(number=export_id)
    paper.write(below, words, paper.SMALL, 7.5, grey=True)


def _summary(made: WordDocument, notices: Notices) -> None:
    """For whoever hangs the notices: which grids have none yet, and whose phone is missing."""
    paper.title(
        made, _("{center}网格公示牌清单").format(center=notices.center_name), numbers.day(notices.day)
    )
    vacant = [board for board in notices.boards if board.vacant]
    people = sum(len(board.staff) for board in notices.boards)
    paper.line(
        made,
        _("本批公示牌共{grids}个网格、{people}名上牌人员，每个网格一页。").format(
            grids=numbers.whole(len(notices.boards)), people=numbers.whole(people)
        ),
    )
    for boards, words in (
        (notices.left_out, _("下列{count}个网格没有专职网格员，未制作公示牌，配备后再制作：")),
        (vacant, _("下列{count}个网格没有专职网格员，已制作公示牌，配备前请勿张贴：")),
    ):
        if boards:
            paper.line(made, words.format(count=numbers.whole(len(boards))))
            rows = tuple((board.name, " ".join(board.places), board.code) for board in boards)
            _list(made, (_("网格"), _("责任区域"), _("网格代码")), rows)
    if not notices.left_out and not vacant:
        paper.line(made, _("全部网格都有专职网格员。"))
    without = [(board, name) for board in notices.boards for name in board.without_phone]
    if without:
        words = _("下列{count}名上牌人员没有可公示的电话，牌上电话为空，请补登后重新制作：")
        paper.line(made, words.format(count=numbers.whole(len(without))))
        rows = tuple((board.name, " ".join(board.places), name) for board, name in without)
        _list(made, (_("网格"), _("责任区域"), _("姓名")), rows)


def _list(made: WordDocument, headings: tuple[str, ...], rows: tuple[tuple[str, ...], ...]) -> None:
    paper.table(made, Table(headings, rows, frozenset(), (34, 42, 24)))


def _page(
    made: WordDocument, notices: Notices, board: Board, number: int, *, new_page: bool
) -> tuple[str, ...]:
    about = " · ".join((*board.places, board.code))
    whole, title = WIDE - 2 * MARGIN, title_of(board)
    head = quick_word.table(
        (whole,),
        (
            quick_word.row(
                (
                    quick_word.cell(
                        whole,
                        quick_word.text(title, quick_word.size(title, TITLES), paper.TITLE, WHITE, "center"),
                        fill=BLUE,
                    ),
                ),
                18,
            ),
        ),
    )
    below = quick_word.paragraph(
        quick_word.run(about, 13, paper.SUBHEADING, INK), align="center", before=5, after=5
    )
    left = _facts(board) + _duties()
    right = _staff(made, board, (number + 1) * 100) + _hint(board)
    middle = quick_word.row(
        (
            quick_word.cell(LEFT, left),
            quick_word.cell(GAP, quick_word.small()),
            quick_word.cell(RIGHT, right),
        ),
        MIDDLE,
    )
    issued = _("{center}　{day}制").format(center=notices.center_name, day=numbers.day(notices.day))
    foot = quick_word.paragraph(quick_word.run(issued, 12, paper.BODY, INK), align="right", before=5, after=0)
    begin = quick_word.small("<w:pageBreakBefore/>" if new_page else "")
    return (
        begin,
        head,
        below,
        quick_word.table((LEFT, GAP, RIGHT), (middle,)),
        quick_word.small(),
        _phones(board),
        foot,
    )


def _facts(board: Board) -> str:
    label, value = 26, LEFT - 26
    rows = []
    for words, said in facts_of(board):
        size = quick_word.size(said, FACTS)
        rows.append(
            quick_word.row(
                (
                    quick_word.cell(
                        label, quick_word.text(words, 14, paper.HEADING, BLUE, "center"), fill=PALE
                    ),
                    quick_word.cell(value, quick_word.text(said, size, paper.BODY, INK)),
                ),
                11.5,
            )
        )
    return quick_word.table((label, value), rows, lines=True, edge=EDGE)


def _duties() -> str:
    head = quick_word.paragraph(quick_word.run(_("网格员职责"), 15, paper.HEADING, BLUE), before=6, after=4)
    lines = (
        quick_word.paragraph(quick_word.run(f"{number}. {_(words)}", 13, paper.BODY, INK), before=0, after=4)
        for number, words in enumerate(DUTIES, 1)
    )
    return head + "".join(lines)


def _staff(made: WordDocument, board: Board, first: int) -> str:
    shown = board.staff[:MOST_LINES]
    high, size = next((high, size) for most, high, size in LINES if len(shown) <= most)
    photos = framed(made, [one.photo for one in shown], MIDDLE - high * (len(shown) + 1), high, first)
    widths: tuple[int, ...] = (46, 44, RIGHT - 90)
    headings = [_("岗位"), _("姓名"), _("联系电话")]
    if any(photos):
        widths, headings = (40, 40, RIGHT - 108, 28), [*headings, _("照片")]
    rows = [
        quick_word.row(
            tuple(
                quick_word.cell(
                    width, quick_word.text(words, size, paper.HEADING, WHITE, "center"), fill=BLUE
                )
                for width, words in zip(widths, headings, strict=True)
            ),
            high,
        )
    ]
    for one, photo in zip(shown, photos, strict=True):
        name, role = name_of(one), _(POST_WORDS[one.role])
        cells = [
            quick_word.text(
                role, size if len(role) <= LONG_ROLE else size * 0.8, paper.HEADING, BLUE, "center"
            ),
            quick_word.text(name, size if len(name) <= LONG_NAME else size * 0.7, paper.BODY, INK, "center"),
            quick_word.text(one.phone or NOTHING, size + 1, paper.BODY, INK, "center"),
        ]
        if any(photos):
            cells.append(quick_word.paragraph(f"<w:r>{photo}</w:r>" if photo else "", align="center"))
        rows.append(
            quick_word.row(
                [quick_word.cell(width, said) for width, said in zip(widths, cells, strict=True)], high
            )
        )
    if not shown:
        rows.append(
            quick_word.row(
                (
                    quick_word.cell(
                        RIGHT, quick_word.text(_("暂缺"), size, paper.BODY, INK, "center"), span=len(widths)
                    ),
                ),
                high,
            )
        )
    if len(board.staff) > MOST_LINES:
        more = _("另有{count}人，未列出。").format(count=len(board.staff) - MOST_LINES)
        rows.append(
            quick_word.row(
                (quick_word.cell(RIGHT, quick_word.text(more, size, paper.BODY, INK), span=len(widths)),),
                high,
            )
        )
    return quick_word.table(widths, rows, lines=True, edge=EDGE)


def _hint(board: Board) -> str:
    """Where the staff leaves room; a cell ends with a paragraph in any case."""
    if len(board.staff) > 4:
        return quick_word.small()
    words = _("有事请先联系网格员；对服务不满意，请拨打监督电话。")
    return quick_word.paragraph(quick_word.run(words, 13, paper.SUBHEADING, INK), before=10)


def _phones(board: Board) -> str:
    whole = WIDE - 2 * MARGIN
    half = whole // 2
    own = _("监督电话：{phone}").format(phone=board.supervision or NOTHING)
    everybody = _("政务服务便民热线：{phone}").format(phone=CITIZENS_HOTLINE)
    cells = [
        quick_word.cell(width, quick_word.text(words, 20, paper.HEADING, RED, "center"), fill=PALE)
        for width, words in ((half, own), (whole - half, everybody))
    ]
    return quick_word.table((half, whole - half), (quick_word.row(cells, 14),), lines=True)
