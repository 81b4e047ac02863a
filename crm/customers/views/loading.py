"""The archive a door is about: what the viewer may not see is not there (404)."""

from crm.customers.models import Customer
from crm.kernel.prepared import found


def load(id: int, *, lock: bool = False) -> Customer:
    """The archive; `lock` holds it until the transaction ends."""
    return found(Customer, id, lock=lock)
