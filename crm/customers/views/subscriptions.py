"""Departments that are told of a customer's changes (ARC-10)."""

from flask import flash, g, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from crm.accounts import Department, Perm
from crm.customers import bp
from crm.customers.changes.subscribed import of_department
from crm.customers.changes.telling import subscribe, unsubscribe
from crm.customers.models import Subscription
from crm.kernel.database import db
from crm.kernel.errors import Refused
from crm.kernel.languages import gettext as _
from crm.kernel.web import form_at, go, page, requires, whole_number

from .loading import load


@bp.get("/subscriptions")
@requires(Perm.CUSTOMER_READ)
def subscriptions() -> ResponseReturnValue:
    """What one's own department is told of."""
    return page("customers/changes/subscriptions.html", rows=of_department(g.user.department))


@bp.post("/<int:id>/subscriptions")
@form_at("customers.show", tab="history")
@requires(Perm.CUSTOMER_SUBSCRIBE)
def add_subscription(id: int) -> ResponseReturnValue:
    customer = load(id)
    number = whole_number(request.form.get("department"))
    department = db.session.scalar(select(Department).where(Department.id == number))
    if department is None:
        raise Refused(_("请选择一个部门。"))
    subscribe(customer, department, by=g.user, at=g.now)
    flash(_("%(name)s 会收到这家客户的变更消息。", name=department.name), "ok")
    return go("customers.show", id=id, tab="history")


@bp.post("/<int:id>/subscriptions/<int:subscription_id>/removal")
@requires(Perm.CUSTOMER_SUBSCRIBE)
def end_subscription(id: int, subscription_id: int) -> ResponseReturnValue:
    customer = load(id)
    mine = select(Subscription).where(Subscription.id == subscription_id, Subscription.customer_id == id)
    unsubscribe(db.first_or_404(mine), customer, by=g.user, at=g.now)
    flash(_("已取消订阅。"), "ok")
    return go("customers.show", id=id, tab="history")
