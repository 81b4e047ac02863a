"""Delegations somebody has given or taken on, when they leave (OWN-4)."""

from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select

from crm.kernel import clock
from crm.kernel.database import db
from crm.kernel.languages import lazy_gettext as _l
from crm.kernel.seams import Holding, holding

from .models import Delegation


@holding("accounts:delegations", _l("代理审批"))
class Delegations(Holding):
    """What one answers for colleagues goes to the successor; what colleagues answer for one ends."""

    columns = ("delegation.principal_id", "delegation.delegate_id")
    without = _l("结束代理")

    def count(self, user: Any) -> int:
        return db.session.scalar(select(func.count(Delegation.id)).where(*_running(user))) or 0

    def may_take(self, user: Any) -> bool:
        return bool(user.active and user.works)

    def hand_over(self, user: Any, to: Any, *, by: Any, at: datetime) -> None:
        today = clock.local(at).date()
        for row in db.session.scalars(
            select(Delegation).where(*_running(user)).order_by(Delegation.id)
        ).all():
            row.ended_at = at
            db.session.flush()
            row._record("delegation:end", by, at)
            if to is None or row.principal_id in (user.id, to.id):
                continue
            following = Delegation(
                principal_id=row.principal_id,
                principal=row.principal,
                delegate_id=to.id,
                delegate=to,
                starts_on=max(row.starts_on, today),
                ends_on=row.ends_on,
                reason=row.reason,
                created_at=at,
            )
            db.session.add(following)
            db.session.flush()
            following._record("delegation:appoint", by, at, reason=following.reason)


def _running(user: Any) -> tuple[Any, ...]:
    mine = or_(Delegation.principal_id == user.id, Delegation.delegate_id == user.id)
    return mine, Delegation.ended_at.is_(None), Delegation.ends_on >= clock.today()
