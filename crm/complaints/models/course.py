"""From the named handler to the end."""

from datetime import datetime
from typing import Any

from crm.accounts import Perm, User
from crm.audit import record
from crm.complaints.words import Severity, State
from crm.kernel.errors import Forbidden, Refused
from crm.kernel.languages import gettext as _

from .ground import Ground


class Course(Ground):
    """Verbs of Opinion: assign, close, reopen."""

    def can_assign(self, user: Any) -> bool:
        return bool(user.may(Perm.OPINION_ASSIGN) and self.state in (State.REGISTERED, State.ASSIGNED))

    def can_close(self, user: Any) -> bool:
        return bool(user.may(Perm.OPINION_CLOSE) and not self.why_not_closed())

    def can_reopen(self, user: Any) -> bool:
        return bool(user.may(Perm.OPINION_CLOSE) and self.state in (State.ANSWERED, State.CLOSED))

    def why_not_closed(self) -> str:
        """What still has to happen before it can be closed (CMP-2, CMP-3); "" where nothing."""
        serious = self.severity == Severity.SERIOUS
        if self.state == State.CLOSED:
            return str(_("这件意见已经办结。"))
        if self.state != State.ANSWERED and serious:
            return str(_("重大投诉未以函告答复，不能办结。"))
        if self.state != State.ANSWERED:
            return str(_("还没有登记给客户的答复（函告或电话），不能办结。"))
        if serious and self.gm_seen_at is None:
            return str(_("总经理还没有批示，重大投诉不能办结。"))
        return ""

    def assign(self, handler: User, *, by: User, at: datetime) -> None:
        """Name the person who handles it (CMP-4); oneself will do."""
        if not self.can_assign(by):
            raise self._no(by, _("已答复或已办结的意见不能再指派；需要时请先退回继续处理。"))
        self._hand_to(handler, at=at)
        if by.may(Perm.OPINION_INSTRUCT):
            self.gm_seen_at = self.gm_seen_at or at
        self._settle()
        self._show_customer(at=at)
        record("opinion:assign", self, by=by, at=at, number=self.number, handler=handler.id)

    def close(self, *, by: User, at: datetime) -> None:
        """Done: the customer has been told (CMP-3). Of two at once one closes it."""
        if not by.may(Perm.OPINION_CLOSE):
            raise Forbidden(_("只有客服主管可以办结。"))
        if why := self.why_not_closed():
            raise Refused(why)
        self.state, self.closed_at, self.closed_by_id, self.closed_by = State.CLOSED, at, by.id, by
        self._settle()
        self._show_customer(at=at)
        record("opinion:close", self, by=by, at=at, number=self.number)

    def reopen(self, reason: str, *, by: User, at: datetime) -> None:
        """The answer was not enough: the handler goes on, and answers once more."""
        if not self.can_reopen(by):
            raise self._no(by, _("只有已答复或已办结的意见可以退回继续处理。"))
        self._why(reason)
        self.state, self.closed_at, self.closed_by_id, self.closed_by = State.ASSIGNED, None, None, None
        self.answered_at, self.answered_by = None, None
        self._settle()
        self._show_customer(at=at)
        record("opinion:reopen", self, by=by, at=at, reason=reason, number=self.number)
