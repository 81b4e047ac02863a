"""From cleaned rows to their fate: imported, with warnings or without, duplicate, rejected (ARC-14). Pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from crm.customers.alike.likeness import likeness, name_key

from .cleaning import Cleaned, Fault


class Status(StrEnum):
    VALID = "valid"
    WARNED = "valid_with_warnings"
    DUPLICATE = "duplicate"
    REJECTED = "rejected"


#: per cent of likeness from which two names with one key are one company
SAME = 90
#: what becomes an archive
TAKEN = (Status.VALID, Status.WARNED)


@dataclass(frozen=True)
class Company:
    """What is known of a company: enough to tell whether it is the same. `id`: of the archive or the row."""

    id: int
    name: str
    uscc: str | None


@dataclass
class Known:
    """Companies by licence code, by normalised name (several may share one), by telephone."""

    by_licence: dict[str, Company] = field(default_factory=dict)
    by_name: dict[str, list[Company]] = field(default_factory=dict)
    by_phone: dict[str, Company] = field(default_factory=dict)

    def add(self, company: Company, key: str) -> None:
        if company.uscc:
            self.by_licence.setdefault(company.uscc, company)
        if key:
            self.by_name.setdefault(key, []).append(company)

    def same(self, name: str, key: str, uscc: str | None) -> tuple[Company, str] | None:
        """The same company and how one knows: same_licence, same_name, other_licence (same name only)."""
        if uscc and (found := self.by_licence.get(uscc)):
            return found, "same_licence"
        for found in self.by_name.get(key, ()):
            if likeness(name, found.name) >= SAME:
                return found, "other_licence" if uscc and found.uscc and uscc != found.uscc else "same_name"
        return None


@dataclass
class Judged:
    """A row and its fate. `duplicate_row`: in this file; `duplicate_of_id`: an archive in the register."""

    number: int
    status: Status
    record: dict[str, Any]
    warnings: list[dict[str, str]]
    cells: list[str]
    reason: str = ""
    duplicate_row: int | None = None
    duplicate_of_id: int | None = None


@dataclass
class Keys:
    """What to ask the register for."""

    licences: set[str] = field(default_factory=set)
    names: set[str] = field(default_factory=set)
    phones: set[str] = field(default_factory=set)


def keys_of(records: Iterable[Mapping[str, Any]]) -> Keys:
    """Licence codes, normalised names and telephones of rows."""
    keys = Keys()
    for record in records:
        keys.names.add(name_key(record["name"]))
        keys.phones |= phones_of(record)
        if code := record.get("uscc"):
            keys.licences.add(code)
    keys.names.discard("")
    return keys


def phones_of(record: Mapping[str, Any]) -> set[str]:
    numbers = {record.get("phone", ""), *(c.get("mobile", "") for c in record.get("contacts", ()))}
    return numbers - {""}


def judge(rows: Iterable[Cleaned], register: Known) -> Iterator[Judged]:
    """The fate of each row. `register`: what stands there already."""
    file = Known()
    for row in rows:
        judged = Judged(row.number, Status.VALID, row.record, [], row.cells, reason=row.reason)
        if row.reason:
            judged.status = Status.REJECTED
        else:
            _look_for_same(judged, file, register)
        if not judged.reason:
            row.faults += _same_phones(row, file, register)
            judged.status = Status.WARNED if row.faults else Status.VALID
        judged.warnings = [fault.plain() for fault in row.faults]
        yield judged


def _look_for_same(judged: Judged, file: Known, register: Known) -> None:
    name, code = judged.record["name"], judged.record.get("uscc")
    key = name_key(name)
    if same := register.same(name, key, code):
        judged.duplicate_of_id, judged.reason = same[0].id, same[1]
    elif same := file.same(name, key, code):
        judged.duplicate_row, judged.reason = same[0].id, f"{same[1]}_in_file"
    else:
        file.add(Company(judged.number, name, code), key)
    if judged.reason:
        judged.status = Status.DUPLICATE


def _same_phones(row: Cleaned, file: Known, register: Known) -> Iterator[Fault]:
    """Two companies may share a telephone; somebody should look."""
    for number in sorted(phones_of(row.record)):
        if number in register.by_phone:
            yield Fault("same_phone", "", number)
        elif first := file.by_phone.get(number):
            yield Fault("same_phone_in_file", "", number, str(first.id))
        else:
            file.by_phone[number] = Company(row.number, row.record["name"], None)
