"""The customer archive, field by field: the one place that says what exists, in which chapter, how it
is asked for, whether it must be there, and whether it is sensitive (ARC-1, ARC-2, CUS-2).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from crm.kernel.languages import lazy_gettext as _l
from crm.kernel.languages import lazy_pgettext


class Chapter(StrEnum):
    BASICS = "basics"
    CHARACTERISTICS = "characteristics"
    BUSINESS = "business"
    DEALINGS = "dealings"


CHAPTER_NAMES = {
    Chapter.BASICS: _l("基础资料"),
    Chapter.CHARACTERISTICS: _l("客户特征"),
    Chapter.BUSINESS: _l("业务状况与需求"),
    Chapter.DEALINGS: _l("交易现状"),
}


class Sensitivity(StrEnum):
    OPEN = "open"
    INTERNAL = "internal"
    SENSITIVE = "sensitive"


@dataclass(frozen=True)
class ArchiveField:
    """One field. `column`: a column of `customer`; otherwise it lies in the chapter's values."""

    key: str
    label: Any
    chapter: Chapter
    kind: str = "text"  # text, area, int, money (分, shown in 万元), date, choice, tel, url
    column: bool = False
    must: bool = False  # before submission
    sensitivity: Sensitivity = Sensitivity.INTERNAL
    choices: str = ""  # name in CHOICES
    hint: Any = ""
    width: str = ""  # "2", "4", "6" of a grid of six; default half
    group: str = ""  # fields of one group stand under one legend
    longest: int = 200

    @property
    def sensitive(self) -> bool:
        return self.sensitivity is Sensitivity.SENSITIVE

    @property
    def part(self) -> str:
        """Where a value that is no column lies: sensitive ones in a part of their own, for the vault."""
        return f"{self.chapter}.sealed" if self.sensitive else str(self.chapter)


CHOICES: dict[str, dict[str, Any]] = {
    "nature": {
        "ordinary": _l("普通公司"),
        "government": _l("政府机构"),
        "special": _l("特殊公司"),
        "individual": _l("个人"),
        "partner": _l("交易伙伴"),
    },
    "form": {
        "limited": _l("有限责任公司"),
        "stock": _l("股份有限公司"),
        "state": _l("国有独资公司"),
        "sole": _l("个人独资企业"),
        "partnership": _l("合伙企业"),
        "self_employed": _l("个体工商户"),
        "public": _l("机关事业单位"),
        "foreign": _l("外商投资企业"),
        "other": _l("其他"),
    },
    "value_level": {
        "strategic": _l("战略"),
        "key": _l("重点"),
        "ordinary": _l("普通"),
        "potential": _l("潜在"),
    },
    "potential": {"high": _l("高"), "middle": _l("中"), "low": _l("低")},
    "attitude": {"active": _l("积极"), "neutral": lazy_pgettext("attitude", "一般"), "passive": _l("消极")},
    "competition": {
        "leader": _l("行业领先"),
        "above": _l("高于同行"),
        "equal": _l("与同行相当"),
        "below": _l("弱于同行"),
    },
}

_B, _C, _S, _D = Chapter.BASICS, Chapter.CHARACTERISTICS, Chapter.BUSINESS, Chapter.DEALINGS
_SECRET = Sensitivity.SENSITIVE

#: the three persons of the regulation, and what is known of each as a person
PERSONS = {
    "owner": _l("经营者"),
    "manager": lazy_pgettext("at the customer", "负责人"),
    "legal": _l("法定代表人"),
}
_TRAITS = {
    "age": _l("年龄"),
    "education": _l("学历"),
    "character": _l("性格"),
    "interests": _l("兴趣"),
    "hobbies": _l("爱好"),
    "family": _l("家庭"),
    "ability": _l("能力"),
}


def _persons() -> Iterator[ArchiveField]:
    for person, called in PERSONS.items():
        yield ArchiveField(f"{person}_name", called, _B, group=person, width="2")
        for trait, label in _TRAITS.items():
            yield ArchiveField(f"{person}_{trait}", label, _B, sensitivity=_SECRET, group=person, width="2")


