"""What each indicator added to a change of the total: bars to both sides of nothing."""

from __future__ import annotations

from lib.assessment.movement import Contribution, Movement
from lib.i18n import _, numbers
from lib.ui.charts import INK, OTHER, axis, layout_of, theme
from lib.ui.drawn import Drawn
from lib.ui.lettering import apart, height_of
from lib.ui.plain import in_chart

COLORS = {"light": ("#2b78c5", "#c8322b"), "dark": ("#6fb1f2", "#f0766e")}
ROOM = 0.28  # of the widest bar, for the words at its end


def change_bars(moved: Movement) -> Drawn:
    """The largest on top; what rose in blue, what fell in red, each with its sign."""
    shown = list(reversed(moved.contributions))
    names = [one.indicator.name for one in shown]
    values = [float(numbers.half_up(one.points, 2)) for one in shown]
    better, worse = COLORS[theme()]
    layout = layout_of(height=max(150, height_of(names, 30) + 70), margin={"l": 8, "r": 16, "t": 8, "b": 36})
    layout["bargap"] = 0.35
    reach = max((abs(value) for value in values), default=0.0) * (1 + ROOM) or 1.0
    low = -reach if any(value < 0 for value in values) else -reach * 0.1
    high = reach if any(value > 0 for value in values) else reach * 0.1
    axis(layout, "yaxis", type="category", ticksuffix="  ")
    axis(layout, "xaxis", title=_("得分增减（分）"), range=[low, high], zeroline=True)
    return Drawn(
        [
            {
                "type": "bar",
                "orientation": "h",
                "x": values,
                "y": apart(names),
                "text": [_signed(value) for value in values],
                "textposition": "outside",
                "textfont": {"color": INK[theme()], "size": 12},
                "cliponaxis": False,
                "hovertext": [_hover(one) for one in shown],
                "hovertemplate": "%{hovertext}<extra></extra>",
                "marker": {
                    "color": [better if value > 0 else worse if value < 0 else OTHER for value in values]
                },
            }
        ],
        layout,
    )


def _signed(value: float) -> str:
    return f"+{value:.2f}" if value > 0 else f"−{-value:.2f}" if value < 0 else "0"


def _hover(one: Contribution) -> str:
    before, now = (
        numbers.NOTHING if points is None else f"{numbers.half_up(points, 2)}"
        for points in (one.before, one.now)
    )
    return in_chart(
        _("{name}：上期{before}分，本期{now}分").format(name=one.indicator.name, before=before, now=now)
    )
