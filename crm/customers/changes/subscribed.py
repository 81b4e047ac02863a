"""What a department is told of: name, code and the newest change, of customers it need not see (ARC-10)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from crm.accounts import Department
from crm.customers.models import Customer, FieldChange, Subscription
from crm.kernel.database import db, reading
from crm.kernel.scope import as_everyone

from .fields import is_sealed, label

MOST = 200


@dataclass(frozen=True)
class Subscribed:
    """One customer the department subscribed to. `fields`: names of what changed last, never values;
    `visible`: the reader may open the archive."""

    id: int
    name: str
    code: str | None
    since: datetime
    changed_at: datetime | None
    fields: list[str]
    visible: bool


def of_department(department: Department) -> list[Subscribed]:
    """The department's subscriptions, the newest change first."""
    newest = func.max(FieldChange.at).label("changed_at")
    query = (
        select(Customer.id, Customer.name, Customer.code, Subscription.at, newest)
        .join(Subscription, Subscription.customer_id == Customer.id)
        .outerjoin(FieldChange, FieldChange.customer_id == Customer.id)
        .where(Subscription.department_id == department.id)
        .group_by(Customer.id, Customer.name, Customer.code, Subscription.at)
        .order_by(newest.is_(None), newest.desc(), Customer.id)
        .limit(MOST)
    )
    with reading(), as_everyone("a department's subscriptions: name, code, which fields changed") as session:
        rows = session.execute(query).all()
        fields = _last_fields(session, [row.id for row in rows])
    ids = [row.id for row in rows]
    visible = set(db.session.scalars(select(Customer.id).where(Customer.id.in_(ids)))) if ids else set()
    return [
        Subscribed(
            row.id, row.name, row.code, row.at, row.changed_at, fields.get(row.id, []), row.id in visible
        )
        for row in rows
    ]


def _last_fields(session: Any, ids: Sequence[int]) -> dict[int, list[str]]:
    """Which fields changed at the newest moment, by customer; what is sensitive is not named."""
    last = (
        select(FieldChange.customer_id, func.max(FieldChange.at).label("at"))
        .where(FieldChange.customer_id.in_(ids))
        .group_by(FieldChange.customer_id)
        .subquery()
    )
    query = select(FieldChange.customer_id, FieldChange.field, FieldChange.part).join(
        last, (last.c.customer_id == FieldChange.customer_id) & (last.c.at == FieldChange.at)
    )
    found: dict[int, list[str]] = {}
    for row in session.execute(query):
        if not is_sealed(row.part):
            name = label(None, row.field)
            found.setdefault(row.customer_id, [])
            if name not in found[row.customer_id]:
                found[row.customer_id].append(name)
    return found
