"""Contacts after the entry: one who left is retired, not deleted (ARC-12)."""

from datetime import datetime
from typing import Any

from crm.accounts import Role
from crm.audit import record
from crm.customers.models import Contact, CustomerState
from crm.kernel.errors import Forbidden, Refused
from crm.kernel.languages import gettext as _


def may_retire(contact: Contact, user: Any) -> bool:
    """The owner of a filed customer, or its manager, while the contact is there."""
    customer = contact.customer
    answers = customer.owner_id == user.id or (
        user.holds(Role.SALES_MANAGER) and customer.department_path.startswith(user.department.path)
    )
    return answers and contact.retired_at is None and customer.state in _SETTLED


_SETTLED = (CustomerState.APPROVED, CustomerState.DISPATCHED, CustomerState.FILED)


def retire(contact: Contact, *, reason: str, by: Any, at: datetime) -> None:
    """Say that a contact left or a telephone is dead; the last one cannot go."""
    if contact.retired_at is not None or contact.customer.state not in _SETTLED:
        raise Refused(_("这位联系人已经停用，或档案现在不能改。"))
    if not may_retire(contact, by):
        raise Forbidden(_("联系人由负责人或业务经理停用。"))
    if not reason.strip():
        raise Refused(_("请写明停用原因。"), fields={"reason": _("请写明停用原因。")})
    if not [c for c in contact.customer.contacts if c.retired_at is None and c.id != contact.id]:
        raise Refused(_("至少要留一位联系人。"))
    contact.retired_at, contact.retired_reason, contact.primary = at, reason.strip(), False
    contact.customer.updated_at = at
    record("contact:retire", contact.customer, by=by, at=at, reason=reason, name=contact.name)
