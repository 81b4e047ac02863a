"""What people type, read: 1,200 · 86 万元 · 2026/3/1 · １３８ ００００ １０５７.

An entry saves itself while somebody types, so reading a form is plain functions; the form with its controls
and messages (forms.py) is made where somebody has to see it.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from crm.kernel.forms import trimmed
from crm.kernel.languages import gettext as _
from crm.kernel.text import tidy

from .fields import ASKED, CHOICES, ArchiveField
from .rules import phone_fault, tidy_licence, tidy_phone

FEN_PER_WAN = 1_000_000
MOST_WAN = 100_000_000  # 1 万亿元: beyond it is a typing error
MOST_STAFF = 10_000_000
MOST_CONTACTS = 30
DAY_FORMATS = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d")
#: a contact's values and how long each may be
CONTACT_LENGTHS = {"name": 60, "title": 60, "phone": 60, "email": 120, "decides": 20}

Values = dict[str, Any]

# --- one value -------------------------------------------------------------------------------------

#: full-width letters, digits and blank; Chinese punctuation is how a name stands on its licence
_HALF = {
    code: code - 0xFEE0 for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))
}
_INVISIBLE = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060\ufeff\u00ad]")


def line(value: Any) -> Any:
    """Filter of one-line fields: half-width letters and digits, single blanks, nothing invisible."""
    if not isinstance(value, str):
        return value
    if value.isascii() and value.isprintable():
        return " ".join(value.split())
    text = unicodedata.normalize("NFC", value).translate(_HALF)
    return re.sub(r"\s+", " ", _INVISIBLE.sub("", text)).strip()


def read_count(text: str) -> int:
    """A whole number, with or without thousands separators; ValueError says what is wrong."""
    digits = tidy(text).replace(",", "").replace(" ", "").removesuffix("人")
    if not (digits.isascii() and digits.isdigit()):
        raise ValueError(_("请填整数"))
    if int(digits[:12]) > MOST_STAFF:
        raise ValueError(_("请核对数量"))
    return int(digits[:12])


def read_wan(text: str) -> int:
    """An amount typed in 万元, in 分."""
    digits = tidy(text).replace(",", "").replace(" ", "").removesuffix("元").removesuffix("万")
    try:
        amount = Decimal(digits)
    except InvalidOperation:
        raise ValueError(_("请填数字，单位万元")) from None
    if not amount.is_finite() or not 0 <= amount <= MOST_WAN:
        raise ValueError(_("请核对金额，单位万元"))
    return int(amount * FEN_PER_WAN)


def read_day(text: str) -> date:
    """A date, as the browser's picker writes it or typed with slashes."""
    for pattern in DAY_FORMATS:
        try:
            day = datetime.strptime(tidy(text), pattern).date()  # noqa: DTZ007  a date has no zone
        except ValueError:
            continue
        if not 1800 <= day.year <= 2200:
            raise ValueError(_("请核对年份"))
        return day
    raise ValueError(_("请填日期，如 2026-03-31"))


_READERS: dict[str, Callable[[str], Any]] = {"int": read_count, "money": read_wan, "date": read_day}


def read_one(field: ArchiveField, text: str) -> Any:
    """The value of one field, None where nothing was typed; ValueError where it cannot be read."""
    if not text or text.isspace():
        return None
    if field.kind in _READERS:
        return _READERS[field.kind](text)
    said = trimmed(text) if field.kind == "area" else line(text)
    if field.kind == "choice":
        if said not in CHOICES.get(field.choices, {said: ""}):
            raise ValueError(_("请从列表中选择"))
        return said[:40]
    if len(said) > field.longest:
        raise ValueError(too_long(len(said), field.longest))
    return said or None


def too_long(length: int, longest: int) -> str:
    return str(_("最多 %(max)s 个字，现在 %(n)s 个", max=f"{longest:,}", n=f"{length:,}"))


# --- the whole form ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Typed:
    """A form as it was read. `unread`: name of a control to what was typed and cannot be read."""

    values: Values
    contacts: list[dict[str, str]]
    unread: dict[str, str]


def read(form: Mapping[str, str]) -> Typed:
    """Read a posted entry; what cannot be read is None, or cut to its length, and kept in `unread`."""
    values: Values = {}
    unread: dict[str, str] = {}
    for field in ASKED:
        text = form.get(field.key, "")
        try:
            values[field.key] = read_one(field, text)
        except ValueError:
            unread[field.key] = text
            said = trimmed(text) if field.kind == "area" else line(text)
            values[field.key] = (
                said[: field.longest] if field.kind in ("text", "area", "tel", "url") else None
            )
    return Typed(settled(values), _contacts(form), unread)


def settled(values: Values) -> Values:
    """Licence number and telephone as they are stored, where they can be read."""
    if values["uscc"]:
        values["uscc"] = tidy_licence(values["uscc"])
    if values["phone"]:
        values["phone"] = settled_phone(values["phone"])
    return values


def settled_phone(text: str) -> str:
    return tidy_phone(text) if text and phone_fault(text) is None else text


_CONTACT = re.compile(r"contacts-(\d{1,4})-(name|title|phone|email|decides)")


def _contacts(form: Mapping[str, str]) -> list[dict[str, str]]:
    """The contacts with anything in them, in the order of their rows."""
    rows: dict[int, dict[str, str]] = {}
    for name, text in form.items():
        if text and name.startswith("contacts-") and (found := _CONTACT.fullmatch(name)):
            rows.setdefault(int(found[1]), {})[found[2]] = line(text)[: CONTACT_LENGTHS[found[2]]]
    said = [{key: row.get(key, "") for key in CONTACT_LENGTHS} for _number, row in sorted(rows.items())]
    said = [row for row in said if row["name"] or row["title"] or row["phone"] or row["email"]]
    for row in said:
        row["phone"] = settled_phone(row["phone"])
    return said[:MOST_CONTACTS]
