"""Which fields' small corrections apply at once; an administrator marks them (ARC-9)."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select

from crm.audit import record
from crm.customers.models import FreeField
from crm.kernel.database import db

from .fields import CHANGEABLE, contact_key, is_new_contact

#: until an administrator says otherwise
SHIPPED = frozenset({"address", "website", "contact.phone", "contact.email"})
#: what says that an administrator marked none
_NONE = "-"
#: who they are, and what the review of the entry was about
_NEVER = ("name", "uscc", "need_text", "source_channel", "value_level")
CONTACT_VALUES = ("title", "phone", "email", "decides")


def markable() -> list[str]:
    """Keys of what may be marked: never what is sensitive, nor by what one knows the customer."""
    fields = [f.key for f in CHANGEABLE if not f.sensitive and f.key not in _NEVER]
    return fields + [f"contact.{part}" for part in CONTACT_VALUES]


def free_keys() -> frozenset[str]:
    """The keys that are marked now; of contacts "contact.phone"."""
    marked = frozenset(db.session.scalars(select(FreeField.key)))
    return (marked & set(markable())) if marked else SHIPPED


def is_free(key: str, marked: Collection[str]) -> bool:
    """Whether a change of `key` ("contact-12.phone") applies at once."""
    found = contact_key(key)
    return not is_new_contact(key) and (f"contact.{found[1]}" if found else key) in marked


def mark(keys: Collection[str], *, by: Any, at: datetime) -> None:
    """From now on exactly these are free."""
    chosen, before = set(keys) & set(markable()), free_keys()
    if chosen == before:
        return
    db.session.execute(delete(FreeField))
    db.session.add_all([FreeField(key=key) for key in sorted(chosen) or [_NONE]])
    added, removed = sorted(chosen - before), sorted(before - chosen)
    record("free_field:mark", None, by=by, at=at, added=added, removed=removed)