FIELDS: tuple[ArchiveField, ...] = (
    # 基础资料
    ArchiveField("name", _l("客户名称"), _B, column=True, must=True, width="4"),
    ArchiveField("nature", _l("性质"), _B, "choice", column=True, choices="nature", width="2"),
    ArchiveField("uscc", _l("统一社会信用代码"), _B, column=True, longest=18),
    ArchiveField("form", _l("组织形式"), _B, "choice", column=True, choices="form", width="2"),
    ArchiveField("industry", _l("行业"), _B, column=True, must=True, width="2"),
    ArchiveField("staff", _l("员工人数"), _B, "int", column=True, must=True, width="2"),
    ArchiveField("yearly_revenue_fen", _l("年营业额"), _B, "money", column=True, width="2"),
    # as who enters it sees it, and the manager confirms (GRD-2)
    ArchiveField("value_level", _l("客户级别"), _B, "choice", column=True, choices="value_level", width="2"),
    ArchiveField("province", _l("省份"), _B, column=True, width="2"),
    ArchiveField("city", _l("城市"), _B, column=True, width="2"),
    ArchiveField("phone", _l("电话"), _B, "tel", column=True, width="2"),
    ArchiveField("address", _l("地址"), _B, column=True, width="4"),
    ArchiveField("website", _l("网址"), _B, "url", column=True, width="2"),
    ArchiveField("founded_on", _l("成立日期"), _B, "date", column=True, width="2"),
    ArchiveField("trading_since", _l("与我方往来自"), _B, "date", column=True, width="2"),
    ArchiveField("assets", _l("资产"), _B, "money", width="2"),
    ArchiveField("line_of_business", _l("业种"), _B, width="6"),
    *_persons(),
    # 客户特征
    ArchiveField("service_area", _l("服务区域"), _C),
    ArchiveField("sales_capacity", _l("销售能力"), _C),
    ArchiveField("potential", _l("发展潜力"), _C, "choice", choices="potential", width="2"),
    ArchiveField("scale", _l("经营规模"), _C, width="2"),
    ArchiveField("manner", _l("经营方式"), _C, width="2"),
    ArchiveField("philosophy", _l("经营观念"), _C, "area", longest=2000),
    ArchiveField("direction", _l("经营方向"), _C, "area", longest=2000),
    ArchiveField("policy", _l("经营政策"), _C, "area", width="6", longest=2000),
    # 业务状况
    ArchiveField("sales_record", _l("销售业绩"), _S, "area", longest=2000),
    ArchiveField("people_quality", _l("经营管理者和业务人员的素质"), _S, "area", longest=2000),
    ArchiveField("competition", _l("与竞争者的关系"), _S, "choice", choices="competition", width="2"),
    ArchiveField("relation", _l("与本公司的业务关系"), _S, width="2"),
    ArchiveField("attitude", _l("合作态度"), _S, "choice", choices="attitude", width="2"),
    # 交易现状
    ArchiveField("sales_state", _l("销售活动现状"), _D, "area", longest=2000),
    ArchiveField("problems", _l("存在的问题"), _D, "area", longest=2000),
    ArchiveField("strengths", _l("保持的优势"), _D, "area", longest=2000),
    ArchiveField("plans", _l("未来的对策"), _D, "area", longest=2000),
    ArchiveField("image", _l("企业形象"), _D),
    ArchiveField("reputation", _l("声誉"), _D),
    ArchiveField("credit_standing", _l("信用状况"), _D, "area", sensitivity=_SECRET, longest=2000),
    ArchiveField("terms", _l("交易条件"), _D, "area", sensitivity=_SECRET, longest=2000),
    ArchiveField("credit_problems", _l("信用问题"), _D, "area", sensitivity=_SECRET, width="6", longest=2000),
)

#: how we came to know them (ARC-2, ARC-3); columns of `customer`, entered with the basics
SOURCE: tuple[ArchiveField, ...] = (
    ArchiveField("source_channel", _l("来源渠道"), _B, "choice", column=True, must=True, width="2"),
    ArchiveField("collected_on", _l("收集日期"), _B, "date", column=True, must=True, width="2"),
    ArchiveField("met_by", _l("接触人"), _B, column=True, width="2", longest=60),
    ArchiveField("first_contact_on", _l("首次联系日期"), _B, "date", column=True, width="2"),
)

#: what they want (ARC-2, ARC-7); "need_" and a column of `need`, entered with the business chapter
NEED: tuple[ArchiveField, ...] = (
    ArchiveField("need_text", _l("需求"), _S, "area", must=True, width="6", longest=2000),
    ArchiveField("need_target_on", _l("期望到货"), _S, "date", width="2"),
    ArchiveField("need_budget_low_fen", _l("预算下限"), _S, "money", width="2"),
    ArchiveField("need_budget_high_fen", _l("预算上限"), _S, "money", width="2"),
    ArchiveField("need_intent", _l("购买意向"), _S, "choice", choices="potential", width="2"),
    ArchiveField("need_decider", _l("谁拍板"), _S, width="2", hint=_l("姓名、职务")),
    ArchiveField("need_influencers", _l("谁影响决定"), _S, width="2"),
    ArchiveField("need_pain", _l("痛点"), _S, "area", width="6", longest=2000),
)

#: what stands first in the form, before the contacts
_FIRST = ("name", "nature", "uscc", "industry", "staff")
#: everything the entry form asks one value for, in its order
ASKED: tuple[ArchiveField, ...] = (
    *(f for f in FIELDS if f.key in _FIRST),
    *SOURCE,
    *(f for f in FIELDS if f.chapter is _B and not f.group and f.key not in _FIRST),
    *(f for f in FIELDS if f.chapter is _B and f.group),
    *(f for f in FIELDS if f.chapter is _C),
    *NEED,
    *(f for f in FIELDS if f.chapter is _S),
    *(f for f in FIELDS if f.chapter is _D),
)

BY_KEY = {f.key: f for f in (*FIELDS, *SOURCE, *NEED)}
COLUMNS = tuple(f.key for f in FIELDS if f.column)


def fields_of(chapter: Chapter) -> tuple[ArchiveField, ...]:
    """The fields of one chapter, in the order of the form."""
    return tuple(f for f in FIELDS if f.chapter is chapter)


def is_sensitive(key: str) -> bool:
    """Whether a field is for custodians only (CUS-2)."""
    return BY_KEY[key].sensitive


def stands_first(field: ArchiveField) -> bool:
    """Whether the form asks for it before the contacts."""
    return field.key in _FIRST or field in SOURCE
