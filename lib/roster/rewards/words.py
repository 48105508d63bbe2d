"""How points and allowances are said: money, the lines of arithmetic, kinds and states."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal, InvalidOperation

from db.models.reward import AwardKind
from db.models.roster import PostRole
from lib.grids.words import POST_WORDS
from lib.i18n import _, mark
from lib.roster.rewards.counting import Item, ItemKind
from lib.typed import plain

MOST_TYPED = 10**12
AWARD_WORDS: dict[AwardKind, str] = {
    AwardKind.COMMENDATION: mark("通报表扬"),
    AwardKind.POINTS: mark("加减积分"),
    AwardKind.CRITICISM: mark("通报批评"),
    AwardKind.SUBSIDY: mark("一次性补助"),
}


def amount(cents: int) -> str:
    """1,234.50; below nothing with its sign."""
    sign = "−" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100:,}.{abs(cents) % 100:02d}"


def money(cents: int) -> str:
    return _("{amount}元").format(amount=amount(cents))


def cents_of(words: str) -> int | None:
    """What somebody typed as an amount, in cents; None where it is none to the cent."""
    try:
        value = Decimal(plain(words, 20).replace(",", "")) * 100
    except InvalidOperation:
        return None
    if not value.is_finite() or abs(value) > MOST_TYPED or value != value.to_integral_value():
        return None
    return int(value)


def signed(points: int) -> str:
    return f"+{points}" if points > 0 else f"−{-points}" if points < 0 else "0"


def spoken(item: Item) -> str:
    """A line of the arithmetic as it would be read aloud."""
    return _SPOKEN[item.kind](item)


def _base(item: Item) -> str:
    words = _("{role}基础补助 {each} × {days}天 ÷ {of}天 = {sum}")
    return words.format(
        role=_(POST_WORDS[PostRole(item.about)]), each=money(item.each), days=item.count, of=item.of,
        sum=money(item.cents),
    )  # fmt: skip


def _capped(template: str) -> Callable[[Item], str]:
    def said(item: Item) -> str:
        words = _(template).format(each=money(item.each), count=item.count, sum=money(item.each * item.count))
        if item.cap is None:
            return words
        return _("{words}，封顶{cap}").format(words=words, cap=money(item.cap))

    return said


def _scored(template: str) -> Callable[[Item], str]:
    return lambda item: _(template).format(each=item.each, count=item.count, points=signed(item.points))


def _given(kind: AwardKind) -> Callable[[Item], str]:
    def said(item: Item) -> str:
        parts = [_("{points}分").format(points=signed(item.points))] if item.points else []
        parts += [money(item.cents)] if item.cents else []
        return _("{kind}（{reason}）{what}").format(
            kind=_(AWARD_WORDS[kind]), reason=item.about, what="，".join(parts)
        )

    return said


_SPOKEN: dict[ItemKind, Callable[[Item], str]] = {
    ItemKind.BASE: _base,
    ItemKind.PATROLS: _capped(mark("巡查补助 {each} × {count}次 = {sum}")),
    ItemKind.HOUSEHOLDS: _capped(mark("走访补助 {each} × {count}户 = {sum}")),
    ItemKind.PATROL_POINTS: _scored(mark("巡查积分 {each}分 × {count}次 = {points}分")),
    ItemKind.HOUSEHOLD_POINTS: _scored(mark("走访积分 {each}分 × {count}户 = {points}分")),
    ItemKind.COMMENDATION: _given(AwardKind.COMMENDATION),
    ItemKind.POINTS: _given(AwardKind.POINTS),
    ItemKind.CRITICISM: _given(AwardKind.CRITICISM),
    ItemKind.SUBSIDY: _given(AwardKind.SUBSIDY),
    ItemKind.POINTS_FLOOR: lambda item: _("本月积分最低为0，补回{points}分").format(points=item.points),
    ItemKind.POINTS_VALUE: lambda item: _("积分折合 {each} × {count}分 = {sum}").format(
        each=money(item.each), count=item.count, sum=money(item.cents)
    ),
    ItemKind.ABSENCES: lambda item: _("抽查脱岗或失联 {each} × {count}次 = {sum}").format(
        each=money(item.each), count=item.count, sum=money(item.cents)
    ),
    ItemKind.UNTRAINED: lambda item: _("没有有效的培训合格记录，扣减{each}").format(each=money(item.each)),
    ItemKind.FLOOR: lambda item: _("应发最低为0，补回{sum}").format(sum=money(item.cents)),
}
