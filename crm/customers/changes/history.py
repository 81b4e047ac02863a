"""A field's history: old, new, who, when, why, approved by; the filing is its start (ARC-9)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from crm.audit import history
from crm.customers.models import Customer, FieldChange
from crm.kernel.clock import local
from crm.kernel.database import db
from crm.kernel.frame import when
from crm.kernel.languages import gettext as _

from .fields import contact_key, currents, in_words, is_sealed, known, label, part_of
from .outcome import mask


@dataclass(frozen=True)
class Turn:
    """One value a field had: `old` is None at its beginning. `request_id`: the proposal it came by."""

    old: str | None
    new: str
    who: str
    at: datetime
    why: str
    approved_by: str
    label: str = ""
    request_id: int | None = None

    @property
    def at_text(self) -> str:
        return when(self.at)

    @property
    def at_iso(self) -> str:
        return f"{local(self.at):%Y-%m-%dT%H:%M}"


def turns_of(customer: Customer, key: str, *, reads: bool) -> list[Turn]:
    """The field's values, newest first, down to what it was filed with. `reads`: what is sensitive too."""
    if not known(key):
        return []
    mine = select(FieldChange).where(FieldChange.customer_id == customer.id, FieldChange.field == key)
    changes = list(db.session.scalars(mine.order_by(FieldChange.id.desc())))
    turns = [turn_of(change, customer, reads=reads) for change in changes]
    first = changes[-1].values["old"] if changes else currents(customer).get(key)
    if contact_key(key) and first is None and changes:
        return turns  # a contact that was added later
    hidden = is_sealed(part_of(key)) and not reads
    began = _began(customer)
    entered = customer.author.name
    return [*turns, Turn(None, mask() if hidden else in_words(key, first), entered, *began)]


def contact_turns(customer: Customer, contact_id: int, *, reads: bool) -> list[Turn]:
    """What changed of one contact, newest first."""
    keys = FieldChange.field.startswith(f"contact-{contact_id}.", autoescape=True)
    mine = select(FieldChange).where(FieldChange.customer_id == customer.id, keys)
    changes = db.session.scalars(mine.order_by(FieldChange.id.desc()))
    return [turn_of(change, customer, reads=reads) for change in changes]


def turn_of(change: FieldChange, customer: Customer, *, reads: bool) -> Turn:
    """A row of the history as this reader may see it."""
    hidden = is_sealed(change.part) and not reads
    key, values = change.field, change.values
    return Turn(
        mask() if hidden else in_words(key, values["old"]),
        mask() if hidden else in_words(key, values["new"]),
        change.by.name,
        change.at,
        change.reason,
        change.approved_by.name if change.approved_by else "",
        label(customer, key),
        change.request_id,
    )


def _began(customer: Customer) -> tuple[datetime, str, str]:
    """(when, why, who approved) of the entry: the audit chain knows who let it in."""
    events: list[Any] = history(Customer.__tablename__, customer.id)
    let_in = next((e for e in events if e.tag in ("customer:approve", "customer:import")), None)
    approver = let_in.actor_name if let_in is not None and let_in.tag == "customer:approve" else ""
    return customer.filed_at or customer.created_at, _("归档入册"), approver
