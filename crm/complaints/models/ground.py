"""What the verbs of an opinion stand on: its columns, and what they share."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from crm.accounts import Perm, User
from crm.complaints import rules
from crm.complaints.words import State
from crm.customers.models import CustomerAccess
from crm.kernel.database import db
from crm.kernel.errors import Forbidden, Refused
from crm.kernel.languages import gettext as _

OPEN = (State.REGISTERED, State.ASSIGNED, State.ANSWERED)


def can_handle(user: Any) -> bool:
    """Whether this person may be the one responsible (CMP-4)."""
    return bool(user.active and user.may(Perm.OPINION_HANDLE))


class Ground:
    """Columns the verbs work on (opinion.py), and the steps they have in common."""

    if TYPE_CHECKING:
        id: Any
        number: Any
        kind: Any
        state: Any
        severity: Any
        rank: Any
        received_at: Any
        registered_by_id: Any
        customer_id: Any
        customer_name: Any
        handler_id: Any
        handler: Any
        assigned_at: Any
        gm_seen_at: Any
        answered_at: Any
        answered_by: Any
        closed_at: Any
        closed_by_id: Any
        closed_by: Any
        replies: Any
        findings: Any

    def _hand_to(self, handler: User, *, at: datetime) -> None:
        if not can_handle(handler):
            said = _("请指定一位能处理客户意见的员工。")
            raise Refused(said, fields={"handler": said})
        if self.handler_id != handler.id or self.assigned_at is None:
            self.handler_id, self.handler, self.assigned_at = handler.id, handler, at
        if self.state == State.REGISTERED:
            self.state = State.ASSIGNED

    def _show_customer(self, *, at: datetime) -> None:
        """The named handler, and nobody else, sees the customer while the case is open (CUS-3)."""
        if self.customer_id is None:
            return
        if self.handler is None or self.handler.sees_all or self.state == State.CLOSED:
            CustomerAccess.dismiss(self.customer_id, because=self.number)
        else:
            CustomerAccess.admit(self.customer_id, self.handler, because=self.number, at=at)

    def _settle(self) -> None:
        """Work out the place in lists, and write: who was overtaken gets a 409 by the row's version."""
        self.rank = rules.rank(self.severity, self.state)
        db.session.flush()

    def _no(self, user: Any, text: str) -> Refused:
        """Why not: the state forbids it to those who otherwise might, the role to the others."""
        holder = user.may(Perm.OPINION_ASSIGN) or user.id in (self.handler_id, self.registered_by_id)
        return Refused(text) if holder else Forbidden(text)

    def _why(self, reason: str) -> None:
        if not reason.strip():
            raise Refused(_("请写明原因。"), fields={"reason": _("请写明原因。")})
