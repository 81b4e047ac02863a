"""What of a filed archive can change, by a key each: a field of the archive, or "contact-12.phone".

Values here are plain, as JSON keeps them: dates are ISO text, money is 分, nothing known is None.
"""

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from crm.accounts import User
from crm.customers.alike import likeness
from crm.customers.archive import rules
from crm.customers.archive.facts import label_of
from crm.customers.archive.fields import ASKED, BY_KEY, NEED, ArchiveField
from crm.customers.archive.shown import contact_line, decides_names, phone, shown
from crm.customers.archive.typed import CONTACT_LENGTHS
from crm.customers.archive.values import by_chapter, current_need, values_of
from crm.customers.models import ChapterValues, Contact, Customer, Need
from crm.kernel.database import db
from crm.kernel.errors import Refused
from crm.kernel.languages import gettext as _

#: the first contact is noted by a step of its own; the day of collection decides conflicts (OWN-1)
_NOT_HERE = ("collected_on", "first_contact_on")
CHANGEABLE: tuple[ArchiveField, ...] = tuple(f for f in ASKED if f.key not in _NOT_HERE)
_NEED_KEYS = frozenset(f.key for f in NEED)
_CONTACT = re.compile(rf"contact-(\d+)\.({'|'.join(CONTACT_LENGTHS)})")
_NEW = re.compile(r"contact-new-\d+")


def contact_key(key: str) -> tuple[int, str] | None:
    """(id of the contact, which of its values) of such a key."""
    found = _CONTACT.fullmatch(key)
    return (int(found[1]), found[2]) if found else None


def is_new_contact(key: str) -> bool:
    """Whether the value is a whole contact that is to be added."""
    return _NEW.fullmatch(key) is not None


def known(key: str) -> bool:
    """Whether a key names something an archive can have."""
    return key in BY_KEY or key in ("owner_id", "grade") or contact_key(key) is not None


def part_of(key: str) -> str:
    """Where the value lies; sensitive ones in a part that ends in ".sealed"."""
    if contact_key(key) or is_new_contact(key):
        return "contacts"
    if key in _NEED_KEYS:
        return "need"
    field = BY_KEY.get(key)
    return "" if field is None or field.column else field.part


def is_sealed(part: str) -> bool:
    return part.endswith(".sealed")


def plain(value: Any) -> Any:
    """A value as it is kept: "" is nothing."""
    if value in (None, ""):
        return None
    return value.isoformat() if isinstance(value, date) else value


def currents(customer: Customer) -> dict[str, Any]:
    """What the archive says now, by key; contacts that were retired too."""
    said = {key: plain(value) for key, value in values_of(customer).items()}
    said |= {
        f"contact-{c.id}.{part}": plain(getattr(c, part))
        for c in customer.contacts
        for part in CONTACT_LENGTHS
    }
    return said | {"owner_id": customer.owner_id, "grade": customer.grade}


def differing(before: Mapping[str, Any], said: Mapping[str, Any], *, reads: bool) -> dict[str, Any]:
    """What of `said` would change something. Of a value its author may not read it does not say whether it is
    the same as now: whoever guessed would learn it (CUS-2)."""
    return {
        key: value
        for key, value in said.items()
        if before.get(key) != value or (not reads and is_sealed(part_of(key)))
    }


# --- in words --------------------------------------------------------------------------------------


def label(customer: Customer | None, key: str) -> str:
    """What a key is called; a contact's value with the contact's name."""
    if key in BY_KEY:
        return label_of(BY_KEY[key])
    if is_new_contact(key):
        return _("新增联系人")
    if found := contact_key(key):
        what = contact_labels()[found[1]]
        who = next((c.name for c in customer.contacts if c.id == found[0]), "") if customer else ""
        return _("联系人 %(who)s：%(what)s", who=who, what=what) if who else _("联系人的%(what)s", what=what)
    return {"owner_id": _("负责人"), "grade": _("需求等级")}.get(key, key)


def contact_labels() -> dict[str, str]:
    return {
        "name": _("姓名"),
        "title": _("职务"),
        "phone": _("电话"),
        "email": _("邮箱"),
        "decides": _("在决策中"),
    }


def in_words(key: str, value: Any) -> str:
    """A plain value as people read it; "" where nothing is known."""
    if value in (None, ""):
        return ""
    if isinstance(value, Mapping):
        return contact_line({part: value.get(part) or "" for part in CONTACT_LENGTHS})
    if found := contact_key(key):
        if found[1] == "decides":
            return decides_names().get(value, str(value))
        return phone(value) if found[1] == "phone" else str(value)
    if key == "owner_id":
        owner = db.session.get(User, value)
        return owner.name if owner else str(value)
    return shown(key, value) if key in BY_KEY else str(value)


# --- written ---------------------------------------------------------------------------------------


def put(customer: Customer, changes: Mapping[str, Any], *, at: datetime) -> dict[str, Any]:
    """Write plain values into the archive, and what follows from them. Answers with what was written: a new
    contact as one key for each of its values."""
    written: dict[str, Any] = {}
    for key, value in changes.items():
        if is_new_contact(key):
            written |= _add_contact(customer, value)
        else:
            _put_one(customer, key, value)
            written[key] = value
    customer.name_key = likeness.name_key(customer.name)
    customer.completeness = rules.completeness(by_chapter(values_of(customer)))["total"]
    customer.updated_at = at
    return written


def _put_one(customer: Customer, key: str, value: Any) -> None:
    if found := contact_key(key):
        return _put_contact(customer, *found, value)
    field = BY_KEY[key]
    if key in _NEED_KEYS:
        _put_need(customer, field, value)
    elif field.column:
        setattr(customer, key, typed(field, value))
        if key == "phone":
            customer.phone_retired_at = None  # another number is not the dead one
    else:
        _put_chapter(customer, field, value)
    return None


def typed(field: ArchiveField, value: Any) -> Any:
    return date.fromisoformat(value) if field.kind == "date" and value else value


def _put_contact(customer: Customer, contact_id: int, part: str, value: Any) -> None:
    contact = next((c for c in customer.contacts if c.id == contact_id and c.retired_at is None), None)
    if contact is None:
        raise Refused(_("这位联系人已经停用，有关的改动不能生效。"))
    setattr(contact, part, value or "")
    if part == "phone":
        contact.phone_retired_at = None


def _add_contact(customer: Customer, said: Mapping[str, Any]) -> dict[str, Any]:
    contact = Contact(**{part: said.get(part) or "" for part in CONTACT_LENGTHS})
    contact.primary = not any(c.primary and c.retired_at is None for c in customer.contacts)
    customer.contacts.append(contact)
    db.session.flush()
    return {f"contact-{contact.id}.{part}": said[part] for part in CONTACT_LENGTHS if said.get(part)}


def _put_need(customer: Customer, field: ArchiveField, value: Any) -> None:
    need = current_need(customer)
    if need is None:
        need = Need(text="", intent="", pain="", decider="", influencers="")
        customer.needs.append(need)
    empty = None if field.kind in ("date", "money") else ""
    setattr(need, field.key[5:], empty if value is None else typed(field, value))


def _put_chapter(customer: Customer, field: ArchiveField, value: Any) -> None:
    chapter = next((c for c in customer.chapters if c.part == field.part), None)
    if chapter is None:
        chapter = ChapterValues(part=field.part, values={})
        customer.chapters.append(chapter)
    said = {k: v for k, v in chapter.values.items() if k != field.key}
    chapter.values = said if value is None else said | {field.key: value}
