"""What is still open: how long already, how it stands against its limit, and where it lies."""

from __future__ import annotations

from lib.exports.sheet import Column, ColumnKind, Drawing, DrawingKind
from lib.i18n import _, numbers
from lib.metrics.dimensions import AGES, BY_WORDS, LADDER, By
from lib.ui import bars, parts
from lib.ui.charts import STATE_COLORS
from lib.ui.cross_filter import Build
from lib.ui.look import Look
from lib.ui.panel import Panel
from lib.ui.plain import in_chart

BANDS = [str(n) for n in range(len(AGES) + 1)]
LATE = [rung for rung in LADDER if rung.startswith("late")]
LONG = AGES.index(30) + 1  # the first band of what has been open for more than thirty days
# What the rungs of the ladder mean, as colors do.
STATES: dict[str, tuple[str, ...]] = {
    "blocked": tuple(LATE),
    "soon": ("soon1", "soon3"),
    "normal": ("calm",),
    "unknown": ("suspended", "none"),
}


def _state_words() -> dict[str, str]:
    return {
        "blocked": _("超期"),
        "soon": _("3天内到期"),
        "normal": _("3天后到期"),
        "unknown": _("挂账或无时限"),
    }


def _state_of(rung: str) -> str:
    return next(state for state, rungs in STATES.items() if rung in rungs)


def _count(number: int) -> str:
    return _("{count}件").format(count=numbers.whole(number))


def _share(number: int, total: int) -> str:
    return _("{count}件，{share}").format(
        count=numbers.whole(number), share=numbers.percent(numbers.share(number, total))
    )


def by_age(look: Look, own: str) -> Panel | str:
    """How long what is open has been open, and how much of it is late."""
    counts = {(m.key, m.second): m.numerator for m in look.measure("open", by=By.AGE, second=By.LADDER)}
    total = sum(counts.values())
    if not total:
        return _("没有在办事件。")
    words = _state_words()

    def of(age: str, rungs: tuple[str, ...] = LADDER) -> int:
        return sum(counts.get((age, rung), 0) for rung in rungs)

    names = [look.name_of(By.AGE, age) for age in BANDS]
    stacks = [
        bars.Stack(
            name,
            {state: of(age, rungs) for state, rungs in STATES.items()},
            {
                state: numbers.whole(of(age, rungs)) if of(age, rungs) else ""
                for state, rungs in STATES.items()
            },
            {
                state: f"<b>{name}</b><br>{words[state]} {of(age, rungs):,} ÷ {of(age):,}"
                for state, rungs in STATES.items()
            },
            (By.AGE.value, age),
            beside=_share(of(age), total),
            faded=bool(own) and age != own,
        )
        for age, name in zip(BANDS, names, strict=True)
    ]
    long = sum(of(age) for age in BANDS[LONG:])
    rungs = [*LADDER[2:5], *LADDER[:2]]
    return Panel(
        f"open by age {own}",
        _("在办超过30天的有{count}，占{share}").format(
            count=_count(long), share=numbers.percent(numbers.share(long, total))
        )
        if long
        else _("在办事件都没有超过30天"),
        _("此刻在办{count}，按上报至今的天数；颜色表示距时限的远近").format(count=_count(total)),
        bars.stacked(
            stacks,
            [(state, words[state], STATE_COLORS[state]) for state in STATES],
            _("件"),
            beside=_("合计"),
        ),
        (
            Column(_("在办时长"), ColumnKind.TEXT, tuple(names)),
            Column(_("在办事件"), ColumnKind.COUNT, tuple(of(age) for age in BANDS)),
            Column(_("超期未结"), ColumnKind.COUNT, tuple(of(age, tuple(LATE)) for age in BANDS)),
            *(
                Column(
                    look.name_of(By.LADDER, rung), ColumnKind.COUNT, tuple(of(age, (rung,)) for age in BANDS)
                )
                for rung in rungs
            ),
        ),
        ("open", "overdue"),
        Drawing(DrawingKind.STACKED_BAR, 0, tuple(range(2, 3 + len(rungs))), _("件")),
        cell=lambda column, row: _age_cell(look, BANDS[row], column, rungs),
        clicks=True,
    )


def _age_cell(look: Look, age: str, column: int, rungs: list[str]) -> dict[str, str] | None:
    if not column:
        return None
    kept = (*look.only, (By.AGE, age))
    if column <= 2:
        return look.figure_address("open" if column == 1 else "overdue", only=kept)
    if look.chosen(By.LADDER):  # one kind can be said once
        return None
    return look.figure_address("open", only=(*kept, (By.LADDER, rungs[column - 3])))


