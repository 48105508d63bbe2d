"""The heading line of a sheet, as the fields that it probably means; a person looks at them afterwards."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace

from lib.fields.field import Choice, Field

LONGEST, MOST = 4000, 60
LONGEST_LABEL = 40
# Between two headings; what stands in brackets belongs to its heading.
_PARTS = re.compile(r"(?:[^\t\r\n、,，;；|(（]|[(（][^)）\t\r\n]*(?:[)）]|(?=[\t\r\n]|$)))+")
_BRACKETS = re.compile(r"[(（]([^)）]*)[)）]")
_STAR = re.compile(r"^[*＊]|[*＊]$|[*＊](?=\s*[(（])|[(（]必填[)）]")
_UNIT = re.compile(
    r"元|万元|亿元|人|户|个|条|件|次|台|辆|处|家|栋|套|间|米|公里|平方米|㎡|亩|公顷|岁|天|小时|分|%|％|‰"
)
_FORBIDDEN = str.maketrans(dict.fromkeys('[]【】"“”‘’\\', ""))
YUAN = {"元", "万元", "亿元"}
# The first that fits says the kind; the end of a heading says more than its beginning.
HINTS: tuple[tuple[str, str], ...] = (
    (r"身份证", "citizen_id"),
    (r"信用代码|机构代码", "organization_code"),
    (r"电话|手机|联系方式|联系号码|座机", "phone"),
    (r"附件|照片|图片|扫描件|佐证材料", "attachment"),
    (r"^(序号|编号|台账号|流水号)$", "serial"),
    (r"^是否|是否|有无|能否$", "yes_no"),
    (r"(起止|起始|有效|服务)(日期|时间|期限)$|期限$|起讫", "period"),
    (r"几点|时刻$|(上班|下班|开门|关门)时间$", "time"),
    (r"(日期|时间|时限|生日|年月日|之日)$|^(出生年月|日期|时间)", "date"),
    (r"(事件|工单|案件)(编号|号|单号)$", "case"),
    (r"网格员", "person"),
    (r"(所属|所在)?网格(名称|编号)?$", "grid"),
    (r"^(所属|所在)?(县区|区县|乡镇|街道|镇街|村社|社区|村|村居|乡镇街道|村社区)(名称)?$", "center"),
    (r"^(填报|上报)单位$", "center"),
    (r"(责任|牵头|主管|承办|配合|协办)(单位|部门)$|^部门$", "department"),
    (r"金额|资金|经费|预算|造价|单价|总价|投资额?$|费用|补贴|补助(标准)?$|奖金|工资|收入|支出", "money"),
    (r"(数量|人数|户数|个数|件数|次数|台数|面积|年龄|长度|距离|分数|得分|总数|合计|小计|数|率|比例|占比|积分|票数|容量)$",
     "number"),
    (r"备注|说明|情况|内容|措施|描述|意见|简介|概况|原因|过程|要求|建议|问题$", "long_text"),
    (r"类别|类型|种类|性质|等级|级别|状态|性别|民族|政治面貌|来源$|分类|颜色", "choice"),
)  # fmt: skip
KNOWN: dict[str, tuple[str, ...]] = {
    "性别": ("男", "女"),
    "政治面貌": ("中共党员", "共青团员", "民主党派", "群众"),
    "风险等级": ("高", "中", "低"),
}


def headings(line: str) -> list[str]:
    """The headings of a line that was copied from a sheet or written one after the other."""
    found = (one.strip().strip("：:") for one in _PARTS.findall(line[:LONGEST]))
    return [one for one in found if one][:MOST]


def guessed(line: str, taken: Collection[str] = ()) -> tuple[Field, ...]:
    """Fields without keys, in the order of the line. A name that is taken already gets a number."""
    used = {"".join(one.split()) for one in taken}
    found = []
    for heading in headings(line):
        one = guess(heading)
        if not one.label:
            continue
        label = _free(one.label, used)
        used.add("".join(label.split()))
        found.append(replace(one, label=label))
    return tuple(found)


def _free(label: str, used: set[str]) -> str:
    if "".join(label.split()) not in used:
        return label
    numbered = (f"{label[: LONGEST_LABEL - 3]}{number}" for number in range(2, MOST + len(used) + 3))
    return next(one for one in numbered if "".join(one.split()) not in used)


def guess(heading: str) -> Field:
    """One heading: its kind, and what stands in brackets as its unit or its choices."""
    required = bool(_STAR.search(heading))
    label = _printable(_STAR.sub("", heading))
    said = _BRACKETS.search(label)
    inside = said[1].strip() if said else ""
    bare = _BRACKETS.sub("", label).strip() or label
    # What may be chosen: 类别（学习、生活、就业）.
    several = [part.strip() for part in re.split(r"[、,，/／;；|]", inside) if part.strip()]
    if len(several) > 1 and not all(_UNIT.fullmatch(one) for one in several):
        if {"是", "否"} == set(several) or {"有", "无"} == set(several):
            return Field("", "yes_no", bare[:LONGEST_LABEL], required=required)
        return _choice(bare, several, required)
    if _UNIT.fullmatch(inside):
        return _amount(bare, inside, required)
    kind = next((kind for hint, kind in HINTS if re.search(hint, bare)), "text")
    if kind == "choice":
        return _choice(bare, list(KNOWN.get(bare, ())), required, label)
    if kind == "number" and re.search(r"率$|比例$|占比$", bare):
        return _amount(label, "%", required)
    required = required and kind not in ("serial", "attachment")
    return Field("", kind, label[:LONGEST_LABEL], required=required)


def _printable(text: str) -> str:
    kept = "".join(sign if sign.isprintable() else " " for sign in text.translate(_FORBIDDEN))
    return " ".join(kept.split())


def _choice(label: str, said: list[str], required: bool, whole: str = "") -> Field:
    names = list(dict.fromkeys("".join(one.split())[:LONGEST_LABEL] for one in said))
    choices = tuple(Choice(f"c{number}", one) for number, one in enumerate(names, start=1))
    return Field("", "choice", (whole or label)[:LONGEST_LABEL], required=required, choices=choices)


def _amount(label: str, unit: str, required: bool) -> Field:
    if unit == "元":
        return Field("", "money", label[:LONGEST_LABEL], required=required)
    places = 2 if unit in (*YUAN, "%", "％", "米", "公里", "平方米", "㎡", "亩", "公顷", "小时") else 0
    return Field("", "number", label[:LONGEST_LABEL], required=required, unit=unit, places=places)
