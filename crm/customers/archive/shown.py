"""Values as people read them: 2.10 亿元, 138 0000 1057, 有限责任公司."""

from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from typing import Any

from crm.kernel.languages import gettext as _
from crm.kernel.languages import lazy_gettext as _l
from crm.kernel.languages import locale, which_locale

from .channels import channel_name
from .fields import BY_KEY, CHOICES, ArchiveField
from .rules import phone_fault, shown_phone
from .typed import FEN_PER_WAN

FEN_PER_YI = FEN_PER_WAN * 10_000

STATE_MARKS = {
    "draft": "draft",
    "in_review": "wait",
    "returned": "warn",
    "approved": "wait",
    "dispatched": "wait",
    "filed": "ok",
    "retired": "idle",
}


_STATES = {
    "draft": _l("草稿"),
    "in_review": _l("待审核"),
    "returned": _l("退回修改"),
    "approved": _l("待传送"),
    "dispatched": _l("待归档"),
    "filed": _l("已归档"),
    "retired": _l("已停用"),
}


def state_names() -> Mapping[str, str]:
    """What the states are called, in the order of an archive's life."""
    return _state_names(which_locale())


@cache
def _state_names(_locale: str) -> Mapping[str, str]:
    return {state: str(name) for state, name in _STATES.items()}


def decides_names() -> dict[str, str]:
    return {"": "", "decides": _("拍板"), "influences": _("影响"), "uses": _("使用")}


def shown(key: str, value: Any) -> str:
    """A field's value in words; "" where nothing is known. Dates of a proposal are ISO text already."""
    return shown_as(BY_KEY[key], value)


def shown_as(field: ArchiveField, value: Any) -> str:
    """`value` of `field` in words."""
    if value in (None, ""):
        return ""
    if field.key == "source_channel":
        return channel_name(value)
    if field.kind == "choice":
        return str(CHOICES[field.choices].get(value, value))
    if field.kind == "money":
        return money(value)
    if field.key == "staff":
        return str(_("%(n)s 人", n=f"{value:,}"))
    if field.kind == "tel":
        return phone(value)
    return str(value)


def money(fen: int) -> str:
    """¥1,234.00, 86 万元, 2.10 亿元; ¥860,000 in English, which has no word for 万."""
    if fen >= FEN_PER_WAN and locale() == "en":
        return f"¥{fen / 100:,.0f}"
    if fen >= FEN_PER_YI:
        return str(_("%(n)s 亿元", n=f"{fen / FEN_PER_YI:,.2f}"))
    if fen >= FEN_PER_WAN:
        return str(_("%(n)s 万元", n=f"{fen / FEN_PER_WAN:,.2f}".removesuffix(".00")))
    return f"¥{fen / 100:,.2f}"


def in_wan(fen: int) -> str:
    """分 as 万元 without needless zeros: 2100000000 gives "2100"."""
    return f"{Decimal(fen) / FEN_PER_WAN:f}" if fen % FEN_PER_WAN else str(fen // FEN_PER_WAN)


def phone(text: str) -> str:
    """In groups where it is a number, else as it was typed."""
    return shown_phone(text) if text and phone_fault(text) is None else text


def budget(low: int | None, high: int | None) -> str:
    """180–220 万元, or one figure."""
    known = [money(fen) for fen in (low, high) if fen]
    if len(set(known)) < 2:
        return "".join(known[:1])
    (first, unit), (last, same) = (text.rsplit(" ", 1) if " " in text else (text, "") for text in known)
    return f"{first}–{last} {same}".rstrip() if unit == same else "–".join(known)


def contact_line(contact: Mapping[str, Any]) -> str:
    """许望舒 总经理 138 0000 1057 拍板, on one line."""
    words = [contact["name"], contact["title"], phone(contact["phone"]), contact["email"]]
    words.append(decides_names().get(contact["decides"], ""))
    return " · ".join(w for w in words if w)
