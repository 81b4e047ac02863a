"""The cases somebody handles, when they leave (OWN-4, CMP-4)."""

from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update

from crm.audit import record
from crm.customers.models import CustomerAccess
from crm.kernel.database import db
from crm.kernel.languages import in_chinese
from crm.kernel.languages import lazy_gettext as _l
from crm.kernel.seams import Holding, holding

from .models import Opinion
from .models.ground import OPEN, can_handle

_opinion: Any = Opinion.__table__
_WHOEVER = {"scoped": True}  # whoever hands over, every open case of the person who leaves


class _Case:
    """A case as the audit chain names it."""

    __tablename__ = "opinion"

    def __init__(self, row: Any) -> None:
        self.id, self.number, self.title = row.id, row.number, row.title
        self.link = f"/complaints/{row.id}"


@holding("complaints:handled", _l("经办的客户意见"))
class Handled(Holding):
    """Open cases this person is the handler of; the successor sees their customers while they last."""

    columns = ("opinion.handler_id",)

    def count(self, user: Any) -> int:
        query = select(func.count()).select_from(_opinion).where(*_open(user))
        return db.session.scalar(query.execution_options(**_WHOEVER)) or 0

    def may_take(self, user: Any) -> bool:
        return can_handle(user)

    def hand_over(self, user: Any, to: Any, *, by: Any, at: datetime) -> None:
        c = _opinion.c
        query = select(c.id, c.number, c.title, c.customer_id).where(*_open(user)).order_by(c.id)
        cases = db.session.execute(query.execution_options(**_WHOEVER)).all()
        moved = {"handler_id": to.id, "assigned_at": at, "version": c.version + 1}
        change = update(_opinion).where(*_open(user)).values(moved)
        db.session.execute(change.execution_options(**_WHOEVER))
        for case in cases:
            if case.customer_id is not None and not to.sees_all:
                CustomerAccess.admit(case.customer_id, to, because=case.number, at=at)
            elif case.customer_id is not None:
                CustomerAccess.dismiss(case.customer_id, because=case.number)
            facts = {"number": case.number, "before": user.id, "handler": to.id}
            record("opinion:hand_on", _Case(case), by=by, at=at, reason=in_chinese(_l("离职移交")), **facts)


def _open(user: Any) -> tuple[Any, ...]:
    return _opinion.c.handler_id == user.id, _opinion.c.state.in_(OPEN)
