"""A customer on one sheet of paper: rows of labels and values, sensitive ones masked (CUS-2, CUS-6)."""

from dataclasses import dataclass
from typing import Any

from crm.customers.archive.fields import BY_KEY, CHOICES
from crm.customers.archive.shown import phone, shown
from crm.customers.archive.values import contacts_of, current_need, values_of
from crm.customers.models import Customer
from crm.kernel.languages import gettext as _


@dataclass(frozen=True)
class Card:
    customer: Customer
    values: dict[str, str]
    natures: list[tuple[str, bool]]
    contact: dict[str, str]
    need: str


def card_of(customer: Customer, viewer: Any) -> Card:
    """What this person's print of the card says."""
    reads = customer.sees_sensitive(viewer)
    raw = values_of(customer)
    if customer.phone_retired_at is not None:
        raw["phone"] = None  # nobody is to dial it from paper (ARC-12)
    values = {
        key: _("■■■■（敏感，未授权）") if BY_KEY[key].sensitive and not reads else shown(key, value)
        for key, value in raw.items()
    }
    dead = {c.phone for c in customer.contacts if c.phone_retired_at is not None}
    contacts = contacts_of(customer)
    first = dict(contacts[0]) if contacts else {"name": "", "title": "", "phone": ""}
    first["phone"] = "" if first["phone"] in dead else phone(first["phone"])
    need = current_need(customer)
    natures = [(str(label), raw["nature"] == key) for key, label in CHOICES["nature"].items()]
    return Card(customer, values, natures, first, need.text if need else "")
