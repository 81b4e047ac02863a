"""The archive a door is about: what the viewer may not see is not there (404)."""

from sqlalchemy.orm import joinedload

from crm.customers.models import Customer
from crm.kernel.prepared import found

_WITH = joinedload(Customer.chapters), joinedload(Customer.needs)


def load(id: int, *, lock: bool = False) -> Customer:
    """The archive with its chapters and needs; `lock` holds it until the transaction ends."""
    return found(Customer, id, lock=lock, options=_WITH)
