"""The archive a door is about: what the viewer may not see is not there (404)."""

from sqlalchemy import select

from crm.customers.models import Customer
from crm.kernel.database import db


def load(id: int, *, lock: bool = False) -> Customer:
    """The archive; `lock` holds it until the transaction ends (PostgreSQL; SQLite has one writer anyway)."""
    query = select(Customer).where(Customer.id == id)
    if lock:
        query = query.with_for_update(of=Customer)
    customer: Customer = db.first_or_404(query)
    return customer
