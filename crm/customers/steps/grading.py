"""Demand grades (GRD-1): set by the sales manager, every change with a reason and a date."""

from datetime import datetime
from typing import Any

from crm.audit import record
from crm.customers.models import Customer, Grade, GradeChange
from crm.kernel.database import db
from crm.kernel.errors import Forbidden, Refused
from crm.kernel.languages import gettext as _


def regrade(customer: Customer, grade: Grade, *, reason: str, by: Any, at: datetime) -> GradeChange:
    """Set the demand grade of `customer`; Refused without a reason."""
    if not customer.can_grade(by):
        raise Forbidden(_("需求等级由本部门的业务经理评定。"))
    if not reason.strip():
        raise Refused(_("请写明评定依据。"), fields={"reason": _("请写明评定依据。")})
    change = GradeChange(
        customer=customer, before=customer.grade, after=grade, reason=reason.strip(), by_id=by.id, at=at
    )
    customer.grade = grade
    db.session.add(change)
    customer.updated_at = at
    record("customer:grade", customer, by=by, at=at, reason=reason, before=change.before, after=grade)
    return change
