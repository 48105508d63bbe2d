"""Fields in which one or several of a few things are chosen."""

from __future__ import annotations

import re

from lib.fields.field import Field, Kept, Kind, Refused, Typed, World, said
from lib.fields.words import narrow
from lib.i18n import _, listed, mark

YES = {"1", "true", "yes", "y", "是", "有", "对", "√", "✓", "已"}
NO = {"0", "false", "no", "n", "否", "无", "没有", "×", "✗", "未"}
MOST_SHOWN = 8


def _chosen(text: str, field: Field) -> str:
    """The key of a choice that is named by its key, by its words in either language, or by what people write
    for this one alone."""
    wanted = narrow(text).casefold()
    for one in field.choices:
        if wanted in (
            one.key.casefold(),
            narrow(one.label).casefold(),
            narrow(one.label_en).casefold() or None,
        ):
            return one.key
    meant = [one for one in field.choices if wanted in one.also]
    if len(meant) == 1:
        return meant[0].key
    if meant:
        several = listed([one.words for one in meant][:MOST_SHOWN])
        raise Refused(_("“{said}”可能是{known}，请写明是哪一种。").format(said=text[:30], known=several))
    known = listed([one.words for one in field.choices if not one.retired][:MOST_SHOWN])
    raise Refused(_("没有“{said}”这个选项，可选：{known}。").format(said=text[:30], known=known))


class ChoiceOf(Kind):
    """One of the choices, kept by its key."""

    name, title = "choice", mark("单选")

    def read(self, typed: Typed, field: Field, world: World) -> Kept:
        text = said(typed)
        return _chosen(text, field) if text else ""

    def show(self, kept: Kept, field: Field, world: World) -> str:
        found = field.choice(str(kept))
        return found.words if found else str(kept)

    def value(self, kept: Kept, field: Field) -> object:
        """Rules are written with the words of a choice."""
        found = field.choice(str(kept))
        return found.label if found else None


class ChoicesOf(Kind):
    """Several of the choices, in the order in which the field has them."""

    name, title = "choices", mark("多选")
    sorts = False

    def read(self, typed: Typed, field: Field, world: World) -> Kept:
        parts = typed if isinstance(typed, (tuple, list, set)) else re.split(r"[、,，;；\n]", said(typed))
        keys = {_chosen(said(part), field) for part in parts if said(part)}
        return tuple(one.key for one in field.choices if one.key in keys)

    def show(self, kept: Kept, field: Field, world: World) -> str:
        keys = (kept,) if isinstance(kept, str) else kept
        found = [field.choice(key) for key in keys if key]
        return listed(one.words for one in found if one)

    def value(self, kept: Kept, field: Field) -> object:
        keys = (kept,) if isinstance(kept, str) else kept
        found = [field.choice(key) for key in keys if key]
        return tuple(one.label for one in found if one)


class YesOrNo(Kind):
    """Kept as "1" and "0"; nothing said is neither."""

    name, title = "yes_no", mark("是否")

    def read(self, typed: Typed, field: Field, world: World) -> Kept:
        if isinstance(typed, bool):
            return "1" if typed else "0"
        text = narrow(said(typed)).casefold().removesuffix(".0")
        if not text:
            return ""
        if text in YES:
            return "1"
        if text in NO:
            return "0"
        raise Refused(_("请填“是”或“否”。"))

    def show(self, kept: Kept, field: Field, world: World) -> str:
        return {"1": _("是"), "0": _("否")}.get(str(kept), "")

    def value(self, kept: Kept, field: Field) -> object:
        return {"1": True, "0": False}.get(str(kept))
