"""Rules over values and dates: licence numbers, telephones, how full an archive is, when it is due."""

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from stdnum.cn import uscc

from crm.kernel.clock import local
from crm.kernel.languages import gettext as _
from crm.kernel.text import tidy
from crm.workdays import Calendar, deadline

from .fields import FIELDS, Chapter

COLLECTED_DAYS = 2  # working days, ARC-4
FIRST_CONTACT_DAYS = 7  # OWN-3

# --- licence ---------------------------------------------------------------------------------------

_SIGNS = frozenset("0123456789ABCDEFGHJKLMNPQRTUWXY")


def tidy_licence(code: str) -> str:
    """As it is stored: half-width capitals without blanks or dashes."""
    return re.sub(r"[\s-]", "", tidy(code)).upper()


def licence_fault(code: str) -> str | None:
    """What is wrong with a 统一社会信用代码, or None (ARC-7)."""
    code = tidy_licence(code)
    if len(code) != 18:
        return _("应为 18 位，现在 %(n)s 位", n=len(code))
    for place, sign in enumerate(code, 1):
        if sign in "IOZSV":
            return _("第 %(n)s 位不能是字母 %(sign)s（代码不用 I、O、Z、S、V）", n=place, sign=sign)
        if sign not in _SIGNS:
            return _("第 %(n)s 位只能是数字或大写字母", n=place)
        if 3 <= place <= 8 and not sign.isdigit():
            return _("第 %(n)s 位应为数字，现在是 %(sign)s", n=place, sign=sign)
    if uscc.calc_check_digit(code) != code[17]:
        return _("第 18 位校验不对，请对照执照核对")
    return None


# --- telephone -------------------------------------------------------------------------------------

_EXTENSION = re.compile(r"(-|转|分机|ext\.?|x|#)(\d{1,6})$", re.I)
_MOBILE = re.compile(r"1[3-9]\d{9}")
_SERVICE = re.compile(r"[48]00\d{7}|9[56]\d{3,6}")  # 400, 800, and the short numbers of banks and carriers
_AREA = re.compile(r"(010|02\d|0[3-9]\d{2})(\d+)")
_STRANGE = re.compile(r"[^0-9\s()+\-—–.#转分机extEXT]")
_SEVERAL = re.compile(r"\d{7,}\s*[、/,;，；\s]\s*[\d-]{7,}")


def tidy_phone(text: str) -> str:
    """Digits as they are stored: "13800001057", "01065529988-801" with an extension, "+4930123456" abroad."""
    number, extension = _parts(text)
    return f"{number}-{extension}" if extension else number


def phone_fault(text: str) -> str | None:
    """What is wrong with a telephone number (mobile, landline with area code, 400, 800, +abroad), or None."""
    if _SEVERAL.search(tidy(text)):
        return _("一个格子只填一个号码")
    if _STRANGE.search(tidy(text)):
        return _("电话里有不能识别的字")
    number, _extension = _parts(text)
    if not number.strip("+"):
        return _("没有数字")
    if number.startswith("+"):
        return None if 8 <= len(number) - 1 <= 15 else _("国际号码应为 8 到 15 位数字")
    if _complete(number):
        return None
    if number.startswith(("400", "800")):
        return _off(len(number), 10, 10)
    if number.startswith("1"):
        return _("手机号第 2 位应为 3 到 9") if len(number) == 11 else _off(len(number), 11, 11)
    if area := _AREA.fullmatch(number):
        return _off(len(number), len(area[1]) + 7, len(area[1]) + 8)
    if len(number) in (7, 8):
        return _("请加区号，如 0571-%(number)s", number=number)
    return _("请填手机号，或带区号的座机号")


def shown_phone(digits: str) -> str:
    """In groups: "138 0000 1057", "0900-8800 0000", "400-800-1234", "010-6552 9988 转 801"."""
    number, extension = _parts(digits)
    return _grouped(number) + (_(" 转 %(n)s", n=extension) if extension else "")


