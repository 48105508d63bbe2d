"""What offices call the same thing, and which headings mean nothing that could be imported."""

from __future__ import annotations

import re
import unicodedata

# Above a column that counts the lines, and above the one in which we say what was wrong.
COUNTERS = frozenset({"序号", "序", "行号", "顺序号", "no", "№", "#", "sn", "serialno", "rowno", "排序"})
UNUSED = "未使用："

# Headings by the kind of field that they mean, whatever the field itself is called.
BY_KIND: dict[str, frozenset[str]] = {
    "phone": frozenset(
        {"手机", "手机号", "手机号码", "电话", "联系电话", "电话号码", "联系方式", "联系号码", "移动电话",
         "mobile", "phone", "tel", "telephone", "phonenumber", "mobilephone"}
    ),
    "citizen_id": frozenset(
        {"身份证", "身份证号", "身份证号码", "证件号", "证件号码", "公民身份号码", "居民身份证号",
         "公民身份证号", "身份号码", "身份证件号码", "idnumber", "idcard", "idno", "idcardnumber"}
    ),
    "organization_code": frozenset(
        {"统一社会信用代码", "信用代码", "社会信用代码", "统一信用代码", "机构代码", "组织机构代码"}
    ),
    "center": frozenset(
        {"单位", "所属单位", "填报单位", "报送单位", "所属中心", "中心", "镇街", "乡镇街道", "所属街道"}
    ),
    "grid": frozenset(
        {"网格", "所属网格", "网格名称", "网格编号", "网格代码", "网格编码", "所在网格", "责任网格",
         "负责网格", "包抓网格", "网格全称"}
    ),
    "department": frozenset(
        {"部门", "责任部门", "主管部门", "承办部门", "承办单位", "责任单位", "牵头单位", "主管单位"}
    ),
    "person": frozenset({"网格员", "网格员姓名", "责任人", "负责人", "人员"}),
    "case": frozenset({"事件", "事件编号", "工单", "工单号", "工单编号", "事项编号"}),
    "serial": frozenset({"编号", "台账编号", "自动编号", "记录编号", "登记编号"}),
}  # fmt: skip

# Headings and names of fields that say the same.
GROUPS: tuple[frozenset[str], ...] = tuple(
    frozenset(words.split())
    for words in (
        "姓名 名字 人员姓名 网格员姓名 队员姓名 name fullname",
        "性别 gender sex",
        "民族 族别",
        "年龄 岁数 age",
        "出生日期 出生年月 出生年月日 生日 birthday dateofbirth",
        "地址 住址 家庭住址 居住地址 详细地址 现住址 现居住地 家庭地址 address",
        "户籍地址 户籍地 户口所在地",
        "单位 单位名称 工作单位 所在单位 派出单位 company organization",
        "职务 岗位 职位 岗位类别 岗位类型 人员类别 人员类型 网格员类别 网格员类型 角色 position role",
        "政治面貌 政治面目 党派",
        "上岗日期 上岗时间 任职日期 任职时间 到岗日期 到岗时间 入职日期 入职时间",
        "离岗日期 离岗时间 离任日期 离任时间 离职日期 离职时间 卸任时间",
        "人员身份 身份类别 身份 人员性质 用工性质",
        "文化程度 学历 education",
        "备注 说明 备注说明 remark remarks note notes",
        "联系人 联络人 contact",
        "日期 登记日期 填报日期 date",
        "金额 金额元 amount",
        "数量 个数 quantity",
        "面积 建筑面积 area",
        "企业名称 公司名称 商户名称",
        "法定代表人 法人 法人代表",
        "小区 小区名称 居民小区",
        "社区 所属社区 村社区 社区名称",
        "类别 类型 分类 种类 type category",
        "等级 级别 风险等级 level",
        "状态 办理状态 办理情况 status",
    )
)
_BRACKETED = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】|〔[^〔〕]*〕|<[^<>]*>|\{[^{}]*\}")


def whole(text: str) -> str:
    """The letters and digits of a heading, in one width and one case."""
    narrow = unicodedata.normalize("NFKC", text).casefold()
    found = "".join(sign for sign in narrow if sign.isalnum())
    return found or "".join(narrow.split())


def core(text: str) -> str:
    """The same without what stands in brackets: units, hints, "required"."""
    narrow = unicodedata.normalize("NFKC", text)
    return whole(_BRACKETED.sub("", narrow).removeprefix("必填").removesuffix("必填"))


def last_part(text: str) -> str:
    """Of a heading under a heading the lower one."""
    return core(text.rpartition(" ")[2])
