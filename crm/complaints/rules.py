"""Pure rules of complaints, over words and dates."""

import re
from datetime import date

from .words import Severity, State

#: what is said where somebody is hurt, the law or the public comes in (CMP-2, CMP-6)
ALARMING = (
    "受伤", "伤亡", "死亡", "身亡", "灼伤", "烫伤", "烧伤", "砸伤", "骨折", "中毒", "触电", "工伤",
    "人身伤害", "就医", "住院", "急救", "送医",
    "律师", "起诉", "诉讼", "仲裁", "法院", "报警", "报案",
    "媒体", "记者", "曝光", "上电视",
    "爆炸", "泄漏", "泄露", "火灾", "起火", "着火", "停产",
    "监管", "市场监督", "市监局", "消协", "消费者协会", "12315", "应急管理", "安监", "环保局", "生态环境局",
)  # fmt: skip

_DENIED = re.compile(r"(?:无|没有?|未|并未|并无)(?:造成|发生|出现|引起|导致)?(?:任何|人员|人|其他)*$")
_PHRASE = re.compile("|".join(sorted(map(re.escape, ALARMING), key=len, reverse=True)))


def alarming(text: str) -> list[str]:
    """The words in `text` that speak for a serious case, in their order, each once; denied ones do not count.

    >>> alarming("泵体泄漏，无人受伤，客户要找律师")
    ['泄漏', '律师']
    """
    found: dict[str, None] = {}
    for match in _PHRASE.finditer(text):
        if not _DENIED.search(text[max(0, match.start() - 8) : match.start()]):
            found[match.group()] = None
    return list(found)


def rank(severity: str, state: str) -> int:
    """Place in every list: open serious ones first, then open ones by state, then what is closed (CMP-2)."""
    serious = severity == Severity.SERIOUS
    if state == State.CLOSED:
        return 8 if serious else 9
    return 0 if serious else {State.REGISTERED: 1, State.ASSIGNED: 2, State.ANSWERED: 3}[State(state)]


def title_of(text: str, longest: int = 30) -> str:
    """A title from what happened: its first sentence, cut at `longest` characters."""
    first = re.split(r"[。！？!?;；\n]", text.strip(), maxsplit=1)[0].strip()
    return first if len(first) <= longest else f"{first[: longest - 1]}…"


def letter_sign(short_name: str) -> str:
    """The sign before a letter's number: "明澜泵业" gives "明澜函"."""
    return f"{short_name[:2]}函"


def letter_number(short_name: str, year: int, number: int) -> str:
    """ "明澜函〔2026〕001 号"."""
    return f"{letter_sign(short_name)}〔{year}〕{number:03d} 号"


_DIGITS = "〇一二三四五六七八九"


def paper_date(day: date) -> str:
    """A date as letters write it: 二〇二六年十一月二十日."""
    year = "".join(_DIGITS[int(c)] for c in str(day.year))
    return f"{year}年{_below_40(day.month)}月{_below_40(day.day)}日"


def _below_40(number: int) -> str:
    tens, ones = divmod(number, 10)
    head = {0: "", 1: "十", 2: "二十", 3: "三十"}[tens]
    return head + (_DIGITS[ones] if ones else "")


#: what the draft of a letter leaves for its writer
GAP = "＿＿"


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a letter's body; empty lines are only air."""
    return [line.strip() for line in text.splitlines() if line.strip()]
