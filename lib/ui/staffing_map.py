"""Where posts are vacant: centers on their outlines, or as rectangles as large as their number of grids."""

from __future__ import annotations

from lib.centers.queries import boundaries_of_children
from lib.exports.sheet import Column, ColumnKind, Drawing, DrawingKind
from lib.i18n import _, listed, numbers
from lib.metrics.dimensions import By
from lib.metrics.measured import Measured
from lib.metrics.spelling import value_words
from lib.ui import charts, maps, tiles
from lib.ui.field import COLORS
from lib.ui.look import Look
from lib.ui.panel import Panel
from lib.ui.parts import NAMED, cells_by_part, hover, part_of
from lib.ui.plain import in_chart

FILLED = {"light": "#dfe4e9", "dark": "#39424c"}
CLASSES = len(COLORS["light"])


def vacancy_map(look: Look) -> Panel | None:
    """Each child center: the darker, the more of its grids are vacant; grey ones have nobody missing."""
    found: dict[str, dict[str, Measured]] = {}
    for one in look.measure("staffing", "vacancies", by=By.CHILD):
        found.setdefault(one.key, {})[one.metric] = one
    codes = [child.code for child in look.card.children if child.code in found]
    if not codes:
        return None
    names = {child.code: child.name for child in look.card.children}
    most = max(found[code]["vacancies"].numerator for code in codes)
    shades = {code: _shade(look, names[code], found[code], most) for code in codes}
    known = [one for one in boundaries_of_children(look.session, look.code) if one.center_code in codes]
    drawn = tuple(known) if len(known) == len(codes) else ()
    sizes = {code: float(found[code]["staffing"].denominator or 0) for code in codes}
    order = sorted(codes, key=lambda code: (-found[code]["vacancies"].numerator, code))
    staffed = [found[code]["staffing"] for code in order]
    missing = [code for code in order if found[code]["vacancies"].numerator]
    return Panel(
        "vacancies by center",
        map_title([(names[code], found[code]["vacancies"]) for code in missing]),
        _subtitle(bool(drawn)),
        maps.outline_map(
            drawn or tiles.tiles(sizes), shades, None, width=tiles.PIXELS, stretched=not drawn
        ),
        (
            Column(_("名称"), ColumnKind.TEXT, tuple(names[code] for code in order)),
            Column(_("空缺网格"), ColumnKind.COUNT, tuple(found[c]["vacancies"].numerator for c in order)),
            Column(_("小网格"), ColumnKind.COUNT, tuple(one.denominator or 0 for one in staffed)),
            Column(_("网格员配备率"), ColumnKind.PERCENT, tuple(one.value for one in staffed)),
        ),
        ("vacancies", "staffing"),
        Drawing(DrawingKind.BAR, 0, (1,), _("个")),
        cell=cells_by_part(look, By.CHILD, order, {1: "vacancies", 2: "staffing", 3: "staffing"}),
        clicks=True,
        expanded=True,
        wide=True,
    )  # fmt: skip


def _shade(look: Look, name: str, found: dict[str, Measured], most: int) -> maps.Shade:
    vacant = found["vacancies"].numerator
    color = FILLED[charts.theme()]
    if vacant:
        color = COLORS[charts.theme()][min(CLASSES - 1, (vacant * CLASSES - 1) // most)]
    words = _("空缺{count}").format(count=numbers.whole(vacant)) if vacant else _("无空缺")
    return maps.Shade(
        in_chart(name),
        color,
        words,
        hover(name, found["vacancies"], found["staffing"]),
        part_of(look, By.CHILD, found["vacancies"].key),
    )


def map_title(missing: list[tuple[str, Measured]]) -> str:
    """The centers with vacancies, most first; none is named above its like."""
    if not missing:
        return _("下级中心都没有空缺网格")
    name, worst = missing[0]
    if len(missing) == 1:
        return _("下级中心中只有{name}有空缺，{vacant}").format(name=name, vacant=value_words(worst))
    alike = [one for one, vacant in missing if vacant.numerator == worst.numerator]
    words = _("{count}个下级中心有空缺，{name}最多，{vacant}")
    if len(alike) == len(missing):
        words = _("{count}个下级中心有空缺，各{vacant}")
    elif len(alike) > NAMED:
        words = _("{count}个下级中心有空缺，最多的{most}个各{vacant}")
    elif len(alike) > 1:
        words = _("{count}个下级中心有空缺，{names}最多，各{vacant}")
    return words.format(
        count=len(missing), name=name, names=listed(alike), most=len(alike), vacant=value_words(worst)
    )


def _subtitle(outlines: bool) -> str:
    words = _("没有专职网格员的小网格数；颜色越深空缺越多，灰色为无空缺")
    return words if outlines else _("{words}；方块面积是小网格数").format(words=words)
