"""What of an archive can be found, and when (ARC-12: what is retired leaves the search)."""

from collections.abc import Iterable
from typing import Any

from crm.kernel.database import db
from crm.kernel.seams import hears
from crm.kernel.text import initials, surname_initials
from crm.searching import drop, put_many

from .models import Customer

KIND = "customer"
#: found by name and code alone, for whoever need not see the archive (queries.lookup)
NAMES = "customer_name"

#: id; name, code, telephones and contacts; pinyin initials
Searched = tuple[int, list[str | None], str]


def searched(
    customer_id: int, name: str, code: str | None, phone: str | None, contacts: list[tuple[str, str]]
) -> Searched:
    """A row for `index_many`: name, code, telephones, and the contacts as (name, phone)."""
    texts: list[str | None] = [name, code, phone]
    letters = [initials(name)]
    for person, number in contacts:
        texts += [person, number]
        letters.append(surname_initials(person))
    return customer_id, texts, " ".join(letters)


def index(customer: Customer) -> None:
    """Bring the index up to what the archive says now."""
    live = [
        (c.name, "" if c.phone_retired_at else c.phone) for c in customer.contacts if c.retired_at is None
    ]
    phone = None if customer.phone_retired_at else customer.phone
    index_many([searched(customer.id, customer.name, customer.code, phone, live)])


def index_many(rows: Iterable[Searched]) -> None:
    """Put rows of `searched` into the index."""
    rows = list(rows)
    put_many(KIND, rows)
    put_many(NAMES, [(id_, texts[:2], initials(texts[0] or "")) for id_, texts, _letters in rows])


_CONTACTS = ("contact:retire", "contact:reinstate", "phone:retire", "phone:reinstate")


@hears("customer:change", "customer:change_free", "customer:submit", "customer:file", "customer:reinstate")
@hears(*_CONTACTS)
def _index(event: Any) -> None:
    customer = getattr(event.thing, "customer", event.thing)
    db.session.flush()
    index(customer)


@hears("customer:retire", "customer:reject", "customer:withdraw")
def _drop(event: Any) -> None:
    """A draft again, or no longer used."""
    drop(KIND, event.thing.id)
    drop(NAMES, event.thing.id)
