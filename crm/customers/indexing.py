"""What of an archive can be found, and when (ARC-12: what is retired leaves the search)."""

from typing import Any

from crm.kernel.database import db
from crm.kernel.seams import hears
from crm.kernel.text import initials, surname_initials
from crm.searching import drop, put

from .models import Customer

KIND = "customer"


def searched(
    customer_id: int, name: str, code: str | None, phone: str | None, contacts: list[tuple[str, str]]
) -> tuple[int, list[str | None], str]:
    """A row for searching.put_many: name, code, telephones, and the contacts as (name, phone)."""
    texts: list[str | None] = [name, code, phone]
    letters = [initials(name)]
    for person, number in contacts:
        texts += [person, number]
        letters.append(surname_initials(person))
    return customer_id, texts, " ".join(letters)


def index(customer: Customer) -> None:
    """Bring the index up to what the archive says now."""
    live = [(c.name, c.phone) for c in customer.contacts if c.retired_at is None]
    _id, texts, letters = searched(customer.id, customer.name, customer.code, customer.phone, live)
    put(KIND, customer.id, *texts, initials=letters)


@hears("customer:submit", "customer:file", "customer:reinstate", "contact:retire")
def _index(event: Any) -> None:
    customer = getattr(event.thing, "customer", event.thing)
    db.session.flush()
    index(customer)


@hears("customer:retire", "customer:reject", "customer:withdraw")
def _drop(event: Any) -> None:
    """A draft again, or no longer used."""
    drop(KIND, event.thing.id)
