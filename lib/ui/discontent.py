"""Where the discontent are: ratings that do not count as satisfied, or those of one step."""

from __future__ import annotations

from collections.abc import Callable

from lib.exports.sheet import Column, ColumnKind, Drawing, DrawingKind
from lib.i18n import _, listed, numbers
from lib.metrics.dimensions import BY_WORDS, By
from lib.metrics.measured import Measured
from lib.metrics.question import Side
from lib.ui import bars, parts
from lib.ui.charts import STEPS
from lib.ui.cross_filter import Build
from lib.ui.look import Look
from lib.ui.panel import Panel
from lib.ui.satisfaction import ORDER


def discontent(by: By) -> Build:
    """Where the ratings lie that do not count as satisfied, or those of the one step that is chosen."""

    def build(look: Look, own: str) -> Panel | str:
        step = look.chosen(By.RATING)
        everybody = look.without(By.RATING)
        rated = {m.key: m for m in everybody.measure("satisfaction", by=by)}
        if step:
            counts = {m.key: m.numerator for m in look.measure("rated", by=by)}
        else:
            counts = {key: (m.denominator or 0) - m.numerator for key, m in rated.items()}
        counts = {key: count for key, count in counts.items() if count}
        total = sum(counts.values())
        names = [look.name_of(By.RATING, one) for one in ORDER if int(one) < look.variant.lowest_satisfied]
        what = look.name_of(By.RATING, step) if step else _("不算满意的评价")
        if not total:
            return _("期内没有{what}。").format(what=what)
        keys = sorted(counts, key=lambda key: (-counts[key], key))
        look.know(by, keys)
        drawn = [
            bars.Bar(
                look.name_of(by, key),
                counts[key],
                _words(counts[key], rated[key]),
                parts.hover(look.name_of(by, key), rated[key]),
                target=parts.part_of(look, by, key),
                own=bool(own) and key == own,
                color=STEPS[step or "1"],
            )
            for key in keys[: parts.MOST]
        ]
        return Panel(
            f"discontent by {by.value} {own} {step}",
            _("{name}的{what}最多，{count}件，占全部的{share}").format(
                name=look.name_of(by, keys[0]),
                what=what,
                count=numbers.whole(counts[keys[0]]),
                share=numbers.percent(numbers.share(counts[keys[0]], total)),
            ),
            _("期内评价为{steps}的共{count}件；点一部分只看它").format(
                steps=what if step else listed(names), count=numbers.whole(total)
            ),
            bars.ranked(drawn, _("件"), keep_order=True),
            (
                Column(_(BY_WORDS[by]), ColumnKind.TEXT, tuple(look.name_of(by, key) for key in keys)),
                Column(what, ColumnKind.COUNT, tuple(counts[key] for key in keys)),
                Column(_("有效评价"), ColumnKind.COUNT, tuple(rated[key].denominator or 0 for key in keys)),
                Column(_("满意率"), ColumnKind.PERCENT, tuple(rated[key].value for key in keys)),
            ),
            ("satisfaction", "rated"),
            Drawing(DrawingKind.BAR, 0, (1,), _("件")),
            cell=_discontent_cells(look, by, keys),
            clicks=True,
        )

    return build


def _words(count: int, rated: Measured) -> str:
    """Of a few ratings no share is told."""
    if rated.small_base:
        return _("{count}件").format(count=numbers.whole(count))
    return _("{count}件，占评价的{share}").format(
        count=numbers.whole(count), share=numbers.percent(numbers.share(count, rated.denominator or 0))
    )


def _discontent_cells(look: Look, by: By, keys: list[str]) -> Callable[[int, int], dict[str, str] | None]:
    """The count leads straight to the cases behind it."""
    whole = parts.cells_by_part(look.without(By.RATING), by, keys, {2: "rated", 3: "satisfaction"})
    narrow = parts.cell_by_part(look, "rated" if look.chosen(By.RATING) else "satisfaction", by, keys)

    def cell(column: int, row: int) -> dict[str, str] | None:
        if column != 1:
            return whole(column, row)
        address = narrow(column, row)
        if address is None or look.chosen(By.RATING):
            return address
        return {**address, "side": Side.REST.value}

    return cell
