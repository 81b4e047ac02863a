"""What the record shows of changes: what waits, what became history, who is told."""

from typing import Any

from sqlalchemy import Select, bindparam, func, select

from crm.customers.models import ChangeRequest, Customer
from crm.kernel.prepared import ask

from .history import turn_of
from .page import STATES, state_names
from .queries import changes_of, requests_of
from .telling import may_end, subscribable, subscriptions


def waiting_count(customer: Customer) -> int:
    """How many proposals about this archive wait for a reviewer."""
    return int(ask("changes waiting", _waiting, id=customer.id).scalar() or 0)


def _waiting() -> Select[Any]:
    pending = ChangeRequest.customer_id == bindparam("id"), ChangeRequest.state == "pending"
    return select(func.count(ChangeRequest.id)).where(*pending)


def beside_history(customer: Customer, viewer: Any) -> dict[str, Any]:
    """What templates/customers/changes/_history.html asks for."""
    reads = customer.sees_sensitive(viewer)
    told = subscriptions(customer)
    return {
        "requests": requests_of(customer),
        "request_states": state_names(),
        "request_marks": STATES,
        "turns": [(change.field, turn_of(change, customer, reads=reads)) for change in changes_of(customer)],
        "told": told,
        "may_end": {s.id for s in told if may_end(s, customer, viewer)},
        "subscribable": subscribable(customer, viewer) if customer.in_register else [],
    }
