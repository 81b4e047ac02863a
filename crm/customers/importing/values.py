"""One cell as its field stores it: dates in the forms an office writes, amounts, numbers, choices. Pure."""

import re
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from crm.customers.archive.fields import CHOICES, ArchiveField
from crm.kernel.languages import speaking
from crm.kernel.text import folded

MOST_FEN = 10**15  # a hundred million 万元 would be a typing error

_EMAIL = re.compile(r"[^@\s,;，；]+@[^@\s,;，；]+\.[A-Za-z]{2,}")
_DAY = re.compile(r"(\d{4})(?:年|[-/.])(\d{1,2})(?:月|[-/.])(\d{1,2})日?(?:[ T]\d{1,2}:\d{2}.*)?")
_DAY_SHORT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_AMOUNT = re.compile(r"[¥￥]?\s*(-?[\d,]+(?:\.\d+)?)\s*(亿|万|元|)元?")
_COUNT = re.compile(r"([\d,]+)(?:\.0+)?\s*[人名位]?")
_FIRST_SERIAL, _LAST_SERIAL = 7_000, 60_000  # 1919 to 2064 as days since 1899-12-30
_SERIAL_ZERO = date(1899, 12, 30)

_PROVINCE_ENDS = ("维吾尔自治区", "壮族自治区", "回族自治区", "特别行政区", "自治区", "省", "市")


class Unusable(ValueError):
    """A cell that its field cannot take; `code` is a key of words.FAULTS."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def as_stored(field: ArchiveField, text: str, unit: str, today: date) -> Any:
    """The value of a field as the record keeps it (dates ISO, money 分). Raises Unusable."""
    if field.kind == "date":
        return day(text, None if field.key == "need_target_on" else today).isoformat()
    if field.kind == "int":
        return count(text)
    if field.kind == "money":
        return fen(text, yuan=unit == "yuan")
    if field.kind == "choice":
        return choice(field.choices, text)
    if len(text) > field.longest:
        raise Unusable("too_long")
    return province(text) if field.key == "province" else text


def day(text: str, latest: date | None) -> date:
    """A date in figures, however the office writes it, or as a sheet's serial number; not after `latest`."""
    found = _DAY.fullmatch(text) or _DAY_SHORT.fullmatch(text)
    try:
        if found:
            value = date(int(found[1]), int(found[2]), int(found[3]))
        elif text.isascii() and text.isdigit() and _FIRST_SERIAL <= int(text) <= _LAST_SERIAL:
            value = _SERIAL_ZERO + timedelta(days=int(text))
        else:
            raise Unusable("date")
    except ValueError:
        raise Unusable("date") from None
    if latest is not None and value > latest:
        raise Unusable("future")
    return value


def count(text: str) -> int:
    """A number of people: 2,160 or 320人."""
    found = _COUNT.fullmatch(text)
    if not found:
        raise Unusable("number")
    value = int(found[1].replace(",", ""))
    if value >= 10**8:
        raise Unusable("number")
    return value


def fen(text: str, *, yuan: bool) -> int:
    """An amount in 分. Without a unit of its own it is in 万元, or in 元 where the heading says so."""
    found = _AMOUNT.fullmatch(text)
    try:
        amount = Decimal(found[1].replace(",", "")) if found else Decimal("NaN")
    except InvalidOperation:
        amount = Decimal("NaN")
    if not found or amount.is_nan() or amount < 0:
        raise Unusable("amount")
    unit = found[2] or ("元" if yuan else "万")
    value = int(amount * {"元": 100, "万": 1_000_000, "亿": 10_000_000_000}[unit])
    if value > MOST_FEN:
        raise Unusable("amount")
    return value


def email(text: str) -> str:
    if not _EMAIL.fullmatch(text) or len(text) > 200:
        raise Unusable("email")
    return text


def choice(name: str, text: str) -> str:
    """The key of a choice from its key or its Chinese word."""
    key = _choices(name).get(folded(text))
    if key is None:
        raise Unusable("choice")
    return key


@lru_cache(maxsize=16)
def _choices(name: str) -> dict[str, str]:
    with speaking("zh"):
        return {folded(str(said)): key for key, label in CHOICES[name].items() for said in (label, key)}


def province(text: str) -> str:
    """Short, as lists show it: 广东省 is 广东, 内蒙古自治区 is 内蒙古."""
    for end in _PROVINCE_ENDS:
        if text.endswith(end) and len(text) > len(end) + 1:
            return text.removesuffix(end)
    return text