def _grouped(number: str) -> str:
    if _MOBILE.fullmatch(number):
        return f"{number[:3]} {number[3:7]} {number[7:]}"
    if _SERVICE.fullmatch(number) and len(number) == 10:
        return f"{number[:3]}-{number[3:6]}-{number[6:]}"
    area = _AREA.fullmatch(number)
    return f"{area[1]}-{area[2][:-4]} {area[2][-4:]}" if area and len(area[2]) > 4 else number


def _complete(number: str) -> bool:
    area = _AREA.fullmatch(number)
    return bool(_MOBILE.fullmatch(number) or _SERVICE.fullmatch(number) or (area and len(area[2]) in (7, 8)))


def _parts(text: str) -> tuple[str, str]:
    """(number, extension). +86 and a 0 before a mobile go; another country keeps its "+"."""
    text = re.sub(r"[—–]", "-", tidy(text)).replace(" ", "")
    found = _EXTENSION.search(text)
    if found:
        number = _number(text[: found.start()])
        # a dash may only part groups of digits: an extension follows what is a number by itself
        if found[1] != "-" or _complete(number):
            return number, found[2]
    return _number(text), ""


def _number(text: str) -> str:
    digits = re.sub(r"[^0-9]", "", text)
    abroad = text.lstrip("(").startswith(("+", "00"))
    digits = digits.removeprefix("00") if abroad else digits
    if abroad and not digits.startswith("86"):
        return f"+{digits}"
    if abroad or (len(digits) == 13 and digits.startswith("861")):
        home = digits[2:]
        digits = home if _complete(home) or home.startswith("0") else f"0{home}"
    return digits[1:] if _MOBILE.fullmatch(digits[1:]) else digits


def _off(length: int, least: int, most: int) -> str | None:
    if length < least:
        return _("少 %(n)s 位数字", n=least - length)
    if length > most:
        return _("多 %(n)s 位数字", n=length - most)
    return None


# --- completeness ----------------------------------------------------------------------------------

#: chapter, field, weight of what counts. What is known of persons does not: nobody pries to reach a hundred.
#: Nor does what is sensitive: the number is for everybody, and would say whether it is filled in (CUS-2)
_COUNTED = tuple(
    (f.chapter, f.key, 2 if f.must else 1)
    for f in FIELDS
    if not f.sensitive and (not f.group or f.key == f"{f.group}_name")
)


def completeness(values: Mapping[str, Mapping[str, Any]]) -> dict[str, int]:
    """Per cent filled: each chapter by its key, and "total" over all fields (ARC-17).

    `values`: chapter (or part, "dealings.sealed") to field key to value. Mandatory fields count double.
    """
    flat = {key: value for part in values.values() for key, value in part.items()}
    done, whole = dict.fromkeys(Chapter, 0), dict.fromkeys(Chapter, 0)
    for chapter, key, weight in _COUNTED:
        whole[chapter] += weight
        if flat.get(key) not in (None, ""):
            done[chapter] += weight
    cents = {str(chapter): 100 * done[chapter] // whole[chapter] for chapter in Chapter}
    return cents | {"total": 100 * sum(done.values()) // sum(whole.values())}


# --- dates -----------------------------------------------------------------------------------------


def collected_due(collected: date, calendar: Calendar | None = None) -> datetime:
    """By when an archive collected that day must be in the register: end of the 2nd working day (ARC-4)."""
    return deadline(collected, COLLECTED_DAYS, calendar)


def first_contact_due(collected: date) -> date:
    """By when a new customer must have been contacted: 7 days, weekends included (OWN-3)."""
    return collected + timedelta(days=FIRST_CONTACT_DAYS)


def dispatch_due(approved_at: datetime, calendar: Calendar | None = None) -> datetime:
    """By when an approved archive must be sent to Marketing: end of the next working day (ARC-5)."""
    return deadline(local(approved_at).date(), 1, calendar)
