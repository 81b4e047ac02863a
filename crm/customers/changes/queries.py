"""Reads about changes: what waits, what came after a form was opened, newest marks."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from crm.accounts import Perm
from crm.approvals import Review
from crm.customers.models import ChangeItem, ChangeRequest, Customer, FieldChange
from crm.kernel.database import db
from crm.kernel.languages import gettext as _
from crm.kernel.languages import lazy_gettext as _l
from crm.kernel.todo import todo_select

#: kind of a to-do line: its name, its page, the name of the id in the page's address
TODO_KINDS = {"customers:change": (_l("修改变更申请"), "customers.proposal", "id")}


def waiting(user: Any) -> list[Select[Any]]:
    """What one proposed and the reviewer gave back, as lines of the to-do list."""
    if not user.may(Perm.CUSTOMER_CHANGE):
        return []
    # one's own requests, which is the scope: also where the customer is another department's by now
    request: Any = ChangeRequest.__table__
    customer: Any = Customer.__table__
    line = todo_select("customers:change", request.c.id, title=_("修改变更申请"), object=customer.c.name)
    mine = line.select_from(request).join(customer, customer.c.id == request.c.customer_id)
    returned = request.c.author_id == user.id, request.c.state == "returned"
    return [mine.where(request.c.flow == "customers:change", *returned)]


def waiting_items(customer: Customer, *, besides: int | None = None) -> list[ChangeItem]:
    """What others propose about this archive and nobody decided yet, the oldest first."""
    query = (
        select(ChangeItem)
        .join(ChangeItem.request)
        .where(ChangeItem.customer_id == customer.id, ChangeRequest.state == "pending")
        .options(joinedload(ChangeItem.request).joinedload(ChangeRequest.author))
        .order_by(ChangeItem.id)
    )
    if besides is not None:
        query = query.where(ChangeRequest.id != besides)
    return list(db.session.scalars(query))


def newest_change(customer_id: int, keys: Iterable[str] | None = None) -> int:
    """Id of the last row of the archive's history, or of that of some fields; 0 where there is none."""
    query = select(func.max(FieldChange.id)).where(FieldChange.customer_id == customer_id)
    if keys is not None:
        query = query.where(FieldChange.field.in_(list(keys)))
    return db.session.scalar(query) or 0


def changes_since(customer: Customer, seen: int) -> dict[str, FieldChange]:
    """The first change of each field after the row `seen`: its old value is what stood there then."""
    query = select(FieldChange).where(FieldChange.customer_id == customer.id, FieldChange.id > seen)
    first: dict[str, FieldChange] = {}
    for change in db.session.scalars(query.order_by(FieldChange.id)):
        first.setdefault(change.field, change)
    return first


def requests_of(customer: Customer, limit: int = 100) -> list[ChangeRequest]:
    """The proposals about an archive, newest first."""
    query = (
        select(ChangeRequest)
        .where(ChangeRequest.customer_id == customer.id)
        .options(joinedload(ChangeRequest.author))
    )
    return list(db.session.scalars(query.order_by(ChangeRequest.id.desc()).limit(limit)))


def changes_of(customer: Customer, limit: int = 200) -> list[FieldChange]:
    """What became history, newest first."""
    query = select(FieldChange).where(FieldChange.customer_id == customer.id)
    return list(db.session.scalars(query.order_by(FieldChange.id.desc()).limit(limit)))


def review_of(request: ChangeRequest) -> Review | None:
    """The newest round of a proposal, where the viewer may read it."""
    mine = select(Review).where(
        Review.thing_type == ChangeRequest.__tablename__, Review.thing_id == request.id
    )
    return db.session.scalar(mine.order_by(Review.id.desc()).limit(1))
