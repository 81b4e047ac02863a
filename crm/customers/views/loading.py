"""The archive a door is about: what the viewer may not see is not there (404)."""

from sqlalchemy.orm import joinedload

from crm.customers.models import Customer
from crm.kernel.prepared import found

_WITH = (joinedload(Customer.chapters),)


def load(id: int, *, lock: bool = False) -> Customer:
    """The archive with its chapters; `lock` holds it until the transaction ends."""
    # a row that was waited for is read anew, what is joined to it is not: then the chapters come after it
    return found(Customer, id, lock=lock, options=() if lock else _WITH)
