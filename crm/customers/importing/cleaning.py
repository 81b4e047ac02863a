"""From the cells of a row to a record: each value as it is stored, and what could not be used. Pure.

What cannot be used is never dropped: it stays in `record["other"]` under its heading, with a fault.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from crm.customers.archive.fields import BY_KEY
from crm.customers.archive.rules import licence_fault, phone_fault, tidy_licence, tidy_phone
from crm.kernel.text import folded, tidy

from .headings import Column, Headings, key_of
from .values import Unusable, as_stored, email

NAME_LONGEST = 200
#: what people write where they have nothing to write
_EMPTY = {"", "无", "暂无", "没有", "未知", "不详", "待定", "待补", "na", "null", "none", "nan"}
_BLANK_BETWEEN_CHINESE = re.compile(r"(?<=[^\x00-\x7f]) (?=[^\x00-\x7f]|\()|(?<=\)) (?=[^\x00-\x7f])")


@dataclass(frozen=True)
class Fault:
    """One cell that could not be used as it stands. `code`: a key of words.FAULTS."""

    code: str
    column: str
    given: str
    why: str = ""

    def plain(self) -> dict[str, str]:
        return {"code": self.code, "column": self.column, "given": self.given, "why": self.why}


@dataclass
class Cleaned:
    """A row, cleaned. `reason`: why it cannot become an archive (a key of words.REASONS), or ""."""

    number: int
    cells: list[str]
    record: dict[str, Any] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    reason: str = ""

    def keep(self, column: Column, text: str) -> None:
        """Keep a cell that no field takes."""
        self.record.setdefault("other", {})[column.heading] = text

    def mark(self, code: str, column: Column, text: str, why: str = "") -> None:
        self.faults.append(Fault(code, column.heading, text, why))
        self.keep(column, text)


def clean(
    number: int, cells: Sequence[str], headings: Headings, *, today: date, people: Collection[str] = ()
) -> Cleaned | None:
    """The row as a record; None where it repeats the headings. `people`: who may be an owner, by name."""
    row = Cleaned(number, list(cells))
    contact: dict[str, str] = {}
    for column in headings.columns:
        text = cells[column.index] if column.index < len(cells) else ""
        text = said(text)
        if not text:
            continue
        if not column.key:
            row.keep(column, text)
        elif column.key == "name":
            if key_of(text) == "name":
                return None
            row.record["name"] = _without_blanks(text)
        elif column.key == "owner" and text not in people:
            row.mark("owner", column, text)
        else:
            _take(row, contact, column, text, today)
    if contact:
        row.record["contacts"] = [contact]
    name = row.record.get("name", "")
    if not folded(name):
        row.reason = "name_missing"
    elif len(name) > NAME_LONGEST:
        row.reason = "name_too_long"
    return row


def said(cell: str) -> str:
    """What a cell says, tidied; a dash or 无 says nothing."""
    text = tidy(cell)
    if text.startswith(("'=", "'+", "'-", "'@")):
        text = text[1:]  # as handing_back.py, and spreadsheets themselves, mark text that is no formula
    return "" if folded(text) in _EMPTY else text


def _without_blanks(name: str) -> str:
    return _BLANK_BETWEEN_CHINESE.sub("", name)


def _take(row: Cleaned, contact: dict[str, str], column: Column, text: str, today: date) -> None:
    key = column.key
    if key == "uscc":
        if why := licence_fault(text):
            row.mark("licence", column, text, why)
        else:
            row.record[key] = tidy_licence(text)
    elif key in ("phone", "contact_mobile"):
        _take_phone(row, contact, column, text)
    elif key == "contact_email":
        _or_mark(row, contact, "email", column, text, lambda: email(text))
    elif key in ("contact_name", "contact_title"):
        contact[key.removeprefix("contact_")] = _without_blanks(text)[:100]
    elif key == "grade":
        grade = folded(text).upper().removesuffix("级").removesuffix("类")
        if grade in ("A", "B", "C"):
            row.record[key] = grade
        else:
            row.mark("grade", column, text)
    elif key in BY_KEY:
        _or_mark(row, row.record, key, column, text, lambda: as_stored(BY_KEY[key], text, column.unit, today))
    else:  # owner, source: judged by who knows people and channels
        row.record[key] = text[:100]


def _take_phone(row: Cleaned, contact: dict[str, str], column: Column, text: str) -> None:
    text = re.sub(r"(?<=\d{7})\.0+$", "", text)  # a number that a sheet once took for an amount
    if why := phone_fault(text):
        row.mark("phone", column, text, why)
    elif column.key == "contact_mobile":
        contact["mobile"] = tidy_phone(text)
    else:
        row.record["phone"] = tidy_phone(text)


def _or_mark(row: Cleaned, into: dict[str, Any], key: str, column: Column, text: str, make: Any) -> None:
    try:
        into[key] = make()
    except Unusable as unusable:
        row.mark(unusable.code, column, text)
