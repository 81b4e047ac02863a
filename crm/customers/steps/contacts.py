"""Contacts and telephones: what is obsolete is retired, not deleted, and can come back (ARC-12)."""

from datetime import datetime
from typing import Any

from crm.accounts import Role
from crm.audit import record
from crm.customers.models import Contact, Customer, CustomerState
from crm.kernel.errors import Forbidden, Refused
from crm.kernel.languages import gettext as _

_SETTLED = (CustomerState.APPROVED, CustomerState.DISPATCHED, CustomerState.FILED)


def answers(customer: Customer, user: Any) -> bool:
    """The owner of a customer, or its manager: they keep its contacts up to date."""
    here = customer.department_path.startswith(user.department.path)
    return customer.owner_id == user.id or (user.holds(Role.SALES_MANAGER) and here)


def may_retire(contact: Contact, user: Any) -> bool:
    """Whoever answers for a settled archive, while the contact is there."""
    return contact.retired_at is None and _may(contact.customer, user)


def may_reinstate(contact: Contact, user: Any) -> bool:
    return contact.retired_at is not None and _may(contact.customer, user)


def may_retire_phone(owner: Contact | Customer, user: Any) -> bool:
    """A number that somebody still has; a retired contact goes with its number."""
    return bool(owner.phone) and owner.phone_retired_at is None and _may_phone(owner, user)


def may_reinstate_phone(owner: Contact | Customer, user: Any) -> bool:
    return owner.phone_retired_at is not None and _may_phone(owner, user)


def _may(customer: Customer, user: Any) -> bool:
    return customer.state in _SETTLED and answers(customer, user)


def _may_phone(owner: Contact | Customer, user: Any) -> bool:
    return not (isinstance(owner, Contact) and owner.retired_at is not None) and _may(_of(owner), user)


def _of(owner: Contact | Customer) -> Customer:
    return owner.customer if isinstance(owner, Contact) else owner


# --- verbs ---


def retire(contact: Contact, *, reason: str, by: Any, at: datetime) -> None:
    """Say that a contact left; the last one cannot go."""
    customer = contact.customer
    _guard(customer, by)
    if contact.retired_at is not None:
        raise Refused(_("这位联系人已经停用。"))
    _with_reason(reason, _("请写明停用原因。"))
    if not [c for c in customer.contacts if c.retired_at is None and c.id != contact.id]:
        raise Refused(_("至少要留一位联系人。"))
    contact.retired_at, contact.retired_reason, contact.primary = at, reason.strip(), False
    customer.updated_at = at
    record("contact:retire", customer, by=by, at=at, reason=reason.strip(), name=contact.name)


def reinstate(contact: Contact, *, reason: str, by: Any, at: datetime) -> None:
    """The contact is there again; who is the primary one stays as it is."""
    customer = contact.customer
    _guard(customer, by)
    if contact.retired_at is None:
        raise Refused(_("这位联系人没有停用。"))
    _with_reason(reason, _("请写明恢复原因。"))
    contact.retired_at, contact.retired_reason = None, ""
    contact.primary = not any(c.primary and c.retired_at is None for c in customer.contacts)
    customer.updated_at = at
    record("contact:reinstate", customer, by=by, at=at, reason=reason.strip(), name=contact.name)


def retire_phone(owner: Contact | Customer, *, reason: str, by: Any, at: datetime) -> None:
    """A number nobody answers any more: it stays to be read, and is not found by any more."""
    customer = _guard(_of(owner), by)
    if not may_retire_phone(owner, by):
        raise Refused(_("这个号码已经停用，或者没有号码。"))
    _with_reason(reason, _("请写明停用原因。"))
    owner.phone_retired_at = customer.updated_at = at
    record("phone:retire", customer, by=by, at=at, reason=reason.strip(), name=_whose(owner))


def reinstate_phone(owner: Contact | Customer, *, reason: str, by: Any, at: datetime) -> None:
    """The number works again."""
    customer = _guard(_of(owner), by)
    if not may_reinstate_phone(owner, by):
        raise Refused(_("这个号码没有停用，或者联系人已经停用。"))
    _with_reason(reason, _("请写明恢复原因。"))
    owner.phone_retired_at, customer.updated_at = None, at
    record("phone:reinstate", customer, by=by, at=at, reason=reason.strip(), name=_whose(owner))


def _guard(customer: Customer, by: Any) -> Customer:
    if not answers(customer, by):
        raise Forbidden(_("联系人和电话由负责人或业务经理停用、恢复。"))
    if customer.state not in _SETTLED:
        raise Refused(_("档案现在不能改：没有批准，或者已经停用。"))
    return customer


def _with_reason(reason: str, missing: str) -> None:
    if not reason.strip():
        raise Refused(missing, fields={"reason": missing})


def _whose(owner: Contact | Customer) -> str:
    """The contact's name; "" for the customer's own number. Never the number itself."""
    return owner.name if isinstance(owner, Contact) else ""
