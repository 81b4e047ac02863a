"""What lies on the desks: archives to send, to name an archivist for, to file."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import aliased

from crm.accounts import Perm, User, below
from crm.customers.models import Customer, CustomerState
from crm.kernel.database import db

MOST = 500

_Owner, _Archivist = aliased(User), aliased(User)


def _rows() -> Any:
    rows: Any = (
        select(
            Customer.id,
            Customer.name,
            Customer.state,
            Customer.grade,
            Customer.completeness,
            Customer.collected_on,
            Customer.due_at,
            Customer.dispatch_due_at,
            Customer.approved_at,
            Customer.dispatched_at,
            Customer.archivist_id,
            _Owner.name.label("owner"),
            _Archivist.name.label("archivist"),
        )
        .join(_Owner, _Owner.id == func.coalesce(Customer.owner_id, Customer.author_id))
        .outerjoin(_Archivist, _Archivist.id == Customer.archivist_id)
        .order_by(Customer.due_at, Customer.id)
        .limit(MOST)
    )
    return rows


def to_dispatch(user: Any) -> Sequence[Any]:
    """Approved archives of the dispatcher's branch, the most pressing first (ARC-5)."""
    return db.session.execute(_rows().where(*_approved(user))).all()


def waiting_to_dispatch(user: Any) -> int:
    """How many there are altogether: one click sends `MOST` at most, so that nobody waits behind it."""
    return db.session.scalar(select(func.count(Customer.id)).where(*_approved(user))) or 0


def _approved(user: Any) -> list[Any]:
    here = below(Customer.department_path, user.department.branch_path)
    return [Customer.state == CustomerState.APPROVED, here]


def to_file(user: Any) -> Sequence[Any]:
    """What Marketing has been sent: for its manager all, for an archivist what is theirs (ARC-6)."""
    theirs = [Customer.archivist_id == user.id]
    if user.may(Perm.CUSTOMER_ASSIGN_FILING):
        theirs.append(Customer.dispatched_at.is_not(None))
    return db.session.execute(_rows().where(Customer.state == CustomerState.DISPATCHED, or_(*theirs))).all()
