"""Who is told of a change, and which departments asked to be (ARC-10). Never a value (CUS-7)."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from flask import current_app
from sqlalchemy import select

from crm.accounts import GRANTS, Department, Perm, User, UserRole
from crm.approvals import manager_of
from crm.audit import Event, record
from crm.customers.models import Customer, Subscription
from crm.kernel.database import db
from crm.kernel.errors import Forbidden, Refused
from crm.kernel.languages import gettext as _
from crm.kernel.languages import lazy_gettext as _l
from crm.kernel.seams import hears
from crm.notifications import notify

from .proposing import leads


@hears("customer:change", "customer:change_free")
def tell(event: Event) -> None:
    """The owner's superior and the subscribed departments; the owner too where somebody else changed it."""
    customer, count = event.thing, len(event.facts["fields"])
    text = _l("客户资料有变更：%(name)s（%(n)s 项）", name=customer.name, n=count)
    routes = current_app.url_map.bind("")
    above = _line_of(customer) - {event.by.id}
    notify(above, text, routes.build("customers.show", {"id": customer.id, "tab": "history"}), at=event.at)
    subscribed = _readers_in(s.department_id for s in subscriptions(customer)) - above - {event.by.id}
    notify(subscribed, text, routes.build("customers.subscriptions"), at=event.at)


def _line_of(customer: Customer) -> set[int]:
    """The owner and whoever decides about the owner's proposals."""
    if customer.owner_id is None:
        return set()
    owner = db.session.get(User, customer.owner_id)
    return {owner.id, *(person.id for person in manager_of(owner))} if owner is not None else set()


def _readers_in(department_ids: Iterable[int]) -> set[int]:
    """Those of the departments who may read customers at all."""
    readers = select(User.id).join(UserRole, UserRole.user_id == User.id)
    mine = readers.where(
        User.department_id.in_(list(department_ids)),
        User.active,
        UserRole.role.in_(GRANTS[Perm.CUSTOMER_READ]),
    )
    return set(db.session.scalars(mine))


# --- subscriptions ---------------------------------------------------------------------------------


def subscriptions(customer: Customer) -> list[Subscription]:
    """The departments that are told of this customer's changes."""
    mine = select(Subscription).where(Subscription.customer_id == customer.id).order_by(Subscription.id)
    return list(db.session.scalars(mine))


def subscribable(customer: Customer, user: Any) -> list[Department]:
    """The departments this person may subscribe: a head their own and those below; who leads the customer's
    line, or all, any."""
    if not user.may(Perm.CUSTOMER_SUBSCRIBE):
        return []
    query = select(Department).where(Department.closed_at.is_(None)).order_by(Department.path)
    if not (user.sees_all or leads(customer, user)):
        query = query.where(Department.path.startswith(user.department.path, autoescape=True))
    taken = {s.department_id for s in subscriptions(customer)}
    return [d for d in db.session.scalars(query) if d.id not in taken]


def may_end(subscription: Subscription, customer: Customer, user: Any) -> bool:
    if not user.may(Perm.CUSTOMER_SUBSCRIBE):
        return False
    own = subscription.department.path.startswith(user.department.path)
    return bool(user.sees_all or own or leads(customer, user))


def subscribe(customer: Customer, department: Department, *, by: Any, at: datetime) -> Subscription:
    """From now on the department is told of the customer's changes."""
    if department.id not in {d.id for d in subscribable(customer, by)}:
        raise Refused(_("这个部门已经订阅，或不由您订阅。"))
    subscription = Subscription(
        customer_id=customer.id, department_id=department.id, department=department, by_id=by.id, at=at
    )
    db.session.add(subscription)
    record("customer:subscribe", customer, by=by, at=at, department=department.id, name=department.name)
    return subscription


def unsubscribe(subscription: Subscription, customer: Customer, *, by: Any, at: datetime) -> None:
    if not may_end(subscription, customer, by):
        raise Forbidden(_("这个部门的订阅不由您取消。"))
    db.session.delete(subscription)
    department = subscription.department
    record("customer:unsubscribe", customer, by=by, at=at, department=department.id, name=department.name)