def ladder(look: Look, own: str) -> Panel | str:
    """From what has no limit over what is due soon to what is late the longest."""
    found = {m.key: m.numerator for m in look.measure("open", by=By.LADDER)}
    total = sum(found.values())
    if not total:
        return _("没有在办事件。")
    drawn = [
        bars.Bar(
            look.name_of(By.LADDER, rung),
            found.get(rung, 0),
            _share(found.get(rung, 0), total),
            f"<b>{look.name_of(By.LADDER, rung)}</b><br>{found.get(rung, 0):,} ÷ {total:,}",
            target=(By.LADDER.value, rung),
            own=rung == own,
            color=STATE_COLORS[_state_of(rung)],
        )
        for rung in LADDER
    ]
    late, longest = sum(found.get(rung, 0) for rung in LATE), found.get(LATE[-1], 0)
    soon = found.get("soon1", 0)
    if late:
        title = _("超期未结{count}，其中{band}的{longest}").format(
            count=_count(late), band=look.name_of(By.LADDER, LATE[-1]), longest=_count(longest)
        )
    else:
        title = _("没有超期；24小时内到期的有{count}").format(count=_count(soon))
    return Panel(
        f"ladder {own}",
        title,
        _("此刻在办{count}，按距时限的远近；挂账事件暂停计时，不算超期").format(count=_count(total)),
        bars.ranked(drawn, _("件"), keep_order=True),
        (
            Column(_("超期阶梯"), ColumnKind.TEXT, tuple(bar.name for bar in drawn)),
            Column(_("在办事件"), ColumnKind.COUNT, tuple(found.get(rung, 0) for rung in LADDER)),
            Column(
                _("占比"),
                ColumnKind.PERCENT,
                tuple(numbers.share(found.get(rung, 0), total) for rung in LADDER),
            ),
        ),
        ("open",),
        Drawing(DrawingKind.BAR, 0, (1,), _("件")),
        cell=lambda column, row: (
            look.figure_address("open", only=(*look.only, (By.LADDER, LADDER[row]))) if column else None
        ),
        clicks=True,
    )


def piled_up(by: By) -> Build:
    """Where what is open lies, most late cases first; what is over is blue, what is late red."""

    def build(look: Look, own: str) -> Panel | str:
        found = {(m.metric, m.key): m.numerator for m in look.measure("open", "overdue", by=by)}
        total = sum(number for (name, _key), number in found.items() if name == "open")
        if not total:
            return _("没有在办事件。")
        keys = [key for name, key in found if name == "open" and found[name, key]]
        keys.sort(key=lambda key: (-found.get(("overdue", key), 0), -found["open", key], key))
        look.know(by, keys)
        rows = [(key, found["open", key], found.get(("overdue", key), 0)) for key in keys]
        late = sum(row[2] for row in rows)
        named = {key: _own_level(look, by, key) for key in keys}
        stacks = [
            _pile(named[key], count, overdue, parts.part_of(look, by, key), bool(own) and key != own)
            for key, count, overdue in rows[: parts.MOST]
        ]
        more = rows[parts.MOST :]
        subtitle = _("此刻在办{count}，其中超期{late}").format(count=_count(total), late=_count(late))
        if more:
            subtitle += _("；另有{parts}个共{count}没有画出，见数据表").format(
                parts=len(more), count=_count(sum(row[1] for row in more))
            )
        title = _("{name}超期未结最多，{count}，占{share}")
        if not late:
            title = _("没有超期未结的事件，{name}在办最多，{count}，占{share}")
        top = max(rows, key=lambda row: row[2] if late else row[1])
        share = numbers.share(top[2], late) if late else numbers.share(top[1], total)
        return Panel(
            f"piled up by {by.value} {own}",
            title.format(
                name=named[top[0]], count=_count(top[2] if late else top[1]), share=numbers.percent(share)
            ),
            subtitle,
            bars.stacked(
                stacks,
                [
                    ("late", _("超期未结"), STATE_COLORS["blocked"]),
                    ("other", _("其余在办"), STATE_COLORS["normal"]),
                ],
                _("件"),
                beside=_("超期 / 在办"),
            ),
            (
                Column(_(BY_WORDS[by]), ColumnKind.TEXT, tuple(named[key] for key in keys)),
                Column(_("在办事件"), ColumnKind.COUNT, tuple(row[1] for row in rows)),
                Column(_("超期未结"), ColumnKind.COUNT, tuple(row[2] for row in rows)),
            ),
            ("open", "overdue"),
            Drawing(DrawingKind.BAR, 0, (2,), _("件")),
            cell=parts.cells_by_part(look, by, keys, {1: "open", 2: "overdue"}),
            clicks=True,
        )

    return build


def _own_level(look: Look, by: By, key: str) -> str:
    """What lies at a center and at none below it is called so."""
    name = look.name_of(by, key)
    at_itself = by is By.CHILD and key == look.code and bool(look.card.children)
    return _("{name}本级").format(name=name) if at_itself else name


def _pile(name: str, count: int, late: int, target: tuple[str, str], faded: bool) -> bars.Stack:
    words = {"late": numbers.whole(late) if late else "", "other": numbers.whole(count - late)}
    hover = f"<b>{in_chart(name)}</b><br>" + _("在办{count}，超期{late}").format(
        count=_count(count), late=_count(late)
    )
    return bars.Stack(
        name,
        {"late": late, "other": count - late},
        words,
        {"late": hover, "other": hover},
        target,
        beside=f"{numbers.whole(late)} / {numbers.whole(count)}",
        faded=faded,
    )
