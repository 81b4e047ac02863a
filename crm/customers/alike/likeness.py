"""Is it the same company, written differently? (ARC-14)

A company's name is place, brand, trade and form: 云州 恒拓 精密机械 有限公司. Spelling, form and a missing
place are small variations; another brand, another place or another number is another company, although
only one character differs. So the parts are taken apart before they are compared.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from pypinyin import lazy_pinyin
from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from crm.kernel.text import folded, tidy

from .places import PROVINCE_OF
from .trades import TRADES

_PLACE = "|".join(sorted(PROVINCE_OF, key=len, reverse=True))
_KNOWN_PLACE = re.compile(rf"({_PLACE})(?:省|市|壮族自治区|回族自治区|维吾尔自治区|自治区|特别行政区)?(?=.)")
_ANY_PLACE = re.compile(
    r"([\u4e00-\u9fff]{1,3}?)(?<![超城都夜门集菜股社小园厂景])(?:市|县|自治县|自治州)(?=..)"
)
_FORM = re.compile(
    r"(?:股份有限公司|有限责任公司|有限公司|股份公司|集团公司|总公司|公司|股份|集团"
    r"|有限合伙|普通合伙|特殊普通合伙|个人独资企业|个体工商户)$"
)
_BRANCH = re.compile(r"(?:公司|厂|集团|银行|店)(.{2,12}?(?:分公司|分厂|分行|支行|办事处|分店|代表处))$")
_BRACKET = re.compile(r"[(\[【〔<《]([^)\]】〕>》]*)[)\]】〕>》]")
_REMARK = re.compile(
    r"^(?:原|曾用|旧|更名|简称|重复|新$|已|停|注销|备注|暂|待|请|个人|个体|有限合伙|普通合伙|特殊普通合伙|集团|控股)"
)
_NUMERALS = frozenset("0123456789一二三四五六七八九十甲乙丙丁东南西北")
#: cores less alike than this need no closer look
CLEARLY_OTHER = 60


@dataclass(frozen=True)
class Parts:
    """A name taken apart. `places`: in short form; `core`: brand and trade."""

    core: str
    places: tuple[str, ...]
    branch: str


@lru_cache(maxsize=8192)
def parts_of(name: str) -> Parts:
    """Place, core and branch of a company name; the form (有限公司 …) and remarks in brackets go."""
    places: list[str] = []
    text = _BRACKET.sub(lambda found: _bracketed(found[1], places), tidy(name).replace(" ", ""))
    text = folded(text)
    branch = ""
    if found := _BRANCH.search(text):
        branch, text = found[1], text[: found.start(1)]
    core = _without_form(text)
    while (head := _KNOWN_PLACE.match(core) or _ANY_PLACE.match(core)) and _is_place(head, core, places):
        places.append(head[1])
        core = core[head.end() :]
    return Parts(core, tuple(dict.fromkeys(places)), branch)


def name_key(name: str) -> str:
    """The name without place, form, brackets and remarks, for looking up: 恒拓精密机械.

    Keeps the places where little else would be left (云南白药), and the branch.
    """
    parts = parts_of(name)
    kept = parts.core if len(parts.core) >= 3 else "".join(parts.places) + parts.core
    return kept + parts.branch


def probes(name: str) -> list[str]:
    """Pieces of the name to search by: one wrong sign leaves at least one of them whole."""
    core = parts_of(name).core
    if len(core) < 4:
        return [core] if core else []
    middle = len(core) // 2
    return [core[:middle], core[middle:]]


def likeness(a: str, b: str) -> int:
    """How likely two names mean one company, per cent: from 90 but for spelling, under 80 another."""
    if folded(a) == folded(b):
        return 100
    one, other = _aligned(parts_of(a), parts_of(b))
    if not one.core or not other.core:
        return 0
    score = _cores(one.core, other.core)
    if one.places and other.places and not _compatible(one.places, other.places):
        score = min(score, 75)
    elif bool(one.places) != bool(other.places):
        # 青松股份 may be 福建青松 or anybody's; the longer the name, the surer
        score = min(score, 95 if min(len(one.core), len(other.core)) >= 4 else 85)
    if one.branch != other.branch:
        score = min(score, 75 if one.branch and other.branch else 85)
    return score


def _bracketed(inside: str, places: list[str]) -> str:
    """A remark goes, a place is noted, anything else stays as part of the name."""
    if _REMARK.match(inside) or not inside:
        return ""
    if found := re.fullmatch(r"([\u4e00-\u9fff]{2,4}?)(?:省|市)?", inside):
        places.append(found[1])
        return ""
    return inside


def _is_place(head: re.Match[str], core: str, places: list[str]) -> bool:
    """Not where it is the brand: 朝阳 of 广东朝阳电子, which lies in another province; 中山 of 中山电子."""
    if not _has_brand(core[head.end() :]):
        return False
    province = PROVINCE_OF.get(head[1])
    return province is None or all(PROVINCE_OF.get(place, province) == province for place in places)


def _has_brand(core: str) -> bool:
    return len(core) >= 2 and core[:2] not in TRADES


def _without_form(text: str) -> str:
    while (shorter := _FORM.sub("", text)) != text and len(shorter) >= 2:
        text = shorter
    return text


def _aligned(one: Parts, other: Parts) -> tuple[Parts, Parts]:
    """A place that only the other name makes plain (in brackets) is a place in this one too."""
    return _with_places(one, other.places), _with_places(other, one.places)


def _with_places(parts: Parts, known: tuple[str, ...]) -> Parts:
    for place in known:
        rest = parts.core.removeprefix(place).removeprefix("市")
        if rest != parts.core and _has_brand(rest):
            return Parts(rest, (*parts.places, place), parts.branch)
    return parts


def _compatible(some: tuple[str, ...], others: tuple[str, ...]) -> bool:
    """Whether both may name one spot: one says no more than the other, or a province and a city in it."""
    left, right = set(some) - set(others), set(others) - set(some)
    if not left or not right:
        return True
    return any(PROVINCE_OF.get(p) in right for p in left) or any(PROVINCE_OF.get(p) in left for p in right)


def _cores(one: str, other: str) -> int:
    if one == other:
        return 97
    short, long = sorted((one, other), key=len)
    ratio = round(fuzz.ratio(one, other))
    if ratio < CLEARLY_OTHER and not (long.endswith(short) or long.startswith(short)):
        return ratio
    if len(short) == len(long) and OSA.distance(one, other) == 1:
        return _one_sign(one, other)
    extra = len(long) - len(short)
    if long.endswith(short) and len(short) >= 4 and extra <= 4 and _has_brand(short):
        return 84 if extra == 1 else 91  # a place nobody lists stands before it
    brand, other_brand = _brand(one), _brand(other)
    same_brand = brand == other_brand or _sounds_like(brand, other_brand)
    if same_brand and len(short) >= 5 and extra == 1 and OSA.distance(one, other) == 1:
        return 92  # a sign too few
    if same_brand and long.startswith(short) and len(short) >= 4:
        return 88  # 恒拓精密 and 恒拓精密机械: perhaps shortened, perhaps a sister
    return min(ratio, 88) if same_brand else min(ratio, 78)


def _one_sign(one: str, other: str) -> int:
    """One sign differs, or two changed places."""
    at = [n for n, (left, right) in enumerate(zip(one, other, strict=True)) if left != right]
    if len(at) == 2:
        return 84
    place = at[0]
    left, right = one[place], other[place]
    if left in _NUMERALS and right in _NUMERALS:
        return 70  # 第一 and 第二
    if len(one) < 4:
        return 75
    if _sounds_like(left, right):
        return 92
    known, known_too = _in_trade(one, place), _in_trade(other, place)
    if known != known_too:
        return 91  # 科枝 for 科技
    return 76


def _in_trade(core: str, place: int) -> bool:
    """Whether the sign at `place` is part of a trade's name."""
    return core[place - 1 : place + 1] in TRADES or core[place : place + 2] in TRADES


def _brand(core: str) -> str:
    """What stands before the trade: 恒拓 of 恒拓精密机械."""
    ends = (n for n in range(2, len(core) - 1) if core[n : n + 2] in TRADES)
    return core[: next(ends, min(len(core), 4))]


def _sounds_like(one: str, other: str) -> bool:
    return _pinyin(one) == _pinyin(other)


@lru_cache(maxsize=8192)
def _pinyin(text: str) -> tuple[str, ...]:
    return tuple(lazy_pinyin(text))
