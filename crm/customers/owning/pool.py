"""The pool 公海: the manager assigns from it, one customer or many at once (OWN-4)."""

from collections.abc import Sequence
from datetime import datetime

from crm.accounts import User
from crm.customers.models import Customer
from crm.kernel.errors import Refused
from crm.kernel.languages import gettext as _


def assign(customers: Sequence[Customer], owner: User, *, reason: str, by: User, at: datetime) -> None:
    """Give these to one salesperson; all or none. Of two managers at once the second is told."""
    if not customers:
        raise Refused(_("请先选择客户。"))
    if taken := [c.name for c in customers if not c.pooled]:
        raise Refused(_("%(names)s 已不在公海，没有分配，请刷新后再看。", names=_("、").join(taken)))
    for customer in customers:
        customer.transfer(owner, reason=reason, by=by, at=at)
