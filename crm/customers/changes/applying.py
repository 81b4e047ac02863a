"""What was accepted, or is free, comes into the archive: each field with a row of its history (ARC-9)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from crm.audit import record
from crm.customers.models import ChangeRequest, Customer, CustomerState, FieldChange
from crm.kernel.database import db
from crm.kernel.errors import Refused
from crm.kernel.languages import gettext as _

from .fields import currents, part_of, put


def refuse_unless_filed(customer: Customer) -> None:
    """A pending archive is its author's, a retired one nobody's."""
    if customer.state == CustomerState.RETIRED:
        raise Refused(_("这份档案已停用，不能变更；恢复使用后再改。"))
    if customer.state != CustomerState.FILED:
        raise Refused(_("这份档案还没有归档，暂不能变更；退回后由录入人修改。"))


def apply(
    customer: Customer,
    changes: Mapping[str, Any],
    *,
    author_id: int,
    reason: str,
    at: datetime,
    request: ChangeRequest | None = None,
    approved_by: Any = None,
) -> list[FieldChange]:
    """Write `changes` (key to plain value) and their history. The caller records what it was."""
    refuse_unless_filed(customer)
    before = currents(customer)
    written = put(customer, changes, at=at)
    rows = [
        FieldChange(
            customer_id=customer.id,
            field=key,
            part=part_of(key),
            values={"old": before.get(key), "new": value},
            by_id=author_id,
            approved_by_id=approved_by.id if approved_by else None,
            request_id=request.id if request else None,
            reason=reason,
            at=at,
        )
        for key, value in written.items()
        if before.get(key) != value  # who could not read it proposed what stood there already
    ]
    db.session.add_all(rows)
    db.session.flush()
    return rows


def apply_free(
    customer: Customer, changes: Mapping[str, Any], *, reason: str, by: Any, at: datetime
) -> list[FieldChange]:
    """Small corrections of free fields, at once."""
    rows = apply(customer, changes, author_id=by.id, reason=reason, at=at)
    record("customer:change_free", customer, by=by, at=at, reason=reason, fields=[row.field for row in rows])
    return rows
