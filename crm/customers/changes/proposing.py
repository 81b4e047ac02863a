"""Proposals about a filed archive: made, made again after a return, taken back (ARC-9)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from crm.accounts import Perm, Role, User
from crm.approvals import Review
from crm.audit import record
from crm.customers.models import ChangeItem, ChangeRequest, Customer, CustomerState
from crm.customers.owning.queries import known
from crm.kernel.database import db
from crm.kernel.errors import Forbidden, Refused
from crm.kernel.languages import gettext as _

from .applying import refuse_unless_filed
from .fields import currents, differing, is_sealed, part_of

FLOW = "customers:change"
GRADE = "customers:grade"
#: what its author may still make again
_AGAIN = ("returned", "withdrawn")

Changes = Mapping[str, Any]


def may_change(customer: Customer, user: Any) -> bool:
    """Who answers for a filed archive: its owner, their managers, its archivist and its custodian."""
    return customer.state == CustomerState.FILED and _answers(customer, user)


def _answers(customer: Customer, user: Any) -> bool:
    mine = user.id in (customer.owner_id, customer.archivist_id, customer.custodian_id)
    return user.may(Perm.CUSTOMER_CHANGE) and (mine or leads(customer, user))


def leads(customer: Customer, user: Any) -> bool:
    """A manager of the line the customer belongs to."""
    here, path = user.department, customer.department_path
    if user.holds(Role.SALES_MANAGER) and path.startswith(here.path):
        return True
    return bool(user.holds(Role.BRANCH_MANAGER) and path.startswith(here.branch_path))


def guard(customer: Customer, by: User) -> None:
    """Refuse whoever may not change this archive, or not now."""
    if not _answers(customer, by):
        raise Forbidden(_("在册档案由负责人、其经理、归档人或资料管理员提出变更。"))
    refuse_unless_filed(customer)


def propose(
    customer: Customer,
    changes: Changes,
    *,
    reason: str,
    by: User,
    at: datetime,
    distinct: str = "",
    undoes: ChangeRequest | None = None,
) -> ChangeRequest:
    """Ask for `changes` (key to plain value). Refused without a reason, or where nothing would change.

    `distinct`: why it is not the customer it became alike (ARC-14).
    """
    guard(customer, by)
    request = ChangeRequest(
        customer_id=customer.id, flow=FLOW, author_id=by.id, author=by, reason=reason, created_at=at
    )
    if undoes is not None:
        if undoes.customer_id != customer.id or undoes.state not in ("applied", "partly"):
            raise Refused(_("只有已经生效的变更可以撤销。"))
        request.undoes_id = undoes.id
    db.session.add(request)
    tag = "customer:undo" if undoes is not None else "customer:change_propose"
    _ask(request, customer, changes, tag, distinct=distinct, by=by, at=at)
    return request


def resubmit(
    request: ChangeRequest,
    customer: Customer,
    changes: Changes,
    *,
    reason: str,
    by: User,
    at: datetime,
    distinct: str = "",
) -> None:
    """The next round of what was returned or withdrawn."""
    if request.author_id != by.id:
        raise Forbidden(_("只有提出人可以修改这份变更申请。"))
    if not can_resubmit(request, by):
        raise Refused(_("只有退回或撤回的变更申请可以修改后重新提交。"))
    guard(customer, by)
    for item in list(request.items):
        db.session.delete(item)
    db.session.flush()
    db.session.expire(request, ["items"])
    request.state, request.closed_at, request.reason = "pending", None, reason
    _ask(request, customer, changes, "customer:change_propose", distinct=distinct, by=by, at=at)


def can_resubmit(request: ChangeRequest, user: Any) -> bool:
    return request.flow == FLOW and request.state in _AGAIN and request.author_id == user.id


def can_give_up(request: ChangeRequest, user: Any) -> bool:
    return request.flow in (FLOW, GRADE) and request.state == "returned" and request.author_id == user.id


def give_up(request: ChangeRequest, *, by: User, at: datetime) -> None:
    """Its author leaves it at what the reviewer said."""
    if not can_give_up(request, by):
        raise Refused(_("只有退回给您的变更申请可以放弃。"))
    request.state, request.closed_at = "withdrawn", at
    if request.flow == GRADE:
        record("customer:drop_grade", known(request.customer_id, settled=False), by=by, at=at)


def _ask(
    request: ChangeRequest,
    customer: Customer,
    changes: Changes,
    tag: str,
    *,
    distinct: str,
    by: User,
    at: datetime,
) -> None:
    if not request.reason.strip():
        raise Refused(_("请写明变更原因。"), fields={"reason": _("请写明变更原因。")})
    before = currents(customer)
    asked = differing(before, changes, reads=customer.sees_sensitive(by))
    if not asked:
        raise Refused(_("没有改动，不用提交。"))
    lines = {key: {"old": before.get(key), "new": value} for key, value in asked.items()}
    request.items = [
        ChangeItem(customer_id=customer.id, field=key, part=part_of(key), values=line)
        for key, line in lines.items()
    ]
    db.session.flush()
    record(tag, customer, by=by, at=at, reason=request.reason, request=request.id, fields=list(lines))
    Review.submit(
        FLOW,
        request,
        object_name=customer.name,
        proposal=_proposal(request, lines, distinct, by),
        by=by,
        at=at,
        note=request.reason,
    )


def _proposal(request: ChangeRequest, lines: Mapping[str, Any], distinct: str, by: User) -> dict[str, Any]:
    """The round as JSON for its review to keep; what is sensitive stands apart, ready to be sealed. `by`: who
    wrote it, also after somebody else has taken it over."""
    sealed = {item.field for item in request.items if is_sealed(item.part)}
    return {
        "customer": request.customer_id,
        "order": list(lines),
        "values": {key: line for key, line in lines.items() if key not in sealed},
        "sealed": {key: line for key, line in lines.items() if key in sealed},
        "distinct": distinct,
        "by": by.id,
    }


def wrote(review: Review | None, user: Any) -> bool:
    """Whether what this round says is this person's own: only then do they know it (CUS-2)."""
    return review is not None and user is not None and review.proposal.get("by") == user.id
