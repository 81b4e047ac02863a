"""What was sent back and not dealt with: its owner is reminded, then the leader is shown it (ARC-13)."""

from datetime import datetime

from sqlalchemy import Select, select

from crm.audit import record
from crm.customers.models import Customer, CustomerState, SpotCheck, leaders_of
from crm.kernel.database import db
from crm.kernel.languages import lazy_gettext as _l
from crm.notifications import notify

from .drawing import path_of
from .rules import SHOWN_AFTER


def remind(at: datetime) -> None:
    """Each owner once when the hours have passed, each leader once a day later.

    For a session that sees every row.
    """
    for check in db.session.scalars(_open().where(SpotCheck.mend_by <= at, SpotCheck.reminded_at.is_(None))):
        check.reminded_at = at
        owner = check.customer.owner_id
        text = _l("抽查退回还没有处理：%(name)s", name=check.customer.name)
        if owner is not None:
            notify([owner], text, path_of("customers.spot_check", id=check.id), at=at)
        record("spot_check:remind", check, by=None, at=at)
    late = _open().where(SpotCheck.reminded_at <= at - SHOWN_AFTER, SpotCheck.shown_at.is_(None))
    for check in db.session.scalars(late):
        check.shown_at = at
        text = _l("抽查退回逾期未处理：%(name)s", name=check.customer.name)
        leaders = [p.id for p in leaders_of(check.department)]
        notify(leaders, text, path_of("customers.spot_check", id=check.id), at=at)
        record("spot_check:show", check, by=None, at=at)


def _open() -> Select[SpotCheck]:
    """Sent back, not mended, and still in the register with somebody to answer for it."""
    back = select(SpotCheck).join(Customer, Customer.id == SpotCheck.customer_id)
    return back.where(
        SpotCheck.verdict == "back",
        SpotCheck.mended_at.is_(None),
        Customer.state == CustomerState.FILED,
        Customer.owner_id.is_not(None),
    ).order_by(SpotCheck.id)
