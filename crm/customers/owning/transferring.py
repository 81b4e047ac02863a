"""Asking for a transfer: the owner gives a customer away, or a colleague claims it (OWN-1, OWN-4)."""

from datetime import datetime

from sqlalchemy import select

from crm.accounts import Perm, Role, User, people_with
from crm.approvals import Review
from crm.audit import record
from crm.customers.models import ChangeItem, ChangeRequest
from crm.customers.models.belonging import sells
from crm.customers.models.changes import TRANSFER as FLOW
from crm.kernel.database import db
from crm.kernel.errors import Forbidden, Refused
from crm.kernel.languages import gettext as _

from .queries import Known, wanted


def ask(customer: Known, to: User, *, reason: str, by: User, at: datetime) -> Review:
    """Put a transfer before the manager, who decides with the earlier record before their eyes.

    The owner may propose any colleague of the branch, anybody else only themselves. One at a time: the
    second is told of the first.
    """
    _guard(customer, to, reason, by)
    request = returned(customer.id, by)
    if request is None:
        request = ChangeRequest(flow=FLOW, customer_id=customer.id, author_id=by.id, created_at=at)
        request.items = [ChangeItem(field="owner_id", customer_id=customer.id, values={})]
        db.session.add(request)
    request.state, request.reason = "pending", reason.strip()
    request.items[0].values = {"old": customer.owner_id, "new": to.id}
    db.session.flush()
    facts = {"before": customer.owner_id, "after": to.id}
    record("customer:ask_transfer", customer, by=by, at=at, reason=reason, **facts)
    return Review.submit(
        FLOW,
        request,
        object_name=customer.name,
        proposal={"customer": customer.id, **facts, "reason": reason.strip()},
        by=by,
        at=at,
        note=reason.strip(),
    )


def _guard(customer: Known, to: User, reason: str, by: User) -> None:
    if not by.may(Perm.CUSTOMER_ENTER):
        raise Forbidden(_("客户归属由业务人员申请。"))
    if by.id not in (customer.owner_id, to.id):
        raise Forbidden(_("只有负责人可以提出移交给别人；您可以为自己申请。"))
    if not sells(to) or not to.department.path.startswith(by.department.branch_path):
        raise Refused(_("客户只能归本分公司的业务员。"), fields={"owner": _("请选择一位业务员。")})
    if to.id == customer.owner_id:
        raise Refused(_("这家客户已经归这位同事。"), fields={"owner": _("这家客户已经归这位同事。")})
    if not reason.strip():
        raise Refused(_("请写明移交原因。"), fields={"reason": _("请写明移交原因。")})
    if first := wanted(customer.id):
        said = {"who": first.author, "to": first.to}
        raise Refused(_("%(who)s 已申请把这家客户移交给 %(to)s，等裁定后再申请。", **said))


def returned(customer_id: int, author: User) -> ChangeRequest | None:
    """The author's request that came back to be corrected."""
    mine = select(ChangeRequest).where(
        ChangeRequest.customer_id == customer_id,
        ChangeRequest.flow == FLOW,
        ChangeRequest.author_id == author.id,
        ChangeRequest.state == "returned",
    )
    found: ChangeRequest | None = db.session.scalar(mine.order_by(ChangeRequest.id.desc()).limit(1))
    return found


def manager_id(department_id: int, branch_path: str) -> int | None:
    """The manager of a department's customers: its sales manager, else the branch's manager."""
    people = people_with(Role.SALES_MANAGER, in_department=department_id)
    people = people or people_with(Role.BRANCH_MANAGER, below=branch_path)
    return people[0].id if people else None
