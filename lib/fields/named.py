"""Fields that name something which stands elsewhere: a center, a grid, a person, a case, another entry."""

from __future__ import annotations

from lib.fields.field import Field, Kept, Kind, Named, Refused, Typed, World, said
from lib.i18n import _, mark

OWN = ("own", "本单位")
WORDS: dict[Named, str] = {
    Named.CENTER: mark("中心"),
    Named.GRID: mark("网格"),
    Named.DEPARTMENT: mark("部门"),
    Named.PERSON: mark("人员"),
    Named.CASE: mark("事件"),
    Named.ENTRY: mark("台账记录"),
}


class NamedThing(Kind):
    """Kept by its key, which never changes; shown with its name and its key, so that it can be read again."""

    sorts = False

    def __init__(self, what: Named, name: str, title: str) -> None:
        self.what, self.name, self.title = what, name, title

    def read(self, typed: Typed, field: Field, world: World) -> Kept:
        text = said(typed)
        if not text:
            return ""
        if self.what is Named.CENTER and text in OWN:
            return world.own_center
        found = world.find(self.what, text, field)
        if len(found) == 1:
            return found[0]
        what = _(WORDS[self.what])
        if not found:
            sentence = _("找不到{what}“{said}”，或它不在您的范围内。请填代码、编号或全称。")
        else:
            sentence = _("有多个{what}叫“{said}”，请填代码或编号。")
        raise Refused(sentence.format(what=what, said=text[:40]))

    def show(self, kept: Kept, field: Field, world: World) -> str:
        return (world.words(self.what, str(kept), field) or str(kept)) if kept else ""


CENTER = NamedThing(Named.CENTER, "center", mark("中心"))
GRID = NamedThing(Named.GRID, "grid", mark("网格"))
DEPARTMENT = NamedThing(Named.DEPARTMENT, "department", mark("部门"))
PERSON = NamedThing(Named.PERSON, "person", mark("网格人员"))
CASE = NamedThing(Named.CASE, "case", mark("事件"))
LINK = NamedThing(Named.ENTRY, "link", mark("关联台账"))
