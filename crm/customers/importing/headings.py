"""From headings to keys: which column of a sheet says what. Pure; unknown columns keep their heading."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from crm.customers.archive.fields import ASKED, PERSONS, ArchiveField
from crm.kernel.languages import speaking
from crm.kernel.text import folded

from .reading import Row

#: rows at the top among which the headings are looked for
LOOKED_AT = 30

#: what offices write, beside the names of the fields themselves (fields.py)
WORDS: dict[str, str] = {
    "name": "客户名称 公司名称 单位名称 企业名称 客户全称 公司全称 单位全称 企业全称 客户 公司 单位 名称 全称"
    " company companyname customer customername",
    "uscc": "统一社会信用代码 社会信用代码 信用代码 税号 纳税人识别号 统一信用代码 营业执照号 营业执照号码"
    " creditcode taxid",
    "nature": "性质 客户性质 单位性质",
    "form": "组织形式 企业类型 公司类型",
    "industry": "行业 所属行业 行业类别 行业分类 行业门类 industryclass",
    "line_of_business": "业种 主营业务 经营范围 主营产品 business",
    "staff": "员工人数 员工数 职工人数 人数 从业人数 employees",
    "yearly_revenue_fen": "年营业额 营业额 年收入 营业收入 年销售额 revenue",
    "assets": "资产 总资产 资产总额",
    "province": "省份 省 所在省 所在省份 省市自治区",
    "city": "城市 市 所在城市 所在市 地市",
    "address": "地址 详细地址 公司地址 单位地址 注册地址 办公地址 通讯地址 联系地址",
    "phone": "电话 固定电话 公司电话 单位电话 办公电话 座机 联系电话 电话号码 tel telephone",
    "website": "网址 网站 官网 公司网址 主页 url homepage",
    "founded_on": "成立日期 成立时间 注册日期 founded foundedon",
    "trading_since": "与我方往来自 往来自 合作开始日期 首次合作日期 开始合作时间",
    "legal_name": "法定代表人 法人 法人代表 法定代表人姓名 legalrepresentative",
    "owner_name": "经营者 实际控制人",
    "manager_name": "总经理 客户方负责人 对方负责人 单位负责人",
    "contact_name": "联系人 联系人姓名 主要联系人 客户联系人 对接人 contact contactname",
    "contact_title": "职务 职位 联系人职务 联系人职位 title position",
    "contact_mobile": "手机 手机号 手机号码 移动电话 联系人手机 联系手机 mobile cell",
    "contact_email": "邮箱 电子邮箱 邮件 电子邮件 邮箱地址 email mail",
    "grade": "等级 客户等级 需求等级 grade",
    "source": "来源 来源渠道 客户来源 信息来源 渠道 source",
    "met_by": "首次接触人",
    "first_contact_on": "首次接触日期 首次联系 firstcontact",
    "owner": "负责人 业务员 我方负责人 客户负责人 归属人 跟进人 销售代表 客户经理 所属业务员"
    " owner salesperson",
    "need_text": "客户需求 采购需求 采购意向 need",
}


@dataclass(frozen=True)
class Column:
    """A column of a sheet. `key` is "" where nobody knows what it says; `unit`: "yuan" for amounts in 元.

    `means`: what the heading says even where another column of that kind came first.
    """

    index: int
    heading: str
    key: str
    unit: str = ""
    means: str = ""


@dataclass(frozen=True)
class Headings:
    """The row that names the columns, and what each of them says."""

    row: int
    columns: tuple[Column, ...]

    @property
    def keys(self) -> set[str]:
        return {c.key for c in self.columns if c.key}


@lru_cache(maxsize=1)
def known() -> dict[str, str]:
    """Folded heading to key. The day of collection is the day of the import, whatever a column says."""
    asked = [f for f in ASKED if f.key not in ("collected_on", "source_channel")]
    with speaking("zh"):
        table = {folded(_bare(_label(f))): f.key for f in asked}
    table |= {folded(f.key): f.key for f in asked}
    return table | {folded(word): key for key, words in WORDS.items() for word in words.split()}


def _label(field: ArchiveField) -> str:
    """What is known of one of the three persons has that person's name before it: 法定代表人年龄."""
    person = PERSONS.get(field.group, "")
    return str(field.label) if field.key.endswith("_name") else f"{person}{field.label}"


def find(rows: Sequence[Row]) -> Headings | None:
    """The headings among the first rows: the row that names the customer and knows most columns."""
    best: Headings | None = None
    for number, cells in rows[:LOOKED_AT]:
        found = _understood(number, cells)
        if "name" in found.keys and (best is None or len(found.keys) > len(best.keys)):
            best = found
    return best


def key_of(heading: str) -> str:
    """What a heading says, or "": whole, without its brackets, or by what stands in them."""
    whole = known().get(folded(heading))
    if whole is None:
        inside = re.findall(r"[(（\[【](.*?)[)）\]】]", heading)
        whole = next((k for text in (_bare(heading), *inside) if (k := known().get(folded(text)))), None)
    return whole or ""


def _understood(number: int, cells: Sequence[str]) -> Headings:
    columns: list[Column] = []
    taken: set[str] = set()
    for index, cell in enumerate(cells):
        heading = " ".join(cell.split())
        if not heading:
            continue
        key = means = key_of(heading)
        if key in taken:
            key = ""  # the first column of a kind counts, the other one is kept under its heading
        taken.add(key)
        yuan = "元" in heading and not re.search(r"[万亿]", heading)
        columns.append(Column(index, heading, key, "yuan" if yuan else "", means))
    return Headings(number, tuple(columns))


def _bare(heading: str) -> str:
    return re.sub(r"[(（\[【].*?[)）\]】]", "", heading)
