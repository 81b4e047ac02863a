"""Demand grades (GRD-1): set by the sales manager, proposed by the owner; every change with a reason and a
date, in the grades' own history and in that of the field."""

from datetime import datetime
from typing import Any

from sqlalchemy import Select, bindparam, select

from crm.accounts import Perm, User
from crm.approvals import Review
from crm.audit import record
from crm.customers.models import (
    ChangeItem,
    ChangeRequest,
    Customer,
    CustomerState,
    FieldChange,
    Grade,
    GradeChange,
)
from crm.kernel.database import db
from crm.kernel.errors import Forbidden, Refused
from crm.kernel.languages import gettext as _
from crm.kernel.prepared import ask

FLOW = "customers:grade"
_SETTLED = (CustomerState.APPROVED, CustomerState.DISPATCHED, CustomerState.FILED)


def regrade(customer: Customer, grade: Grade, *, reason: str, by: Any, at: datetime) -> GradeChange:
    """The manager sets the demand grade; Refused without a reason."""
    if not customer.can_grade(by):
        raise Forbidden(_("需求等级由本部门的业务经理评定。"))
    if not reason.strip():
        raise Refused(_("请写明评定依据。"), fields={"reason": _("请写明评定依据。")})
    return _write(customer, grade, reason=reason.strip(), by=by, at=at)


def may_propose(customer: Customer, user: Any) -> bool:
    """The owner of a customer who does not grade it anyway."""
    owns = customer.owner_id == user.id and user.may(Perm.CUSTOMER_ENTER)
    return owns and customer.state in _SETTLED and not customer.can_grade(user)


def open_proposal(customer: Customer) -> ChangeRequest | None:
    """The proposal that waits for the manager or came back to its author."""
    id = ask("grade proposal", _open_proposal, id=customer.id).scalar()
    return None if id is None else db.session.get_one(ChangeRequest, id)


def _open_proposal() -> Select[Any]:
    waits = select(ChangeRequest.id).where(
        ChangeRequest.customer_id == bindparam("id"),
        ChangeRequest.flow == FLOW,
        ChangeRequest.state.in_(("pending", "returned")),
    )
    return waits.order_by(ChangeRequest.id.desc()).limit(1)


def propose(customer: Customer, grade: Grade, *, reason: str, by: User, at: datetime) -> ChangeRequest:
    """Ask the manager for another grade. What came back is asked again as the next round of the same."""
    if customer.owner_id != by.id:
        raise Forbidden(_("需求等级由负责人提议，业务经理评定。"))
    if not may_propose(customer, by):
        raise Refused(_("这份档案现在不能提议等级；您自己能评定的，直接评定。"))
    if not reason.strip():
        raise Refused(_("请写明评定依据。"), fields={"reason": _("请写明评定依据。")})
    if customer.grade == grade:
        raise Refused(_("现在就是这个等级。"), fields={"grade": _("现在就是这个等级。")})
    request = _asked_again(customer, by, at)
    request.state, request.reason = "pending", reason.strip()
    request.items[0].values = {"old": customer.grade, "new": str(grade)}
    db.session.flush()
    facts = {"before": customer.grade, "after": str(grade)}
    record("customer:propose_grade", customer, by=by, at=at, reason=request.reason, **facts)
    proposal = {"customer": customer.id, "reason": request.reason, **facts}
    Review.submit(
        FLOW, request, object_name=customer.name, proposal=proposal, by=by, at=at, note=request.reason
    )
    return request


def _asked_again(customer: Customer, by: User, at: datetime) -> ChangeRequest:
    """The author's returned request, or a new one; another's that came back has nothing to wait for."""
    old = open_proposal(customer)
    if old is not None and old.state == "pending":
        raise Refused(_("这家客户的等级提议正等经理评定，不用再提。"))
    if old is not None and old.author_id == by.id:
        return old
    if old is not None:
        old.state, old.closed_at = "withdrawn", at
    request = ChangeRequest(
        flow=FLOW, customer_id=customer.id, author_id=by.id, reason="", state="pending", created_at=at
    )
    request.items = [ChangeItem(customer_id=customer.id, field="grade", values={})]
    db.session.add(request)
    return request


def give_up(customer: Customer, *, by: User, at: datetime) -> None:
    """Its author leaves it at what the manager said."""
    request = open_proposal(customer)
    if request is None or request.state != "returned" or request.author_id != by.id:
        raise Refused(_("没有退回给您的等级提议。"))
    request.state, request.closed_at = "withdrawn", at
    record("customer:drop_grade", customer, by=by, at=at)


def grant(request: ChangeRequest, customer: Customer, *, by: User, at: datetime) -> GradeChange:
    """What the manager agreed to becomes the grade."""
    if customer.state not in _SETTLED:
        raise Refused(_("这份档案已经停用，不能再评定等级；请驳回。"))
    grade = Grade(request.items[0].values["new"])
    return _write(customer, grade, reason=request.reason, by=by, at=at, request=request)


def _write(
    customer: Customer,
    grade: Grade,
    *,
    reason: str,
    by: Any,
    at: datetime,
    request: ChangeRequest | None = None,
) -> GradeChange:
    change = GradeChange(
        customer=customer, before=customer.grade, after=grade, reason=reason, by_id=by.id, at=at
    )
    line = FieldChange(
        customer_id=customer.id,
        field="grade",
        values={"old": customer.grade, "new": str(grade)},
        by_id=request.author_id if request else by.id,
        approved_by_id=by.id if request else None,
        request_id=request.id if request else None,
        reason=reason,
        at=at,
    )
    customer.grade, customer.updated_at = grade, at
    db.session.add_all([change, line])
    record("customer:grade", customer, by=by, at=at, reason=reason, before=change.before, after=grade)
    return change
