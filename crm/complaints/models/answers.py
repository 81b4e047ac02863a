"""What was found out, and what the customer was told by telephone (CMP-3)."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from crm.accounts import Perm, User
from crm.audit import record
from crm.complaints.words import ReplyKind, Severity, State
from crm.kernel.database import db
from crm.kernel.errors import Forbidden, Refused
from crm.kernel.frame import when
from crm.kernel.languages import gettext as _

from .ground import Ground

if TYPE_CHECKING:
    from .parts import Finding, Reply


class Overtaken(Refused):
    """Something was told to the customer, or written, since the person opened the form."""


class Answers(Ground):
    """Verbs of Opinion: note a finding, note a call."""

    @property
    def answers(self) -> int:
        """How often the customer was told."""
        return sum(reply.sent for reply in self.replies)

    def _nothing_told_since(self, answers: int | None) -> None:
        """Refuse where somebody told the customer after this person saw `answers` of them; None does not ask.

        A letter sent twice, by a double click or by two people, would be two letters (CMP-3).
        """
        if answers is None or answers == self.answers:
            return
        told = [reply for reply in self.replies if reply.sent]
        if not told:
            raise Overtaken(_("这张表已经过时：请刷新后再填。"))
        last = max(told, key=lambda reply: reply.noted_at)
        said = {"who": last.by.name, "when": when(last.noted_at)}
        if last.is_letter:
            text = _("%(who)s 已于 %(when)s 发出答复函 %(number)s。", number=last.number, **said)
        else:
            text = _("%(who)s 已于 %(when)s 登记电话答复（%(whom)s 接听）。", whom=last.whom, **said)
        raise Overtaken(text + _("没有重复登记；确需再答复一次，请核对后再提交。"))

    def can_work(self, user: Any) -> bool:
        """Whether this user may note findings: the handler, and who assigns."""
        mine = user.may(Perm.OPINION_ASSIGN) or (user.id == self.handler_id and user.may(Perm.OPINION_HANDLE))
        return bool(mine and self.state != State.CLOSED)

    def can_answer(self, user: Any) -> bool:
        """Whether this user may tell the customer: somebody has to be responsible first (CMP-4)."""
        return self.can_work(user) and self.state in (State.ASSIGNED, State.ANSWERED)

    def can_call(self, user: Any) -> bool:
        """A call answers a general one only (CMP-3)."""
        return self.can_answer(user) and self.severity == Severity.GENERAL

    def add_finding(
        self, kind: str, text: str, *, happened_at: datetime, by: User, at: datetime
    ) -> "Finding":
        """Note a step taken or a thing found out."""
        from .parts import Finding

        if not self.can_work(by):
            raise self._not_mine(by)
        if happened_at > at:
            raise Refused(_("时间不能晚于现在。"), fields={"happened_at": _("时间不能晚于现在。")})
        finding = Finding(
            opinion=self, kind=kind, text=text, happened_at=happened_at, by_id=by.id, by=by, at=at
        )
        db.session.add(finding)
        self._settle()
        record("opinion:finding", self, by=by, at=at, number=self.number, kind=kind)
        return finding

    def reply_by_call(
        self, *, whom: str, said: str, told_at: datetime, by: User, at: datetime, reaction: str = "",
        answers: int | None = None,
    ) -> "Reply":  # fmt: skip
        """Note that the customer was told by telephone; no answer to a serious complaint (CMP-3).

        `answers`: how many the writer had seen; refused where there are more by now.
        """
        from .parts import Reply

        if not self.can_answer(by):
            raise self._not_mine(by)
        if self.severity == Severity.SERIOUS:
            raise Refused(_("重大投诉须以函告答复；与客户的通话请记入处理记录。"))
        self._nothing_told_since(answers)
        if not self.received_at <= told_at <= at:
            said_when = _("通话时间应在收到意见之后、现在之前。")
            raise Refused(said_when, fields={"told_at": said_when})
        reply = Reply(
            opinion=self, kind=ReplyKind.CALL, whom=whom, body=said, reaction=reaction, told_at=told_at,
            by_id=by.id, by=by, drafted_at=at,
        )  # fmt: skip
        db.session.add(reply)
        self.state, self.answered_at, self.answered_by = State.ANSWERED, told_at, ReplyKind.CALL
        self._settle()
        record("opinion:reply_by_call", self, by=by, at=at, number=self.number)
        return reply

    def _not_mine(self, user: Any) -> Refused:
        """Why not: the role forbids it, or the state does to those who otherwise might."""
        if not user.may(Perm.OPINION_ASSIGN) and user.id not in (self.handler_id, self.registered_by_id):
            return Forbidden(_("只有处理人和客服主管可以这样做。"))
        if self.state == State.CLOSED:
            return Refused(_("这件意见已经办结。"))
        if self.state == State.REGISTERED:
            return Refused(_("请先指定处理人。"))
        return Forbidden(_("只有处理人和客服主管可以这样做。"))
