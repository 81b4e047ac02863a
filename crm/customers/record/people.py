"""The contacts' tab: who is there, who left, which numbers are dead, and what one may do (ARC-12)."""

from typing import Any

from crm.customers.archive.values import contact_rows
from crm.customers.models import Customer
from crm.customers.steps import contacts


def people_of(customer: Customer, viewer: Any) -> dict[str, Any]:
    """What templates/customers/_tab_contacts.html asks for."""
    rows = contact_rows(customer)

    def may(asked: Any) -> set[int]:
        return {c.id for c in customer.contacts if asked(c, viewer)}

    return {
        "contacts": [c for c in rows if c.retired_at is None],
        "left": sorted((c for c in rows if c.retired_at), key=lambda c: c.retired_at, reverse=True),
        "may_retire": may(contacts.may_retire),
        "may_reinstate": may(contacts.may_reinstate),
        "may_retire_phone": may(contacts.may_retire_phone),
        "may_reinstate_phone": may(contacts.may_reinstate_phone),
        "phone_out": contacts.may_retire_phone(customer, viewer),
        "phone_in": contacts.may_reinstate_phone(customer, viewer),
    }
